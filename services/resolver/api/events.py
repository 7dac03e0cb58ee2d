"""`POST /v1/events`: the door for platforms and browsers without Kafka."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Protocol

import orjson
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field, ValidationError

from services.resolver import metrics
from services.resolver.api.described import events_body
from services.resolver.domain.grants import Grant
from shared import ids
from shared.clock import Clock
from shared.errors import Permanent
from shared.events import NOTHING_SAID, AnyConversationEvent, Scope, rfc3339
from shared.kafka.publisher import Publisher
from shared.kafka.records import Outgoing, cloud_headers
from shared.kafka.working.decode import IDENTITY
from shared.metrics import FIELDS_MENDED
from shared.topics import CONVERSATION_EVENTS
from shared.untrusted import Notes, names_twice, parse, read_event
from shared.web.auth import Principal, own_app, require
from shared.web.openapi.answers import problems
from shared.web.problems import Problem

MAX_EVENTS = 500
"""Of one request: as many as one batch of the pipeline takes at ease."""
HEADROOM_BYTES = 8 * 1024
"""What headers and framing may add to an event before the broker refuses it."""
SOURCE = "resolver"
_SPEAKING = frozenset({"message", "handoff_requested"})

Item = dict[str, Any]
Checked = tuple[Item, AnyConversationEvent]


class Accepted(BaseModel):
    """One event that the broker has."""

    event_id: str = Field(description="Its id; send it again and it is still one event")


class AcceptedEvents(BaseModel):
    """The events of one request, in its order."""

    accepted: list[Accepted] = Field(description="All of them: none is taken alone")


class Tokens(Protocol):
    """What a token brings, and whose a conversation is."""

    async def get(self, token_id: str) -> Grant | None: ...
    async def claim(
        self, app_id: str, conversation_id: str, user_id: str, *, now: datetime
    ) -> bool: ...


class Door:
    """Checks events from outside and puts them on the topic."""

    def __init__(self, *, publisher: Publisher, tokens: Tokens, clock: Clock) -> None:
        self._publisher = publisher
        self._tokens = tokens
        self._clock = clock

    async def accept(
        self, body: bytes, principal: Principal, *, traceparent: bytes | None
    ) -> list[str]:
        """Publish every event of *body*, or none; return their ids."""
        notes = Notes()
        items, plain = parse_items(body, notes)
        for item in items:
            own_app(principal, item.get("app_id"))
        if principal.user_id is not None:
            items = await self._as_user(items, principal, principal.user_id)
        now = self._clock.now()
        items = [completed(item, principal.app_id, now=now) for item in items]
        checked = check_items(items, notes, plain=plain, now=now)
        if principal.user_id is not None:
            await self._claim([event for _, event in checked], principal.user_id, now)
        await self._publisher.publish(
            [_outgoing(item, event, traceparent) for item, event in checked]
        )
        kind = "token" if principal.user_id is not None else "key"
        metrics.EVENTS_ACCEPTED.labels(kind).inc(len(items))
        for field, done in notes:
            FIELDS_MENDED.labels(SOURCE, field, done.value).inc()
        return [event.event_id for _, event in checked]

    async def _as_user(
        self, items: Sequence[Item], principal: Principal, user_id: str
    ) -> list[Item]:
        """Return *items* as the token's user may say them."""
        grant = await self._tokens.get(principal.key_id)
        return [as_user(item, user_id, grant) for item in items]

    async def _claim(
        self, events: Sequence[AnyConversationEvent], user_id: str, now: datetime
    ) -> None:
        app_id = events[0].app_id
        for conversation_id in {event.conversation_id for event in events}:
            if not await self._tokens.claim(app_id, conversation_id, user_id, now=now):
                raise Problem(404, detail="This user has no such conversation.")


def parse_items(body: bytes, notes: Notes) -> tuple[list[Item], bool]:
    """Return the events of *body*: one object or an array of them.

    And whether their texts can be stored as they are.
    """
    try:
        parsed, plain = parse(body, notes)
    except Permanent as error:
        raise Problem(400, detail=str(error), reason=error.reason) from None
    items = parsed if isinstance(parsed, list) else [parsed]
    if not all(isinstance(item, dict) for item in items):
        raise Problem(422, detail="Send one event or an array of events.")
    if not 1 <= len(items) <= MAX_EVENTS:
        raise Problem(422, detail=f"Send 1 to {MAX_EVENTS} events at once.")
    if (twice := names_twice(body, *IDENTITY, "type")) is not None:
        detail = f"{twice}: an event names it twice."
        raise Problem(422, detail=detail, reason="duplicate_key")
    return items, plain


def completed(item: Item, app_id: str, *, now: datetime) -> Item:
    """Return *item* with the app of its credential, an id and a time."""
    known = {name: each for name, each in item.items() if each is not None}
    return {
        "event_id": str(uuid.uuid4()),
        "occurred_at": rfc3339(now),
        **known,
        "app_id": app_id,
    }


def as_user(item: Item, user_id: str, grant: Grant | None) -> Item:
    """Return *item* as its token's user says it, completed by the token's grant."""
    said = item.get("message")
    if isinstance(said, dict) and said.get("role") not in {"user", None}:
        raise Problem(403, detail="A user's token speaks for its user only.")
    if item.get("type") not in _SPEAKING:
        return item
    user = item.get("user")
    item = {**item, "user": {**(user if isinstance(user, dict) else {}), "id": user_id}}
    if grant is None:
        return item
    if item.get("app_state") is None and grant.context is not None:
        item["app_state"] = grant.context
    assistant = item.get("assistant") or {}
    if (
        grant.available_actions
        and isinstance(assistant, dict)
        and not assistant.get("available_actions")
    ):
        item["assistant"] = {**assistant, "available_actions": grant.available_actions}
    return item


def check_items(
    items: Sequence[Item], notes: Notes, *, plain: bool, now: datetime
) -> list[Checked]:
    """Return each of *items* as it is published, with its event.

    Raises a 422 that names every item and field of which nothing can be made.
    """
    found: list[Checked] = []
    errors: list[dict[str, Any]] = []
    for at, item in enumerate(items):
        try:
            found.append(read_event(item, notes, plain=plain, now=now))
        except ValidationError as error:
            errors += [{"item": at, **each} for each in _fields(error, item)]
        except Permanent as error:
            field = "schema_version"
            errors.append({"item": at, "field": field, "message": str(error)})
    if errors:
        first = errors[0]
        raise Problem(
            422,
            detail=f"Event {first['item']}: {first['field']}: {first['message']}",
            errors=errors[:50],
        )
    return found


def _fields(error: ValidationError, item: Item) -> list[dict[str, str]]:
    found = []
    for each in error.errors(
        include_url=False, include_context=False, include_input=False
    ):
        # The first step names the event's type, which is no field.
        path = (
            each["loc"][1:] if each["loc"][:1] == (item.get("type"),) else each["loc"]
        )
        field = ".".join(str(part) for part in path) or "type"
        if each["type"] == NOTHING_SAID:
            field += ".text"
        found.append({"field": field, "message": each["msg"]})
    return found


def _outgoing(
    item: Item, event: AnyConversationEvent, traceparent: bytes | None
) -> Outgoing:
    value = orjson.dumps(item)
    if len(value) > CONVERSATION_EVENTS.max_bytes - HEADROOM_BYTES:
        raise Problem(413, detail=f"Event {event.event_id} is too large.")
    return Outgoing(
        topic=CONVERSATION_EVENTS.name,
        key=ids.conversation_key(event.app_id, event.conversation_id).encode(),
        value=value,
        headers=cloud_headers(
            identity=event.event_id,
            kind=f"handrail.conversation.{event.type}.v1",
            source=SOURCE,
            time=event.occurred_at,
            parent=traceparent,
        ),
    )


def router(door: Door) -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["door"])

    @routes.post(
        "/v1/events",
        status_code=202,
        summary="Publish one event or an array; 202 once the broker has them",
        responses=problems(404),
        openapi_extra=events_body(max_events=MAX_EVENTS),
    )
    async def publish_events(
        request: Request,
        principal: Annotated[Principal, Depends(require(Scope.INGEST))],
    ) -> AcceptedEvents:
        traceparent = request.headers.get("traceparent")
        accepted = await door.accept(
            await request.body(),
            principal,
            traceparent=traceparent.encode() if traceparent else None,
        )
        return AcceptedEvents(accepted=[Accepted(event_id=each) for each in accepted])

    return routes
