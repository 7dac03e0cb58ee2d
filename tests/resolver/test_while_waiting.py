"""Whoever waits for a person is heard: helped, told how it stands, or left to people."""

from datetime import timedelta

import pytest

from services.resolver.domain.catalogue import Passage
from services.resolver.resolve.states import ConversationStates
from shared.events import Messages, Preferences
from tests.resolver.world import (
    LIMITS,
    RESET,
    Told,
    World,
    found,
    outputs_of,
    without_parameters,
)
from tests.support.fakes import NOON, app

EXPORTS = Passage("exports", "Exports", "Choose Export in the menu.")


async def waiting(*, opened: bool = True, **preferences) -> World:
    """Return a world whose user was handed off and whom nobody has taken yet."""
    world = World()
    world.apps.known["acme"] = app(name="Acme", preferences=Preferences(**preferences))
    world.ranker.ranking = found()
    handed = await world.say("My upload fails")
    assert handed.unresolved.reason == "no_match"
    if opened:
        await world.open_escalation()
    return world


def at(minutes: float) -> str:
    return (NOON + timedelta(minutes=minutes)).isoformat()


async def test_a_new_question_that_a_document_answers_is_answered_meanwhile():
    world = await waiting()
    world.ranker.ranking = found(passages={EXPORTS: 0.9})

    told = await world.say("How do I export my data?")
    silent = await world.say("Where is the menu?")

    assert told.reason == "answered_meanwhile"
    assert (told.reply.type, told.reply.meanwhile) == ("answer", True)
    assert told.reply.text == EXPORTS.text
    assert told.reply.citations[0].document_id == "exports"
    assert told.resolved.name == "exports"
    assert silent.reply.status == "waiting"  # it was given that passage just now


async def test_an_answer_of_any_other_time_is_not_marked():
    world = World()
    world.ranker.ranking = found(passages={EXPORTS: 0.9})

    assert (await world.say("How do I export?")).reply.meanwhile is False


async def test_no_action_is_run_while_people_have_it():
    world = await waiting()
    world.ranker.ranking = found(
        actions={without_parameters(RESET): 0.95}, passages={LIMITS: 0.9}
    )

    told = await world.say("reset my password")

    assert (told.reply.type, told.reply.status) == ("receipt", "waiting")
    assert world.ledger.timers == []


async def test_what_was_handed_off_is_no_new_question_when_it_is_said_again():
    world = await waiting()
    world.ranker.ranking = found(passages={LIMITS: 0.9})

    told = await world.say("my upload fails!")

    assert told.reply.status == "waiting"


async def test_an_answer_that_was_turned_down_is_not_given_again():
    world = World()
    world.ranker.ranking = found(passages={LIMITS: 0.9})
    await world.say("How big may a file be?")
    await world.say("That did not help")
    await world.open_escalation()

    told = await world.say("What is the maximum size, then?")

    assert told.reply.status == "waiting"


async def test_anything_else_is_acknowledged_first_and_then_every_five_minutes():
    world = await waiting()
    minutes = [0, 1, 4.9, 5, 7, 9.99, 10.5]

    told = [
        await world.say(f"And one more thing {at(each)}", occurred_at=at(each))
        for each in minutes
    ]

    spoken = [minute for minute, each in zip(minutes, told, strict=True) if each.topics]
    assert spoken == [0, 5, 10.5]
    reply = told[0].reply
    assert (reply.type, reply.status, reply.number) == ("receipt", "waiting", "ESC-1")
    assert reply.escalation_id == "esc-1"
    assert "ESC-1" in reply.text
    assert reply.expected_by is None
    assert "{" not in reply.text


async def test_the_five_minutes_hold_through_restarts_replays_and_a_late_decision():
    world = await waiting()
    first = world.record(message("more", minute=0))
    second = world.record(message("and more", minute=1))
    (told,) = await world.work(first)
    world.restart()
    world.clock.forward(seconds=3600)
    (silent,) = await world.work(second)
    world.restart()
    again = await world.work(first, second)

    assert Told(told).reply.status == "waiting"
    assert silent.outputs == ()
    assert [outputs_of(each) for each in again] == [outputs_of(told), []]


async def test_a_platform_clock_that_jumps_does_not_end_the_acknowledgements():
    world = await waiting()
    await world.say("more", occurred_at=at(60 * 24))

    told = await world.say("and more", occurred_at=at(1))

    assert told.reply.status == "waiting"


STILL_THERE = [
    "still there?",
    "Hello? Anyone?",
    "hello??",
    "?",
    "any update?",
    "Ist da noch jemand?",
    "Hallo, sind Sie noch da?",
    "Il y a quelqu'un ?",
    "¿Hay alguien ahí?",
    "Tem alguém aí?",
    "C'è qualcuno?",
    "Is daar iemand?",
    "Är ni kvar?",
    "Halo, jest tam kto?",
    "Orada mısınız?",
    "Есть кто-нибудь?",
    "هل من أحد؟",
    "还在吗？",
    "誰かいますか？",
    "아직 계세요?",
]


@pytest.mark.parametrize("text", STILL_THERE)
async def test_still_there_gets_the_state_at_once_in_any_language(text):
    world = await waiting()
    await world.say("more words")

    told = [await world.say(text), await world.say(text)]

    assert [each.reply.status for each in told] == ["waiting", "waiting"]
    assert world.ranker.asked[-1][1] == "more words"  # nothing was searched


@pytest.mark.parametrize(
    "text",
    [
        "Is anyone else seeing error 500 on upload?",
        "How long are exports kept?",
        "Is there an update of the app for Android?",
        "Wie lange werden Exporte gespeichert?",
        "导出文件保存多久？我想下载去年的数据",
    ],
)
async def test_a_question_of_its_own_is_no_still_there(text):
    world = await waiting()
    world.ranker.ranking = found(passages={EXPORTS: 0.9})

    assert (await world.say(text)).reply.type == "answer"


async def test_the_state_says_whether_it_has_reached_the_team():
    world = await waiting()
    saved = await world.say("still there?")
    await world.change_escalation("delivered", revision=1)
    delivered = await world.say("still there?")

    assert "has not reached them yet" in saved.reply.text
    assert "is with our team" in delivered.reply.text


async def test_the_state_is_told_in_the_users_language():
    world = await waiting()

    told = await world.say("Ist da noch jemand?", session={"locale": "de-DE"})

    assert told.reply.text.startswith("Ihre Anfrage ESC-1")


async def test_an_app_has_its_own_words_for_it():
    own = Messages(waiting="{app}: {number} ({reason}) waits.")
    world = await waiting(messages=own)

    told = await world.say("still there?")

    assert told.reply.text == "Acme: ESC-1 (no answer found) waits."


async def test_words_that_would_show_a_brace_are_passed_over():
    world = await waiting(messages=Messages(waiting="{number} waits, {user}."))

    told = await world.say("still there?")

    assert told.reply.text.startswith("Your request ESC-1 is")


@pytest.mark.parametrize("text", ["thanks", "ok", "bye"])
async def test_thanks_and_nods_need_no_words(text):
    world = await waiting()

    assert (await world.say(text)).topics == []


@pytest.mark.parametrize("taken", ["acknowledged", "answered", "assigned"])
async def test_once_a_person_has_it_the_assistant_is_silent(taken):
    world = await waiting()
    if taken == "assigned":
        await world.change_escalation("assigned", revision=1, text="bo")
    else:
        await world.update_escalation(taken, revision=1)
    world.ranker.ranking = found(passages={EXPORTS: 0.9})

    told = [
        await world.say("How do I export?"),
        await world.say("still there?"),
        await world.send(type="handoff_requested"),
    ]

    assert [each.topics for each in told] == [[], [], []]


async def test_what_is_given_back_to_nobody_waits_again():
    world = await waiting()
    await world.change_escalation("assigned", revision=1, text="bo")
    await world.change_escalation("assigned", revision=2, text=None)

    assert (await world.say("still there?")).reply.status == "waiting"


async def test_a_merge_leaves_the_assistant_out_of_it():
    world = await waiting()
    await world.change_escalation("merged", revision=1, text="ESC-7")
    world.ranker.ranking = found(actions={without_parameters(RESET): 0.95})

    told = await world.say("reset my password")

    assert told.reply.status == "waiting"


async def test_a_message_before_the_number_is_known_is_acknowledged_with_it():
    world = await waiting(opened=False)
    silent = await world.say("hello?")
    record = await world.open_escalation()
    later = await world.say("one more thing")

    assert silent.topics == []
    assert record.reply.status == "waiting"
    assert record.reply.in_reply_to == "e-2"
    assert record.reply.number == "ESC-1"
    assert later.topics == []  # the five minutes run


async def test_a_question_before_the_number_is_known_is_answered_at_once():
    world = await waiting(opened=False)
    world.ranker.ranking = found(passages={EXPORTS: 0.9})

    told = await world.say("How do I export?")
    opened = await world.open_escalation()

    assert told.reply.meanwhile is True
    assert opened.topics == []


async def test_what_is_taken_before_it_was_told_is_the_persons():
    world = await waiting(opened=False)
    await world.say("one more thing")

    taken = await world.update_escalation("acknowledged", revision=1, number="")

    assert taken.topics == []
    assert (await world.open_escalation()).topics == []


@pytest.mark.parametrize(
    ("mode", "question", "other"),
    [
        ("help", "answer", "receipt"),
        ("acknowledge", "receipt", None),
        ("silent", None, None),
    ],
)
async def test_the_setting_says_what_is_done(mode, question, other):
    world = await waiting(while_waiting=mode)
    world.ranker.ranking = found(passages={EXPORTS: 0.9})
    asked = await world.say("How do I export?")
    world.ranker.ranking = found()
    said = await world.say("I tried it on my phone as well")

    kinds = [each.reply.type if each.topics else None for each in (asked, said)]
    assert kinds == [question, other]


async def test_a_failed_search_is_acknowledged():
    world = await waiting()
    world.ranker.failing = RuntimeError("no index")

    assert (await world.say("How do I export?")).reply.status == "waiting"


async def test_all_of_it_is_over_with_the_escalation():
    world = await waiting()
    await world.say("one more thing")
    await world.update_escalation("resolved", revision=1)
    world.ranker.ranking = found(passages={EXPORTS: 0.9})

    told = await world.say("How do I export?")

    assert told.reply.meanwhile is False
    assert world.state.meanwhile is None


async def test_what_was_told_survives_a_restart():
    world = await waiting()
    await world.say("one more thing")
    state, states = world.state, ConversationStates()

    assert state.meanwhile.acknowledged_at is not None
    assert states.load(states.dump(state)) == state


def message(text: str, *, minute: float) -> dict:
    return {
        "type": "message",
        "message": {"role": "user", "text": text},
        "occurred_at": at(minute),
    }
