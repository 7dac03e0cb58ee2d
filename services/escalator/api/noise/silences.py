"""`/v1/silences`: what people are not notified of for a time, and why."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, Protocol

from fastapi import APIRouter, Depends, Path
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from services.escalator.api.preferences.matching import MATCH, ExactMatch
from services.escalator.domain.grouping.silences import Silence
from services.escalator.escalate.grouping.silencing import silence_timers
from shared.clock import Clock
from shared.events import Role, Scope, rfc3339
from shared.events.base import NO_CONTROL
from shared.kafka.deciding.decisions import Timer
from shared.web.auth import Principal, own_app, require
from shared.web.openapi.answers import problems
from shared.web.pages import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    decode_cursor,
    encode_cursor,
)
from shared.web.problems import Problem

MAX_SILENCES = 100
"""In force at once: each opening looks at all of its app's."""
MAX_SPAN = timedelta(days=90)
"""Nobody remembers a longer one: what is never to be told belongs in a route."""
Reader = Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))]
Worker = Annotated[Principal, Depends(require(Scope.MANAGE, least=Role.AGENT))]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)
]


class SilenceBody(BaseModel):
    """What to keep from people, until when, and why."""

    app_id: str | None = Field(default=None, description="If given, the key's own app")
    match: ExactMatch = Field(description=MATCH)
    until: AwareDatetime = Field(
        description="When it ends: in the future, 90 days ahead at most (RFC 3339)"
    )
    author: str | None = Field(
        default=None,
        min_length=1,
        max_length=256,
        pattern=NO_CONTROL,
        description="Who says so. Needed with a key; in a member's session it is that "
        "member",
    )
    reason: Words = Field(description="Why, for everybody who wonders")


class SilenceView(BaseModel):
    """A silence as it is kept."""

    silence_id: str = Field(description="Its id")
    match: dict[str, Any] = Field(description="What is not told")
    until: AwareDatetime = Field(description="When it ends, or ended")
    author: str = Field(description="Who said so")
    reason: str = Field(description="Why")
    created_at: AwareDatetime = Field(description="Since when it holds")
    ended_by: str | None = Field(
        default=None, description="Who ended it before its time"
    )
    state: Literal["in_force", "over"] = Field(description="Whether it holds now")


class Silences(Protocol):
    """Where silences are kept."""

    async def add(self, silence: Silence, *, most: int) -> bool: ...
    async def get(self, app_id: str, silence_id: str) -> Silence | None: ...
    async def end(
        self, app_id: str, silence_id: str, *, by: str, now: datetime
    ) -> Silence | None: ...
    async def page(
        self, app_id: str, *, after: tuple[datetime, str] | None, limit: int
    ) -> list[Silence]: ...


@dataclass(frozen=True, slots=True)
class Quiet:
    """Makes and ends silences; what looks for the silenced is set before either."""

    silences: Silences
    set_timer: Callable[[Timer], Awaitable[None]]
    refresh: Callable[[], Awaitable[None]]
    clock: Clock

    async def begin(self, principal: Principal, body: SilenceBody) -> Silence:
        """Return the new silence; raises a 409 where there are too many."""
        now, until = self.clock.now(), _in_utc(body.until)
        if not now < until <= now + MAX_SPAN:
            wrong = "must be in the future, and 90 days ahead at most"
            raise Problem(422, detail=f"body.until: {wrong}")
        silence = Silence(
            silence_id=str(uuid.uuid4()),
            app_id=principal.app_id,
            match=body.match,
            until=until,
            author=principal.actor(body.author),
            reason=body.reason,
            created_at=now,
        )
        await self._look_for_silenced(silence, end=until, key="until")
        if not await self.silences.add(silence, most=MAX_SILENCES):
            said = f"An app has at most {MAX_SILENCES} silences in force."
            raise Problem(409, detail=said, reason="too_many_silences")
        await self.refresh()
        return silence

    async def end(self, principal: Principal, silence_id: str) -> None:
        """End it now; what it kept back and is still open is sent as a digest."""
        silence = await self.silences.get(principal.app_id, silence_id)
        if silence is None:
            raise Problem(404, detail=f"This app has no silence {silence_id[:64]!r}.")
        now = self.clock.now()
        if not silence.is_in_force(now):
            return
        await self._look_for_silenced(silence, end=now, key=f"ended {now}")
        by = principal.member.email if principal.member else "key"
        await self.silences.end(principal.app_id, silence_id, by=by, now=now)
        await self.refresh()

    async def _look_for_silenced(
        self, silence: Silence, *, end: datetime, key: str
    ) -> None:
        for timer in silence_timers(
            silence.app_id, silence.silence_id, end=end, key=key
        ):
            await self.set_timer(timer)


def router(quiet: Quiet) -> APIRouter:
    """Return the silences' routes."""
    routes = APIRouter(prefix="/v1/silences", tags=["silences"])

    @routes.get("", summary="List silences, the newest first")
    async def list_silences(
        principal: Reader, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
    ) -> Page[SilenceView]:
        found = await quiet.silences.page(
            principal.app_id, after=_after(cursor), limit=limit + 1
        )
        now, shown = quiet.clock.now(), found[:limit]
        last = shown[-1] if len(found) > limit else None
        return Page(
            items=[_view(each, now) for each in shown],
            next_cursor=last
            and encode_cursor(rfc3339(last.created_at), last.silence_id),
        )

    @routes.post(
        "",
        status_code=201,
        summary="Keep what matches from people's notifications, until then",
        responses=problems(409),
    )
    async def make_silence(body: SilenceBody, principal: Worker) -> SilenceView:
        own_app(principal, body.app_id)
        return _view(await quiet.begin(principal, body), quiet.clock.now())

    @routes.delete(
        "/{silence_id}",
        status_code=204,
        summary="End a silence: what is still open is sent as a digest",
        responses=problems(404),
    )
    async def end_silence(
        silence_id: Annotated[str, Path(max_length=64, description="Its id")],
        principal: Worker,
    ) -> None:
        await quiet.end(principal, silence_id)

    return routes


def _view(silence: Silence, now: datetime) -> SilenceView:
    return SilenceView(
        silence_id=silence.silence_id,
        match=dict(silence.match),
        until=silence.until,
        author=silence.author,
        reason=silence.reason,
        created_at=silence.created_at,
        ended_by=silence.ended_by,
        state="in_force" if silence.is_in_force(now) else "over",
    )


def _in_utc(until: datetime) -> datetime:
    try:
        return until.astimezone(UTC)
    except OverflowError:
        raise Problem(422, detail="body.until: must be before the year 10000") from None


def _after(cursor: str | None) -> tuple[datetime, str] | None:
    parts = decode_cursor(cursor, parts=2)
    if parts is None:
        return None
    try:
        return datetime.fromisoformat(str(parts[0])).astimezone(UTC), str(parts[1])
    except (ValueError, OverflowError):
        raise Problem(400, detail="This cursor is not one of ours.") from None
