"""`GET /v1/outcomes`: what the assistant claimed, and what came of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.analytics.api.outcomes.schemas import OutcomeOut, PeopleOut, out_of
from services.analytics.api.periods import From, To, period
from services.analytics.counting.audit import Auditor, Wanted
from services.analytics.domain.outcomes.outcome import CameOfIt
from services.analytics.domain.outcomes.request import Claim
from shared.clock import Clock
from shared.events import Scope
from shared.web.auth import Principal, require
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

USUAL = timedelta(days=7)
LONGEST = timedelta(days=400)
Reader = Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the audit is narrowed to."""

    claimed: Annotated[
        Claim | None, Query(description="What the assistant claimed")
    ] = None
    came_of_it: Annotated[CameOfIt | None, Query(description="What came of it")] = None
    conversation_id: Annotated[str | None, Query(max_length=256)] = None
    dead_end: Annotated[
        bool | None, Query(description="Neither resolved nor escalated")
    ] = None
    missed: Annotated[
        bool | None, Query(description="Should have been handed to people")
    ] = None
    needless: Annotated[
        bool | None, Query(description="People only passed on what was found")
    ] = None
    false_claim: Annotated[
        bool | None, Query(description="An answer was claimed that did not stand")
    ] = None
    asked_for_person: Annotated[
        bool | None, Query(description="The user asked for a person")
    ] = None

    def equal(self) -> dict[str, object]:
        """Return the fields that are asked for, and what they must be."""
        asked = {
            name: getattr(self, name)
            for name in self.__dataclass_fields__
            if getattr(self, name) is not None
        }
        return {
            name: value.value if isinstance(value, Claim | CameOfIt) else value
            for name, value in asked.items()
        }


def router(auditor: Auditor, *, clock: Clock) -> APIRouter:
    """Return the routes; the answers are about the credential's own app."""
    routes = APIRouter(prefix="/v1/outcomes", tags=["outcomes"])

    @routes.get(
        "", summary="What was claimed, and what came of it", responses=problems(400)
    )
    async def list_outcomes(
        principal: Reader,
        asked: Annotated[Asked, Depends()],
        start: From = None,
        end: To = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[OutcomeOut]:
        """List each request of the period, the newest first.

        A hand-off is never counted as resolved; `pending` is what goes on.
        """
        start, end = period(start, end, now=clock.now(), usual=USUAL, longest=LONGEST)
        wanted = Wanted(principal.app_id, start, end, asked.equal())
        rows, last = await auditor.page(wanted, limit=limit, after=_position(cursor))
        return Page[OutcomeOut](
            items=[out_of(row) for row in rows],
            next_cursor=encode_cursor(last[0].timestamp(), last[1]) if last else None,
        )

    @routes.get(
        "/people", summary="Who asked for a person, and when", responses=problems(400)
    )
    async def people(
        principal: Reader, start: From = None, end: To = None
    ) -> PeopleOut:
        """Report the users who asked for a person: how many reached one, how soon.

        By when they asked. Each of them is in the list, `asked_for_person=true`.
        """
        start, end = period(start, end, now=clock.now(), usual=USUAL, longest=LONGEST)
        found = await auditor.people(principal.app_id, start, end)
        return PeopleOut.of(found, start, end)

    return routes


def _position(cursor: str | None) -> tuple[datetime, str] | None:
    found = decode_cursor(cursor, parts=2)
    if found is None:
        return None
    at, key = found
    try:
        return datetime.fromtimestamp(float(at), UTC), str(key)
    except (ValueError, OverflowError, OSError) as error:
        raise Problem(400, detail="This cursor is not one of ours.") from error
