"""Bodies made by hand are held to the models they stand for."""

from datetime import UTC, datetime, timedelta, timezone

import orjson
import pytest

from services.resolver.domain.conversation import (
    Attempt,
    AttemptOutcome,
    Conversation,
    Request,
)
from services.resolver.domain.outcome import (
    Context,
    Solved,
    Step,
    Turn,
    Unsolved,
    Why,
)
from services.resolver.resolve.compose import compose
from shared.events import ConversationResolved, ConversationUnresolved, Reason
from shared.kafka.records import Record, outgoing
from shared.topics import CONVERSATION_RESOLVED, CONVERSATION_UNRESOLVED

NOON = datetime(2026, 11, 22, 12, 0, 0, 250_000, tzinfo=UTC)
LISBON_SUMMER = datetime(2026, 7, 1, 13, 0, tzinfo=timezone(timedelta(hours=1)))
TRACE = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

FULL = Context(
    user={"id": "u-7", "name": "Ana", "traits": {"plan": "pro"}, "vip": True},
    session={"id": "s-9", "url": "https://app.example.com/files"},
    app_state={"route": "/files", "last_request": {"status": 500, "ms": 1.5}},
)
ATTEMPT = Attempt(
    kind="document",
    name="upload-limits",
    title="Upload limits",
    score=0.123456,
    threshold=0.8,
    outcome=AttemptOutcome.BELOW_THRESHOLD,
    detail="Files may be 10 MB. “Quotes”, ünï and \x7f.",
    started_at=NOON,
    duration_ms=1.25,
)


def turn(context=FULL, at=NOON):
    request = Request("e-1", "Why does the upload fail? 🙃", at)
    return Turn("acme", "c-42", "e-2", request, context, NOON)


def cause():
    return Record(
        "conversation.events", 0, 7, b"", None, "acme:c-42", "s-1", traceparent=TRACE
    )


def unsolved(why=Why.LOW_CONFIDENCE, attempts=(ATTEMPT,), at=NOON):
    return Unsolved(turn(at=at).request, why, attempts)


@pytest.mark.parametrize(
    ("result", "context", "at"),
    [
        (unsolved(), FULL, NOON),
        (unsolved(attempts=()), Context(), NOON),
        (unsolved(at=LISBON_SUMMER), FULL, LISBON_SUMMER),
        (unsolved(), Context(user={"email": "ana@example.com"}), NOON),
        (
            Solved(turn().request, "document", "upload-limits", "Upload", (ATTEMPT,)),
            FULL,
            NOON,
        ),
    ],
)
def test_what_is_published_is_what_the_contract_s_model_says(result, context, at):
    published = compose(
        Step(Why.NO_MATCH, Conversation(), result=result), turn(context, at), cause()
    )

    assert len(published) == 1
    solved = isinstance(result, Solved)
    model = ConversationResolved if solved else ConversationUnresolved
    topic = CONVERSATION_RESOLVED if solved else CONVERSATION_UNRESOLVED
    event = model.model_validate_json(published[0].value)
    as_model = outgoing(topic, event, source="resolver", cause=cause())
    assert known(published[0].value) == known(as_model.value)
    assert published[0].key == as_model.key == b"acme:c-42"
    assert published[0].headers == as_model.headers
    assert set(orjson.loads(published[0].value)) == set(model.model_fields)
    assert event.occurred_at == at
    assert event.user is None or event.user.id == "u-7"


def known(value):
    """Return the event without what it says nothing of: a null is no news."""
    return drop_nulls(orjson.loads(value))


def drop_nulls(node):
    if isinstance(node, dict):
        return {key: drop_nulls(leaf) for key, leaf in node.items() if leaf is not None}
    if isinstance(node, list):
        return [drop_nulls(leaf) for leaf in node]
    return node


@pytest.mark.parametrize("why", [why for why in Why if why.value in set(Reason)])
def test_every_reason_to_ask_people_is_published_by_its_word(why):
    published = compose(
        Step(why, Conversation(), result=unsolved(why)), turn(), cause()
    )

    event = ConversationUnresolved.model_validate_json(published[0].value)
    assert event.reason is Reason(why.value)
