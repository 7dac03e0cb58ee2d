"""Many conversations in a world of fakes, and a destination that accepts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.escalator.domain.grouping.silences import Silence, choose_silence
from services.escalator.escalate.drafting.documents import ESCALATIONS
from shared import events, ids, topics
from shared.events import KnownIssue
from shared.kafka.deciding.decisions import Timer
from tests.escalator.world import APP, World
from tests.support.fakes import FakeLedger

Json = dict[str, Any]


class FakeNoise:
    """Silences and known issues by hand; how escalations stand, from the ledger."""

    def __init__(self, ledger: FakeLedger) -> None:
        self._ledger = ledger
        self.silences: list[Silence] = []
        self.issues: dict[str, KnownIssue] = {}

    def silence(self, app_id: str, facts: Json, *, now: datetime) -> Silence | None:
        return choose_silence(self.silences, facts, now=now)

    def known_issue(self, app_id: str, pattern_id: str) -> KnownIssue | None:
        return self.issues.get(pattern_id)

    def has_known_issues(self, app_id: str) -> bool:
        return bool(self.issues)

    async def standing(
        self, app_id: str, escalation_ids: Sequence[str]
    ) -> dict[str, Json]:
        return {
            each: rows[each]
            for each in escalation_ids
            if each in (rows := self._rows())
        }

    async def size_of(self, app_id: str, pattern_id: str) -> tuple[int, Any]:
        found = [
            row["opened_at"]
            for row in self._rows().values()
            if row["pattern"] and row["pattern"]["id"] == pattern_id
        ]
        return len(found), min(found, default=None)

    async def is_over(self, app_id: str, silence_id: str, *, now: datetime) -> bool:
        return not any(
            each.silence_id == silence_id and each.is_in_force(now)
            for each in self.silences
        )

    async def silenced(
        self, app_id: str, silence_id: str, *, after: str, limit: int
    ) -> list[Json]:
        found = [
            row
            for escalation_id, row in sorted(self._rows().items())
            if row["silenced_by"] == silence_id
            and row["closed_at"] is None
            and escalation_id > after
        ]
        return found[:limit]

    def _rows(self) -> dict[str, Json]:
        return {
            document_id: document
            for (name, document_id), document in self._ledger.documents.items()
            if name == ESCALATIONS
        }


class StormWorld(World):
    """Escalates in many conversations, and fires whatever is due, in order of time."""

    def __init__(self, **grouping: Any) -> None:
        super().__init__()
        self.noise = FakeNoise(self.ledger)
        self.restart()
        self.prefer(grouping=grouping)

    async def open(self, name: str, text: str = "Uploads fail", **body: Any) -> Json:
        """Return the packet of what was opened in conversation c-*name*."""
        self.conversation_id = f"c-{name}"
        await self.say(f"e-{name}", text, **body)
        await self.leave_unresolved(f"e-{name}", text=text)
        (opened,) = [
            each for each in self.opened if each["conversation_id"] == f"c-{name}"
        ]
        return opened

    async def pass_time(self, seconds: float) -> None:
        """Fire every timer at its moment, those that others set too."""
        end = self.clock.at.timestamp() + seconds
        while due := self._next(end):
            self.clock.at = max(self.clock.at, due.due_at)
            self.fired.add(due.timer_id)
            await self.feed(self.of_timer(due))
        self.clock.forward(seconds=end - self.clock.at.timestamp())

    def _next(self, end: float) -> Timer | None:
        due = [
            each
            for each in self.ledger.timers
            if each.timer_id not in self.fired and each.due_at.timestamp() <= end
        ]
        return min(due, key=lambda each: each.due_at, default=None)

    async def accept(self, request: Json, **body: Any) -> None:
        """Let the destination accept *request*, and the news of it spread."""
        self.conversation_id = request["conversation_id"]
        await self.feed(self.of_delivered(request, **body))
        await self.pass_time(0)

    async def assign(self, packet: Json, pattern_id: str, label: str = "") -> None:
        """Let analytics say which pattern the escalation of *packet* belongs to."""
        self.conversation_id = packet["conversation_id"]
        event = events.PatternAssigned(
            app_id=APP,
            conversation_id=self.conversation_id,
            occurred_at=self.clock.now(),
            assignment_id=ids.derive("test", packet["escalation_id"], pattern_id),
            escalation_id=packet["escalation_id"],
            pattern={"id": pattern_id, "label": label or pattern_id, "size": 2},
        )
        await self.feed(self.of_ours(topics.PATTERN_ASSIGNED, event))

    @property
    def digests(self) -> list[Json]:
        return [each for each in self.requests if each["kind"] == "digest"]

    def told_in(self, name: str) -> list[tuple[str, str]]:
        return [
            (each["type"], each.get("status") or each["text"])
            for each in self.replies
            if each["conversation_id"] == f"c-{name}"
        ]
