"""What is too large for a conversation's state is kept beside it, whole.

The state is written with every decision, and MongoDB takes 16 MB of one document. A
packet needs the whole of what was said, once; so that has documents of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import orjson

from services.escalator.domain.conversation import Conversation, Json, Request
from services.escalator.domain.transcripts.projection import Observation
from shared import ids
from shared.codec import Codec
from shared.kafka.deciding.decisions import Document

CONTEXTS = "escalator_contexts"
"""Contexts and waiting requests that are too large for a state."""
MAX_PART_BYTES = 32 * 1024
"""Of each part of a context, and of a waiting request: as the resolver bounds it."""
PARTS = ("user", "session", "app_state")
_ESSENTIAL = ("id", "name", "email")
"""Of a user whose traits are too many: what they are recognised and reached by."""
_ESSENTIAL_CHARS = 1000
_REQUESTS = Codec(Request)


class Beside(Protocol):
    """Where such documents are."""

    async def get(self, wanted: list[str]) -> Mapping[str, bytes]: ...


@dataclass(frozen=True, slots=True)
class Whole:
    """A conversation's context with nothing left out."""

    user: Json | None
    session: Json | None
    app_state: Json | None


def keep_context(
    after: Conversation, seen: Observation, *, now: datetime
) -> tuple[Conversation, tuple[Document, ...]]:
    """Return the conversation without the large parts of *seen*, and those whole."""
    beside, documents = set(after.beside), []
    changes: dict[str, object] = {}
    for name in PARTS:
        part: Json | None = getattr(seen, name)
        if part is None:
            continue
        beside.discard(name)
        if len(raw := orjson.dumps(part)) > MAX_PART_BYTES:
            beside.add(name)
            changes[name] = slim(part) if name == "user" else None
            documents.append(_document(_part_id(after, name), after, raw, now))
    kept = after.having(beside=tuple(sorted(beside)), **changes)
    return kept, tuple(documents)


def keep_request(
    conversation: Conversation, request: Request, *, now: datetime
) -> tuple[Request, tuple[Document, ...]]:
    """Return *request* small enough to wait in a state, and the whole of it."""
    raw = _REQUESTS.dumps(request)
    if len(raw) <= MAX_PART_BYTES:
        return request, ()
    document_id = ids.derive("beside", "request", request.request_id, request.event_id)
    small = replace(
        request,
        text="",
        user=slim(request.user),
        session=None,
        app_state=None,
        attempts=(),
        beside=document_id,
    )
    return small, (_document(document_id, conversation, raw, now),)


def drop_request(request: Request) -> tuple[Document, ...]:
    """Return what deletes the whole of *request*, which waits no longer.

    A repeat of the decision finds its outputs stored, and asks for nothing here; one
    that was made from an older state is refused by its number.
    """
    if not request.beside:
        return ()
    return (Document(CONTEXTS, {"_id": request.beside}, gone=True),)


def slim(user: Json | None) -> Json | None:
    """Return *user* with what they are known by, where there is much more."""
    if user is None or len(orjson.dumps(user)) <= MAX_PART_BYTES:
        return user
    return {
        name: value[:_ESSENTIAL_CHARS]
        for name in _ESSENTIAL
        if isinstance(value := user.get(name), str)
    }


async def whole_context(
    conversation: Conversation, beside: Beside, recent: Iterable[Document]
) -> Whole:
    """Return what is known of the conversation's context, the large parts too."""
    names = {_part_id(conversation, name): name for name in conversation.beside}
    found = await _find(list(names), beside, recent)
    parts = {names[each]: orjson.loads(raw) for each, raw in found.items()}
    return Whole(
        user=parts.get("user", conversation.user),
        session=parts.get("session", conversation.session),
        app_state=parts.get("app_state", conversation.app_state),
    )


async def whole_request(
    request: Request, beside: Beside, recent: Iterable[Document]
) -> Request:
    """Return *request* as it came; what is left of it where the rest is gone."""
    if not request.beside:
        return request
    found = await _find([request.beside], beside, recent)
    raw = found.get(request.beside)
    return request if raw is None else _REQUESTS.loads(raw)


async def _find(
    wanted: list[str], beside: Beside, recent: Iterable[Document]
) -> dict[str, bytes]:
    """Return the documents *wanted*: of decisions not stored yet, or of the store."""
    if not wanted:
        return {}
    found: dict[str, bytes] = {
        each.document["_id"]: each.document["body"]
        for each in recent
        if each.collection == CONTEXTS
        and each.document["_id"] in wanted
        and not each.gone
    }
    missing = [each for each in wanted if each not in found]
    return {**(await beside.get(missing) if missing else {}), **found}


def _part_id(conversation: Conversation, name: str) -> str:
    return ids.derive("beside", name, conversation.app_id, conversation.conversation_id)


def _document(
    document_id: str, conversation: Conversation, raw: bytes, now: datetime
) -> Document:
    facts = {
        "_id": document_id,
        "revision": conversation.seen,
        "app_id": conversation.app_id,
        "lane": ids.conversation_key(conversation.app_id, conversation.conversation_id),
        "at": now,
        "body": raw,
    }
    return Document(CONTEXTS, facts)
