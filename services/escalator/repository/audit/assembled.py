"""The auditor put together from the service's parts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from services.escalator.audit.auditor import Auditor
from services.escalator.audit.comparing import Comparing, Limits
from services.escalator.audit.ports import Tell
from services.escalator.escalate.ports import Ports
from services.escalator.repository.audit.decisions import MongoDecisions
from services.escalator.repository.audit.log import MongoAuditLog
from services.escalator.repository.audit.repairs import MadeGood
from services.escalator.repository.audit.requests import ReadRequests
from services.escalator.repository.conversations.states import ConversationStates
from shared.foundation import Foundation
from shared.kafka.following.readback import ReadBack
from shared.kafka.working.runtime import Runtime
from shared.web.outbound import Outbound
from shared.web.ssrf import EVERYWHERE

HEARTBEAT_SECONDS = 10.0
LEASE_ROUNDS = 3
"""Rounds that the instance which audits may miss before another one does."""
LEAST_LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Audit:
    """The auditor, and what it wrote down."""

    auditor: Auditor
    log: MongoAuditLog
    heartbeat: "Heartbeat"

    async def stop(self) -> None:
        """Let another instance audit at once."""
        await self.log.release()
        await self.heartbeat.close()


class Heartbeat:
    """Posts to the operator's address. It may lie inside: the operator named it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._outbound = Outbound(allow=EVERYWHERE)

    @property
    def tell(self) -> Tell | None:
        """Return what posts; None where no address is named."""
        return self._post if self._url else None

    async def close(self) -> None:
        """Close what is open."""
        await self._outbound.close()

    async def _post(self, said: Mapping[str, Any]) -> None:
        answer = await self._outbound.post(
            self._url,
            json.dumps(said).encode(),
            headers={},
            deadline=HEARTBEAT_SECONDS,
        )
        if not 200 <= answer.status < 300:  # noqa: PLR2004 - of HTTP
            raise OSError(f"the far side answered {answer.status}")


class Wanted(Protocol):
    """The settings that concern the audit."""

    @property
    def closed_days(self) -> int: ...
    @property
    def audit_seconds(self) -> float: ...
    @property
    def audit_patience_seconds(self) -> float: ...
    @property
    def audit_heartbeat_url(self) -> str: ...


def assemble(
    foundation: Foundation, runtime: Runtime, ports: Ports, wanted: Wanted
) -> Audit:
    """Return the auditor of the service of *foundation*."""
    limits = Limits(
        proof_wait=ports.proof_wait,
        trigger_wait=ports.trigger_wait,
        closed=timedelta(days=wanted.closed_days),
        patience=timedelta(seconds=wanted.audit_patience_seconds),
    )
    every = timedelta(seconds=wanted.audit_seconds)
    database, clock, ledger = foundation.database, foundation.clock, foundation.ledger
    states = ConversationStates()
    deferred = foundation.commands.deferred
    assert deferred is not None
    topics = ReadBack(foundation.settings.kafka, client_id="handrail-escalator-audit")
    log = MongoAuditLog(
        database,
        lease=max(LEAST_LEASE, LEASE_ROUNDS * every),
        instance=foundation.settings.instance_id,
    )
    decisions = MongoDecisions(
        database,
        ledger=ledger,
        states=states,
        watermarks=foundation.watermarks,
        clock=clock,
    )
    repairs = MadeGood(
        database, timers=foundation.timers, publisher=foundation.publisher
    )
    requests = ReadRequests(
        topics=topics,
        reader=runtime.reader,
        ledger=ledger,
        states=states,
        watermarks=foundation.watermarks,
        parking=foundation.parking,
        work=deferred.work_now,
        clock=clock,
    )
    heartbeat = Heartbeat(wanted.audit_heartbeat_url)
    auditor = Auditor(
        comparing=Comparing(decisions, log, repairs, limits),
        topics=topics,
        requests=requests,
        apps=foundation.apps,
        clock=clock,
        tell=heartbeat.tell,
    )
    return Audit(auditor, log, heartbeat)
