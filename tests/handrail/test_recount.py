"""The recount finds what is wrong with a store, and nothing wrong with a right one."""

import json
from collections import Counter
from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from handrail.recount.__main__ import RESULT, recount
from handrail.recount.account import COLLECTIONS, Account, count_outcomes
from handrail.recount.differences import compare_outcomes, find_differences
from handrail.recount.play import Options, judge
from handrail.recount.stored import Stored
from handrail.recount.story import TOPICS, tell
from handrail.stack.java import java_available

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def account_of(told, *, grouped=True):
    """Return what a log of *told* says; all escalations of an app are one pattern."""
    account = Account()
    for said in told:
        account.note(said.topic, json.loads(said.value))
    if grouped:
        for escalation, (app, _) in account.opened.items():
            pattern = {"id": f"p-{app}", "label": "", "size": 1}
            account.note(
                "pattern.assigned", {"escalation_id": escalation, "pattern": pattern}
            )
    return account


def stored_of(account):
    """Return the store that is right by *account*."""
    causes = {"p-recount-a": "bug"}
    outcomes = [
        {
            "_id": f"{app}:{conversation}",
            "app_id": app,
            "conversation_id": conversation,
            "at": NOW,
            "came_of_it": "abandoned",
            "dead_end": True,
            "durable": None,
        }
        for app, conversation in sorted(account.conversations)
    ]
    return Stored(
        counters=dict(account.counters),
        pattern_counters=account.count_patterns(causes),
        outcome_counters=count_outcomes(outcomes),
        outcomes=outcomes,
        causes=causes,
        facts={name: account.facts[name] for name in set(COLLECTIONS.values())},
        members=dict(account.assigned),
        sizes=dict(Counter(account.assigned.values())),
    )


def test_a_story_has_records_of_every_topic_and_is_the_same_again():
    told = tell(3_000, 1, now=NOW)

    assert len(told) == 3_000
    assert {each.topic for each in told} == set(TOPICS)
    assert tell(3_000, 1, now=NOW) == told
    assert tell(3_000, 2, now=NOW) != told
    assert account_of(told).repeats > 50


def test_a_repeat_counts_nothing_whatever_its_place():
    told = tell(500, 1, now=NOW)

    again = account_of([*told, *told[::-1]])

    assert again.counters == account_of(told).counters
    assert again.facts == account_of(told).facts


def test_a_right_store_differs_in_nothing():
    account = account_of(tell(2_000, 1, now=NOW))

    assert find_differences(account, stored_of(account)) == []


def off_by_one(stored):
    cell = next(iter(stored.counters))
    n, ms = stored.counters[cell]
    stored.counters[cell] = (n + 1, ms)


def lost_milliseconds(stored):
    cell = next(each for each in stored.counters if each[3] == "ms")
    n, ms = stored.counters[cell]
    stored.counters[cell] = (n, ms - 1)


def counted_nothing(stored):
    stored.counters["other", "day", "2026-11-22T00:00:00+00:00", "outcome", "x"] = (
        1,
        0,
    )


def lost_fact(stored):
    stored.facts["analytics_requests"] -= 1


def lost_member(stored):
    stored.members.popitem()


def wrong_pattern(stored):
    stored.members[next(iter(stored.members))] = "p-of-others"


def wrong_size(stored):
    stored.sizes[next(iter(stored.sizes))] += 1


def lost_pattern_counter(stored):
    stored.pattern_counters.popitem()


def wrong_cause(stored):
    stored.causes["p-recount-b"] = "action"


def lost_outcome(stored):
    stored.outcomes.pop()


def wrong_outcome(stored):
    stored.outcomes[0]["came_of_it"] = "resolved"


def lost_outcome_counter(stored):
    stored.outcome_counters.popitem()


@pytest.mark.parametrize(
    "spoil",
    [
        off_by_one,
        lost_milliseconds,
        counted_nothing,
        lost_fact,
        lost_member,
        wrong_pattern,
        wrong_size,
        lost_pattern_counter,
        wrong_cause,
        lost_outcome,
        wrong_outcome,
        lost_outcome_counter,
    ],
)
def test_whatever_is_wrong_with_a_store_is_found(spoil):
    account = account_of(tell(2_000, 1, now=NOW))
    stored = stored_of(account)

    spoil(stored)

    assert find_differences(account, stored)


def test_the_last_assignment_of_an_escalation_is_the_true_one():
    account = account_of(tell(300, 1, now=NOW))
    moved = next(iter(account.assigned))

    pattern = {"id": "p-moved", "label": "", "size": 1}
    account.note("pattern.assigned", {"escalation_id": moved, "pattern": pattern})

    assert account.assigned[moved] == "p-moved"
    assert any(cell[4] == "p-moved" for cell in account.count_patterns({}))


def test_an_outcome_that_a_replay_changed_is_found():
    account = account_of(tell(500, 1, now=NOW))
    before, after = stored_of(account), stored_of(account)
    assert compare_outcomes(before, after) == []

    after.outcomes[0]["dead_end"] = False

    assert len(compare_outcomes(before, after)) == 1


RESULT_OF_A_RUN = {
    "records": 100,
    "dead_letters": 0,
    "members": 4,
    "patterns": 2,
    "outcomes": 9,
    "differences": [],
}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"differences": ["counter x"]},
        {"records": 99},
        {"dead_letters": 1},
        {"members": 0},
    ],
)
@pytest.mark.parametrize("when", ["after_kills", "after_replay"])
def test_a_run_is_judged_by_both_recounts(when, spoilt):
    right = {
        "kills": 2,
        "after_kills": RESULT_OF_A_RUN,
        "after_replay": RESULT_OF_A_RUN,
    }
    options = Options(events=100, kills=2)

    assert judge(right, options) == []
    assert judge(right | {when: RESULT_OF_A_RUN | spoilt}, options)
    assert judge(right | {"kills": 1}, options)


@pytest.mark.integration
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(not java_available(), reason="Apache Kafka cannot run here")
def test_analytics_killed_and_replayed_holds_what_the_log_says(tmp_path):
    said = StringIO()

    wrong = recount(Options(events=600, kills=2), Console(file=said), tmp_path)

    assert wrong == [], said.getvalue()
    result = json.loads((tmp_path / RESULT).read_text())
    assert result["pass"]
    assert result["kills"] >= 2
    assert result["after_replay"]["members"] > 20
