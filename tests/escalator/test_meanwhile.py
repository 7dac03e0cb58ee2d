"""What the assistant answers while a request waits: people see it, it closes nothing."""

from shared import events, topics
from tests.escalator.world import APP, CONVERSATION, START, World


def answer(*, to: str) -> events.Answer:
    return events.Answer(
        app_id=APP,
        conversation_id=CONVERSATION,
        occurred_at=START,
        reply_id="r-1",
        in_reply_to=to,
        text="Choose Export.",
        meanwhile=True,
    )


def resolved(event_id: str) -> events.ConversationResolved:
    return events.ConversationResolved(
        app_id=APP,
        conversation_id=CONVERSATION,
        occurred_at=START,
        request_id="q-1",
        event_id=event_id,
        kind="document",
        name="exports",
        reply_id="r-1",
    )


async def waiting() -> World:
    """Return a world whose user waits, was answered from a document and asks on."""
    world = World()
    await world.escalate()
    await world.feed(world.of_delivered(world.requests[0]))
    await world.say("e-2", "How do I export?")
    reply = world.of_ours(topics.CONVERSATION_REPLIES, answer(to="e-2"))
    await world.feed(reply)
    await world.feed(world.of_ours(topics.CONVERSATION_RESOLVED, resolved("e-2")))
    return world


async def test_a_meanwhile_answer_is_in_what_people_get_next_in_its_place():
    world = await waiting()

    await world.say("e-3", "And as CSV?")

    said = [line["text"] for line in world.requests[-1]["packet"]["conversation"]]
    assert said[-3:] == ["How do I export?", "Choose Export.", "And as CSV?"]


async def test_a_meanwhile_answer_closes_nothing_and_is_read_twice_as_once():
    world = await waiting()
    reply = world.of_ours(topics.CONVERSATION_REPLIES, answer(to="e-2"))
    await world.feed(reply)
    await world.say("e-3", "And as CSV?")

    said = [line["text"] for line in world.requests[-1]["packet"]["conversation"]]
    assert said.count("Choose Export.") == 1
    assert world.stored(world.opened[0]["escalation_id"])["status"] == "open"


async def test_every_message_of_a_user_who_waits_reaches_the_team():
    world = await waiting()
    await world.order(world.opened[0]["escalation_id"], "acknowledge")

    await world.say("e-3", "Are you looking at it?")

    news = [each["text"] for each in world.requests if each["kind"] == "message_added"]
    assert news == ["How do I export?", "Are you looking at it?"]
