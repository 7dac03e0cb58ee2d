"""`GET /v1/gaps`: what is to be written or built, by cause."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from services.analytics.api.patterns.parameters import (
    Asked,
    Reader,
    place_cursor,
    to_place,
)
from services.analytics.api.patterns.schemas import PatternItem, to_item
from services.analytics.domain.profiles.asking import Place, Wanted
from services.analytics.domain.profiles.items import Item
from services.analytics.domain.profiles.pattern import GAP_CAUSES
from services.analytics.patterns.browsing.listing import Group, Listing
from shared.clock import Clock
from shared.web.openapi.answers import problems
from shared.web.pages import DEFAULT_LIMIT, Cursor, Limit, decode_cursor
from shared.web.problems import Problem


class GroupOut(BaseModel):
    """The gaps of one cause."""

    cause: str = Field(description="`documentation`, `action` or `bug`")
    count: int = Field(description="How many gaps, whether on this page or not")
    escalations: int = Field(description="How many escalations they have, of all time")
    items: list[PatternItem] = Field(description="Those of this page")


class GapsOut(BaseModel):
    """Gaps by cause: documentation first, then actions, then bugs."""

    items: list[PatternItem] = Field(description="All of this page, in that order")
    groups: list[GroupOut] = Field(description="The same by cause, with counts of all")
    next_cursor: str | None = Field(
        default=None, description="Ask with it for the next page; null at the end"
    )


def router(listing: Listing, *, clock: Clock) -> APIRouter:
    """Return the list's route."""
    routes = APIRouter(prefix="/v1/gaps", tags=["gaps"])

    @routes.get("", summary="List gaps by cause", responses=problems(400))
    async def list_gaps(
        principal: Reader,
        asked: Annotated[Asked, Depends()],
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> GapsOut:
        """List the patterns whose cause is documentation, an action or a bug.

        `cause` and `status` narrow them, `sort` orders those of each cause.
        """
        wanted = _gaps(asked.wanted())
        found = await _page(
            listing, principal.app_id, asked, wanted, cursor, limit + 1, clock
        )
        more = len(found) > limit
        shown = found[:limit]
        groups = await listing.groups(principal.app_id, wanted)
        return GapsOut(
            items=[to_item(each) for _, each in shown],
            groups=[_group(each, shown) for each in groups],
            next_cursor=_cursor(shown[-1], asked) if more else None,
        )

    return routes


def _gaps(wanted: Wanted) -> Wanted:
    """Return what is wanted of the gaps; one of another cause is none."""
    causes = [each for each in GAP_CAUSES if not wanted.causes or each in wanted.causes]
    if not causes:
        raise Problem(400, detail=f"A gap's cause is one of {', '.join(GAP_CAUSES)}.")
    return Wanted(tuple(causes), wanted.statuses)


async def _page(
    listing: Listing,
    app_id: str,
    asked: Asked,
    wanted: Wanted,
    cursor: str | None,
    limit: int,
    clock: Clock,
) -> list[tuple[str, Item]]:
    """Return gaps and their causes, one cause after the other."""
    first, after = _begin(cursor, wanted)
    found: list[tuple[str, Item]] = []
    for cause in wanted.causes[first:]:
        if len(found) == limit:
            break
        some = await listing.page(
            app_id,
            Wanted((cause,), wanted.statuses),
            sort=asked.sort,
            after=after,
            limit=limit - len(found),
            period=asked.period(clock.now()),
        )
        found += [(cause, each) for each in some]
        after = None
    return found


def _begin(cursor: str | None, wanted: Wanted) -> tuple[int, Place | None]:
    parts = decode_cursor(cursor, parts=3)
    if parts is None:
        return 0, None
    if parts[0] not in wanted.causes:
        raise Problem(400, detail="This cursor is not one of ours.")
    return wanted.causes.index(str(parts[0])), to_place(parts[1:])


def _cursor(last: tuple[str, Item], asked: Asked) -> str:
    cause, item = last
    return place_cursor(item.place(asked.sort), cause)


def _group(group: Group, shown: list[tuple[str, Item]]) -> GroupOut:
    return GroupOut(
        cause=group.cause,
        count=group.count,
        escalations=group.size,
        items=[to_item(each) for cause, each in shown if cause == group.cause],
    )
