"""Events in, decisions out: the whole verb on a ledger in memory."""

import pytest

from shared import ids
from shared.errors import Transient
from shared.events import Preferences, Thresholds
from tests.resolver.world import (
    LIMITS,
    REFUND,
    RESET,
    Told,
    World,
    found,
    outputs_of,
)
from tests.support.factories import STORY, message
from tests.support.fakes import app


@pytest.fixture
def world():
    return World()


async def test_the_story_goes_to_people_with_everything(world):
    near = found(passages={LIMITS: 0.6})
    world.ranker.ranking = near

    (done,) = await world.work(world.record(message()))
    told = Told(done).unresolved

    assert done.reason == "low_confidence"
    assert told.request_id == ids.derive("request", "acme", "e-1")
    assert told.event_id == "e-1"
    assert told.text == STORY
    assert told.user.email == "ana@example.com"
    assert told.user.traits == {"plan": "pro"}
    assert told.session.url == "https://app.example.com/files"
    assert told.app_state == {"route": "/files", "last_request": {"status": 500}}
    assert told.occurred_at.isoformat() == "2026-11-22T10:00:00+00:00"
    assert told.attempts[0].name == "upload-limits"
    assert told.attempts[0].score == 0.6
    assert told.attempts[0].threshold == 0.7
    assert done.outputs[0].key == b"acme:c-42"


async def test_unknown_facts_of_a_user_reach_the_team(world):
    told = await world.say("?", user={"id": "u-7", "company": {"name": "Ex"}})

    assert told.unresolved.user.model_extra == {"company": {"name": "Ex"}}


async def test_the_same_event_five_times_is_one(world):
    record = world.record(message())
    done = await world.work(record, record, record)
    later = [await world.work(world.record(message())) for _ in range(2)]

    assert [each.reason for each in done] == ["no_match", "duplicate", "duplicate"]
    assert sum(len(each.outputs) for each in done) == 1
    assert [each[0].outputs for each in later] == [(), ()]
    assert len(world.ledger.entries) == 1


async def test_a_record_read_again_after_a_crash_is_published_again_byte_for_byte(
    world,
):
    record = world.record(message())
    (first,) = await world.work(record)
    world.restart()
    world.clock.forward(minutes=3)
    world.ranker.ranking = found(passages={LIMITS: 1.0})

    (again,) = await world.work(record)

    assert again.reason == "duplicate"
    assert outputs_of(again) == outputs_of(first)


async def test_a_document_answers_and_the_request_is_resolved(world):
    world.ranker.ranking = found(passages={LIMITS: 0.9})

    told = await world.say("How big may a file be?", event_id="e-9")

    assert told.reply.type == "answer"
    assert told.reply.reply_id == ids.derive("reply", "acme", "e-9", "answer")
    assert told.reply.in_reply_to == "e-9"
    assert told.reply.citations[0].model_dump() == {
        "document_id": "upload-limits",
        "title": "Upload limits",
        "url": "https://docs.example.com/upload",
        "passage": "Files may be up to 10 MB.",
        "score": 0.9,
    }
    assert told.resolved.kind == "document"
    assert told.resolved.reply_id == told.reply.reply_id


async def test_an_action_goes_there_and_back(world):
    world.ranker.ranking = found(actions={RESET: 0.9})
    called = await world.say("I forgot my password", event_id="e-1")
    (timer,) = world.ledger.timers
    world.restart()

    done = await world.send(
        type="action_result",
        call_id=called.reply.call_id,
        status="succeeded",
        output={"message": "Look in your inbox."},
    )
    late = await world.fire(timer)

    assert called.reply.type == "action_call"
    assert called.reply.arguments == {"email": "ana@example.com"}
    assert called.reply.call_id == ids.derive("call", "acme", "e-1")
    assert called.topics == ["conversation.replies"]
    assert done.reply.text == "Done. Look in your inbox."
    assert done.resolved.kind == "action"
    assert done.resolved.event_id == "e-1"
    assert done.resolved.attempts[0].outcome == "succeeded"
    assert late.reason == "call_ended"
    assert late.topics == []


@pytest.mark.parametrize(
    ("status", "reason"), [("failed", "action_failed"), ("denied", "action_denied")]
)
async def test_an_action_that_did_not_run_goes_on_to_documents_then_people(
    world, status, reason
):
    world.ranker.ranking = found(actions={REFUND: 0.9}, passages={LIMITS: 0.5})
    called = await world.say("Refund order 17")

    told = await world.send(
        type="action_result",
        call_id=called.reply.call_id,
        status=status,
        error="card expired",
    )

    assert told.unresolved.reason == reason
    assert told.unresolved.text == "Refund order 17"
    assert [each.outcome for each in told.unresolved.attempts] == [
        status,
        "below_threshold",
    ]
    assert told.unresolved.attempts[0].detail == "card expired"


async def test_a_document_answers_where_the_action_failed(world):
    world.ranker.ranking = found(actions={RESET: 0.9}, passages={LIMITS: 0.9})
    called = await world.say("I forgot my password")

    told = await world.send(
        type="action_result", call_id=called.reply.call_id, status="failed"
    )

    assert told.reply.type == "answer"
    assert [each.outcome for each in told.resolved.attempts] == ["failed", "succeeded"]


async def test_an_action_that_never_comes_back_times_out(world):
    world.ranker.ranking = found(actions={RESET: 0.9})
    await world.say("I forgot my password", event_id="e-1")
    (timer,) = world.ledger.timers
    world.clock.forward(seconds=30)

    told = await world.fire(timer)
    again = await world.fire(timer)

    assert timer.kind == "action_timeout"
    assert told.unresolved.reason == "action_failed"
    assert told.unresolved.attempts[0].outcome == "timed_out"
    assert told.unresolved.event_id == "e-1"
    assert again.topics == told.topics


async def test_the_wait_for_an_action_is_the_apps_own(world):
    world.apps.known["acme"] = app(preferences=Preferences(action_timeout_seconds=5))
    world.ranker.ranking = found(actions={RESET: 0.9})
    await world.say("I forgot my password")

    (timer,) = world.ledger.timers
    assert (timer.due_at - world.clock.now()).total_seconds() == 5


async def test_the_thresholds_are_the_apps_own(world):
    world.apps.known["acme"] = app(
        preferences=Preferences(thresholds=Thresholds(document=0.95))
    )
    world.ranker.ranking = found(passages={LIMITS: 0.9})

    told = await world.say("How big may a file be?")

    assert told.unresolved.attempts[0].threshold == 0.95


async def test_a_result_of_an_unknown_call_is_ignored(world):
    told = await world.send(type="action_result", call_id="x", status="succeeded")

    assert told.reason == "unknown_call"
    assert told.topics == []
    assert world.ledger.entries == {}


@pytest.mark.parametrize(
    "error", [RuntimeError("bug"), TimeoutError()], ids=["a bug", "too slow"]
)
async def test_a_search_that_fails_sends_the_request_to_people(world, error):
    world.ranker.failing = error

    told = await world.say("How big may a file be?")

    assert told.unresolved.reason == "resolver_error"


async def test_a_catalogue_that_still_loads_is_waited_for(world):
    world.ranker.ranking = found(actions={RESET: 0.9})
    loading = Transient("catalogue_loading")
    said = world.record(message(text="I forgot my password"))
    world.ranker.failing = loading
    (first,) = await world.worker.work([[said]])
    world.ranker.failing = None
    called = Told((await world.work(said))[0])
    over = world.record(
        {"type": "action_result", "call_id": called.reply.call_id, "status": "failed"}
    )
    world.ranker.failing = loading
    (second,) = await world.worker.work([[over]])
    world.ranker.failing = None

    told = Told((await world.work(over))[0])

    assert [first.failed.error, second.failed.error] == [loading, loading]
    assert not first.done
    assert told.unresolved.reason == "action_failed"


async def test_a_failed_search_after_a_failed_action_sends_it_to_people(world):
    world.ranker.ranking = found(actions={RESET: 0.9})
    called = await world.say("I forgot my password")
    world.ranker.failing = RuntimeError("bug")

    told = await world.send(
        type="action_result", call_id=called.reply.call_id, status="failed"
    )

    assert told.unresolved.reason == "resolver_error"
    assert told.unresolved.attempts[0].outcome == "failed"


async def test_an_unhelpful_answer_goes_to_people(world):
    world.ranker.ranking = found(passages={LIMITS: 0.9})
    answered = await world.say("How big may a file be?", event_id="e-1")
    helpful = await world.send(
        type="feedback", reply_id=answered.reply.reply_id, rating="helpful"
    )

    told = await world.send(
        type="feedback",
        event_id="f-1",
        reply_id=answered.reply.reply_id,
        rating="unhelpful",
        comment="That is the old limit",
    )

    assert helpful.reason == "helpful"
    assert helpful.topics == []
    assert told.unresolved.reason == "answer_rejected"
    assert told.unresolved.event_id == "f-1"
    assert told.unresolved.text == "How big may a file be?"
    assert told.unresolved.attempts[-1].outcome == "rejected_by_user"
    assert told.unresolved.attempts[-1].detail == "That is the old limit"
    assert told.unresolved.request_id != answered.resolved.request_id


async def test_feedback_on_a_reply_of_nobody_is_ignored(world):
    told = await world.send(type="feedback", reply_id="r", rating="unhelpful")

    assert told.reason == "unknown_reply"


async def test_the_same_question_after_its_answer_goes_to_people(world):
    world.ranker.ranking = found(passages={LIMITS: 0.9})
    await world.say("How big may a file be?")

    told = await world.say("how big may a FILE be")

    assert told.unresolved.reason == "repeated_question"
    assert told.unresolved.attempts[0].outcome == "succeeded"
