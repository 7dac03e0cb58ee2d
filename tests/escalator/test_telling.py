"""The user is told "sent" only after a destination accepted, and told once."""

import pytest

from shared.events import DEFAULT_HANDOFF
from tests.escalator.world import World

ANA = {"id": "u-7", "email": "ana@example.com"}


async def test_acceptance_before_the_wait_is_over_makes_one_delivered_handoff():
    world = World()
    await world.say("e-1", "Uploads fail", user=ANA)
    await world.leave_unresolved("e-1")
    (opened,) = world.opened

    (timer,) = world.ledger.timers
    await world.feed(world.of_delivered(world.requests[0]))
    assert world.ledger.timers == []  # nobody has to look whether it came
    await world.feed(world.of_timer(timer))  # it was on its way already

    (reply,) = world.replies
    assert reply["type"] == "handoff"
    assert reply["status"] == "delivered"
    assert reply["text"] == DEFAULT_HANDOFF
    assert reply["in_reply_to"] == "e-1"
    assert reply["number"] == "ESC-1001"
    assert reply["expected_by"] is None
    assert world.stored(opened["escalation_id"])["told"] == "delivered"


async def test_a_slow_acceptance_is_saved_first_and_delivered_by_receipt():
    world = World()
    await world.escalate()

    await world.wait(3)
    assert world.told == [("handoff", "saved")]
    assert "ESC-1001" in world.replies[0]["text"]

    await world.feed(world.of_delivered(world.requests[0]))
    assert world.told == [("handoff", "saved"), ("receipt", "delivered")]


async def test_nothing_says_delivered_while_no_destination_accepted():
    world = World()
    world.prefer(routes=[{"destinations": ["a", "b"]}])
    await world.escalate()
    await world.say("e-2", "Hello?")
    await world.wait(3)
    await world.feed(world.of_failed(world.requests[0]))
    await world.wait(3600)

    assert all(status != "delivered" for _, status in world.told)


async def test_two_acceptances_are_told_once():
    world = World()
    world.prefer(routes=[{"destinations": ["a", "b"]}])
    await world.escalate()

    for request in list(world.requests):
        await world.feed(world.of_delivered(request))
        await world.feed(world.of_delivered(request, message_id="again"))

    assert world.told == [("handoff", "delivered")]


async def test_when_every_destination_failed_the_user_hears_of_the_delay():
    world = World()
    world.prefer(routes=[{"destinations": ["a", "b"]}])
    await world.escalate()
    await world.wait(3)

    await world.feed(world.of_failed(world.requests[0]))
    assert world.told == [("handoff", "saved")]
    await world.feed(world.of_failed(world.requests[1]))

    assert world.told == [("handoff", "saved"), ("receipt", "delayed")]


async def test_a_failure_before_the_wait_is_over_still_hands_off_first():
    world = World()
    await world.escalate()

    await world.feed(world.of_failed(world.requests[0]))
    await world.wait(3)

    assert world.told == [("handoff", "saved"), ("receipt", "delayed")]


async def test_a_redriven_delivery_after_a_failure_is_told():
    world = World()
    opened = await world.escalate()
    await world.feed(world.of_failed(world.requests[0]))

    await world.feed(world.of_delivered(world.requests[0]))

    assert world.told[-1] == ("receipt", "delivered")
    delivery = world.stored(opened["escalation_id"])["deliveries"][0]
    assert delivery["status"] == "delivered"
    assert delivery["proof"] == "250 2.0.0 Ok"


async def test_a_failure_after_the_acceptance_takes_nothing_back():
    world = World()
    opened = await world.escalate()
    await world.feed(world.of_delivered(world.requests[0]))

    await world.feed(world.of_failed(world.requests[0]))

    assert world.told == [("handoff", "delivered")]
    delivery = world.stored(opened["escalation_id"])["deliveries"][0]
    assert delivery["status"] == "delivered"


async def test_the_handoff_does_not_follow_the_resolution():
    world = World()
    opened = await world.escalate()
    await world.order(opened["escalation_id"], "resolve")

    await world.wait(3)
    await world.feed(world.of_delivered(world.requests[0]))

    assert world.told == [("receipt", "resolved")]


@pytest.mark.parametrize(
    ("app", "conversation", "expected"),
    [
        pytest.param(None, None, DEFAULT_HANDOFF, id="the default"),
        pytest.param("App {number}", None, "App ESC-1001", id="the app's"),
        pytest.param("App", "Conversation", "Conversation", id="the conversation's"),
        pytest.param("App", "  ", "App", id="a blank one does not count"),
        pytest.param(
            "{app}: {reason} {number} {expected_by}",
            None,
            "Acme: no answer found ESC-1001 as soon as possible",
            id="every variable",
        ),
        pytest.param(
            None,
            "{0.__class__} {{ }} %s {unknown} {number!r} {{number}}",
            DEFAULT_HANDOFF,
            id="what would show a brace is passed over",
        ),
        pytest.param(
            "{nmber} is kept", None, DEFAULT_HANDOFF, id="stored before it was checked"
        ),
        pytest.param(
            "App {number}", "For {who}", "App ESC-1001", id="the next that can be shown"
        ),
    ],
)
async def test_the_handoff_text_is_the_nearest_one(app, conversation, expected):
    world = World()
    if app is not None:
        world.prefer(messages={"handoff": app})
    await world.say(
        "e-1",
        "Help",
        user=ANA,
        assistant={"escalation_message": conversation or None},
    )
    await world.leave_unresolved("e-1")

    await world.feed(world.of_delivered(world.requests[0]))

    assert world.replies[0]["text"] == expected


@pytest.mark.parametrize(
    ("user", "needed"),
    [
        pytest.param(None, True, id="nobody known"),
        pytest.param({"id": "autogen_1"}, True, id="anonymous"),
        pytest.param({"id": "u", "email": ""}, True, id="empty address"),
        pytest.param({"id": "u", "email": "a@example.com"}, False, id="address"),
    ],
)
async def test_a_contact_is_asked_for_where_there_is_no_address(user, needed):
    world = World()
    await world.say("e-1", "Help", user=user)
    await world.leave_unresolved("e-1")

    await world.wait(3)

    assert world.replies[0]["contact_needed"] is needed


async def test_the_delivery_of_an_unknown_escalation_changes_nothing():
    world = World()
    await world.escalate()
    request = world.requests[0] | {"escalation_id": "another"}

    await world.feed(world.of_delivered(request), world.of_failed(request))

    assert world.reasons[-2:] == ["unknown_escalation", "unknown_escalation"]
    assert world.updates == []


async def test_what_was_given_up_promises_no_further_try():
    world = World()
    await world.escalate()

    await world.feed(world.of_failed(world.requests[0]))

    saved, delayed = (each["text"] for each in world.replies)
    assert "keep trying" not in delayed
    assert "on its way" not in saved
    assert "ESC-1001" in delayed


async def test_a_stored_text_of_ours_that_was_not_true_is_said_no_more():
    old = "We are having trouble reaching our team about {number}. It is saved and we"
    world = World()
    world.prefer(messages={"delayed": f"{old} keep trying."})
    await world.escalate()

    await world.feed(world.of_failed(world.requests[0]))

    assert world.replies[-1]["text"].startswith("We could not deliver ESC-1001")


async def test_an_apps_own_words_for_a_failure_are_kept():
    world = World()
    world.prefer(messages={"delayed": "Call us about {number}."})
    await world.escalate()

    await world.feed(world.of_failed(world.requests[0]))

    assert world.replies[-1]["text"] == "Call us about ESC-1001."
