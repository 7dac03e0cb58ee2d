"""`POST /v1/patterns/{id}/…`: what people say of a pattern."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, Path

from services.analytics.api.patterns import bodies
from services.analytics.patterns import steer
from services.analytics.patterns.steer import Decide
from shared.clock import Clock
from shared.errors import Permanent
from shared.events import Role, Scope
from shared.web.auth import Principal, own_app, require
from shared.web.openapi.answers import problems
from shared.web.problems import Problem

Worker = Annotated[Principal, Depends(require(Scope.MANAGE, least=Role.AGENT))]
"""Who works what people have: a key that manages, or an agent; as at the inbox."""
PatternId = Annotated[str, Path(max_length=64, description="The pattern's id")]
CHANGED = problems(404, 409)


class Edits(Protocol):
    """Changes of documents."""

    async def edit(
        self, app_id: str, decisions: Sequence[tuple[str, Decide]], *, actor: str
    ) -> dict[str, Any]: ...

    async def read(self, app_id: str, pattern_id: str) -> dict[str, Any]: ...


class Merges(Protocol):
    """Patterns that become parts of others."""

    async def merge(
        self, app_id: str, into: str, absorbed: Sequence[str], *, actor: str
    ) -> object: ...

    async def move_some(self, app_id: str) -> bool: ...


class Splits(Protocol):
    """Patterns that are made from members of others."""

    async def split(
        self,
        app_id: str,
        pattern_id: str,
        escalation_ids: Sequence[str],
        *,
        label: str | None,
        actor: str,
    ) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Steering:
    """Where people's changes are taken."""

    edits: Edits
    merges: Merges
    splits: Splits
    wake: Callable[[], None]
    """Has what follows from a change done and published now."""
    clock: Clock

    async def edit(
        self,
        principal: Principal,
        pattern_id: str,
        body: bodies.Steer,
        *decisions: Decide,
    ) -> bodies.SteeredPattern:
        """Have the pattern changed by *decisions*."""
        actor = self.actor(principal, body)
        pairs = [(pattern_id, decide) for decide in decisions]
        return await self.answer(self.edits.edit(principal.app_id, pairs, actor=actor))

    @staticmethod
    def actor(principal: Principal, body: bodies.Steer) -> str:
        """Return who acts; another app's order is refused."""
        own_app(principal, body.app_id)
        return principal.actor(body.actor)

    async def answer(self, change: Awaitable[dict[str, Any]]) -> bodies.SteeredPattern:
        """Return the pattern once *change* is stored; 404 where there is none."""
        try:
            row = await change
        except Permanent as refused:
            if refused.reason == "unknown_pattern":
                raise Problem(404, detail=str(refused)) from None
            raise
        self.wake()
        return bodies.steered(row)

    async def merge(
        self, principal: Principal, pattern_id: str, body: bodies.Merge
    ) -> bodies.SteeredPattern:
        """Merge, or have a proposal never come again."""
        actor, app_id = self.actor(principal, body), principal.app_id
        if body.refuse:
            decisions = [
                (pattern_id, steer.refuse_merge(body.refuse)),
                # Both sides: it was proposed from either.
                *((other, steer.refuse_merge([pattern_id])) for other in body.refuse),
            ]
            return await self.answer(self.edits.edit(app_id, decisions, actor=actor))
        into, absorbed = (
            (body.into, [pattern_id]) if body.into else (pattern_id, body.with_)
        )
        return await self.answer(
            self._merge(app_id, into, list(dict.fromkeys(absorbed)), actor)
        )

    async def _merge(
        self, app_id: str, into: str, absorbed: list[str], actor: str
    ) -> dict[str, Any]:
        await self.merges.merge(app_id, into, absorbed, actor=actor)
        # Small ones are whole in the answer; the rest is moved beside it.
        for _ in absorbed:
            await self.merges.move_some(app_id)
        return await self.edits.read(app_id, into)


def router(steering: Steering) -> APIRouter:
    """Return the routes; patterns are those of the credential's own app."""
    routes = APIRouter(prefix="/v1/patterns", tags=["patterns"])
    _naming(routes, steering)
    _regrouping(routes, steering)
    _progress(routes, steering)
    return routes


def _naming(routes: APIRouter, steering: Steering) -> None:
    @routes.post(
        "/{pattern_id}/rename", summary="Say what it is about", responses=CHANGED
    )
    async def rename(
        pattern_id: PatternId, body: bodies.Rename, principal: Worker
    ) -> bodies.SteeredPattern:
        """Keep this name, whatever joins; `app.known-issues` follows."""
        actor = steering.actor(principal, body)
        return await steering.edit(
            principal, pattern_id, body, steer.rename(body.label, actor=actor)
        )

    @routes.post(
        "/{pattern_id}/assign",
        summary="Say who takes care of it; null is nobody",
        responses=CHANGED,
    )
    async def assign(
        pattern_id: PatternId, body: bodies.AssignOwner, principal: Worker
    ) -> bodies.SteeredPattern:
        return await steering.edit(
            principal, pattern_id, body, steer.assign(body.owner)
        )


def _regrouping(routes: APIRouter, steering: Steering) -> None:
    @routes.post(
        "/{pattern_id}/merge",
        summary="Make two patterns one, or refuse a proposal to do so",
        responses=CHANGED,
    )
    async def merge(
        pattern_id: PatternId, body: bodies.Merge, principal: Worker
    ) -> bodies.SteeredPattern:
        """`into`: this one becomes a part of that. `with`: those become parts of this.

        The answer is the pattern that remains. The other id goes on answering, with
        the one it is a part of now. Members follow in batches and are published as
        `pattern.assigned`. `refuse`: the patterns are never proposed as one again.
        """
        return await steering.merge(principal, pattern_id, body)

    @routes.post(
        "/{pattern_id}/split",
        summary="Make some of its escalations a pattern of their own",
        responses=CHANGED,
    )
    async def split(
        pattern_id: PatternId, body: bodies.Split, principal: Worker
    ) -> bodies.SteeredPattern:
        """Answer with the new pattern. The two are never merged but by people."""
        actor = steering.actor(principal, body)
        return await steering.answer(
            steering.splits.split(
                principal.app_id,
                pattern_id,
                body.escalation_ids,
                label=body.label,
                actor=actor,
            )
        )


def _progress(routes: APIRouter, steering: Steering) -> None:
    @routes.post(
        "/{pattern_id}/status", summary="Say how far you are with it", responses=CHANGED
    )
    async def set_status(
        pattern_id: PatternId, body: bodies.SetStatus, principal: Worker
    ) -> bodies.SteeredPattern:
        """Take all but `verified` and `regressed`: those `…/verify` of a gap proves."""
        decide = steer.set_status(body.status, reason=body.reason)
        return await steering.edit(principal, pattern_id, body, decide)

    @routes.post(
        "/{pattern_id}/known-issue",
        summary="Tell its users that you know of it, and until when they hear more",
        responses=CHANGED,
    )
    async def set_known_issue(
        pattern_id: PatternId, body: bodies.SetKnownIssue, principal: Worker
    ) -> bodies.SteeredPattern:
        """Publish it in `app.known-issues`; escalations that come are joined to it."""
        now, until = steering.clock.now(), _in_utc(body.until)
        if until is not None and until <= now:
            raise Problem(422, detail="body.until: must be in the future")
        decide = steer.set_known_issue(
            known=body.known,
            until=until,
            label=body.label,
            actor=steering.actor(principal, body),
            now=now,
        )
        return await steering.edit(principal, pattern_id, body, decide)


def _in_utc(until: datetime | None) -> datetime | None:
    if until is None:
        return None
    try:
        found = until.astimezone(UTC)
    except OverflowError:
        raise Problem(422, detail="body.until: must be before the year 10000") from None
    # As MongoDB keeps it, so that the same again is the same.
    return found.replace(microsecond=found.microsecond // 1000 * 1000)
