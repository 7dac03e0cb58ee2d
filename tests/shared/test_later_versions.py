"""A state that version N+1 wrote is read by N, and still whole when N wrote it."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from services.escalator.domain.conversation import Conversation as Escalated
from services.escalator.repository.conversations.states import (
    ConversationStates as EscalatedStates,
)
from services.notifier.domain.delivery import Delivery
from services.notifier.repository import documents
from services.resolver.domain.conversation import Conversation as Resolved
from services.resolver.resolve.states import ConversationStates as ResolvedStates
from shared.errors import Permanent
from shared.events import REPLY
from shared.kafka.working.decode import validate_ours
from tests.support.fakes import NOON
from tests.support.later import later_fields, row_of


def through(states: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def read_and_write(row: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(
            states.dump(states.load(orjson.dumps(row)))
        )
        return found

    return read_and_write


def delivery(row: dict[str, Any]) -> dict[str, Any]:
    # What changes is set field by field: the others stay as they are in the store.
    stored = row | {"_id": "d-1", "request": b"", "due_at": NOON}
    return row | documents.to_changes(documents.from_document(stored))


@pytest.mark.parametrize(
    ("kind", "rewritten"),
    [
        pytest.param(Resolved, through(ResolvedStates()), id="resolver"),
        pytest.param(Escalated, through(EscalatedStates()), id="escalator"),
        pytest.param(Delivery, delivery, id="notifier"),
    ],
)
def test_each_field_of_a_later_version_stays_at_every_depth(
    kind: type, rewritten: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    row = row_of(kind)
    row.pop("lines", None)  # never written down

    again = rewritten(row)

    assert later_fields(again) == later_fields(row)
    assert len(later_fields(row)) > 2


REPLY_OF_OURS = {
    "reply_id": "r-1",
    "app_id": "acme",
    "conversation_id": "c-42",
    "in_reply_to": "e-1",
    "occurred_at": "2026-11-22T10:00:00Z",
    "text": "How was it?",
    "escalation_id": "esc-1",
}


@pytest.mark.parametrize(
    ("later", "kind"),
    [
        ({"type": "survey", "scale": 5}, "survey"),
        ({"type": "receipt", "status": "some_later_status"}, "receipt"),
        ({"type": "handoff", "number": "ESC-1", "status": "queued"}, "handoff"),
    ],
)
def test_a_reply_of_a_later_version_is_read_and_shown(later: Any, kind: str) -> None:
    reply = validate_ours(REPLY, orjson.dumps(REPLY_OF_OURS | later))

    assert (reply.type, reply.identity, reply.text) == (kind, "r-1", "How was it?")


@pytest.mark.parametrize("missing", ["reply_id", "text", "conversation_id"])
def test_what_is_no_reply_in_any_version_is_refused(missing: str) -> None:
    broken = {"type": "survey"} | REPLY_OF_OURS
    del broken[missing]

    with pytest.raises(Permanent):
        validate_ours(REPLY, orjson.dumps(broken))


@pytest.mark.parametrize("states", [ResolvedStates(), EscalatedStates()])
def test_a_state_is_written_as_it_was_read(states: Any) -> None:
    kind = Resolved if isinstance(states, ResolvedStates) else Escalated
    row = row_of(kind)
    row.pop("lines", None)  # never written down
    first = states.dump(states.load(orjson.dumps(row)))

    assert states.dump(states.load(first)) == first
