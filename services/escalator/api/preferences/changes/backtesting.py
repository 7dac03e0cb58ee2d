"""`/v1/settings/backtest`: what other settings would have made of the past."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, Field

from services.escalator.administer import Administration
from services.escalator.api.preferences.changes.references import (
    Destinations,
    check_destinations,
)
from services.escalator.api.preferences.settings import SettingsBody
from services.escalator.escalate.routing.backtest import (
    DEFAULT_ROUTE,
    MAX_ESCALATIONS,
    Backtest,
    Moved,
    OtherText,
    Report,
)
from shared.events import Scope
from shared.web.auth import Principal, own_app, require

MAX_DAYS = 365


class BacktestBody(BaseModel):
    """Settings to try, and on how much of the past."""

    settings: SettingsBody = Field(
        description="As a `PUT` takes them: parts that are not named stay as they are"
    )
    days: int = Field(default=30, ge=1, le=MAX_DAYS, description="How far back")


class CountsView(BaseModel):
    """Two numbers to compare."""

    before: int = Field(description="As it was")
    after: int = Field(description="As it would have been")


class TallyView(CountsView):
    """Two numbers, and the escalations that make the difference."""

    added: list[str] = Field(description="Ids of those that come new, 100 at most")
    removed: list[str] = Field(description="Ids of those that go, 100 at most")


class WayView(BaseModel):
    """Where an escalation goes, and as what."""

    route: str = Field(
        description="The first route, `default_route` where none matches"
    )
    destinations: list[str] = Field(description="Destination ids")
    priority: str = Field(description="Its priority")
    tags: list[str] = Field(description="Its tags")


class EscalationRef(BaseModel):
    """An escalation."""

    escalation_id: str = Field(description="Its id")
    number: str = Field(description="Short and human: `ESC-1042`")
    opened_at: AwareDatetime = Field(description="When people were asked")


class MovedView(EscalationRef):
    """An escalation that would go elsewhere, or as something else."""

    before: WayView = Field(description="As it went")
    after: WayView = Field(description="As it would have gone")


class TextView(EscalationRef):
    """A user who would read something else at the hand-off."""

    before: str = Field(description="By the settings of then")
    after: str = Field(description="By the proposed ones")


class BacktestReport(BaseModel):
    """What the proposed settings would have changed."""

    escalations: TallyView = Field(description="Escalations that are opened")
    routes: dict[str, TallyView] = Field(description="Escalations by their first route")
    notifications: CountsView = Field(
        description="Packets that destinations are sent at the opening"
    )
    texts: list[TextView] = Field(description="Other hand-off texts, 100 at most")
    moved: list[MovedView] = Field(description="Other ways, 100 at most")
    differences: int = Field(description="Escalations with any difference")
    unknown: int = Field(
        description="Escalations of which too little is kept to decide them again"
    )
    truncated: bool = Field(
        description=f"Whether there were more than {MAX_ESCALATIONS}; then the newest"
    )


def router(
    administration: Administration, backtest: Backtest, destinations: Destinations
) -> APIRouter:
    """Return the route that tries settings."""
    routes = APIRouter(prefix="/v1/settings", tags=["settings"])

    @routes.post(
        "/backtest", summary="What settings would have changed, without effects"
    )
    async def try_settings(
        body: BacktestBody,
        principal: Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))],
    ) -> BacktestReport:
        own_app(principal, body.settings.app_id)
        app_id, proposed = principal.app_id, body.settings
        await check_destinations(destinations, app_id, proposed, at="body.settings")
        app = await administration.get(app_id)
        settings = proposed.replace_in(app.preferences)
        return _report(await backtest.run(app, settings, body.days))

    return routes


def _report(report: Report) -> BacktestReport:
    return BacktestReport(
        escalations=TallyView(**asdict(report.escalations)),
        routes={
            name: TallyView(**asdict(tally))
            for name, tally in sorted(report.routes.items())
        },
        notifications=CountsView(
            before=report.notifications_before, after=report.notifications_after
        ),
        texts=[_text(each) for each in report.texts],
        moved=[_moved(each) for each in report.moved],
        differences=report.differences,
        unknown=report.unknown,
        truncated=report.truncated,
    )


def _moved(moved: Moved) -> MovedView:
    ways = [
        WayView(
            route=route or DEFAULT_ROUTE, destinations=ids, priority=priority, tags=tags
        )
        for route, ids, priority, tags in zip(
            moved.routes,
            moved.destinations,
            moved.priorities,
            moved.tags,
            strict=True,
        )
    ]
    return MovedView(**_ref(moved), before=ways[0], after=ways[1])


def _text(text: OtherText) -> TextView:
    return TextView(**_ref(text), before=text.before, after=text.after)


def _ref(found: Moved | OtherText) -> dict[str, Any]:
    opened = found.opened
    return {
        "escalation_id": opened.escalation_id,
        "number": opened.number,
        "opened_at": opened.opened_at,
    }
