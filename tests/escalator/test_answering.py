"""People take, answer and close an escalation; the user hears what concerns them."""

from datetime import timedelta

import pytest

from shared.errors import Permanent
from tests.escalator.world import START, World


async def test_acknowledging_changes_the_status_and_tells_the_user():
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]

    assert await world.order(escalation_id, "acknowledge") == "acknowledge"

    update = world.updates[-1]
    assert (update["from"], update["to"]) == ("open", "acknowledged")
    assert (update["actor"], update["reason"]) == ("Bo", "acknowledged")
    assert update["at"] == "2026-11-22T10:00:00Z"
    assert world.told == [("receipt", "acknowledged")]
    assert world.stored(escalation_id)["status"] == "acknowledged"


async def test_a_reply_reaches_the_user_under_the_teammates_name():
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]

    await world.order(escalation_id, "reply", text="Please try again now.")

    (reply,) = world.replies
    assert reply["type"] == "teammate_reply"
    assert reply["text"] == "Please try again now."
    assert reply["author"] == {"name": "Bo"}
    assert reply["in_reply_to"] == "e-1"
    assert world.stored(escalation_id)["status"] == "answered"


async def test_the_words_of_a_resolution_reach_the_user_before_it():
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]

    await world.order(escalation_id, "resolve", text="Raised your limit.")

    assert world.told == [("teammate_reply", ""), ("receipt", "resolved")]
    assert world.updates[-1]["to"] == "resolved"


async def test_the_whole_life_of_an_escalation_is_a_chain_of_updates():
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]
    for command in ("acknowledge", "reply", "resolve", "reopen", "resolve"):
        await world.order(escalation_id, command, text="Words")

    states = [(each["from"], each["to"]) for each in world.updates]
    assert states == [
        ("open", "acknowledged"),
        ("acknowledged", "answered"),
        ("answered", "resolved"),
        ("resolved", "reopened"),
        ("reopened", "resolved"),
    ]
    assert [each["revision"] for each in world.updates] == [1, 2, 3, 4, 5]


async def test_what_is_impossible_names_the_status_and_changes_nothing():
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]
    await world.order(escalation_id, "resolve")
    before = len(world.published)

    with pytest.raises(Permanent) as refused:
        await world.order(escalation_id, "acknowledge")

    assert refused.value.reason == "impossible_transition"
    assert str(refused.value) == "ESC-1001 is resolved; it cannot be acknowledged now."
    assert len(world.published) == before


async def test_the_same_order_twice_is_done_once():
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]

    await world.order(escalation_id, "reply", text="Once", key="k")
    assert await world.order(escalation_id, "reply", text="Once", key="k") == (
        "duplicate"
    )

    assert len(world.replies) == 1


async def test_notes_and_assignments_stay_with_the_team():
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]

    await world.order(escalation_id, "assign", assignee="Cy")
    await world.order(escalation_id, "note", text="A known bug")

    assert world.replies == []
    assert [each["change"] for each in world.updates] == ["assigned", "noted"]
    assert world.stored(escalation_id)["assignee"] == "Cy"


async def test_a_snooze_ends_with_an_update():
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]
    await world.order(escalation_id, "snooze", until=START + timedelta(hours=1))
    assert world.stored(escalation_id)["snoozed_until"] == START + timedelta(hours=1)

    await world.wait(3600)

    assert [each["reason"] for each in world.updates] == ["snoozed", "snooze_ended"]
    assert world.stored(escalation_id)["snoozed_until"] is None


async def test_what_is_resolved_no_longer_snoozes():
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]
    await world.order(escalation_id, "snooze", until=START + timedelta(hours=1))

    await world.order(escalation_id, "resolve")
    await world.wait(3600)

    assert [each["reason"] for each in world.updates] == ["snoozed", "resolved"]
    assert world.stored(escalation_id)["snoozed_until"] is None


async def test_a_longer_snooze_outlives_the_first_ones_end():
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]
    await world.order(escalation_id, "snooze", until=START + timedelta(hours=1))
    await world.order(escalation_id, "snooze", until=START + timedelta(hours=2))

    await world.wait(3600)

    assert world.reasons[-1] == "no_longer_snoozed"
    assert world.stored(escalation_id)["snoozed_until"] is not None


async def test_an_escalation_is_not_reopened_beside_an_open_one():
    world = World()
    world.prefer(reopen_within="0s")
    first = (await world.escalate())["escalation_id"]
    await world.order(first, "resolve")
    await world.say("e-2", "Another thing")
    await world.leave_unresolved("e-2")

    with pytest.raises(Permanent) as refused:
        await world.order(first, "reopen")

    assert refused.value.reason == "another_open"


async def test_reopening_tells_the_team():
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]
    await world.feed(world.of_delivered(world.requests[0]))
    await world.order(escalation_id, "resolve")

    await world.order(escalation_id, "reopen")

    assert world.requests[-1]["kind"] == "reopened"
    assert world.requests[-1]["packet"]["number"] == "ESC-1001"


@pytest.mark.parametrize(
    ("answer", "told", "status"),
    [
        pytest.param(
            {"text": "Try again"}, [("teammate_reply", "")], "answered", id="words"
        ),
        pytest.param(
            {"command": "acknowledge"},
            [("receipt", "acknowledged")],
            "acknowledged",
            id="a button",
        ),
        pytest.param(
            {"command": "acknowledge", "text": "On it"},
            [("receipt", "acknowledged"), ("teammate_reply", "")],
            "answered",
            id="acknowledged with words",
        ),
        pytest.param(
            {"command": "resolve", "text": "Done"},
            [("teammate_reply", ""), ("receipt", "resolved")],
            "resolved",
            id="resolved with words",
        ),
        pytest.param({"command": "note", "text": "Known bug"}, [], "open", id="a note"),
        pytest.param(
            {"command": "dance", "text": "Words"},
            [("teammate_reply", "")],
            "answered",
            id="an unknown command does not swallow the words",
        ),
        pytest.param({"command": "dance"}, [], "open", id="an unknown command"),
    ],
)
async def test_an_answer_by_mail_is_an_order(answer, told, status):
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]

    await world.feed(world.of_answer(world.requests[0], **answer))

    assert world.told == told
    assert world.stored(escalation_id)["status"] == status


async def test_a_second_press_of_a_button_is_no_poison():
    world = World()
    await world.escalate()
    request = world.requests[0]
    await world.feed(world.of_answer(request, command="resolve"))

    done = await world.feed(
        world.of_answer(request, command="resolve", reply_event_id="r-2")
    )

    assert done[-1].reason == "impossible_transition"
    assert world.told == [("receipt", "resolved")]


async def test_a_late_answer_still_reaches_the_user():
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]
    await world.order(escalation_id, "resolve")

    await world.feed(world.of_answer(world.requests[0], text="One more thing"))

    assert world.replies[-1]["text"] == "One more thing"
    assert world.stored(escalation_id)["status"] == "resolved"
