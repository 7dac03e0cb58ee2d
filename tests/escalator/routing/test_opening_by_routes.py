"""The route that was chosen goes with the escalation wherever it is read."""

from tests.escalator.world import World

ROUTES = [
    {
        "name": "billing",
        "match": {"text": "(?i)invoice", "language": "de"},
        "destinations": ["billing-mail"],
        "fallback": ["lead-mail"],
        "priority": "high",
        "tags": ["billing"],
    }
]
BECAUSE = "the text matches (?i)invoice and the language is de"


async def test_an_escalation_carries_its_route_and_why_in_packet_and_document():
    world = World()
    world.prefer(routes=ROUTES)

    await world.say("e-1", "Invoice 7 ist falsch")
    await world.leave_unresolved("e-1", text="Invoice 7 ist falsch", language="de-AT")

    (packet,), (request,) = world.opened, world.requests
    stored = world.stored(packet["escalation_id"])
    for said in (packet, request["packet"], stored):
        assert (said["route"], said["because"]) == ("billing", BECAUSE)
        assert (said["priority"], said["tags"]) == ("high", ["billing"])
        assert said["language"] == "de-AT"
    assert request["destination_id"] == "billing-mail"


async def test_what_the_user_asked_before_asking_for_a_person_counts():
    world = World()
    world.prefer(routes=[{"name": "b", "match": {"text": "(?i)invoice"}}])

    await world.say("e-1", "My invoice is wrong")
    await world.say("e-2", "A person please")
    await world.leave_unresolved("e-2", text="A person please")

    assert world.opened[0]["route"] == "b"


async def test_a_later_message_is_sent_with_the_route_as_it_was_chosen():
    world = World()
    world.prefer(routes=ROUTES)
    await world.say("e-1", "Invoice 7 ist falsch")
    await world.leave_unresolved("e-1", text="Invoice 7 ist falsch", language="de")
    await world.feed(world.of_delivered(world.requests[0]))
    world.prefer()

    await world.say("e-2", "Noch da?")

    assert world.requests[-1]["kind"] == "message_added"
    assert world.requests[-1]["packet"]["because"] == BECAUSE


async def test_hours_and_the_assistant_are_facts_of_the_moment():
    world = World()
    routes = [
        {"name": "shop", "match": {"assistant": "shop"}, "continue": True},
        {"name": "night", "match": {"hours": "outside"}},
        {"name": "day", "match": {"hours": "inside"}},
    ]
    closed = {"week": {"mon": [["09:00", "17:00"]]}}
    world.prefer(routes=routes, hours=closed)  # it is a Sunday

    assistant = {"name": "shop", "escalation_message": "A ticket is on its way."}
    await world.say("e-1", "Help", assistant=assistant)
    await world.leave_unresolved("e-1", text="Help")

    packet = world.opened[0]
    assert packet["route"] == "shop"
    assert packet["because"] == (
        "the assistant is shop; also night: it is outside business hours"
    )
    assert packet["assistant"] == assistant


async def test_a_packet_holds_what_it_was_decided_from():
    world = World()
    world.prefer(routes=ROUTES, default_route={"destinations": ["a", "b"]})

    await world.say("e-1", "Help")
    await world.leave_unresolved("e-1", text="Help")

    packet = world.opened[0]
    assert packet["text"] == "Help"
    assert packet["destinations"] == ["a", "b"]
    assert packet["settings_version"] == world.apps.known["acme"].version
