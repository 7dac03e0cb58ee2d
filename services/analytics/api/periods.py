"""The period a report is asked for: RFC 3339, bounded, with a useful default."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime, BeforeValidator

from services.analytics.domain.periods import BEGINNING, LENGTH, Step, floor_to
from shared.web.problems import Problem

_LATEST = datetime(2200, 1, 1, tzinfo=UTC)

_EATEN_PLUS = re.compile(r" (?=\d\d:\d\d$)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _forgive(value: object) -> object:
    """Return what was meant: a day is its beginning, and nothing is no moment at all.

    `…T10:00:00 01:00` is what a query string leaves of a plus.
    """
    if not isinstance(value, str):
        return value
    if _DAY.fullmatch(value):
        return f"{value}T00:00:00Z"
    return _EATEN_PLUS.sub("+", value) or None


Moment = Annotated[AwareDatetime | None, BeforeValidator(_forgive)]
From = Annotated[
    Moment,
    Query(
        alias="from",
        description="Beginning, RFC 3339 or a day (UTC); what happened at it counts",
    ),
]
To = Annotated[
    Moment,
    Query(
        alias="to",
        description="End, RFC 3339 or a day (UTC); what happened at it does not count",
    ),
]


def period(
    start: datetime | None,
    end: datetime | None,
    *,
    now: datetime,
    usual: timedelta,
    longest: timedelta,
) -> tuple[datetime, datetime]:
    """Return the period asked for, or a 400 that says what would be accepted.

    Without an end it is the end of the running hour: whole hours are cheap, and a
    sender whose clock is a little ahead is not left out.
    """
    hour = floor_to(now, Step.HOUR)
    known = [each for each in (start, end) if each is not None]
    # Compared as they are: moving the first or last year to another zone overflows.
    if not all(BEGINNING <= each <= _LATEST for each in known):
        raise Problem(400, detail="Between 1970 and 2200.")
    if start is None:
        start = (end or hour) - usual
    if end is None:
        end = hour + LENGTH[Step.HOUR]
    if not start < end:
        raise Problem(400, detail="`from` must be before `to`.")
    if end - start > longest:
        raise Problem(400, detail=f"At most {longest.days} days at once.")
    return start.astimezone(UTC), end.astimezone(UTC)
