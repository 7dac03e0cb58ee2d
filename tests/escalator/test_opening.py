"""The verb opens one complete escalation, whichever record comes first."""

from datetime import timedelta

import pytest

from shared import ids
from shared.events import AttemptOutcome
from tests.escalator.world import APP, CONVERSATION, SAID_AT, START, World

ATTEMPT = {
    "kind": "document",
    "name": "upload-limits",
    "score": 0.41,
    "threshold": 0.6,
    "outcome": AttemptOutcome.BELOW_THRESHOLD,
    "started_at": START,
}


async def test_an_escalation_opens_when_its_message_is_already_projected():
    world = World()
    await world.say(
        "e-1",
        "Uploads over 10 MB fail",
        user={"id": "u-7", "name": "Ana", "email": "ana@example.com"},
        session={"id": "s-9"},
        app_state={"route": "/files"},
    )

    reason = await world.leave_unresolved("e-1", attempts=[ATTEMPT])

    (packet,) = world.opened
    assert reason == "opened"
    assert packet["escalation_id"] == ids.derive("escalation", APP, CONVERSATION, "e-1")
    assert packet["number"] == "ESC-1001"
    assert packet["conversation"] == [
        {
            "role": "user",
            "text": "Uploads over 10 MB fail",
            "occurred_at": "2026-11-22T09:59:59Z",
            "occurred_at_sent": None,
            "attachments": [],
        }
    ]
    assert packet["user"]["email"] == "ana@example.com"
    assert packet["session"]["id"] == "s-9"
    assert packet["app_state"] == {"route": "/files"}
    assert packet["attempts"][0]["name"] == "upload-limits"
    assert packet["occurred_at"] == "2026-11-22T09:59:59Z"
    assert packet["opened_at"] == "2026-11-22T10:00:00Z"
    assert packet["links"]["api"].startswith(
        "https://desk.example.com/escalator/v1/escalations/"
    )


async def test_a_request_waits_for_its_message_and_opens_in_its_very_decision():
    world = World()

    assert await world.leave_unresolved("e-1", text="Help") == "waiting_for_trigger"
    assert world.opened == []

    assert await world.say("e-0", "Earlier words") == "projected"
    assert world.opened == []

    assert await world.say("e-1", "Help") == "opened"
    (packet,) = world.opened
    assert [line["text"] for line in packet["conversation"]] == [
        "Earlier words",
        "Help",
    ]


async def test_a_request_whose_message_never_comes_opens_after_the_wait():
    world = World()
    await world.say("e-0", "Earlier words", occurred_at=SAID_AT - timedelta(minutes=1))
    await world.leave_unresolved("e-1", text="Help me")

    await world.wait(29)
    assert world.opened == []
    await world.wait(1)

    (packet,) = world.opened
    assert [line["text"] for line in packet["conversation"]] == [
        "Earlier words",
        "Help me",
    ]
    assert world.reasons[-1] == "opened_without_trigger"


async def test_the_message_that_comes_after_the_wait_is_not_added_a_second_time():
    world = World()
    await world.leave_unresolved("e-1", text="Help me")
    await world.wait(30)

    assert await world.say("e-1", "Help me") == "projected"
    assert world.updates == []


async def test_the_wait_ends_quietly_when_the_message_came():
    world = World()
    await world.leave_unresolved("e-1", text="Help me")
    (timer,) = world.ledger.timers
    await world.say("e-1", "Help me")

    assert timer not in world.ledger.timers
    await world.feed(world.of_timer(timer))  # it was on its way already

    assert len(world.opened) == 1
    assert world.reasons[-1] == "no_longer_waiting"


async def test_the_same_request_five_times_is_one_escalation():
    world = World()
    await world.say("e-1", "Help")

    for _ in range(5):
        await world.leave_unresolved("e-1", text="Help")

    assert len(world.opened) == 1
    assert len(world.requests) == 1


async def test_another_request_about_the_same_event_is_the_same_escalation():
    world = World()
    await world.escalate()

    reason = await world.leave_unresolved("e-1", request_id="another")

    assert reason == "already_opened"
    assert len(world.opened) == 1


async def test_a_further_request_is_added_to_the_open_escalation():
    world = World()
    opened = await world.escalate()
    await world.say("e-2", "And downloads too")

    reason = await world.leave_unresolved(
        "e-2", text="And downloads too", attempts=[ATTEMPT], reason="low_confidence"
    )

    assert reason == "added_to_open"
    assert len(world.opened) == 1
    last = world.updates[-1]
    assert last["change"] == "message_added"
    assert last["reason"] == "low_confidence"
    updates = world.documents("escalator_updates").values()
    added = [each["attempts"] for each in updates if each["attempts"]]
    assert added[0][0]["name"] == "upload-limits"
    assert {each["escalation_id"] for each in updates} == {opened["escalation_id"]}


async def test_a_new_request_long_after_the_resolution_opens_a_new_escalation():
    world = World()
    world.prefer(reopen_within="72h")
    first = await world.escalate()
    await world.order(first["escalation_id"], "resolve")

    await world.say("e-2", "Something else")
    assert len(world.updates) == 1
    later = START + timedelta(hours=72)
    await world.leave_unresolved("e-2", text="Something else", occurred_at=later)

    assert [each["number"] for each in world.opened] == ["ESC-1001", "ESC-1002"]


async def test_talking_to_a_person_at_once_opens_with_an_empty_transcript():
    world = World()
    await world.feed(world.of_event({"type": "handoff_requested", "event_id": "h-1"}))

    await world.leave_unresolved("h-1", reason="asked_for_person")

    (packet,) = world.opened
    assert packet["conversation"] == []
    assert packet["summary"] == "The user asked for a person without typing a message."


async def test_what_was_said_after_the_trigger_is_added_at_once():
    world = World()
    await world.say("e-1", "Uploads fail")
    await world.say("e-2", "Hello?", occurred_at=START)

    await world.leave_unresolved("e-1", text="Uploads fail")

    (packet,) = world.opened
    assert [line["text"] for line in packet["conversation"]] == ["Uploads fail"]
    assert [(each["change"], each["text"]) for each in world.updates] == [
        ("message_added", "Hello?")
    ]


async def test_lines_stand_in_the_order_of_the_log_whatever_their_times():
    world = World()
    await world.say("e-2", "second", occurred_at=SAID_AT - timedelta(seconds=10))
    await world.say("e-3", "third", occurred_at=SAID_AT - timedelta(seconds=10))
    await world.say("e-1", "first", occurred_at=SAID_AT - timedelta(seconds=20))
    await world.say("e-4", "trigger")

    await world.leave_unresolved("e-4", text="trigger")

    assert [line["text"] for line in world.opened[0]["conversation"]] == [
        "second",
        "third",
        "first",
        "trigger",
    ]


async def test_a_whole_batch_of_one_conversation_is_decided_like_single_records():
    world = World()

    await world.feed(
        world.of_message("e-0", "Hi"),
        world.of_unresolved("e-1", text="Help"),
        world.of_message("e-1", "Help"),
        world.of_message("e-2", "Still there?", occurred_at=START),
    )

    (packet,) = world.opened
    assert [line["text"] for line in packet["conversation"]] == ["Hi", "Help"]
    assert [each["text"] for each in world.updates] == ["Still there?"]


async def test_an_event_too_old_to_be_remembered_is_looked_up_in_the_ledger():
    world = World()
    await world.feed(*(world.of_message(f"e-{n}", f"line {n}") for n in range(230)))

    assert await world.leave_unresolved("e-3", text="line 3") == "opened"


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        pytest.param([], ["default"], id="no route at all"),
        pytest.param(
            [{"match": {"reason": "policy"}, "destinations": ["legal"]}],
            ["default"],
            id="none matches",
        ),
        pytest.param(
            [
                {"match": {"user.traits.plan": "pro"}, "destinations": ["a", "b", "a"]},
                {"match": {}, "destinations": ["c"]},
            ],
            ["a", "b"],
            id="the first that matches, each destination once",
        ),
    ],
)
async def test_every_destination_of_the_route_is_asked(routes, expected):
    world = World()
    world.prefer(routes=routes)
    await world.say("e-1", "Help", user={"id": "u", "traits": {"plan": "pro"}})

    await world.leave_unresolved("e-1")

    assert [each["destination_id"] for each in world.requests] == expected
    for each in world.requests:
        assert each["kind"] == "opened"
        assert each["delivery_id"] == ids.derive(
            "delivery", each["escalation_id"], each["destination_id"], "0"
        )


async def test_a_heavy_packet_reaches_twenty_destinations_in_decisions_that_fit():
    world = World()
    teams = [f"team-{number}" for number in range(20)]
    world.prefer(routes=[{"match": {}, "destinations": teams}])
    heavy = {"state": ["x" * 1000] * 900}
    await world.say("e-1", "Help", app_state=heavy)

    await world.leave_unresolved("e-1")
    await world.wait(0)

    assert sorted(each["destination_id"] for each in world.requests) == sorted(teams)
    assert {each["delivery_id"] for each in world.requests} == {
        ids.derive("delivery", each["escalation_id"], each["destination_id"], "0")
        for each in world.requests
    }
    assert all(each["packet"]["app_state"] == heavy for each in world.requests)
    assert heaviest_decision(world) < 13 * 1024 * 1024


async def test_news_of_a_heavy_packet_reaches_twenty_destinations_too():
    world = World()
    teams = [f"team-{number}" for number in range(20)]
    world.prefer(routes=[{"match": {}, "destinations": teams}])
    await world.say("e-1", "Help", app_state={"state": ["x" * 1000] * 900})
    await world.leave_unresolved("e-1")
    await world.wait(0)
    for request in list(world.requests):
        await world.feed(world.of_delivered(request))

    await world.say("e-2", "It got worse")
    await world.say("e-3", "And worse")
    await world.wait(0)

    news = [each for each in world.requests if each["kind"] == "message_added"]
    told = sorted((each["destination_id"], each["text"]) for each in news)
    expected = [
        (team, text) for team in teams for text in ("It got worse", "And worse")
    ]
    assert told == sorted(expected)
    assert heaviest_decision(world) < 13 * 1024 * 1024


def heaviest_decision(world: World) -> int:
    """Return how many bytes the largest decision publishes."""
    return max(
        sum(len(output.value) for output in entry.outputs)
        for entry in world.ledger.entries.values()
    )


async def test_the_resolver_saying_resolved_changes_nothing():
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]
    before = world.stored(escalation_id)
    event = world.of_unresolved("e-1").event

    record = world.record("conversation.resolved", event, "resolved-1")
    await world.feed(record)

    assert world.stored(escalation_id) == before


@pytest.mark.parametrize("waits", [False, True])
async def test_what_the_reason_was_found_in_reaches_the_packet_and_the_inbox(waits):
    world = World()
    ours = world.of_unresolved("e-1", reason="policy", detail="legal")
    said = world.of_message("e-1", "My lawyer will call you")
    for record in (ours, said) if waits else (said, ours):
        await world.feed(record)

    (packet,) = world.opened
    assert (packet["reason"], packet["detail"]) == ("policy", "legal")
    assert world.requests[0]["packet"]["detail"] == "legal"
    assert world.stored(packet["escalation_id"])["detail"] == "legal"

    await world.order(packet["escalation_id"], "split", text="A part")
    assert world.opened[-1]["detail"] == "legal"


async def test_a_reason_of_a_later_version_opens_an_escalation_with_that_word():
    world = World()
    await world.say("e-1", "It is stuck")

    decided = await world.leave_unresolved("e-1", reason="assistant_looped")

    (packet,) = world.opened
    assert (decided, packet["reason"]) == ("opened", "assistant_looped")
