"""People take an escalation, mark it, let it rest and give it back."""

from datetime import timedelta

import pytest

from shared.errors import Permanent
from tests.escalator.world import START, World


async def opened(world: World) -> str:
    """Return the id of an escalation that its destination has accepted."""
    escalation_id = (await world.escalate())["escalation_id"]
    await world.feed(world.of_delivered(world.requests[0]))
    return escalation_id


def news(world: World) -> list[str]:
    return [each["news"] or each["kind"] for each in world.requests]


async def test_a_claim_acknowledges_and_assigns_in_one_change():
    world = World()
    escalation_id = await opened(world)

    await world.order(escalation_id, "claim", actor="Bo")

    update = world.updates[-1]
    assert (update["change"], update["from"], update["to"]) == (
        "assigned",
        "open",
        "acknowledged",
    )
    assert (update["actor"], update["text"]) == ("Bo", "Bo")
    assert world.told[-1] == ("receipt", "acknowledged")
    assert world.stored(escalation_id)["assignee"] == "Bo"


@pytest.mark.parametrize(
    ("command", "more"),
    [("claim", {}), ("acknowledge", {}), ("assign", {"assignee": "Bo"})],
)
async def test_the_second_to_claim_is_told_who_was_first(command, more):
    world = World()
    escalation_id = await opened(world)
    await world.order(escalation_id, command, actor="Bo", **more)

    with pytest.raises(Permanent) as refused:
        await world.order(escalation_id, "claim", actor="Cy")

    assert refused.value.reason == "taken"
    assert str(refused.value) == "ESC-1001 is taken by Bo."


async def test_a_claim_by_its_holder_changes_nothing():
    world = World()
    escalation_id = await opened(world)
    await world.order(escalation_id, "claim", actor="Bo")
    before = len(world.updates)

    assert await world.order(escalation_id, "claim", actor="Bo") == "claim"

    assert len(world.updates) == before


async def test_what_is_unassigned_waits_for_somebody_again():
    world = World()
    escalation_id = await opened(world)
    await world.order(escalation_id, "claim", actor="Bo")

    await world.order(escalation_id, "unassign", actor="Bo")
    await world.order(escalation_id, "claim", actor="Cy")

    states = [(each["from"], each["to"]) for each in world.updates[-2:]]
    assert states == [("acknowledged", "open"), ("open", "acknowledged")]
    assert world.stored(escalation_id)["assignee"] == "Cy"


async def test_assigning_to_nobody_is_unassigning():
    world = World()
    escalation_id = await opened(world)
    await world.order(escalation_id, "claim", actor="Bo")

    await world.order(escalation_id, "assign", actor="Bo", assignee=None)

    assert world.updates[-1]["reason"] == "unassigned"
    assert world.stored(escalation_id)["status"] == "open"


async def test_a_holder_who_does_nothing_loses_it_and_the_team_hears():
    world = World()
    world.prefer(acknowledgement={"claim_for": "2h"})
    escalation_id = await opened(world)
    await world.order(escalation_id, "claim", actor="Bo")

    await world.wait(2 * 3600)

    update = world.updates[-1]
    assert (update["reason"], update["actor"]) == ("released", "handrail")
    assert (update["from"], update["to"]) == ("acknowledged", "open")
    assert world.stored(escalation_id)["assignee"] is None
    assert news(world)[-1] == "released"
    assert world.requests[-1]["text"] == "Bo took it and has done nothing for 2 hours."


async def test_a_holder_is_not_silent_while_nobody_works():
    world = World()  # Sunday, 10:00 UTC
    week = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    quiet = {"claim_for": "2h", "quiet": "outside"}
    world.prefer(acknowledgement=quiet, hours={"week": week})
    escalation_id = await opened(world)
    await world.order(escalation_id, "claim", actor="Bo")

    await world.wait(24 * 3600)
    on_monday_at_ten = world.stored(escalation_id)["assignee"]
    await world.wait(3600)

    assert on_monday_at_ten == "Bo"
    assert world.stored(escalation_id)["assignee"] is None


async def test_a_note_shows_that_its_holder_is_at_work():
    world = World()
    world.prefer(acknowledgement={"claim_for": "2h"})
    escalation_id = await opened(world)
    await world.order(escalation_id, "claim", actor="Bo")
    await world.wait(3600)
    await world.order(escalation_id, "note", actor="Bo", text="Looking at the logs")

    await world.wait(3600)
    held = world.stored(escalation_id)["assignee"]
    await world.wait(3600)

    assert held == "Bo"
    assert world.stored(escalation_id)["assignee"] is None


async def test_what_was_answered_stays_with_who_answered():
    world = World()
    world.prefer(acknowledgement={"claim_for": "2h"})
    escalation_id = await opened(world)
    await world.order(escalation_id, "claim", actor="Bo")
    await world.order(escalation_id, "reply", actor="Bo", text="Try again")

    await world.wait(3 * 3600)

    assert world.stored(escalation_id)["assignee"] == "Bo"


async def test_a_claim_without_an_end_holds():
    world = World()
    world.prefer(acknowledgement={"claim_for": None})
    escalation_id = await opened(world)
    await world.order(escalation_id, "claim", actor="Bo")

    await world.wait(30 * 86_400)

    assert world.stored(escalation_id)["assignee"] == "Bo"


async def test_priority_and_tags_are_changed_by_hand():
    world = World()
    escalation_id = await opened(world)

    await world.order(escalation_id, "priority", priority="urgent")
    await world.order(escalation_id, "tag", add=["vip", "billing"])
    await world.order(escalation_id, "tag", add=["vip"], remove=["billing", "none"])

    stored = world.stored(escalation_id)
    assert (stored["priority"], stored["tags"]) == ("urgent", ["vip"])
    assert [(each["change"], each["text"]) for each in world.updates[-3:]] == [
        ("priority", "urgent"),
        ("tagged", "+vip +billing"),
        ("tagged", "-billing"),
    ]


async def test_later_news_says_how_urgent_it_is_now():
    world = World()
    escalation_id = await opened(world)
    await world.order(escalation_id, "priority", priority="urgent")
    await world.order(escalation_id, "tag", add=["vip"])

    await world.say("e-2", "Still there?")

    packet = world.requests[-1]["packet"]
    assert (packet["priority"], packet["tags"]) == ("urgent", ["vip"])


async def test_a_priority_that_it_has_is_no_change():
    world = World()
    escalation_id = await opened(world)
    before = len(world.updates)

    await world.order(escalation_id, "priority", priority="normal")

    assert len(world.updates) == before


async def test_what_is_given_back_is_said_aloud_and_over():
    world = World()
    escalation_id = await opened(world)

    await world.order(escalation_id, "hand-back", text="The assistant can do this.")

    update, reply = world.updates[-1], world.replies[-1]
    assert (update["change"], update["to"]) == ("handed_back", "resolved")
    assert (reply["type"], reply["text"]) == (
        "teammate_reply",
        "The assistant can do this.",
    )
    assert news(world)[-1] == "handed_back"
    assert await world.say("e-2", "And now?") == "projected"


async def test_what_is_given_back_without_words_is_said_in_ours():
    world = World()
    escalation_id = await opened(world)

    await world.order(escalation_id, "hand-back")

    text = "You are with the assistant again. How can I help?"
    assert world.replies[-1]["text"] == text


async def test_a_snooze_returns_with_news():
    world = World()
    escalation_id = await opened(world)
    await world.order(escalation_id, "snooze", until=START + timedelta(hours=1))

    await world.wait(3600)

    assert world.updates[-1]["reason"] == "snooze_ended"
    assert news(world)[-1] == "snooze_ended"


async def test_a_message_of_the_user_ends_a_snooze_early():
    world = World()
    escalation_id = await opened(world)
    await world.order(escalation_id, "snooze", until=START + timedelta(hours=1))

    await world.say("e-2", "Any news?")
    await world.wait(3600)

    reasons = [each["reason"] for each in world.updates[-3:]]
    assert reasons == ["snoozed", "snooze_ended", "message_added"]
    assert world.updates[-2]["actor"] == "user"
    assert world.requests[-1]["text"] == "Any news?"
    assert world.stored(escalation_id)["snoozed_until"] is None


async def test_what_is_given_back_is_said_to_merged_users_too():
    world = World()
    kept = await opened(world)
    world.conversation_id = "c-43"
    await world.say("m-1", "Me too")
    await world.leave_unresolved("m-1", text="Me too")
    merged = world.opened[-1]["escalation_id"]
    await world.order(
        merged, "merge", into=kept, into_number="ESC-1001", into_lane="acme:c-42"
    )
    await world.wait(1)
    world.conversation_id = "c-42"

    await world.order(kept, "hand-back", text="The assistant can do this.")
    await world.wait(1)

    told = {
        each["conversation_id"]: each["text"]
        for each in world.replies
        if each["type"] == "teammate_reply"
    }
    assert set(told) == {"c-42", "c-43"}
    assert world.stored(merged)["status"] == "resolved"
