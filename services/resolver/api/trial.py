"""`POST /v1/try`: what would become of a message, and why."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, ValidationError

from services.resolver.resolve.trial import TrialRun, trial_event
from shared.clock import Clock
from shared.events import Attempt, AvailableAction, Scope, User
from shared.events.base import Object, Text
from shared.web.auth import Principal, require
from shared.web.problems import invalid


class TrialBody(BaseModel):
    """A message to try."""

    text: Text = Field(description="What the user would say")
    user: User | None = Field(default=None, description="Who would say it")
    app_state: Object | None = Field(default=None, description="State of the app")
    available_actions: list[AvailableAction] = Field(
        default_factory=list, max_length=1000, description="The conversation's own"
    )


class TrialResult(BaseModel):
    """What would come of it. Nothing was published and nothing was run."""

    outcome: str = Field(description="`resolved`, `asked` or `unresolved`")
    reason: str = Field(description="Why, in a stable word")
    why: str = Field(description="Why, in words")
    attempts: list[Attempt] = Field(description="All that was weighed, with scores")
    reply: dict[str, Any] | None = Field(
        default=None, description="What the user would read, if the assistant answers"
    )


def router(trial: TrialRun, *, clock: Clock) -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["catalogue"])

    @routes.post("/v1/try", summary="A dry run: the attempts, the outcome and why")
    async def try_message(
        body: TrialBody,
        principal: Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))],
    ) -> TrialResult:
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
        )

    return routes
