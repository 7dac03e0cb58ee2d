"""An auditor over the fake ledger, and losses to plant in what it compares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from services.escalator.audit.auditor import Auditor
from services.escalator.audit.comparing import Comparing, Limits
from services.escalator.audit.expected import near_timers
from services.escalator.audit.finding import Asked, Listed
from services.escalator.audit.ports import (
    Decided,
    Finding,
    Mark,
    Open,
    Output,
    Progress,
    Standing,
    Undecided,
)
from services.escalator.domain.conversation import Conversation
from services.escalator.escalate.drafting.documents import ESCALATIONS
from services.escalator.repository.conversations.states import ConversationStates
from shared.kafka.deciding.decisions import Document, Timer
from shared.kafka.records import Outgoing, Record
from tests.escalator.world import World

LIMITS = Limits(
    proof_wait=timedelta(seconds=3),
    trigger_wait=timedelta(seconds=30),
    closed=timedelta(days=365),
    patience=timedelta(minutes=10),
)


def identity(output: Outgoing) -> Output:
    return output.topic, dict(output.headers).get("ce_id", b"").decode()


@dataclass
class Planted:
    """What the stores lost: by timer, row, output and record."""

    world: World
    timers: set[str] = field(default_factory=set)
    rows: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    """Instead of what the ledger wrote; None: nothing."""
    unread: list[Record] = field(default_factory=list)
    """Records that were read, and about which nothing was decided."""
    again: dict[str, Timer] = field(default_factory=dict)
    """Timers that a repair stored."""

    def lose_outputs(self, topic: str) -> None:
        """Take what was published in *topic* out of it."""
        kept = [each for each in self.world.published if each.topic != topic]
        self.world.published[:] = kept

    @property
    def stored_timers(self) -> list[Timer]:
        world = self.world
        own = {each.timer_id: each for each in world.ledger.timers}
        left = {
            name: each
            for name, each in own.items()
            if name not in self.timers and name not in world.fired
        }
        return list({**left, **self.again}.values())

    def row(self, escalation_id: str) -> dict[str, Any] | None:
        if escalation_id in self.rows:
            return self.rows[escalation_id]
        return self.world.documents(ESCALATIONS).get(escalation_id)


@dataclass
class FakeDecisions:
    """The ledger as the auditor reads it."""

    planted: Planted
    at_work: set[str] = field(default_factory=set)

    async def since(
        self, mark: Mark, *, until: datetime, limit: int
    ) -> tuple[list[Decided], Mark]:
        found = [
            Decided(
                each.source_id,
                each.lane,
                each.position,
                each.at,
                tuple(map(identity, each.outputs)),
            )
            for each in self.planted.world.ledger.entries.values()
            if mark.at <= each.at < until
        ][mark.entries : mark.entries + limit]
        after = Mark(until) if found else mark
        return [each for each in found if each.outputs], after

    async def lanes_after(self, lane: str, *, limit: int) -> tuple[list[str], str]:
        lanes = {each.lane for each in self.planted.world.ledger.entries.values()}
        left = sorted(each for each in lanes if each > lane)
        return left[:limit], left[limit - 1] if len(left) > limit else ""

    async def numbers(self, lanes: Sequence[str]) -> Mapping[str, int]:
        loaded = await self.planted.world.ledger.load([], lanes)
        return {lane: number for lane, (number, _) in loaded.states.items()}

    async def standing(self, lanes: Sequence[str]) -> list[Standing]:
        loaded = await self.planted.world.ledger.load([], lanes)
        found = []
        for lane, (number, raw) in loaded.states.items():
            state = ConversationStates().load(raw)
            if isinstance(state, Conversation):
                found.append(self._standing(lane, number, state))
        return found

    def _standing(self, lane: str, number: int, state: Conversation) -> Standing:
        listed = {}
        for each in state.escalations:
            if (row := self.planted.row(each.escalation_id)) is not None:
                shown = (row["revision"], row["status"], row["told"])
                listed[each.escalation_id] = Listed(*shown)
        timers = [each for each in self.planted.stored_timers if each.lane == lane]
        entries = self.planted.world.ledger.entries
        fired = frozenset(each for each in near_timers(state) if each in entries)
        return Standing(lane, number, state, listed, tuple(timers), fired)

    async def unpublished(self, decided: Sequence[Decided]) -> set[str]:
        return {each.source_id for each in decided} & self.at_work

    async def outputs(self, source_id: str) -> Sequence[Outgoing]:
        return self.planted.world.ledger.entries[source_id].outputs

    async def requests(
        self, lane: str, delivery_ids: Sequence[str]
    ) -> Mapping[str, Outgoing]:
        return {
            identity(output)[1]: output
            for entry in self.planted.world.ledger.entries.values()
            for output in entry.outputs
            if entry.lane == lane and identity(output)[1] in delivery_ids
        }


@dataclass
class FakeTopics:
    """What was published."""

    world: World
    knows: bool = True

    async def find_missing(
        self, wanted: Sequence[Output], *, since: datetime
    ) -> set[Output] | None:
        if not self.knows:
            return None
        return set(wanted) - {identity(each) for each in self.world.published}


@dataclass
class FakeRequests:
    """Requests that were read."""

    planted: Planted

    async def undecided(self, offsets: dict[str, int]) -> list[Undecided]:
        entries = self.planted.world.ledger.entries
        lost = [each for each in self.planted.unread if each.source_id not in entries]
        return [
            Undecided(each.source_id, each.lane, "", partial(self._decide, each))
            for each in lost
        ]

    async def _decide(self, record: Record) -> None:
        await self.planted.world.feed(record)


@dataclass
class FakeRepairs:
    """Makes good in the same fakes; *failing* calls fail first."""

    planted: Planted
    failing: list[Exception] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def _begin(self, what: str) -> None:
        if self.failing:
            raise self.failing.pop(0)
        self.done.append(what)

    async def set_timer(self, timer: Timer) -> None:
        self._begin(timer.kind)
        self.planted.again.setdefault(timer.timer_id, timer)

    async def publish(self, outputs: Sequence[Outgoing]) -> None:
        self._begin("publish")
        self.planted.world.published += outputs

    async def list(self, document: Document) -> None:
        self._begin("list")
        row = document.document | document.fixed
        self.planted.rows[row["_id"]] = row


@dataclass
class FakeLog:
    """Findings in memory."""

    held: bool = True
    kept: Progress = field(default_factory=Progress)
    findings: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def hold(self) -> bool:
        return self.held

    async def progress(self) -> Progress:
        return replace(self.kept, offsets=dict(self.kept.offsets))

    async def open(self, *, limit: int) -> list[Open]:
        found = [each for each in self.findings.items() if each[1]["open"]]
        return [Open(name, row["lane"]) for name, row in found[:limit]]

    async def asked(self, ids: Sequence[str]) -> Mapping[str, Asked]:
        rows = {each: self.findings[each] for each in ids if each in self.findings}
        return {name: Asked(row["times"], row["at"]) for name, row in rows.items()}

    async def found(self, findings: Sequence[Finding], *, at: datetime) -> None:
        for each in findings:
            times = self.findings.get(each.finding_id, {"times": 0})["times"] + 1
            self.findings[each.finding_id] = {
                "kind": each.kind.value,
                "reason": each.reason,
                "escalation_id": each.escalation_id,
                "lane": each.lane,
                "at": at,
                "open": True,
                "times": times,
            }

    async def repaired(self, ids: Sequence[str], *, at: datetime) -> None:
        for each in ids:
            self.findings[each] |= {"open": False, "at": at}

    async def end(self, progress: Progress, *, at: datetime) -> int:
        self.kept = progress
        return len(await self.open(limit=1000))

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return sorted((row["kind"], row["reason"]) for row in self.findings.values())


class Desk:
    """A world with an auditor beside it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.planted = Planted(world)
        self.decisions = FakeDecisions(self.planted)
        self.topics = FakeTopics(world)
        self.repairs = FakeRepairs(self.planted)
        self.log = FakeLog()
        self.told: list[Mapping[str, Any]] = []
        self.failing: list[Exception] = []
        self.auditor = Auditor(
            comparing=Comparing(self.decisions, self.log, self.repairs, LIMITS),
            topics=self.topics,
            requests=FakeRequests(self.planted),
            apps=world.apps,
            clock=world.clock,
            tell=self._tell,
        )

    async def _tell(self, said: Mapping[str, Any]) -> None:
        if self.failing:
            raise self.failing.pop(0)
        self.told.append(said)

    async def audit(self, *, after: float = 0) -> list[tuple[str, str]]:
        """Let *after* seconds pass, audit, and return all that was ever found."""
        self.world.clock.forward(seconds=after)
        await self.auditor.round()
        return self.log.kinds

    async def fire(self) -> None:
        """Fire the timers that repairs stored and that are due."""
        for timer in list(self.planted.again.values()):
            if timer.due_at <= self.world.clock.now():
                del self.planted.again[timer.timer_id]
                await self.world.feed(self.world.of_timer(timer))
