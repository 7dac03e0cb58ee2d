"""What nobody took for too long ends: found by what is stored, and ordered like a verb.

No timer waits for it, so that opening costs no more, and a shorter setting holds for
what is open already. A crash loses nothing: the next look finds it again.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from services.escalator.domain.lifecycle.transitions import Command
from services.escalator.escalate.drafting.draft import HANDRAIL
from services.escalator.escalate.lifecycle.orders import Order, to_record
from shared.clock import Clock
from shared.errors import Permanent
from shared.events import AppSettings
from shared.events.preferences import to_timedelta
from shared.kafka.records import Record

LOOK_SECONDS = 1.0
"""How often it is asked which app's turn it is; this looks at memory alone."""
LEAST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(hours=1)
"""Between two looks at one app: a hundredth of its setting, within these."""
PARTS = 100

log = structlog.get_logger()


class Unclaimed(Protocol):
    """What nobody has, as it is stored."""

    async def since_before(
        self, app_id: str, before: datetime
    ) -> Sequence[dict[str, Any]]: ...


class Apps(Protocol):
    """The apps that there are."""

    def active(self) -> list[AppSettings]: ...


@dataclass(slots=True)
class Expirer:
    """Looks at each app in its turn; two instances do no harm."""

    unclaimed: Unclaimed
    apps: Apps
    submit: Callable[[Record], Awaitable[object]]
    clock: Clock
    _next: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    """By app: the setting that was looked by, and when its turn comes."""

    async def round(self) -> None:
        """Look at every app whose turn it is."""
        now = self.clock.now()
        apps = self.apps.active()
        for app in apps:
            limit = app.preferences.unclaimed_after
            if limit is None or not self._is_due(app.app_id, limit, now):
                continue
            span = to_timedelta(limit)
            await self._expire(app.app_id, now - span)
            pause = min(max(span / PARTS, LEAST_PAUSE), LONGEST_PAUSE)
            self._next[app.app_id] = limit, now + pause
        if len(self._next) > len(apps):
            there = {app.app_id for app in apps}
            self._next = {k: v for k, v in self._next.items() if k in there}

    def _is_due(self, app_id: str, limit: str, now: datetime) -> bool:
        looked_by, at = self._next.get(app_id, ("", now))
        return looked_by != limit or at <= now

    async def _expire(self, app_id: str, before: datetime) -> None:
        for row in await self.unclaimed.since_before(app_id, before):
            order = Order(
                command=Command.EXPIRE,
                escalation_id=row["_id"],
                actor=HANDRAIL,
                key=str(row["revision"]),
            )
            try:
                await self.submit(to_record(app_id, row["conversation_id"], order))
            except Permanent as refused:
                # It was taken a moment ago: the row was older than the state.
                log.info("not expired", reason=refused.reason, number=row["number"])
