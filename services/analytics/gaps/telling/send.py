"""Send the notes that were kept: a few a minute and app, each published at least once.

The escalator tells a note once by its id, so one that is published again after a crash
reaches nobody twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.analytics.domain.gaps.closing import GapStatus
from services.analytics.domain.gaps.notes import LeftOut
from services.analytics.gaps.telling.ports import (
    Gaps,
    KeptNote,
    Notes,
    Publisher,
    Users,
)
from shared.clock import Clock
from shared.events import GapNoteRequested
from shared.kafka.records import outgoing
from shared.topics import GAP_NOTE_REQUESTED

MINUTE = timedelta(minutes=1)
LEASE = timedelta(seconds=30)
"""A note that was taken and not marked as sent by then is sent again."""
MAX_PER_ROUND = 20
"""Of one app: notes trickle, they do not come as a wave of chats that ask back."""


@dataclass(slots=True)
class NoteSender:
    """Publishes what waits; any number of instances may do it side by side."""

    gaps: Gaps
    users: Users
    notes: Notes
    publisher: Publisher
    clock: Clock
    notes_per_minute: int
    """Of each app."""
    on_outcome: Callable[[str], None] = lambda _: None
    """Told what becomes of each note."""
    _statuses: dict[tuple[str, str], GapStatus | None] = field(default_factory=dict)

    async def round(self) -> None:
        """Send what each app may send now. Raises Transient, and may be repeated."""
        self._statuses.clear()
        now = self.clock.now()
        for app_id in await self.notes.apps_waiting(now=now):
            said = await self.notes.claimed_since(app_id, now - MINUTE)
            for _ in range(min(MAX_PER_ROUND, self.notes_per_minute - said)):
                note = await self.notes.claim(app_id, now=now, until=now + LEASE)
                if note is None:
                    break
                await self._send(note, now)

    async def _send(self, note: KeptNote, now: datetime) -> None:
        outcome = await self._outcome(note)
        self.on_outcome(outcome or "sent")
        if outcome == "dropped":
            await self.notes.drop(note)
        elif outcome is not None:
            await self.notes.leave_out(note, LeftOut(outcome), now=now)
        else:
            await self.publisher.publish(
                [outgoing(GAP_NOTE_REQUESTED, _event(note), source="analytics")]
            )
            await self.notes.sent(note, now=now)

    async def _outcome(self, note: KeptNote) -> str | None:
        """Return why the note is not sent after all; None where it is."""
        if not note.text:
            return LeftOut.ERASED.value
        user_id = note.user_id
        if user_id is not None and await self.users.opted_out(note.app_id, [user_id]):
            return LeftOut.OPTED_OUT.value
        # Where it went out all the same, the escalator knows its id: a conversation is
        # told of no longer than its ledger remembers.
        if await self._is_broken_again(note):
            return "dropped"
        return None

    async def _is_broken_again(self, note: KeptNote) -> bool:
        key = (note.app_id, note.gap_id)
        if key not in self._statuses:
            gap = await self.gaps.get(*key)
            self._statuses[key] = gap.status if gap is not None else None
        return self._statuses[key] is GapStatus.REGRESSED


def _event(note: KeptNote) -> GapNoteRequested:
    return GapNoteRequested(
        app_id=note.app_id,
        conversation_id=note.conversation_id,
        # The same moment each time: a repeat is byte-equal.
        occurred_at=note.created_at,
        causation_id=note.note_id,
        note_id=note.note_id,
        gap_id=note.gap_id,
        escalation_id=note.escalation_id,
        number=note.number,
        text=note.text,
    )
