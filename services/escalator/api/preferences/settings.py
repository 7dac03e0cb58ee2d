"""`/v1/settings`: Settings → Escalation, made by the app's own people."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    ValidationInfo,
)

from services.escalator.administer import Administration
from services.escalator.api.preferences.changes.matched import (
    IfMatch,
    author_of,
    changed_meanwhile,
    etag_of,
    matching,
)
from services.escalator.api.preferences.changes.references import (
    Destinations,
    check_destinations,
    named_in,
)
from services.escalator.api.preferences.changes.trying import (
    Recent,
    said_of,
    try_patterns,
)
from services.escalator.api.preferences.exact import (
    ExactReasons,
    ExactReplies,
    ExactReports,
)
from services.escalator.api.preferences.grouping import ExactGrouping
from services.escalator.api.preferences.hours import ExactHours
from services.escalator.api.preferences.redaction import ExactRedaction
from services.escalator.api.preferences.routes import ExactDefaultRoute, ExactRoutes
from services.escalator.api.preferences.targets import ExactTargets
from services.escalator.api.preferences.texts import ExactMessages
from services.escalator.api.preferences.waiting import (
    ExactAcknowledgement,
    ExactAssignment,
    Span,
)
from shared.events import AppSettings, Preferences, Scope, Thresholds
from shared.events.preferences import Duration, Satisfaction, to_timedelta
from shared.web.auth import Principal, own_app, require
from shared.web.exact.nearest import check_known
from shared.web.openapi.answers import problems


def _as_it_is(value: object, info: ValidationInfo) -> object:
    """Refuse anything but the default of a setting that nothing reads yet."""
    every = Preferences().model_dump(mode="json", by_alias=True)
    default = every[str(info.field_name)]
    if value in (None, {}, [], default):
        return None
    raise ValueError("nothing reads this setting yet, so it is not stored")


NotYet = Annotated[Any, BeforeValidator(_as_it_is)]
"""A setting that is only a name so far; what GET answers may be PUT back."""


MAX_PROOF_WAIT = timedelta(minutes=5)
"""Until then the user hears nothing at all."""
TAKES_NULL = {"proof_wait", "unclaimed_after"}
"""Settings whose null says something: it is stored, and not "as it was"."""


def _soon(text: str) -> str:
    if to_timedelta(text) > MAX_PROOF_WAIT:
        raise ValueError("a user waits at most 5 minutes (`5m`) for a word")
    return text


ProofWait = Annotated[Duration, AfterValidator(_soon)]
WAITING = get_args(Preferences.model_fields["while_waiting"].annotation)


def _way_of_waiting(value: object) -> object:
    if isinstance(value, str):
        check_known(value, WAITING, what="value")
    return value


class SettingsBody(BaseModel):
    """The parts to replace; those that are not named stay as they are."""

    app_id: str | None = Field(default=None, description="If given, the key's own app")
    version: int | None = Field(
        default=None, description="Ignored: what GET answers may be PUT back"
    )
    updated_at: AwareDatetime | None = Field(default=None, description="Ignored too")
    messages: ExactMessages | None = Field(default=None, description="Texts")
    missing_destinations: list[str] | None = Field(
        default=None, description="Ignored too"
    )
    routes: ExactRoutes | None = Field(
        default=None,
        description="First match wins, unless it says `continue`; what none matches "
        "takes the default route",
    )
    thresholds: Thresholds | None = Field(
        default=None, description="How sure the resolver must be"
    )
    default_route: ExactDefaultRoute | None = Field(
        default=None, description="Takes what no route matches; cannot be removed"
    )
    hours: ExactHours | None = Field(default=None, description="When people work")
    targets: ExactTargets | None = Field(
        default=None, description="How soon people mean to answer; first match holds"
    )
    acknowledgement: ExactAcknowledgement | None = Field(
        default=None, description="Who hears when nobody takes a request, and when"
    )
    grouping: ExactGrouping | None = Field(
        default=None, description="How notifications are folded"
    )
    reopen_within: Duration | None = Field(
        default=None,
        description="A request so soon after the end takes up what was resolved; `0s` "
        "is never",
    )
    unclaimed_after: Span | None = Field(
        default=None,
        description="What nobody took for so long expires, both sides are told; null "
        "is never",
    )
    proof_wait: ProofWait | None = Field(
        default=None,
        description="How long the user waits for a destination to accept before "
        "hearing that the request is saved, 5 minutes at most; null is the "
        "installation's",
    )
    satisfaction: Satisfaction | None = Field(
        default=None, description="Whether users are asked how satisfied they are"
    )
    redaction: ExactRedaction | None = Field(
        default=None, description="What is blacked out before people read it"
    )
    while_waiting: Annotated[
        Literal["help", "acknowledge", "silent"] | None,
        BeforeValidator(_way_of_waiting),
    ] = Field(
        default=None, description="What is done for a user who waits for a person"
    )
    action_timeout_seconds: float | None = Field(
        default=None, gt=0, le=3600, description="Wait for an `action_result`, s"
    )
    reports: ExactReports | None = Field(
        default=None, description="What people are told regularly, and where"
    )
    assignment: ExactAssignment | None = Field(
        default=None, description="Whether a member with room is given what comes"
    )
    reasons: ExactReasons | None = Field(
        default=None, description="When requests go to people; the named ones change"
    )
    replies: ExactReplies | None = Field(
        default=None, description="What the resolver says; the named ones change"
    )

    def replace_in(self, old: Preferences) -> Preferences:
        """Return *old* with the given parts replaced."""
        given = {
            name: getattr(self, name)
            for name in Preferences.model_fields
            if getattr(self, name) is not None
            or (name in TAKES_NULL and name in self.model_fields_set)
        }
        for name in ("reasons", "replies"):
            if name in given:  # many parts of their own: one may be changed alone
                named = {
                    each: getattr(given[name], each)
                    for each in given[name].model_fields_set
                }
                given[name] = getattr(old, name).model_copy(update=named)
        return old.model_copy(update=given)


class SettingsView(Preferences):
    """The settings as they are stored."""

    app_id: str = Field(description="The app")
    version: int = Field(description="Counts the app's changes")
    updated_at: AwareDatetime = Field(description="When the app was changed last")
    missing_destinations: list[str] = Field(
        description="Destinations that these settings lead to and that do not exist "
        "(any more): what goes there waits"
    )


def router(
    administration: Administration, destinations: Destinations, recent: Recent
) -> APIRouter:
    """Return the settings' routes."""
    routes = APIRouter(prefix="/v1/settings", tags=["settings"])

    @routes.get("", summary="Settings → Escalation", response_model=SettingsView)
    async def get_settings(
        principal: Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))],
    ) -> JSONResponse:
        settings = await administration.get(principal.app_id)
        return view_of(settings, destinations)

    @routes.put(
        "",
        summary="Replace the given parts, keep the others",
        response_model=SettingsView,
        responses=problems(412),
    )
    async def put_settings(
        body: SettingsBody,
        principal: Annotated[Principal, Depends(require(Scope.MANAGE))],
        if_match: IfMatch = None,
    ) -> JSONResponse:
        own_app(principal, body.app_id)
        await check_destinations(destinations, principal.app_id, body)
        tried = await try_patterns(recent, principal.app_id, body)
        with changed_meanwhile():
            settings = await administration.prefer(
                principal.app_id,
                body.replace_in,
                by=author_of(principal, await administration.get(principal.app_id)),
                expected=matching(if_match),
            )
        return view_of(settings, destinations, said_of(tried))

    return routes


def view_of(
    settings: AppSettings,
    destinations: Destinations,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return the settings; of what there may be many of, only what was given."""
    view = SettingsView(
        app_id=settings.app_id,
        version=settings.version,
        updated_at=settings.updated_at,
        missing_destinations=_missing(settings, destinations),
        **settings.preferences.model_dump(by_alias=True),
    )
    body = view.model_dump(mode="json", by_alias=True)
    body["routes"] = [_as_given(each, "destinations") for each in view.routes]
    body["targets"] = [_as_given(each) for each in view.targets]
    body["messages"]["rules"] = [
        _as_given(each, "texts") for each in view.messages.rules
    ]
    return JSONResponse(body, headers={"ETag": etag_of(settings), **(headers or {})})


def _as_given(item: BaseModel, *always: str) -> dict[str, Any]:
    whole = item.model_dump(mode="json", by_alias=True)
    given = item.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {name: whole[name] for name in ("match", *always)} | given


def _missing(settings: AppSettings, destinations: Destinations) -> list[str]:
    named = {destination for _, destination in named_in(settings.preferences)}
    return sorted(named - destinations.of(settings.app_id))
