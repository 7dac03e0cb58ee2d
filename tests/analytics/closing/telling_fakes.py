"""Users, notes and the escalator that tells them, in memory; with crashes at any line."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.analytics.domain.gaps.notes import Affected, LeftOut, Note
from services.analytics.gaps.telling.notify import Notifier, Plan
from services.analytics.gaps.telling.ports import KeptNote
from services.analytics.gaps.telling.send import NoteSender
from shared.events import GapNoteRequested
from shared.kafka.records import Outgoing
from shared.wording.languages import load_languages
from tests.analytics.closing.fakes import APP, GAP, CrashError, FakeGaps, FakeSuite
from tests.support.fakes import NOON, FakeApps, FakeClock, app

Crash = Callable[[str], None]
"""Called at each line at which a process may die."""


def never(_: str) -> None:
    return


def affected(number: int, **more: Any) -> Affected:
    facts: dict[str, Any] = {
        "escalation_id": f"esc-{number}",
        "conversation_id": f"c-{number}",
        "number": f"ESC-{1000 + number}",
        "user_id": f"u-{number}",
        "at": NOON - timedelta(hours=number),
        "text": f"How big may file {number} be?",
        "language": "en",
    }
    return Affected(**facts | more)


@dataclass
class FakeUsers:
    found: list[Affected] = field(default_factory=list)
    out: set[str] = field(default_factory=set)

    async def affected(self, app_id: str, gap_id: str, *, limit: int) -> list[Affected]:
        return self.found[:limit]

    async def opted_out(self, app_id: str, user_ids: Sequence[str]) -> set[str]:
        return self.out & set(user_ids)


@dataclass
class FakeNotes:
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    crash: Crash = never

    async def known(self, note_ids: Sequence[str]) -> set[str]:
        return {each for each in note_ids if each in self.rows}

    async def add(
        self, app_id: str, gap_id: str, notes: Sequence[Note], *, by: str, now: datetime
    ) -> int:
        added = 0
        for each in notes:
            self.crash("add")
            if each.note_id not in self.rows:
                added += 1
                self.rows[each.note_id] = {
                    "note": each,
                    "app_id": app_id,
                    "gap_id": gap_id,
                    "text": each.text,
                    "state": "pending",
                    "created_at": now,
                    "due_at": now,
                    "claimed_at": None,
                }
        return added

    async def apps_waiting(self, *, now: datetime) -> list[str]:
        due = (each for each in self.rows.values() if each["due_at"] <= now)
        return sorted({each["app_id"] for each in due if each["state"] == "pending"})

    async def claimed_since(self, app_id: str, since: datetime) -> int:
        return sum(
            each["claimed_at"] is not None and each["claimed_at"] > since
            for each in self.rows.values()
        )

    async def claim(
        self, app_id: str, *, now: datetime, until: datetime
    ) -> KeptNote | None:
        self.crash("claim")
        for row in self.rows.values():
            if row["state"] == "pending" and row["due_at"] <= now:
                row["due_at"], row["claimed_at"] = until, now
                return _kept(row)
        return None

    async def sent(self, note: KeptNote, *, now: datetime) -> None:
        self.crash("before sent")
        self.rows[note.note_id] |= {"state": "sent", "text": ""}
        self.crash("after sent")

    async def leave_out(
        self, note: KeptNote, reason: LeftOut, *, now: datetime
    ) -> None:
        self.rows[note.note_id] |= {"state": "left_out", "reason": reason.value}

    async def drop(self, note: KeptNote) -> None:
        del self.rows[note.note_id]


def _kept(row: dict[str, Any]) -> KeptNote:
    note: Note = row["note"]
    return KeptNote(
        note_id=note.note_id,
        app_id=row["app_id"],
        gap_id=row["gap_id"],
        user_id=note.user_id,
        escalation_id=note.escalation_id,
        conversation_id=note.conversation_id,
        number=note.number,
        text=row["text"],
        created_at=row["created_at"],
    )


@dataclass
class FakeEscalator:
    """Reads every record; its ledger decides each note once."""

    ledger: set[str] = field(default_factory=set)
    told: list[GapNoteRequested] = field(default_factory=list)
    records: int = 0
    crash: Crash = never

    async def publish(self, outputs: Sequence[Outgoing]) -> None:
        self.crash("before publish")
        for output in outputs:
            self.records += 1
            event = GapNoteRequested.model_validate_json(output.value)
            if event.note_id not in self.ledger:
                self.ledger.add(event.note_id)
                self.told.append(event)
        self.crash("after publish")


@dataclass
class Telling:
    """All of it; `die` says at which lines a process dies, once each."""

    users: FakeUsers = field(default_factory=FakeUsers)
    gaps: FakeGaps = field(default_factory=FakeGaps)
    suite: FakeSuite = field(default_factory=FakeSuite)
    notes: FakeNotes = field(default_factory=FakeNotes)
    escalator: FakeEscalator = field(default_factory=FakeEscalator)
    clock: FakeClock = field(default_factory=FakeClock)
    per_minute: int = 1_000
    die: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.gaps.put("verified")
        self.notes.crash = self.escalator.crash = self._reach
        self.notifier = Notifier(
            self.gaps,
            self.suite,
            self.users,
            self.notes,
            FakeApps({APP: app(APP, name="Acme")}),
            self.clock,
            load_languages(),
            timedelta(days=30),
        )
        self.restart()

    def restart(self) -> None:
        self.sender = NoteSender(
            self.gaps,
            self.users,
            self.notes,
            self.escalator,
            self.clock,
            self.per_minute,
            on_outcome=lambda outcome: self.outcomes.update([outcome]),
        )

    def _reach(self, line: str) -> None:
        if line in self.die:
            self.die.remove(line)
            raise CrashError(line)

    async def preview(self, text: str | None = None, **more: Any) -> Plan:
        return await self.notifier.preview(APP, GAP, text, **more)

    async def notify(self, text: str | None = None, **more: Any) -> Plan:
        return await self.notifier.notify(APP, GAP, text, by="bo", **more)

    async def rounds(self, count: int = 1) -> None:
        for _ in range(count):
            await self.sender.round()
            self.clock.forward(seconds=1)

    def told(self) -> dict[str, int]:
        """Return how often each conversation was told."""
        return dict(Counter(each.conversation_id for each in self.escalator.told))
