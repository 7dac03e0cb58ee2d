"""`GET /v1/patterns` and `GET /v1/patterns/{id}`: what escalations have in common."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from services.analytics.api.patterns.parameters import (
    LONGEST,
    USUAL,
    Asked,
    Reader,
    place_cursor,
    read_place,
)
from services.analytics.api.patterns.schemas import (
    PatternItem,
    PatternOut,
    to_item,
    to_pattern,
)
from services.analytics.api.periods import From, To, period
from services.analytics.patterns.browsing.listing import Listing, Period
from services.analytics.patterns.browsing.opening import Opener
from shared.clock import Clock
from shared.events import rfc3339
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

PatternId = Annotated[str, Path(max_length=64, description="Id of a pattern")]


def router(listing: Listing, opener: Opener, *, clock: Clock) -> APIRouter:
    """Return the routes; answers are about the credential's own app."""
    routes = APIRouter(prefix="/v1/patterns", tags=["patterns"])

    @routes.get("", summary="List patterns, the largest first", responses=problems(400))
    async def list_patterns(
        principal: Reader,
        asked: Annotated[Asked, Depends()],
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[PatternItem]:
        """Figures are of the period where `from` or `to` is given, else of all time."""
        found = await listing.page(
            principal.app_id,
            asked.wanted(),
            sort=asked.sort,
            after=read_place(cursor),
            limit=limit + 1,
            period=asked.period(clock.now()),
        )
        more = len(found) > limit
        last = found[limit - 1].place(asked.sort) if more else None
        return Page(
            items=[to_item(each) for each in found[:limit]],
            next_cursor=last and place_cursor(last),
        )

    @routes.get(
        "/{pattern_id}", summary="One pattern, whole", responses=problems(400, 404)
    )
    async def get_pattern(
        principal: Reader,
        pattern_id: PatternId,
        start: From = None,
        end: To = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> PatternOut:
        """`limit` and `cursor` leaf through its members.

        The id of a pattern that was merged answers with the one it is part of now.
        What its users share, and the remedy, come with the first page.
        """
        wanted = None
        if start is not None or end is not None:
            times = period(start, end, now=clock.now(), usual=USUAL, longest=LONGEST)
            wanted = Period(*times)
        found = await opener.open(
            principal.app_id,
            pattern_id,
            after=_member_place(cursor),
            limit=limit,
            period=wanted,
        )
        if found is None:
            raise Problem(404, detail="There is no such pattern.")
        following = None
        if found.more:
            last = found.members[-1]
            following = encode_cursor(rfc3339(last.at), last.escalation_id)
        return to_pattern(
            found.item,
            list(found.members),
            next_cursor=following,
            shared_state=list(found.advice.shared_state),
            remedy=found.advice.remedy,
        )

    return routes


def _member_place(cursor: str | None) -> tuple[datetime, str] | None:
    parts = decode_cursor(cursor, parts=2)
    if parts is None:
        return None
    try:
        moment = datetime.fromisoformat(str(parts[0]))
        if moment.tzinfo is not None:
            return moment.astimezone(UTC), str(parts[1])
    except (ValueError, OverflowError):
        pass
    raise Problem(400, detail="This cursor is not one of ours.")
