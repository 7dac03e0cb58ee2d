"""`POST /v1/try`: what would become of a message, and why."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, ValidationError

from services.resolver.api.bodies import OwnApp
from services.resolver.resolve.trial import TrialRun, trial_event
from shared.clock import Clock
from shared.events import Attempt, AvailableAction, Scope, Session, User
from shared.events.base import Object, Text
from shared.web.auth import Principal, own_app, require
from shared.web.problems import invalid


class TrialBody(BaseModel):
    """A message to try."""

    app_id: OwnApp = None
    text: Text = Field(description="What the user would say")
    user: User | None = Field(default=None, description="Who would say it")
    session: Session | None = Field(
        default=None, description="From where, as in the event: `locale`, `timezone`"
    )
    app_state: Object | None = Field(default=None, description="State of the app")
    available_actions: list[AvailableAction] = Field(
        default_factory=list, max_length=1000, description="The conversation's own"
    )


class TrialCandidate(BaseModel):
    """One action or document that was weighed."""

    kind: Literal["action", "document"] = Field(description="`action` or `document`")
    name: str = Field(description="The action's name or the document's id")
    title: str = Field(description="What a person would call it")
    probability: float = Field(description="How likely it is the right outcome")
    threshold: float = Field(description="From which probability it is used")
    lexical: float = Field(description="How well the words match, 0 to 1")
    dense: float = Field(description="How well the meaning matches, 0 to 1")


class TrialTimes(BaseModel):
    """How long it took."""

    search: float = Field(description="Encoding and matching, ms")
    total: float = Field(description="Search and decision, waiting included, ms")


class TrialResult(BaseModel):
    """What would come of it. Nothing was published and nothing was run."""

    outcome: str = Field(description="`resolved`, `asked` or `unresolved`")
    reason: str = Field(description="Why, in a stable word")
    why: str = Field(description="Why, in words")
    attempts: list[Attempt] = Field(description="All that was weighed, with scores")
    reply: dict[str, Any] | None = Field(
        default=None, description="What the user would read, if the assistant answers"
    )
    candidates: list[TrialCandidate] = Field(
        description="What was weighed, likeliest first, with the parts of the score"
    )
    encoder: str | None = Field(
        description="Whose sentence embeddings counted; null where words alone did"
    )
    waiting_for: int = Field(
        description="Texts of the catalogue that have no embedding yet"
    )
    ms: TrialTimes = Field(description="How long it took")


def router(trial: TrialRun, *, clock: Clock) -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["catalogue"])

    @routes.post("/v1/try", summary="A dry run: the attempts, the outcome and why")
    async def try_message(
        body: TrialBody,
        principal: Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))],
    ) -> TrialResult:
        own_app(principal, body.app_id)
        try:
            event = trial_event(principal.app_id, body.model_dump(), now=clock.now())
        except ValidationError as error:
            raise invalid(error.errors()) from None
        found = await trial.run(event)
        return TrialResult(
            outcome=found.outcome,
            reason=found.reason,
            why=found.why,
            attempts=found.attempts,
            reply=found.reply.model_dump(mode="json") if found.reply else None,
            candidates=[TrialCandidate(**asdict(each)) for each in found.candidates],
            encoder=found.encoder,
            waiting_for=found.waiting_for,
            ms=TrialTimes(search=found.search_ms, total=found.total_ms),
        )

    return routes
