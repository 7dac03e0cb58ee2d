"""The parts that report, put together: exports, what to do next, the weekly report."""

from dataclasses import dataclass

from fastapi import APIRouter

from services.analytics.api import next_steps
from services.analytics.api import weekly as weekly_api
from services.analytics.api.exports import files
from services.analytics.counting.report import Reporter
from services.analytics.patterns.browsing.advising import PatternAdviser
from services.analytics.reporting.exports.export import Exporter
from services.analytics.reporting.gaps import Gaps
from services.analytics.reporting.remedies import AdvisedRemedies
from services.analytics.reporting.weekly.weekly import WeeklyReports
from services.analytics.repository.counts import MongoCounts
from services.analytics.repository.gaps.cases import MongoCases
from services.analytics.repository.gaps.others import MongoMembership
from services.analytics.repository.profiles.reading import MongoPatterns
from services.analytics.repository.reporting.exports import MongoRows
from services.analytics.repository.reporting.gaps import MongoGaps
from services.analytics.repository.reporting.sent import MongoSentReports
from services.analytics.settings import Settings
from shared.foundation import Foundation
from shared.kafka.table import DestinationTable

WEEKLY_SECONDS = 30.0
"""How often it is looked which weekly reports are due: so late they may come."""


@dataclass(frozen=True, slots=True)
class Reports:
    """What the service answers and follows of reports."""

    routers: list[APIRouter]
    destinations: DestinationTable

    async def start(self) -> None:
        """Begin to follow which destinations there are."""
        await self.destinations.start()

    async def stop(self) -> None:
        """Stop following."""
        await self.destinations.stop()


def build_reports(
    foundation: Foundation, settings: Settings, *, reporter: Reporter
) -> Reports:
    """Return what reports; weekly reports are sent in the background."""
    database, clock = foundation.database, foundation.clock
    adviser = PatternAdviser(MongoMembership(database), MongoCases(database))
    remedies = AdvisedRemedies(MongoPatterns(database), adviser)
    gaps = Gaps(MongoCounts(database), MongoGaps(database), remedies)
    weekly = WeeklyReports(
        figures=reporter,
        patterns=gaps,
        sent=MongoSentReports(database, clock=clock),
        apps=foundation.apps,
        publisher=foundation.publisher,
        clock=clock,
        public_url=settings.public_url,
    )
    foundation.repeat("weekly reports", WEEKLY_SECONDS, weekly.round)
    destinations = DestinationTable(
        settings.kafka, client_id="handrail-analytics-destinations"
    )
    routers = [
        next_steps.router(gaps, clock=clock),
        files.router(Exporter(MongoRows(database)), clock=clock),
        weekly_api.router(weekly, foundation.apps, destinations),
    ]
    return Reports(routers, destinations)
