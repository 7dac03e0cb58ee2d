"""A request that comes to people without a chat before it: an agent's tool, a form."""

from dataclasses import dataclass, replace
from typing import Literal

from pydantic import AwareDatetime

from services.escalator.domain.conversation import Conversation, Request
from services.escalator.domain.transcripts.line import Line
from services.escalator.domain.transcripts.packing import escalation_id_of
from services.escalator.domain.transcripts.projection import Observation, observe
from services.escalator.escalate.drafting.adding import add_request
from services.escalator.escalate.drafting.beside import keep_context
from services.escalator.escalate.drafting.draft import USER, Draft
from services.escalator.escalate.following import add_to_open
from services.escalator.escalate.opening import Opening
from services.escalator.escalate.ports import Fresh, History, Ports, to_json
from shared import ids
from shared.events import Attempt, Change, Model, Reason, Session, User
from shared.events.base import Object
from shared.events.preferences import Priority
from shared.kafka.deciding.decisions import Decision
from shared.kafka.records import Record

ADDED = "added_to_open"


class DirectRequest(Model):
    """What is asked of people, as it is stored until it is opened."""

    kind: Literal["direct_request"] = "direct_request"
    event_id: str
    """Derived from the key of the request: a repeat of it is the same event."""
    occurred_at: AwareDatetime
    text: str
    user: User | None = None
    session: Session | None = None
    app_state: Object | None = None
    attempts: tuple[Attempt, ...] = ()
    priority: Priority | None = None


def to_record(app_id: str, conversation_id: str, asked: DirectRequest) -> Record:
    """Return *asked* as what the runtime works in its conversation."""
    return Record(
        topic="command",
        partition=0,
        offset=0,
        value=b"",
        event=asked,
        lane=ids.conversation_key(app_id, conversation_id),
        source_id=source_id_of(app_id, asked.event_id),
    )


def source_id_of(app_id: str, event_id: str) -> str:
    """Return what the event of a direct request is known by, like any message's."""
    return ids.derive("event", app_id, event_id)


@dataclass(frozen=True, slots=True)
class Requesting:
    """Opens for it, or adds it to what people have of that conversation already."""

    ports: Ports
    opening: Opening

    async def on_direct_request(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        """Take the words as the user's, and hand them to people at once."""
        asked: DirectRequest = record.event
        line = Line(asked.event_id, "user", asked.text, asked.occurred_at)
        seen = Observation(
            source_id=record.source_id,
            user=to_json(asked.user),
            session=to_json(asked.session),
            app_state=asked.app_state,
            line=line,
        )
        after, large = keep_context(observe(state, seen), seen, now=self.ports.now())
        draft = self.ports.draft(after, record)
        draft.stored += large
        draft.fact = {"lines": [line.to_fact()]}
        history = await self.ports.history(draft, fresh)
        request = _to_request(state.app_id, asked)
        if draft.conversation.current is None:
            readiness = await self.opening.settle(draft, history, request, reached=True)
            return draft.decision(readiness.value)
        await self._add(draft, history, request)
        return draft.decision(ADDED)

    async def _add(self, draft: Draft, history: History, request: Request) -> None:
        await add_to_open(draft, history, request.text)
        if request.attempts:
            add_request(draft, replace(request, text=""))
        current = draft.conversation.current
        assert current is not None
        if request.priority and request.priority != current.priority:
            draft.update(
                replace(current, priority=request.priority),
                Change.PRIORITY,
                actor=USER,
                reason="prioritized",
                text=request.priority,
            )


def _to_request(app_id: str, asked: DirectRequest) -> Request:
    return Request(
        request_id=ids.derive("request", app_id, asked.event_id),
        event_id=asked.event_id,
        occurred_at=asked.occurred_at,
        text=asked.text,
        reason=Reason.ASKED_FOR_PERSON,
        user=to_json(asked.user),
        session=to_json(asked.session),
        app_state=asked.app_state,
        attempts=tuple(each.model_dump(mode="json") for each in asked.attempts),
        priority=asked.priority or "",
    )


def opened_id(app_id: str, conversation_id: str, event_id: str) -> str:
    """Return the id of the escalation that a direct request opens."""
    known = Conversation(app_id=app_id, conversation_id=conversation_id)
    return escalation_id_of(known, event_id)
