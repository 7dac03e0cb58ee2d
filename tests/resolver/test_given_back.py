"""Whoever people are done with is the assistant's again, and is handed off afresh."""

import pytest

from shared.events import Preferences
from tests.resolver.test_while_waiting import EXPORTS, waiting
from tests.resolver.world import found
from tests.support.fakes import app

ENDS = [
    pytest.param({"to": "resolved"}, "people_are_done", id="resolved"),
    pytest.param({"to": "withdrawn"}, "people_are_done", id="withdrawn"),
    pytest.param({"to": "expired"}, "people_are_done", id="expired"),
    pytest.param(
        {"to": "open", "change": "handed_back"}, "handed_back", id="handed back"
    ),
    pytest.param(
        {"from": "acknowledged", "to": "resolved", "change": "handed_back"},
        "handed_back",
        id="handed back and resolved",
    ),
]


async def given_back(end, *, taken=True):
    world = await waiting()
    if taken:
        await world.update_escalation("acknowledged", revision=1)
    told = await world.update_escalation(revision=2, **end)
    return world, told


@pytest.mark.parametrize(("end", "reason"), ENDS)
@pytest.mark.parametrize("taken", [True, False])
async def test_the_assistant_answers_again(end, reason, taken):
    world, told = await given_back(end, taken=taken)
    world.ranker.ranking = found(passages={EXPORTS: 0.9})

    answered = await world.say("How do I export my data?")

    assert told.reason == reason
    assert told.topics == []
    assert answered.reply.text == EXPORTS.text
    assert answered.reply.meanwhile is False


@pytest.mark.parametrize(("end", "reason"), ENDS)
async def test_what_was_handed_off_before_is_no_repeat_after(end, reason):
    world = await waiting(opened=False)
    world.ranker.ranking = found(passages={EXPORTS: 0.9})
    await world.open_escalation()
    told = await world.update_escalation(revision=2, **end)

    answered = await world.say("My upload fails")

    assert told.reason == reason
    assert answered.reason == "document_answers"


@pytest.mark.parametrize(("end", "reason"), ENDS)
async def test_a_second_hand_off_is_a_new_request_without_the_old_attempts(end, reason):
    world, told = await given_back(end)

    again = await world.say("And now my download fails")

    assert told.reason == reason
    assert again.unresolved.event_id == f"e-{world.offset}"
    assert again.unresolved.text == "And now my download fails"
    assert again.unresolved.attempts == []


@pytest.mark.parametrize(("end", "reason"), ENDS)
async def test_what_was_said_before_hands_nothing_off_again(end, reason):
    world, told = await given_back(end)

    late = [
        await world.send(type="feedback", reply_id="r-1", rating="unhelpful"),
        await world.send(
            type="message",
            message={"role": "assistant", "text": "Our team will be in touch soon!"},
        ),
        await world.send(
            type="message",
            message={"role": "teammate", "text": "I hand you back to the assistant."},
        ),
    ]

    assert told.reason == reason
    assert [each.topics for each in late] == [[], [], []]


@pytest.mark.parametrize(
    "change", ["noted", "delivered", "message_added", "contact_added", "snoozed"]
)
async def test_what_is_only_written_to_it_later_silences_nobody(change):
    world, _ = await given_back({"to": "acknowledged", "change": "handed_back"})
    await world.update_escalation(
        "acknowledged", revision=3, change=change, **{"from": "acknowledged"}
    )
    world.ranker.ranking = found(passages={EXPORTS: 0.9})

    assert (await world.say("How do I export?")).reply.type == "answer"


@pytest.mark.parametrize(
    "news",
    [
        pytest.param({"to": "reopened"}, id="reopened"),
        pytest.param({"to": "acknowledged"}, id="claimed"),
        pytest.param({"to": "open", "change": "assigned", "text": "bo"}, id="assigned"),
    ],
)
async def test_who_takes_it_up_again_has_it_again(news):
    world, _ = await given_back({"to": "open", "change": "handed_back"})
    await world.update_escalation(revision=3, **news)
    world.ranker.ranking = found(passages={EXPORTS: 0.9})

    told = await world.say("How do I export?")

    assert not any(topic == "conversation.resolved" for topic in told.topics) or (
        told.reply.meanwhile
    )


async def test_a_repeat_of_the_hand_back_does_not_forget_what_was_asked_since():
    world, _ = await given_back({"to": "open", "change": "handed_back"})
    world.ranker.ranking = found(passages={EXPORTS: 0.9})
    await world.say("How do I export?")

    again = await world.update_escalation("resolved", revision=3)
    rejected = await world.say("That did not help")

    assert again.reason == "escalation_known"
    assert rejected.unresolved.reason == "answer_rejected"


async def test_only_one_speaks_after_it_was_resolved_until_it_is_reopened():
    world, _ = await given_back({"to": "resolved"})
    world.ranker.ranking = found()
    unsolved = await world.say("It fails again")
    waits = await world.say("Still there?")
    reopened = await world.update_escalation(
        "reopened", revision=3, **{"from": "resolved"}
    )
    taken = await world.update_escalation(
        "acknowledged", revision=4, **{"from": "reopened"}
    )
    silent = await world.say("Hello?")

    assert unsolved.unresolved.reason == "no_match"
    assert waits.topics == []
    assert reopened.reply.status == "waiting"
    assert taken.topics == silent.topics == []


@pytest.mark.parametrize("word", ["archived", "some_later_status"])
async def test_a_status_that_only_a_later_version_knows_leaves_it_with_people(word):
    world = await waiting()
    told = await world.update_escalation(
        word, revision=1, change="some_later_change", **{"from": "some_status"}
    )

    assert told.reason == "people_took_it"
    assert (await world.say("Still there?")).reply.status == "waiting"


async def test_a_withdrawal_is_heard_and_told_by_people_alone():
    world = await waiting()
    heard = await world.send(type="withdrawn", text="It works now")
    still = await world.say("Still there?")
    await world.update_escalation("withdrawn", revision=1)
    world.ranker.ranking = found(passages={EXPORTS: 0.9})
    answered = await world.say("How do I export?")

    assert (heard.reason, heard.topics) == ("recorded", [])
    assert still.reply.status == "waiting"
    assert answered.reply.meanwhile is False


async def test_a_withdrawal_before_anybody_has_it_leaves_nobody_unheard():
    world = await waiting(opened=False)
    await world.send(type="withdrawn")
    world.ranker.ranking = found(passages={EXPORTS: 0.9})

    answered = await world.say("How do I export?")

    assert answered.reply.meanwhile is False


@pytest.mark.parametrize("text", [None, "never mind"])
async def test_a_withdrawal_of_nothing_is_only_recorded(text):
    world = await waiting(opened=False)
    world.apps.known["acme"] = app(preferences=Preferences())
    await world.update_escalation("resolved", revision=1)

    told = await world.send(type="withdrawn", text=text)

    assert (told.reason, told.topics) == ("recorded", [])


@pytest.mark.parametrize(
    ("said", "session", "language"),
    [
        ("Mein Upload schlägt fehl und ich weiß nicht warum", {}, "de"),
        ("Mein Upload schlägt fehl und ich weiß nicht", {"locale": "en-GB"}, "de"),
        ("não consigo enviar o meu arquivo", {"locale": "pt-BR"}, "pt-BR"),
        ("アップロードできません", {"locale": "ja-JP"}, "ja-JP"),
        ("error 500", {"locale": "fr_CA"}, "fr-CA"),
        ("error 500", {}, None),
    ],
)
async def test_the_users_language_goes_with_what_people_get(said, session, language):
    world = await waiting()
    await world.update_escalation("resolved", revision=1)
    world.ranker.ranking = found()

    told = await world.say(said, session=session)

    assert told.unresolved.language == language


async def test_a_button_is_in_the_language_of_what_was_said_before_it():
    world = await waiting()
    await world.update_escalation("resolved", revision=1)
    world.ranker.ranking = found(passages={EXPORTS: 0.9})
    await world.say("Wie kann ich meine Daten exportieren?")

    told = await world.send(type="handoff_requested")

    assert told.unresolved.language == "de"
