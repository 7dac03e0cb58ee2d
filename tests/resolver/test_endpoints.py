"""Actions that the resolver runs itself: asked for, decided, told of, never twice."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from services.resolver.domain.catalogue import Action, Parameter
from services.resolver.resolve.calls import COLLECTION, CallEnded
from shared.kafka.deciding.decisions import Timer
from shared.kafka.records import Record
from tests.resolver.world import LANE, LIMITS, FakeRanker, Told, World, found
from tests.support.fakes import NOON

URL = "https://shop.example.com/refund"
REFUND = Action(
    "refund_order",
    "Refund an order",
    (Parameter("order_id", kind="integer", required=True),),
    endpoint=URL,
)
CAREFUL = replace(REFUND, approval_required=True)


def world(action=REFUND, **ranked):
    return World(FakeRanker(found(actions={action: 0.95}), by_text=ranked))


def waiting(the_world):
    return [
        document.document
        for entry in the_world.ledger.entries.values()
        for document in entry.documents
        if document.collection == COLLECTION
    ]


async def end(the_world, call_id, status="succeeded", **facts):
    event = CallEnded(
        app_id="acme", conversation_id="c-42", call_id=call_id, status=status, **facts
    )
    record = Record(
        topic="command",
        partition=0,
        offset=0,
        value=b"",
        event=event,
        lane=LANE,
        source_id=f"ended-{call_id}",
    )
    (done,) = await the_world.work(record)
    return Told(done)


async def test_a_call_is_stored_with_its_decision_and_the_platform_is_not_asked():
    here = world()

    told = await here.say("refund order 17 please")

    (row,) = waiting(here)
    body = orjson.loads(row["body"])
    assert told.reason == "endpoint_called"
    assert told.topics == []
    assert row["url"] == URL
    assert row["due_at"] == NOON + timedelta(seconds=30)
    assert body["type"] == "action.call"
    assert body["data"]["action"] == "refund_order"
    assert body["data"]["arguments"] == {"order_id": 17}
    assert body["data"]["call_id"] == row["_id"]
    assert body["data"]["user"]["id"] == "u-7"
    assert body["data"]["approved"] is False


async def test_its_result_is_told_and_the_request_is_resolved():
    here = world()
    await here.say("refund order 17 please")
    (row,) = waiting(here)

    told = await end(here, row["_id"], output={"message": "Refunded 20 EUR."})

    assert told.reply.type == "answer"
    assert told.reply.text == "Done. Refunded 20 EUR."
    assert told.reply.in_reply_to == "e-1"
    assert told.resolved.kind == "action"
    assert told.resolved.name == "refund_order"
    assert told.resolved.attempts[0].outcome == "succeeded"


async def test_the_same_news_twice_is_told_once():
    here = world()
    await here.say("refund order 17 please")
    (row,) = waiting(here)
    await end(here, row["_id"])

    again = await end(here, row["_id"])

    assert again.reason == "duplicate"
    assert len([e for e in here.ledger.entries.values() if e.outputs]) == 1


@pytest.mark.parametrize(
    ("status", "outcome"), [("failed", "failed"), ("timed_out", "timed_out")]
)
async def test_a_call_that_does_not_work_reaches_people(status, outcome):
    here = world()
    await here.say("refund order 17 please")
    (row,) = waiting(here)

    told = await end(here, row["_id"], status, error="503 Away (called 3 times)")

    assert told.unresolved.reason == "action_failed"
    assert told.unresolved.text == "refund order 17 please"
    assert told.unresolved.attempts[0].outcome == outcome
    assert told.unresolved.attempts[0].detail == "503 Away (called 3 times)"


async def test_a_sign_of_many_characters_is_shown_whole_or_not_at_all():
    here = world()
    await here.say("refund order 17 please")
    (row,) = waiting(here)
    family = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"

    told = await end(here, row["_id"], "failed", error="x" * 296 + 2 * family)

    assert told.unresolved.attempts[0].detail == "x" * 296 + "…"


async def test_a_call_that_does_not_work_falls_through_to_a_document():
    here = world()
    await here.say("refund order 17 please")
    (row,) = waiting(here)
    here.ranker.ranking = found(passages={LIMITS: 0.9})

    told = await end(here, row["_id"], "failed", error="no")

    assert told.reply.text == LIMITS.text
    assert [each.outcome for each in told.resolved.attempts] == ["failed", "succeeded"]


async def test_a_call_of_which_nothing_is_heard_times_out():
    here = world()
    await here.say("refund order 17 please")
    (entry,) = here.ledger.entries.values()
    (timer,) = entry.timers
    here.clock.at = timer.due_at

    told = await here.fire(
        Timer(timer.timer_id, LANE, timer.due_at, "x", timer.payload)
    )
    late = await end(here, timer.payload["call_id"])

    assert told.unresolved.attempts[0].outcome == "timed_out"
    assert late.reason == "unknown_call"


async def test_nobody_else_can_say_that_our_call_succeeded():
    here = world()
    await here.say("refund order 17 please")
    (row,) = waiting(here)

    told = await here.send(
        type="action_result", call_id=row["_id"], status="succeeded", output="ha"
    )

    assert told.reason == "unknown_call"
    assert told.topics == []


async def test_the_user_approves_the_very_arguments():
    here = world(CAREFUL)

    asked = await here.say("refund order 17 please")
    done = await here.say("Yes, please!")

    (row,) = waiting(here)
    assert asked.reply.type == "question"
    assert asked.reply.missing == ["approval"]
    assert "order_id: 17" in asked.reply.text
    assert done.reason == "endpoint_called"
    assert orjson.loads(row["body"])["data"]["approved"] is True
    assert orjson.loads(row["body"])["data"]["arguments"] == {"order_id": 17}


async def test_nothing_runs_while_the_user_has_not_said_yes():
    here = world(CAREFUL)
    await here.say("refund order 17 please")

    unclear = await here.say("hmm let me think about that for a moment")
    people = await here.say("what is this about")

    assert unclear.reply.missing == ["approval"]
    assert people.unresolved.reason == "action_denied"
    assert people.unresolved.text == "refund order 17 please"
    assert waiting(here) == []


@pytest.mark.parametrize("no", ["no", "nein danke", "не надо", "やめて", "cancel that"])
async def test_a_no_is_a_denial(no):
    here = world(CAREFUL)
    await here.say("refund order 17 please")

    told = await here.say(no)

    assert told.unresolved.reason == "action_denied"
    assert told.unresolved.text == "refund order 17 please"
    assert told.unresolved.attempts[0].outcome == "denied"
    assert waiting(here) == []


async def test_a_no_searches_the_documents_for_the_request_itself():
    here = world(CAREFUL)
    await here.say("refund order 17 please")
    here.ranker.by_text["refund order 17 please"] = found(passages={LIMITS: 0.9})

    told = await here.say("no")

    assert here.ranker.asked[-1][1] == "refund order 17 please"
    assert told.reply.text == LIMITS.text


async def test_an_answer_to_a_question_comes_before_the_approval():
    here = world(CAREFUL)

    first = await here.say("I want my money back")
    second = await here.say("17")
    third = await here.say("ok")

    assert first.reply.missing == ["order_id"]
    assert second.reply.missing == ["approval"]
    assert third.reason == "endpoint_called"


async def test_a_failed_search_after_a_denial_still_reaches_people():
    here = world(CAREFUL)
    await here.say("refund order 17 please")
    here.ranker.failing = RuntimeError("away")

    told = await here.say("no")

    assert told.unresolved.reason == "resolver_error"
    assert told.unresolved.attempts[0].outcome == "denied"


async def test_a_question_that_is_not_answered_searches_for_the_request_itself():
    here = world()
    here.ranker.by_text = {
        "I want my money back": found(actions={REFUND: 0.95}),
        "dunno": found(),
        "whatever": found(),
    }
    await here.say("I want my money back")
    await here.say("dunno")
    here.ranker.by_text["I want my money back"] = found(passages={LIMITS: 0.9})

    told = await here.say("whatever")

    assert told.reply.text == LIMITS.text
    assert told.resolved.text == "I want my money back"


async def test_people_who_took_over_meanwhile_are_not_talked_into():
    here = world()
    await here.say("refund order 17 please")
    (row,) = waiting(here)
    await here.open_escalation()

    told = await end(here, row["_id"])

    assert told.reason == "people_have_it"
    assert told.topics == []
