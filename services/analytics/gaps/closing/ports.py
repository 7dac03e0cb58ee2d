"""What closing a gap needs of the world."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from services.analytics.domain.gaps.closing import (
    GapStatus,
    ReplayCase,
    Ruling,
    Score,
    Standing,
    Verdict,
)
from shared.events import AppSettings
from shared.kafka.records import Outgoing

Why = Literal["asked", "catalogue_changed"]


@dataclass(frozen=True, slots=True)
class Gap:
    """A pattern, as closing it sees it."""

    app_id: str
    gap_id: str
    status: GapStatus
    cause: str = ""
    """`documentation`, `action`, `bug`, `person`, `unclear`; empty is unknown."""
    exemplars: tuple[str, ...] = ()
    """Escalations that say best what it is about."""
    merged_into: str | None = None
    verified_at: datetime | None = None
    """When the replay was asked for that proved it last."""
    catalogue_version: int | None = None
    """Of the catalogue that its last replay was answered by."""
    replayed_at: datetime | None = None
    """When that replay was asked for."""
    answered: frozenset[str] = frozenset()
    """Ids of the cases that proved it last."""
    reopened_by: str = ""
    """Id of the case that took its proof away."""

    @property
    def standing(self) -> Standing:
        """Return what a replay is held against."""
        return Standing(self.status, self.answered, self.reopened_by)


@dataclass(frozen=True, slots=True)
class Change:
    """A gap's change of status, and what showed it."""

    to: GapStatus
    at: datetime
    by: str
    because: str
    verification_id: str = ""
    case_id: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """One replay of a gap's questions."""

    verification_id: str
    app_id: str
    gap_id: str
    why: Why
    asked_by: str
    requested_at: datetime
    parts: tuple[tuple[str, ...], ...]
    """Ids of its cases, by the record that they go with."""
    verdicts: tuple[Verdict, ...] = ()
    parts_done: int = 0
    catalogue_version: int | None = None
    finished_at: datetime | None = None
    score: Score | None = None
    """Once it is finished."""
    status: str = ""
    """The gap's, once it is finished."""

    @property
    def case_ids(self) -> list[str]:
        """Return the ids of all cases."""
        return [each for part in self.parts for each in part]


class Gaps(Protocol):
    """The patterns' documents."""

    async def get(self, app_id: str, gap_id: str) -> Gap | None: ...
    async def change(
        self, gap: Gap, change: Change, *, of: Iterable[GapStatus]
    ) -> bool:
        """Change the status once; False where it is none of *of* by now."""
        ...

    async def note_replay(
        self, gap: Gap, verification: Verification, score: Score, ruling: Ruling
    ) -> bool:
        """Keep what a replay showed; False where a later one was kept already."""
        ...

    async def claim_replay(
        self, gap: Gap, version: int, *, now: datetime, again_before: datetime
    ) -> bool:
        """Take it on to replay the gap by a catalogue's *version*.

        False where somebody did, and no longer ago than *again_before*.
        """
        ...

    async def proven(self, app_id: str | None, *, limit: int) -> Sequence[Gap]:
        """Return gaps that are verified or regressed, of one app or of all."""
        ...


class Members(Protocol):
    """The escalations of a pattern."""

    async def newest(
        self, app_id: str, gap_id: str, *, limit: int
    ) -> Sequence[ReplayCase]: ...
    async def named(
        self, app_id: str, gap_id: str, escalation_ids: Sequence[str]
    ) -> Sequence[ReplayCase]: ...
    async def since(
        self, app_id: str, gap_id: str, after: datetime, *, limit: int
    ) -> Sequence[ReplayCase]:
        """Return those opened after a moment, oldest first."""
        ...


class Suite(Protocol):
    """The cases that stay."""

    async def of(self, app_id: str, gap_id: str) -> Sequence[ReplayCase]: ...
    async def add(
        self, app_id: str, gap_id: str, cases: Sequence[ReplayCase]
    ) -> None: ...
    async def judge(
        self, app_id: str, gap_id: str, verdicts: Sequence[Verdict], *, at: datetime
    ) -> None: ...


class Verifications(Protocol):
    """Replays, asked for and done."""

    async def add(self, verification: Verification) -> None: ...
    async def get(
        self, app_id: str, gap_id: str, verification_id: str
    ) -> Verification | None: ...
    async def published(self, verification_id: str) -> None: ...
    async def unpublished(self, *, before: datetime) -> Sequence[Verification]:
        """Return those whose questions may never have been published."""
        ...

    async def take(
        self,
        verification_id: str,
        part: int,
        verdicts: Sequence[Verdict],
        *,
        catalogue_version: int | None,
    ) -> Verification | None:
        """Keep what one part showed, the first time; return the whole as it is now."""
        ...

    async def finish(self, verification: Verification) -> None: ...
    async def count_open(self, app_id: str, *, since: datetime) -> int: ...


class Catalogues(Protocol):
    """Which version of its catalogue each app has, and since when."""

    def version_of(self, app_id: str) -> tuple[int, datetime] | None: ...


class Publisher(Protocol):
    """Where records go."""

    async def publish(self, outputs: Sequence[Outgoing]) -> None: ...


class Apps(Protocol):
    """What is known of the apps."""

    def get(self, app_id: str) -> AppSettings | None: ...
