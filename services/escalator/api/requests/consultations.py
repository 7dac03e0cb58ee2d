"""A person is asked a question, and the conversation stays with the assistant."""

import uuid
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Path
from pydantic import AwareDatetime, BaseModel, Field

from services.escalator.api.desk import views
from services.escalator.api.desk.ordering import Desk
from services.escalator.api.desk.parameters import WORKED, Key, Name, Worker
from services.escalator.api.preferences.changes.references import Destinations
from services.escalator.domain.inbox.filters import Row
from services.escalator.domain.lifecycle.consultations import ConsultationState
from services.escalator.domain.lifecycle.transitions import Command
from services.escalator.domain.routing.rules import DEFAULT_DESTINATION
from services.escalator.escalate.lifecycle.consulting import (
    OpenAnswer,
    OpenQuestion,
    consultation_id_of,
)
from shared import ids
from shared.errors import Permanent
from shared.events import Role, Scope, User, rfc3339
from shared.events.base import Id
from shared.kafka.records import Record
from shared.web.auth import Principal, own_app, require
from shared.web.exact import refuse, unknown
from shared.web.openapi.answers import Answers, problems
from shared.web.problems import Problem

Asker = Annotated[
    Principal, Depends(require(Scope.INGEST, Scope.MANAGE, least=Role.AGENT))
]
Reader = Annotated[
    Principal,
    Depends(require(Scope.INGEST, Scope.READ, Scope.MANAGE, least=Role.VIEWER)),
]
Consulted = Annotated[str, Path(max_length=64, description="Id of the question")]
ASSISTANT = "assistant"
"""Who asks where a key names nobody: a key that only sends is the assistant's."""


class ConsultationItem(BaseModel):
    """One question to a person, and its answer."""

    consultation_id: str = Field(description="Its id")
    conversation_id: str = Field(description="Whose user gets the answer")
    escalation_id: str | None = Field(description="What it was asked beside, if any")
    question: str = Field(description="What was asked")
    to: str = Field(description="The destination that was asked")
    state: ConsultationState = Field(description="What became of it")
    asked_by: str = Field(description="Who asked")
    asked_at: AwareDatetime = Field(description="When")
    expires_at: AwareDatetime = Field(description="Until when an answer is waited for")
    answer: str | None = Field(description="The answer; its user has read it")
    answered_by: str | None = Field(description="Who answered")
    answered_at: AwareDatetime | None = Field(description="When it was over")


SHOWN: Answers = {200: {"model": ConsultationItem}, **problems(404)}
ASKED: Answers = {201: {"model": ConsultationItem}, **problems(409)}
ANSWERED: Answers = {**SHOWN, **problems(404, 409)}


class Question(BaseModel):
    """What somebody is asked."""

    question: str = Field(
        min_length=1, max_length=views.MAX_TEXT, pattern=r"\S", description="The words"
    )
    to: Id = Field(min_length=1, description="Id of the destination that is asked")


class Consult(Question, views.Body):
    """A question about an escalation."""


class Ask(Question):
    """A question beside a conversation that is the assistant's."""

    app_id: str | None = Field(default=None, description="If given, the key's own app")
    conversation_id: Id = Field(min_length=1, description="Whose user gets the answer")
    actor: str | None = Field(
        default=None, max_length=256, description="Who asks; `assistant` if nobody"
    )
    user: User | None = Field(default=None, description="The end user")


class Consultations(Protocol):
    """The questions as they are read."""

    async def find(self, app_id: str, consultation_id: str) -> Row | None: ...


@dataclass(frozen=True, slots=True)
class Counter:
    """Where questions are taken and answers given."""

    desk: Desk
    consultations: Consultations
    destinations: Destinations

    async def check(self, app_id: str, destination: str) -> None:
        """Raise a 422 where there is no such destination."""
        known = {*self.destinations.of(app_id), DEFAULT_DESTINATION}
        if destination not in known:
            # It may have been made a moment ago, by another service.
            await self.destinations.refresh()
            known = {*self.destinations.of(app_id), DEFAULT_DESTINATION}
        if destination not in known:
            raise refuse([unknown("body.to", destination, known, what="destination")])

    async def show(self, app_id: str, name: str) -> views.Document:
        """Return a question as it stands, or raise a 404."""
        row = await self.consultations.find(app_id, name)
        if row is None:
            raise Problem(404, detail=f"This app has no question {name[:64]!r}.")
        shown = {each: row[each] for each in ConsultationItem.model_fields}
        for moment in ("asked_at", "expires_at", "answered_at"):
            shown[moment] = row[moment] and rfc3339(row[moment])
        return shown

    async def work(
        self, app_id: str, conversation_id: str, order: BaseModel, *parts: str
    ) -> None:
        """Have *order* worked in its conversation; *parts* make it the same again."""
        record = Record(
            topic="command",
            partition=0,
            offset=0,
            value=b"",
            event=order,
            lane=ids.conversation_key(app_id, conversation_id),
            source_id=ids.derive("command", app_id, *parts),
        )
        try:
            await self.desk.submit(record)
        except Permanent as refused:
            status = 404 if refused.reason == "unknown_consultation" else 409
            raise Problem(status, detail=str(refused), reason=refused.reason) from None


def router(
    desk: Desk, consultations: Consultations, destinations: Destinations
) -> APIRouter:
    """Return the routes of questions to people."""
    routes = APIRouter(prefix="/v1", tags=["consultations"])
    counter = Counter(desk, consultations, destinations)
    _beside_escalations(routes, counter)
    _beside_conversations(routes, counter)
    return routes


def _beside_escalations(routes: APIRouter, counter: Counter) -> None:
    desk = counter.desk

    @routes.post(
        "/escalations/{name}/consult",
        summary="Ask a person; who has the escalation does not change",
        responses=WORKED,
    )
    async def consult(
        name: Name, body: Consult, principal: Worker, key: Key = None
    ) -> views.Document:
        own_app(principal, body.app_id)
        await counter.check(principal.app_id, body.to)
        asked = body.model_copy(update={"text": body.question})
        more = {"destination": body.to}
        return await desk.work(principal, name, asked, key, Command.CONSULT, **more)

    @routes.post(
        "/escalations/{name}/consultations/{consultation_id}/answer",
        summary="Answer the question; the user reads it",
        responses=WORKED,
    )
    async def answer(
        name: Name,
        consultation_id: Consulted,
        body: views.Spoken,
        principal: Worker,
        key: Key = None,
    ) -> views.Document:
        more = {"consultation_id": consultation_id}
        return await desk.work(principal, name, body, key, Command.ANSWER, **more)


def _beside_conversations(routes: APIRouter, counter: Counter) -> None:
    @routes.post(
        "/consultations",
        summary="Ask a person about a conversation that is the assistant's",
        status_code=201,
        responses=ASKED,
    )
    async def ask(body: Ask, principal: Asker, key: Key = None) -> views.Document:
        own_app(principal, body.app_id)
        await counter.check(principal.app_id, body.to)
        named = body.actor if principal.member else body.actor or ASSISTANT
        name = consultation_id_of(principal.app_id, key or uuid.uuid4().hex)
        order = OpenQuestion(
            consultation_id=name,
            actor=principal.actor(named),
            question=body.question,
            destination=body.to,
            user=body.user,
        )
        app_id = principal.app_id
        await counter.work(app_id, body.conversation_id, order, CONSULT, name)
        return await counter.show(app_id, name)

    @routes.get(
        "/consultations/{consultation_id}",
        summary="Show a question and its answer",
        responses=SHOWN,
    )
    async def show(consultation_id: Consulted, principal: Reader) -> views.Document:
        return await counter.show(principal.app_id, consultation_id)

    @routes.post(
        "/consultations/{consultation_id}/answer",
        summary="Answer the question; the user reads it",
        responses=ANSWERED,
    )
    async def answer_open(
        consultation_id: Consulted,
        body: views.Spoken,
        principal: Worker,
        key: Key = None,
    ) -> views.Document:
        own_app(principal, body.app_id)
        app_id = principal.app_id
        found = await counter.show(app_id, consultation_id)
        if found["escalation_id"]:
            more = {"consultation_id": consultation_id}
            name = found["escalation_id"]
            await counter.desk.work(principal, name, body, key, Command.ANSWER, **more)
            return await counter.show(app_id, consultation_id)
        order = OpenAnswer(
            consultation_id=consultation_id,
            actor=principal.actor(body.actor),
            author=principal.member.shown_name if principal.member else "",
            answer=body.text,
        )
        once = key or uuid.uuid4().hex
        place = found["conversation_id"]
        await counter.work(app_id, place, order, ANSWER, consultation_id, once)
        return await counter.show(app_id, consultation_id)


CONSULT, ANSWER = "consult", "answer"
