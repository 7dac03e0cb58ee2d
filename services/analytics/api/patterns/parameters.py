"""What the lists of patterns and of gaps have in common: who asks, for what."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Query

from services.analytics.api.patterns.schemas import Cause, Status
from services.analytics.api.periods import From, To, period
from services.analytics.domain.profiles.asking import Place, Sort, Wanted
from services.analytics.patterns.browsing.listing import Period
from shared.events import Scope
from shared.web.auth import Principal, require
from shared.web.pages import decode_cursor, encode_cursor
from shared.web.problems import Problem

Reader = Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))]
USUAL = timedelta(days=30)
LONGEST = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of one question."""

    start: From = None
    end: To = None
    sort: Annotated[
        Sort,
        Query(
            description="By `size`, `growth` or `cost`, the most first; what nothing "
            "is known of comes last"
        ),
    ] = Sort.SIZE
    cause: Annotated[list[Cause] | None, Query(description="Any of these")] = None
    status: Annotated[list[Status] | None, Query(description="Any of these")] = None

    def period(self, now: datetime) -> Period | None:
        """Return the period asked for; None is all time."""
        if self.start is None and self.end is None:
            return None
        return Period(
            *period(self.start, self.end, now=now, usual=USUAL, longest=LONGEST)
        )

    def wanted(self) -> Wanted:
        """Return which patterns are."""
        return Wanted(tuple(self.cause or ()), tuple(self.status or ()))


def place_cursor(place: Place, *more: str) -> str:
    """Return the cursor of the page that begins after *place*."""
    value = "" if place.value is None else place.value
    return encode_cursor(*more, value, place.pattern_id)


def read_place(cursor: str | None) -> Place | None:
    """Return after what a page begins."""
    parts = decode_cursor(cursor, parts=2)
    return None if parts is None else to_place(parts)


def to_place(parts: list[str | int | float]) -> Place:
    """Return the place that a cursor's last two parts name."""
    value, pattern_id = parts
    if not isinstance(pattern_id, str) or (isinstance(value, str) and value):
        raise Problem(400, detail="This cursor is not one of ours.")
    return Place(None if isinstance(value, str) else value, pattern_id)
