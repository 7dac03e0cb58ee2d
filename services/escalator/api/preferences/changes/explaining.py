"""`/v1/settings/explain`: what the settings make of a request, and why."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field, create_model

from services.escalator.administer.apps import Administration
from services.escalator.api.preferences.changes.trying import (
    Recent,
    Tried,
    TriedView,
    try_patterns,
)
from services.escalator.api.preferences.routes import ExactPriority, Tag
from services.escalator.domain.routing.facts import Hours
from services.escalator.escalate.promises.expecting import Pasts
from services.escalator.escalate.routing.backtest import DEFAULT_ROUTE
from services.escalator.escalate.routing.deciding import Outcome, decide
from shared.clock import Clock
from shared.events import EscalationOpened, Reason, Scope
from shared.events.base import Object, Text
from shared.events.escalation import PacketAssistant, PatternRef
from shared.web.auth import Principal, own_app, require
from shared.web.exact import check_known
from shared.wording.languages import Languages

UNREAD = Field(default=None, description="Not looked at: a packet may be sent whole")


def _reason(value: object) -> object:
    if isinstance(value, str):
        check_known(value, [reason.value for reason in Reason], what="reason")
    return value


def _assistant(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


def _pattern(value: object) -> object:
    """Read a pattern's id alone, too."""
    return {"id": value, "label": "", "size": 0} if isinstance(value, str) else value


class ExplainFacts(BaseModel):
    """The facts of a packet."""

    app_id: str | None = Field(default=None, description="If given, the key's own app")
    reason: Annotated[Reason, BeforeValidator(_reason)] = Field(
        default=Reason.NO_MATCH, description="Why nothing answered"
    )
    detail: str | None = Field(default=None, description="What it was found in")
    text: Text = Field(default="", description="The user's words")
    summary: Text = Field(
        default="", description="Stands for the text if there is none"
    )
    language: str | None = Field(default=None, description="BCP 47")
    hours: Hours | None = Field(
        default=None, description="Null is as the settings have it at `opened_at`"
    )
    priority: ExactPriority | None = Field(default=None, description="Before any route")
    priority_before: ExactPriority | None = Field(
        default=None, description="The same, as a packet says it; it counts before"
    )
    tags: list[Tag] = Field(default_factory=list, description="Before any route")
    pattern: Annotated[PatternRef | None, BeforeValidator(_pattern)] = Field(
        default=None, description="The pattern, or its id"
    )
    user: Object | None = Field(default=None, description="The end user")
    session: Object | None = Field(default=None, description="Where the user is")
    app_state: Object | None = Field(default=None, description="State of the app")
    assistant: Annotated[PacketAssistant | None, BeforeValidator(_assistant)] = Field(
        default=None, description="The assistant, or its name"
    )
    opened_at: AwareDatetime | None = Field(default=None, description="Null is now")
    number: str | None = Field(
        default=None, max_length=64, description="What `{number}` stands for"
    )

    def to_packet(self) -> dict[str, Any]:
        """Return it as a packet."""
        packet = self.model_dump(mode="json", include=set(ExplainFacts.model_fields))
        before = self.priority_before or self.priority or "normal"
        return packet | {"priority_before": before}

    def facts(self) -> dict[str, Any]:
        """Return the facts that no packet has by itself."""
        said = {"hours": self.hours} if self.hours else {}
        # A packet's tags are what its routes made of it.
        return said if self.priority_before else said | {"tags": tuple(self.tags)}


if TYPE_CHECKING:
    ExplainBody = ExplainFacts
else:  # with the fields that packets have beside, whichever these come to be
    ExplainBody = create_model(
        "ExplainBody",
        __base__=ExplainFacts,
        **{
            name: (Any, UNREAD)
            for name in EscalationOpened.model_fields
            if name not in ExplainFacts.model_fields
        },
    )


class MatchedRoute(BaseModel):
    """A route that would take it."""

    name: str = Field(description="The route; `default_route` where none matched")
    because: str = Field(description="Why: what it matched; empty if there is no other")


class Explanation(BaseModel):
    """What the settings make of it."""

    routes: list[MatchedRoute] = Field(description="Those that matched, in order")
    destinations: list[str] = Field(description="Where it would go, each once")
    fallback: list[str] = Field(description="Where, when all of these have failed")
    priority: str = Field(description="Its priority then")
    tags: list[str] = Field(description="Its tags then")
    handoff: str = Field(description="What its user would read")
    expected_by: AwareDatetime | None = Field(
        description="The time its user would be promised; null is none"
    )
    first_response_by: AwareDatetime | None = Field(
        description="When people mean to have answered; null without a target"
    )
    patterns: list[TriedView] = Field(
        description="Each pattern of the settings, tried on the newest escalations"
    )


class World(Protocol):
    """What a decision needs to know beside the settings."""

    @property
    def languages(self) -> Languages: ...
    @property
    def pasts(self) -> Pasts: ...
    @property
    def clock(self) -> Clock: ...


def router(administration: Administration, recent: Recent, world: World) -> APIRouter:
    """Return the route that explains routes."""
    routes = APIRouter(prefix="/v1/settings", tags=["settings"])

    @routes.post("/explain", summary="Where a request would go, and why")
    async def explain(
        body: ExplainBody,
        principal: Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))],
    ) -> Explanation:
        own_app(principal, body.app_id)
        app = await administration.get(principal.app_id)
        outcome = decide(
            body.to_packet(),
            app,
            at=body.opened_at or world.clock.now(),
            languages=world.languages,
            facts=body.facts(),
            past=world.pasts.of(app.app_id),
        )
        tried = await try_patterns(recent, app.app_id, app.preferences)
        return _explanation(outcome, tried)

    return routes


def _explanation(outcome: Outcome, tried: Sequence[Tried]) -> Explanation:
    choice = outcome.choice
    return Explanation(
        routes=[
            MatchedRoute(name=each.name or DEFAULT_ROUTE, because=each.because)
            for each in choice.matched
        ],
        destinations=list(choice.destinations),
        fallback=list(choice.fallback),
        priority=choice.priority,
        tags=list(choice.tags),
        handoff=outcome.handoff,
        expected_by=outcome.expected_by,
        first_response_by=outcome.first_response_by,
        patterns=[TriedView(**asdict(each)) for each in tried],
    )
