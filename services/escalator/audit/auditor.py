"""One round: compare a part of what is stored, write down what is missing, repair it.

Three parts: what was decided since the last round, a tour through all conversations,
and the requests that were read. Each is bounded; what is not reached now is reached in
a later round. What is written down comes before its repair, and a repair before the
mark moves on: a crash in between repeats it, and every repair is safe to repeat.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import orjson
import structlog

from services.escalator import metrics
from services.escalator.audit.comparing import Comparing, finding_id_of
from services.escalator.audit.finding import Kind, find_unpublished
from services.escalator.audit.ports import (
    Apps,
    Decided,
    Finding,
    Mark,
    Output,
    Progress,
    Repair,
    Requests,
    Tell,
    Topics,
)
from shared.clock import Clock
from shared.errors import Permanent, Transient
from shared.failpoints import ARMED, FailPoint, reach
from shared.kafka.records import Outgoing

log = structlog.get_logger()

SETTLED = timedelta(seconds=30)
"""What was decided more lately is still at work."""
LONGEST_LOOK_BACK = timedelta(hours=24)
"""What was decided before is no longer compared with the topics."""
DECISIONS_AT_ONCE = 4000
LANES_AT_ONCE = 1000
OPEN_AT_ONCE = 500


@dataclass(slots=True)
class Auditor:
    """Audits in rounds; one instance at a time does."""

    comparing: Comparing
    topics: Topics
    requests: Requests
    apps: Apps
    clock: Clock
    tell: Tell | None = None
    """Tells the outside of rounds that end with everything accounted for."""
    _lanes: set[str] = field(default_factory=set)
    """Conversations to compare in this round."""

    async def round(self) -> None:
        """Find and repair what is missing; raises Transient where a store is away."""
        store = self.comparing.log
        if not await store.hold():
            metrics.UNACCOUNTED.set(0)
            return
        progress = await store.progress()
        now = self.clock.now()
        self._lanes = {each.lane for each in await store.open(limit=OPEN_AT_ONCE)}
        found = await self._unpublished(progress, now)
        await self._go_on_touring(progress)
        found += await self._compared(now)
        found += await self._undecided(progress)
        # At the last moment: what an app loses when it is deleted is nobody's loss, and
        # a repair would store it again behind the purge.
        await self._repair([each for each in found if self._is_of_living_app(each)])
        unaccounted = await store.end(progress, at=self.clock.now())
        metrics.UNACCOUNTED.set(unaccounted)
        if unaccounted == 0:
            await self._tell(now)

    async def _unpublished(self, progress: Progress, now: datetime) -> list[Finding]:
        """Return what was decided and never published; its lanes are compared too."""
        mark = progress.decisions or Mark(now - LONGEST_LOOK_BACK)
        if mark.at < now - LONGEST_LOOK_BACK:
            mark = Mark(now - LONGEST_LOOK_BACK)
        decisions = self.comparing.decisions
        decided, after = await decisions.since(
            mark, until=now - SETTLED, limit=DECISIONS_AT_ONCE
        )
        at_work = await decisions.unpublished(decided)
        self._lanes |= {each.lane for each in decided}
        settled = [each for each in decided if each.source_id not in at_work]
        if at_work:
            # The runtime publishes them itself; look again from here.
            after = mark
        missing = await self._missing(settled)
        if missing is None:
            after = mark
        progress.decisions = after
        return await self._unpublished_of(settled, missing or set())

    async def _missing(self, decided: Sequence[Decided]) -> set[Output] | None:
        wanted = [output for each in decided for output in each.outputs]
        if not wanted:
            return set()
        since = min(each.at for each in decided)
        return await self.topics.find_missing(wanted, since=since)

    async def _unpublished_of(
        self, decided: Sequence[Decided], missing: set[Output]
    ) -> list[Finding]:
        wanted = {each.source_id: each.outputs for each in decided}
        by_id = {each.source_id: each for each in decided}
        found: list[Finding] = []
        for source_id, lost in find_unpublished(wanted, missing).items():
            stored = await self.comparing.decisions.outputs(source_id)
            again = [each for each in stored if _identity(each) in set(lost)]
            if not again:
                continue  # erased meanwhile
            found.append(
                _finding_of(
                    Kind.OUTPUT_UNPUBLISHED,
                    by_id[source_id].lane,
                    reason=", ".join(sorted({topic for topic, _ in lost})),
                    key=source_id,
                    escalation_id=_escalation_of(again),
                    repair=partial(self.comparing.repairs.publish, again),
                )
            )
        return found

    async def _go_on_touring(self, progress: Progress) -> None:
        """Take the next conversations of the tour; at the end it begins again."""
        lanes, progress.lane = await self.comparing.decisions.lanes_after(
            progress.lane, limit=LANES_AT_ONCE
        )
        self._lanes.update(lanes)

    async def _compared(self, now: datetime) -> list[Finding]:
        """Return what is missing of this round's conversations."""
        decisions = self.comparing.decisions
        standing = await decisions.standing(sorted(self._lanes))
        found: list[Finding] = []
        for each in standing:
            app = self.apps.get(each.conversation.app_id)
            if app is None or app.status != "active":
                continue
            found += await self.comparing.compare(each, app, now=now)
        # What was decided while we looked made some of it old.
        seen = {each.lane: each.number for each in standing}
        numbers = await decisions.numbers(sorted({each.lane for each in found}))
        return [each for each in found if numbers.get(each.lane) == seen[each.lane]]

    def _is_of_living_app(self, finding: Finding) -> bool:
        app_id, _, _ = finding.lane.partition(":")
        app = self.apps.get(app_id)
        return app is not None and app.status == "active"

    async def _undecided(self, progress: Progress) -> list[Finding]:
        return [
            _finding_of(
                Kind.REQUEST_UNDECIDED,
                each.lane,
                reason="conversation.unresolved",
                key=each.source_id,
                escalation_id=each.escalation_id,
                repair=each.decide,
            )
            for each in await self.requests.undecided(progress.offsets)
        ]

    async def _repair(self, found: Sequence[Finding]) -> None:
        store = self.comparing.log
        await store.found(found, at=self.clock.now())
        if ARMED and found:
            reach(FailPoint.AUDIT_FOUND)
        done: list[str] = []
        for each in found:
            try:
                await each.repair()
            except (Permanent, Transient) as error:
                log.warning(
                    "not repaired", kind=each.kind, at=each.lane, reason=error.reason
                )
                continue
            done.append(each.finding_id)
            metrics.REPAIRED.labels(each.kind.value).inc()
            log.warning("repaired", kind=each.kind, at=each.lane, reason=each.reason)
        if ARMED and done:
            reach(FailPoint.AUDIT_REPAIRED)
        await store.repaired(done, at=self.clock.now())
        await self._close(found)

    async def _close(self, found: Iterable[Finding]) -> None:
        """Close what an earlier round wrote down and this one did not find again."""
        store = self.comparing.log
        again = {each.finding_id for each in found}
        known = await store.open(limit=OPEN_AT_ONCE)
        gone = [each.finding_id for each in known if each.finding_id not in again]
        await store.repaired(gone, at=self.clock.now())

    async def _tell(self, now: datetime) -> None:
        if self.tell is None:
            return
        try:
            await self.tell({"checked_at": now.isoformat(), "unaccounted": 0})
        except Exception as error:  # noqa: BLE001 - the outside must not stop the audit
            metrics.HEARTBEATS.labels("failed").inc()
            log.warning("heartbeat not taken", error=repr(error))
        else:
            metrics.HEARTBEATS.labels("taken").inc()


def _identity(output: Outgoing) -> Output:
    return output.topic, dict(output.headers).get("ce_id", b"").decode()


def _escalation_of(outputs: Sequence[Outgoing]) -> str:
    """Return the escalation that *outputs* are about; empty where none is named."""
    for output in outputs:
        if name := orjson.loads(output.value).get("escalation_id"):
            return str(name)
    return ""


def _finding_of(
    kind: Kind,
    lane: str,
    *,
    reason: str,
    key: str,
    escalation_id: str,
    repair: Repair,
) -> Finding:
    return Finding(
        finding_id=finding_id_of(kind, key),
        kind=kind,
        app_id=lane.partition(":")[0],
        lane=lane,
        escalation_id=escalation_id,
        reason=reason,
        repair=repair,
    )
