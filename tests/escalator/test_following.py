"""What the user says after the opening reaches everybody who has the escalation."""

from tests.escalator.world import START, World


async def test_a_later_message_is_added_and_sent_to_destinations_that_accepted():
    world = World()
    world.prefer(routes=[{"destinations": ["a", "b"]}])
    await world.escalate()
    await world.feed(world.of_delivered(world.requests[0]))

    await world.say("e-2", "It also fails on Firefox", occurred_at=START)

    update = world.updates[-1]
    assert (update["change"], update["actor"]) == ("message_added", "user")
    follow_up = world.requests[-1]
    assert follow_up["kind"] == "message_added"
    assert follow_up["destination_id"] == "a"
    assert follow_up["text"] == "It also fails on Firefox"
    assert follow_up["revision"] == update["revision"]
    assert follow_up["packet"]["conversation"][-1]["text"] == "It also fails on Firefox"
    assert len(world.requests) == 3


async def test_a_destination_that_accepts_late_is_sent_all_that_was_added_before():
    world = World()
    await world.escalate()
    await world.say("e-2", "More")
    await world.say("e-3", "And more")
    assert len(world.requests) == 1

    await world.feed(world.of_delivered(world.requests[0]))

    assert [each["text"] for each in world.requests[1:]] == ["More\n\nAnd more"]
    await world.say("e-4", "Last")
    assert world.requests[-1]["text"] == "Last"


async def test_a_withdrawal_leaves_the_conversation_readable():
    world = World()
    await world.escalate()
    (done,) = await world.feed(
        world.of_event({"type": "withdrawn", "event_id": "w-1", "text": "No more"})
    )

    assert done.reason == "withdrawn"
    assert await world.say("e-2", "More") == "projected"


async def test_the_assistants_own_words_are_not_news():
    world = World()
    await world.escalate()

    assert await world.say("e-2", "I have sent it", role="assistant") == "projected"
    assert world.updates == []


async def test_a_contact_is_added_and_the_team_learns_it():
    world = World()
    opened = await world.escalate()
    await world.feed(world.of_delivered(world.requests[0]))

    await world.feed(
        world.of_event(
            {
                "type": "contact",
                "event_id": "k-1",
                "email": "ana@example.com",
                "name": "Ana",
            }
        )
    )

    assert world.updates[-1]["change"] == "contact_added"
    assert world.updates[-1]["text"] == "ana@example.com"
    follow_up = world.requests[-1]
    assert follow_up["text"] == "Contact: ana@example.com (Ana)"
    assert follow_up["packet"]["user"]["email"] == "ana@example.com"
    stored = world.stored(opened["escalation_id"])
    assert stored["contact"] == {"email": "ana@example.com", "name": "Ana"}


async def test_a_contact_given_before_is_in_the_packet():
    world = World()
    await world.feed(
        world.of_event({"type": "contact", "event_id": "k-1", "email": "a@example.com"})
    )
    await world.say("e-1", "Help", user={"id": "autogen_1"})

    await world.leave_unresolved("e-1", user={"id": "autogen_1"})

    user = world.opened[0]["user"]
    assert (user["id"], user["email"]) == ("autogen_1", "a@example.com")


async def test_a_message_after_the_resolution_reopens_nothing():
    world = World()
    opened = await world.escalate()
    await world.order(opened["escalation_id"], "resolve")

    assert await world.say("e-2", "Thanks!") == "projected"
    assert world.stored(opened["escalation_id"])["status"] == "resolved"


async def test_a_very_long_conversation_loses_its_middle_and_says_so():
    world = World()
    await world.say("e-0", "The beginning")
    for number in range(1, 100):
        await world.say(f"e-{number}", "x" * 99_000)
    await world.say("e-100", "The end")

    await world.leave_unresolved("e-100", text="The end")

    packet = world.opened[0]
    lines = packet["conversation"]
    assert lines[0]["text"] == "The beginning"
    assert lines[-1]["text"] == "The end"
    assert packet["conversation_omitted"] == 101 - len(lines)
    assert packet["conversation_omitted"] > 0
    sizes = [
        len(each.value) for each in world.published if each.topic == "escalation.opened"
    ]
    assert sizes[0] < 6.1 * 1024 * 1024
