"""Once people are done the user may be asked how satisfied they are: once, by setting."""

import pytest
from pydantic import ValidationError

from services.escalator import metrics
from shared.events import CONVERSATION_EVENT, Question
from shared.topics import CONVERSATION_REPLIES
from shared.wording.languages import load_languages
from tests.escalator.world import World

ENGLISH = load_languages()["en"].texts


async def resolved(**preferences) -> World:
    world = World()
    world.prefer(**{"satisfaction": {"ask": True}, **preferences})
    opened = await world.escalate()
    await world.order(opened["escalation_id"], "resolve")
    return world


def question_of(world: World) -> dict:
    (question,) = [each for each in world.replies if each["type"] == "question"]
    return question


async def answer(world: World, event_id: str, **body) -> str:
    feedback = {
        "type": "feedback",
        "event_id": event_id,
        "reply_id": question_of(world)["reply_id"],
        **body,
    }
    return (await world.feed(world.of_event(feedback)))[-1].reason


def ratings(world: World) -> list[dict]:
    return [each for each in world.updates if each["change"] == "rated"]


async def test_the_question_follows_the_resolution():
    world = await resolved()

    assert world.told == [("receipt", "resolved"), ("question", "")]
    question = question_of(world)
    assert question["missing"] == ["score"]
    assert question["escalation_id"] == world.opened[0]["escalation_id"]
    assert question["text"] == ENGLISH["satisfaction"].replace("{number}", "ESC-1001")


async def test_without_the_setting_nobody_is_asked():
    world = await resolved(satisfaction={})

    assert world.told == [("receipt", "resolved")]


async def test_an_app_asks_in_its_own_words():
    world = await resolved(messages={"satisfaction": "{app}: 1 to 5?"})

    assert question_of(world)["text"] == "Acme: 1 to 5?"


async def test_the_answer_is_published_stored_and_counted():
    world = await resolved()
    escalation_id = world.opened[0]["escalation_id"]
    counted = metrics.RATED.labels("4")
    before = counted._value.get()

    reason = await answer(world, "f-1", score=4, comment="Quick")

    assert reason == "rated"
    (update,) = ratings(world)
    assert (update["score"], update["text"]) == (4, "Quick")
    assert (update["from"], update["to"]) == ("resolved", "resolved")
    assert update["actor"] == "user"
    assert world.stored(escalation_id)["score"] == 4
    assert counted._value.get() == before + 1


async def test_a_second_answer_changes_nothing_nor_does_a_repeat():
    world = await resolved()
    await answer(world, "f-1", score=4)

    await answer(world, "f-1", score=4)
    reason = await answer(world, "f-2", score=1)

    assert reason == "projected"
    assert len(ratings(world)) == 1
    assert world.stored(world.opened[0]["escalation_id"])["score"] == 4


async def test_a_late_answer_counts_and_what_is_reopened_is_not_asked_again():
    world = await resolved()
    escalation_id = world.opened[0]["escalation_id"]
    await world.order(escalation_id, "reopen")
    await world.order(escalation_id, "resolve")
    await world.wait(86_400 * 30)

    await answer(world, "f-1", score=5)

    assert len([kind for kind, _ in world.told if kind == "question"]) == 1
    assert world.stored(escalation_id)["score"] == 5


@pytest.mark.parametrize(
    "body",
    [
        {"rating": "unhelpful"},
        {"score": 3, "reply_id": "another reply"},
    ],
)
async def test_what_is_no_answer_to_the_question_rates_nothing(body):
    world = await resolved()

    await answer(world, "f-1", **body)

    assert ratings(world) == []


async def test_our_question_read_back_is_no_line_of_the_conversation():
    world = await resolved()
    question = Question.model_validate(question_of(world))

    (done,) = await world.feed(world.of_ours(CONVERSATION_REPLIES, question))

    assert done.reason == "not_spoken"


FEEDBACK = {
    "type": "feedback",
    "event_id": "f-1",
    "app_id": "acme",
    "conversation_id": "c-1",
    "occurred_at": "2026-11-30T10:00:00Z",
    "reply_id": "r-1",
}


@pytest.mark.parametrize(
    ("body", "rating"),
    [
        ({"score": 1}, "unhelpful"),
        ({"score": 3}, "helpful"),
        ({"score": 5, "rating": None}, "helpful"),
        ({"score": 1, "rating": "helpful"}, "helpful"),
        ({"rating": "unhelpful"}, "unhelpful"),
    ],
)
def test_a_score_is_a_verdict_too(body, rating):
    event = CONVERSATION_EVENT.validate_python(FEEDBACK | body)

    assert event.rating == rating
    assert event.score == body.get("score")


@pytest.mark.parametrize("body", [{}, {"score": 0}, {"score": 6}, {"score": True}])
def test_feedback_that_says_nothing_is_refused(body):
    with pytest.raises(ValidationError):
        CONVERSATION_EVENT.validate_python(FEEDBACK | body)
