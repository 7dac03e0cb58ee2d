"""What counts as lost, and as twice, when a process dies; and that none does in one."""

from typing import Any

from handrail.kills.account import (
    CARRIES_ON,
    MERGED,
    OPENED,
    REPLIES,
    UPDATED,
    Account,
    Life,
    reckon,
)
from handrail.kills.play import judge
from handrail.kills.points import SERVICE, passes
from shared.failpoints import FailPoint

LIFE = Life("a", "b")


def whole() -> Account:
    """Return the account of one life to which nothing happened."""
    account = Account()
    for conversation_id in LIFE.conversations:
        note(account, OPENED, conversation_id)
        for number, reason in enumerate(LIFE.expected(conversation_id), 1):
            change(account, conversation_id, number, reason)
        for said in ("handoff", "teammate_reply"):
            reply(account, conversation_id, said)
        reply(account, conversation_id, "receipt", status="resolved")
    return account


def note(account: Account, topic: str, conversation_id: str, **more: Any) -> None:
    record = {
        "conversation_id": conversation_id,
        "escalation_id": f"esc-{conversation_id}",
        **more,
    }
    account.note(topic, record)


def change(account: Account, conversation_id: str, number: int, reason: str) -> None:
    update_id = f"{conversation_id}-{number}-{reason}"
    note(
        account,
        UPDATED,
        conversation_id,
        update_id=update_id,
        revision=number,
        reason=reason,
    )


def reply(account: Account, conversation_id: str, said: str, **more: Any) -> None:
    reply_id = f"{conversation_id}-{said}-{more.get('reply_id', 1)}"
    more = {**more, "reply_id": reply_id}
    note(account, REPLIES, conversation_id, type=said, **more)


def test_a_whole_life_lacks_nothing_however_often_its_records_are_repeated() -> None:
    account = whole()
    change(account, "a", 1, CARRIES_ON[0])
    note(account, OPENED, "a")

    found = reckon([LIFE], account)

    assert found.is_whole
    assert found.lives == 1


def test_each_change_that_is_missing_is_lost() -> None:
    for conversation_id, reasons in (("a", CARRIES_ON), ("b", MERGED)):
        for number, reason in enumerate(reasons, 1):
            account = whole()
            update_id = f"{conversation_id}-{number}-{reason}"
            del account.changes[f"esc-{conversation_id}"][update_id]

            found = reckon([LIFE], account)

            assert f"{conversation_id}: no {reason}" in found.lost


def test_a_transition_under_two_ids_is_double() -> None:
    account = whole()
    change(account, "a", 6, "resolved")

    found = reckon([LIFE], account)

    assert found.doubled == ["a: resolved 2 times"]


def test_a_second_escalation_a_second_answer_and_a_gap_are_found() -> None:
    account = whole()
    note(account, OPENED, "b", escalation_id="esc-other")
    change(account, "esc-other", 2, "noted")
    account.changes["esc-other"] = {"x": (2, "noted")}
    reply(account, "a", "teammate_reply", reply_id=2)

    found = reckon([LIFE], account)

    assert "b: opened 2 times" in found.doubled
    assert "a: teammate_reply 2 times" in found.doubled
    assert "b: no revision 1" in found.lost


def test_a_conversation_that_nobody_opened_is_lost() -> None:
    found = reckon([LIFE], Account())

    assert "a: never opened" in found.lost
    assert "b: no handoff" in found.lost


def test_fewer_deaths_than_wanted_are_said() -> None:
    nothing = ("lost", "doubled", "forgotten", "stalled")
    result = {"point": "merging", "kills": 1, **{each: [] for each in nothing}}

    assert judge(result, 1) == []
    assert judge(result, 2) == ["merging: killed 1 of 2 times"]


def test_every_point_has_its_process_and_its_passes() -> None:
    assert set(SERVICE) == set(FailPoint)
    assert {passes(FailPoint.MERGING, each) for each in range(9)} == {1, 2}
    assert {passes(FailPoint.AFTER_STORE, each) for each in range(9)} == {1, 2, 3}
