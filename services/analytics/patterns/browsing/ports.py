"""What reading patterns needs of the outside."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from services.analytics.domain.profiles.asking import Place, Sketch, Sort, Wanted
from services.analytics.domain.profiles.counting.causes import LinePlace
from services.analytics.domain.profiles.counting.counters import PatternCounter, Totals
from services.analytics.domain.profiles.counting.pieces import Piece
from services.analytics.domain.profiles.pattern import Member, Pattern


class PatternCounters(Protocol):
    """How many escalations patterns had, by day and by month."""

    async def largest(
        self, app_id: str, piece: Piece, *, limit: int
    ) -> list[PatternCounter]: ...

    async def some(
        self, app_id: str, pieces: Sequence[Piece], pattern_ids: Iterable[str]
    ) -> list[tuple[Piece, PatternCounter]]: ...

    async def all(self, app_id: str, piece: Piece) -> Totals: ...

    async def opened(self, app_id: str, start: datetime, end: datetime) -> Totals: ...

    async def users(
        self, app_id: str, pattern_ids: Sequence[str], start: datetime, end: datetime
    ) -> Totals: ...


class Patterns(Protocol):
    """What is kept of patterns and their members."""

    async def page(
        self,
        app_id: str,
        wanted: Wanted,
        *,
        sort: Sort,
        after: Place | None,
        limit: int,
    ) -> list[Pattern]: ...

    async def counts(
        self, app_id: str, wanted: Wanted
    ) -> dict[str, tuple[int, int]]: ...

    async def some(self, app_id: str, pattern_ids: Iterable[str]) -> list[Pattern]: ...

    async def sketches(
        self, app_id: str, pattern_ids: Sequence[str] | None = None
    ) -> list[Sketch]: ...

    async def get(self, app_id: str, pattern_id: str) -> Pattern | None: ...

    async def members(
        self,
        app_id: str,
        pattern_id: str,
        *,
        after: tuple[datetime, str] | None,
        limit: int,
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> list[Member]: ...

    async def texts(
        self, app_id: str, escalation_ids: Sequence[str]
    ) -> dict[str, str]: ...


class CauseCounters(Protocol):
    """How many escalations each cause had."""

    async def by_day(
        self, app_id: str, months: Sequence[datetime]
    ) -> dict[LinePlace, dict[str, int]]: ...


class Openings(Protocol):
    """How many escalations were opened, by hour."""

    async def by_hour(
        self, app_id: str, start: datetime, end: datetime
    ) -> list[tuple[datetime, int]]: ...
