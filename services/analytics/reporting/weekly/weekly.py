"""Ask for each app's weekly report, once a week and destination, whatever restarts."""

import asyncio
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from services.analytics.domain.periods import zone_of
from services.analytics.domain.reports import Summary
from services.analytics.reporting.gaps import GapOfPeriod
from services.analytics.reporting.weekly.contents import (
    MAX_PATTERNS,
    headline_of,
    make_report,
)
from services.analytics.reporting.weekly.schedule import (
    WEEK,
    Week,
    is_due,
    latest_week,
)
from shared import ids
from shared.clock import Clock
from shared.errors import Transient
from shared.events import (
    AppSettings,
    EscalationOpened,
    NotificationRequested,
    Reason,
    Report,
)
from shared.events.reports import REPORT
from shared.kafka.records import Outgoing, outgoing
from shared.topics import NOTIFICATION_REQUESTED

log = structlog.get_logger()


class Figures(Protocol):
    """A period in numbers."""

    async def summary(self, app_id: str, start: datetime, end: datetime) -> Summary: ...


class Patterns(Protocol):
    """The patterns of a period."""

    async def of_period(
        self, app_id: str, start: datetime, end: datetime, *, largest: int
    ) -> Sequence[GapOfPeriod]: ...


class SentReports(Protocol):
    """Which reports were asked for."""

    async def known(self, report_ids: Collection[str]) -> frozenset[str]: ...
    async def note(
        self, report_id: str, *, app_id: str, destination_id: str, week: str
    ) -> None: ...


class Publisher(Protocol):
    """Where records go."""

    async def publish(self, outputs: Sequence[Outgoing]) -> None: ...


class Apps(Protocol):
    """What is known of the apps."""

    def active(self) -> Iterable[AppSettings]: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A report that was asked for, and the days that it is of."""

    report_id: str
    destination_id: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class WeeklyReports:
    """Looks which reports are due, makes them and asks the notifier to send them.

    The id of a report's delivery comes from its app, week and destination: whoever
    asks again, after a crash or beside another instance, asks for the same delivery.
    """

    figures: Figures
    patterns: Patterns
    sent: SentReports
    apps: Apps
    publisher: Publisher
    clock: Clock
    public_url: str = ""

    async def round(self) -> None:
        """Ask for all that is due; raises Transient, and may be repeated."""
        failed: Transient | None = None
        for app in self.apps.active():
            try:
                await self._of_app(app)
            except Transient as error:
                # One app that is too much to count keeps no other from its report.
                log.warning("weekly report not made", app_id=app.app_id, why=str(error))
                failed = error
            except Exception:
                log.exception("weekly report failed", app_id=app.app_id)
        if failed is not None:
            raise failed

    async def _of_app(self, app: AppSettings) -> None:
        wanted = app.preferences.reports.weekly
        if wanted is None or not wanted.destinations:
            return
        now = self.clock.now()
        zone = zone_of(app.preferences.hours.timezone)
        week = latest_week(now, zone=zone, weekday=wanted.weekday, at=wanted.at)
        if not is_due(week, now=now):
            return
        due = {
            report_id_of(app.app_id, week, destination): destination
            for destination in dict.fromkeys(wanted.destinations)
        }
        missing = due.keys() - await self.sent.known(due)
        if not missing:
            return
        report = await self.make(app, week)
        for report_id in sorted(missing):
            await self._ask(app, report_id, due[report_id], report)
            await self.sent.note(
                report_id,
                app_id=app.app_id,
                destination_id=due[report_id],
                week=week.name,
            )

    async def ask_now(self, app: AppSettings, destination_id: str) -> Asked:
        """Ask for a test: the seven days until now, to one destination.

        It is on no record, and takes no week's report away. Raises Transient.
        """
        end = self.clock.now()
        week = Week("", end, end - WEEK, end)
        report = await self.make(app, week)
        report_id = str(uuid.uuid4())
        await self._ask(app, report_id, destination_id, report, mark="Test: ")
        return Asked(report_id, destination_id, week.start, week.end)

    async def make(self, app: AppSettings, week: Week) -> Report:
        """Return the report of *week*; raises Transient."""
        before = week.start - (week.end - week.start)
        now, then, gaps = await asyncio.gather(
            self.figures.summary(app.app_id, week.start, week.end),
            self.figures.summary(app.app_id, before, week.start),
            self.patterns.of_period(
                app.app_id, week.start, week.end, largest=MAX_PATTERNS
            ),
        )
        zone = zone_of(app.preferences.hours.timezone)
        return make_report(week, timezone=zone.key, now=now, before=then, gaps=gaps)

    async def _ask(
        self,
        app: AppSettings,
        report_id: str,
        destination_id: str,
        report: Report,
        *,
        mark: str = "",
    ) -> None:
        now = self.clock.now()
        common = {
            "app_id": app.app_id,
            "conversation_id": f"{REPORT}{destination_id}",
            "occurred_at": now,
            "escalation_id": report_id,
        }
        request = NotificationRequested(
            **common,
            delivery_id=report_id,
            destination_id=destination_id,
            kind="report",
            requested_at=now,
            report=report,
            packet=EscalationOpened(
                **common,
                number="",
                opened_at=now,
                reason=Reason.NO_MATCH,
                summary=f"{mark}{headline_of(report)}",
                conversation=[],
                links={"dashboard": self.public_url} if self.public_url else {},
            ),
        )
        await self.publisher.publish(
            [outgoing(NOTIFICATION_REQUESTED, request, source="analytics")]
        )
        log.info("weekly report asked for", app_id=app.app_id, report_id=report_id)


def report_id_of(app_id: str, week: Week, destination_id: str) -> str:
    """Return the id of a report: the same no matter who asks for it, or how often."""
    return ids.derive("report", app_id, week.name, destination_id)
