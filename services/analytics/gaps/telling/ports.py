"""What telling users needs of the world."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.analytics.domain.gaps.closing import ReplayCase
from services.analytics.domain.gaps.notes import Affected, LeftOut, Note
from services.analytics.gaps.closing.ports import Gap
from shared.events import AppSettings
from shared.kafka.records import Outgoing


@dataclass(frozen=True, slots=True)
class KeptNote:
    """A note that is to be sent, or was."""

    note_id: str
    app_id: str
    gap_id: str
    user_id: str | None
    escalation_id: str
    conversation_id: str
    number: str
    text: str
    created_at: datetime


class Gaps(Protocol):
    """The patterns' documents."""

    async def get(self, app_id: str, gap_id: str) -> Gap | None: ...
    async def absorbed(self, app_id: str, gap_id: str) -> Sequence[str]:
        """Return the gaps that were merged into this one."""
        ...


class Suite(Protocol):
    """The gap's questions, with what the last replay said of each."""

    async def of(self, app_id: str, gap_id: str) -> Sequence[ReplayCase]: ...


class Users(Protocol):
    """Who is affected by a gap, and who wants no notes."""

    async def affected(
        self, app_id: str, gap_id: str, *, limit: int
    ) -> Sequence[Affected]:
        """Return the gap's escalations, newest first."""
        ...

    async def opted_out(self, app_id: str, user_ids: Sequence[str]) -> set[str]: ...


class Notes(Protocol):
    """The notes: one a user and gap, kept for good."""

    async def known(self, note_ids: Sequence[str]) -> set[str]:
        """Return those of *note_ids* that there are."""
        ...

    async def add(
        self, app_id: str, gap_id: str, notes: Sequence[Note], *, by: str, now: datetime
    ) -> int:
        """Keep *notes* to be sent; return how many are new."""
        ...

    async def apps_waiting(self, *, now: datetime) -> Sequence[str]:
        """Return the apps with a note that is due."""
        ...

    async def claimed_since(self, app_id: str, since: datetime) -> int: ...
    async def claim(
        self, app_id: str, *, now: datetime, until: datetime
    ) -> KeptNote | None:
        """Take the app's oldest note that is due; nobody else has it *until* then."""
        ...

    async def sent(self, note: KeptNote, *, now: datetime) -> None: ...
    async def leave_out(
        self, note: KeptNote, reason: LeftOut, *, now: datetime
    ) -> None: ...
    async def drop(self, note: KeptNote) -> None:
        """Forget a note that is not marked as sent: its user may be told later."""
        ...


class Apps(Protocol):
    """What is known of the apps."""

    def get(self, app_id: str) -> AppSettings | None: ...


class Publisher(Protocol):
    """Where records go."""

    async def publish(self, outputs: Sequence[Outgoing]) -> None: ...
