"""The reckoning of a storm sees what it is there to see."""

from dataclasses import replace
from typing import Any

import pytest

from handrail.storm.account import (
    DELIVERED,
    OPENED,
    REPLIES,
    REQUESTED,
    UNRESOLVED,
    Account,
    reckon,
)
from handrail.storm.plan import Said, Talk, plan
from handrail.storm.play import judge
from handrail.storm.watch import Health, counted

TALK = Talk("c-1", (Said("e-1", "help", "handoff"),), is_escalated=True)
WELL = {"restarted": False, "health": {"last": 200}}


def records() -> list[tuple[str, dict[str, Any]]]:
    """Return what one escalated conversation leaves on the topics."""
    base = {"app_id": "a", "conversation_id": "c-1", "escalation_id": "x-1"}
    handoff = {"type": "handoff", "in_reply_to": "e-1", "reply_id": "r-1"}
    return [
        (UNRESOLVED, base | {"event_id": "e-1", "reason": "no_match"}),
        (OPENED, base),
        (DELIVERED, base | {"delivery_id": "d-1"}),
        (REPLIES, base | handoff),
    ]


def account(*found: tuple[str, dict[str, Any]]) -> Account:
    made = Account()
    for topic, value in found:
        made.note(topic, value)
    return made


def result(found: Account, **changes: Any) -> dict[str, Any]:
    reckoning = vars(reckon([TALK], found))
    return {
        "reckoning": reckoning,
        "refused": [],
        "deliveries_failed": {},
        "analytics_opened": reckoning["escalations"],
        "services": {"resolver": WELL},
        **changes,
    }


def test_a_plan_holds_exactly_as_many_events_each_with_its_own_id() -> None:
    talks = plan(1_000, seed=3)
    said = [each for talk in talks for each in talk.said]

    assert len(said) == len({each.event_id for each in said}) == 1_000
    assert sum(talk.is_escalated for talk in talks) == 50
    assert any(each.times == 2 for each in said)
    assert any(talk.is_over_http for talk in talks)
    assert plan(1_000, seed=3) == talks


def test_nothing_is_wrong_where_everything_arrived_once_or_again_with_its_id() -> None:
    found = account(*records(), *records())

    assert reckon([TALK], found).missing == 0
    assert judge(result(found)) == []


@pytest.mark.parametrize(
    ("missing", "word"),
    [(REPLIES, "lost"), (OPENED, "unopened"), (DELIVERED, "undelivered")],
)
def test_what_does_not_arrive_is_named(missing: str, word: str) -> None:
    found = account(*(each for each in records() if each[0] != missing))

    assert reckon([TALK], found).missing > 0
    assert any(f" {word}: " in each for each in judge(result(found)))


@pytest.mark.parametrize(
    ("topic", "change"),
    [(REPLIES, {"reply_id": "r-2"}), (OPENED, {"escalation_id": "x-2"})],
)
def test_a_second_id_for_one_thing_is_seen(topic: str, change: dict[str, str]) -> None:
    again = [(name, value | change) for name, value in records() if name == topic]

    found = account(*records(), *again)

    assert any(" doubled: " in each for each in judge(result(found)))


def test_a_restarted_service_and_one_that_is_not_well_again_are_seen() -> None:
    services = {
        "resolver": {**WELL, "restarted": True},
        "notifier": {"restarted": False, "health": {"last": 500}},
    }

    wrong = judge(result(account(*records()), services=services))

    assert [each.split()[0] for each in wrong] == ["resolver", "notifier"]


def test_an_event_answered_otherwise_than_planned_is_not_lost_but_told() -> None:
    asked = replace(TALK, said=(Said("e-1", "help", "answer"),))

    found = reckon([asked], account(*records()))

    assert found.lost == []
    assert found.otherwise == {"answer: handoff": 1}


def test_what_the_team_was_sent_is_not_lost_where_its_user_hears_nothing() -> None:
    added = Talk(
        "c-1",
        (Said("e-p-1-1", "also with e-p-1-1", "receipt"),),
        is_escalated=True,
    )
    sent = {"conversation_id": "c-1", "text": "It says: also with e-p-1-1"}

    found = reckon([added], account(*records(), (REQUESTED, sent)))

    assert reckon([added], account(*records())).lost == ["e-p-1-1"]
    assert found.lost == []
    assert found.otherwise == {"receipt: forwarded": 1}


def test_the_longest_illness_is_measured_to_its_last_bad_answer() -> None:
    health = Health()
    for now, status in enumerate((200, 500, 0, 500, 200)):
        health.note(status, float(now))

    assert (health.unwell, health.last) == (3, 200)
    assert health.longest_seconds == 2.0


def test_only_what_a_service_counts_of_its_troubles_is_summed() -> None:
    page = (
        'handrail_batches_reread_total{reason="x",service="a"} 2.0\n'
        'handrail_batches_reread_total{reason="y",service="a"} 1.0\n'
        'handrail_producers_replaced_total{service="a"} 0.0\n'
        "handrail_other_total 7.0\n"
    )

    assert counted(page) == {"handrail_batches_reread_total": 3.0}
