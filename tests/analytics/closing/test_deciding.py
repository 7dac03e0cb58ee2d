"""What proves that a gap is closed: questions chosen, counted and judged."""

from datetime import timedelta

import pytest

from services.analytics.domain.gaps.cases import flatten_state
from services.analytics.domain.gaps.closing import (
    GapStatus,
    Outcome,
    Ruling,
    Score,
    Standing,
    Verdict,
    choose_cases,
    nest_state,
    rule,
    score_of,
    split_parts,
)
from tests.analytics.closing.fakes import case, cases
from tests.support.fakes import NOON

OPEN, FIXED, VERIFIED, REGRESSED, IGNORED = map(
    GapStatus, ("open", "fixed", "verified", "regressed", "ignored")
)


BEFORE, LATER = NOON - timedelta(hours=1), NOON + timedelta(hours=1)


def verdicts(**outcomes: str) -> list[Verdict]:
    """Return a verdict a case: `yes` by what is new, `old` by what was there."""
    words = {
        "yes": (Outcome.RESOLVED, LATER),
        "old": (Outcome.RESOLVED, BEFORE),
        "no": (Outcome.UNRESOLVED, None),
        "failed": (Outcome.FAILED, None),
    }
    return [
        Verdict(name, words[each][0], changed_at=words[each][1])
        for name, each in outcomes.items()
    ]


def judge(standing: Standing, found: list[Verdict]) -> Ruling:
    """Rule where people got every case at noon."""
    return rule(standing, found, score_of(found, {e.case_id: NOON for e in found}))


def test_what_was_there_all_along_proves_something_only_by_answering_all():
    assert judge(Standing(OPEN), verdicts(a="old", b="old", c="no")).status is OPEN
    assert judge(Standing(OPEN), verdicts(a="old", b="old")).status is VERIFIED
    assert judge(Standing(OPEN), verdicts(a="yes", b="old", c="no")).status is OPEN
    assert judge(Standing(OPEN), verdicts(a="yes", b="yes", c="no")).status is VERIFIED


@pytest.mark.parametrize("before", list(GapStatus))
def test_a_gap_whose_questions_are_answered_is_verified(before):
    ruling = judge(Standing(before), verdicts(a="yes", b="yes"))

    assert ruling.status is VERIFIED
    assert ruling.answered == {"a", "b"}


def test_half_of_the_questions_are_enough_and_those_are_the_proof():
    ruling = judge(Standing(OPEN), verdicts(a="yes", b="no"))

    assert ruling.status is VERIFIED
    assert ruling.answered == {"a"}


@pytest.mark.parametrize(
    "shown",
    [
        verdicts(a="yes", b="no", c="no"),
        verdicts(a="yes", b="failed"),
        verdicts(a="no"),
        [],
    ],
)
@pytest.mark.parametrize("before", [OPEN, FIXED, IGNORED, REGRESSED])
def test_nothing_less_verifies_a_gap(before, shown):
    ruling = judge(Standing(before), shown)

    assert ruling.status is before
    assert ruling.answered is None


def test_one_question_that_proved_it_and_fails_takes_the_proof_away():
    proven = Standing(VERIFIED, frozenset({"a", "b"}))

    ruling = judge(proven, verdicts(a="yes", b="no", c="yes", d="yes"))

    assert ruling == Ruling(REGRESSED, None, "b")


def test_a_question_that_never_was_answered_takes_nothing_away():
    proven = Standing(VERIFIED, frozenset({"a"}))

    assert judge(proven, verdicts(a="yes", b="no")).status is VERIFIED


def test_a_search_that_failed_takes_no_proof_away():
    proven = Standing(VERIFIED, frozenset({"a", "b"}))

    assert judge(proven, verdicts(a="yes", b="failed")).status is VERIFIED


def test_what_reopened_a_gap_must_be_answered_before_it_is_closed_again():
    reopened = Standing(REGRESSED, frozenset({"a", "b"}), "c")

    assert judge(reopened, verdicts(a="yes", b="yes", c="no")).status is REGRESSED
    assert judge(reopened, verdicts(a="yes", b="no", c="yes")).status is VERIFIED
    assert judge(reopened, verdicts(a="yes", b="yes")).status is VERIFIED


def test_a_replay_is_counted_by_outcome():
    verdicts = [
        Verdict("a", Outcome.RESOLVED),
        Verdict("b", Outcome.UNRESOLVED),
        Verdict("c", Outcome.FAILED),
        Verdict("d", Outcome.RESOLVED),
    ]

    assert score_of(verdicts) == Score(2, 1, 1)


def test_the_suite_comes_first_then_exemplars_then_the_newest():
    kept, exemplar, newest = case("kept"), case("exemplar"), case("newest")

    assert choose_cases([kept], [exemplar], [newest], limit=2) == [kept, exemplar]


def test_the_same_words_are_asked_once():
    first = case("How big may a file be?")
    again = case("how big  may a file BE?", 2)

    assert choose_cases([], [], [first, again]) == [first]


@pytest.mark.parametrize(
    "reason", ["asked_for_person", "policy", "action_denied", "resolver_error"]
)
def test_what_no_document_could_have_spared_proves_nothing(reason):
    assert choose_cases([], [], [case("I want a person", reason=reason)]) == []


def test_erased_words_are_no_question():
    assert choose_cases([case(" ")], [], [case("")]) == []


def test_a_replay_larger_than_one_record_is_split_and_loses_nothing():
    found = cases(45)

    parts = split_parts(found, max_cases=20)

    assert [len(part) for part in parts] == [20, 20, 5]
    assert [each for part in parts for each in part] == found


def test_long_questions_are_split_by_their_size():
    found = [case("x" * 1_000 + str(n), n) for n in range(10)]

    parts = split_parts(found, max_bytes=20_000)

    assert len(parts) == 5
    assert [each for part in parts for each in part] == found


def test_one_question_always_has_a_record_of_its_own():
    huge = case("x" * 100_000)

    assert split_parts([huge, case("small")], max_bytes=10) == [[huge], [case("small")]]


def test_the_state_of_an_app_is_nested_again():
    state = {"route": "/files", "last": {"request": {"status": "500"}, "id": "7"}}

    assert nest_state(flatten_state(state)) == state


def test_a_path_that_runs_through_a_value_is_left_out():
    assert nest_state({"a": "1", "a.b": "2"}) == {"a": "1"}
    assert nest_state({"a.b": "2", "a": "1"}) == {"a": {"b": "2"}}
