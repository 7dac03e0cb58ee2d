"""The parts that report, put together: exports, what to do next, the weekly report."""

from fastapi import APIRouter

from services.analytics.api import next_steps
from services.analytics.api.exports import files
from services.analytics.counting.report import Reporter
from services.analytics.patterns.browsing.opening import NoAdviser
from services.analytics.reporting.exports.export import Exporter
from services.analytics.reporting.gaps import Gaps
from services.analytics.reporting.remedies import AdvisedRemedies
from services.analytics.reporting.weekly.weekly import WeeklyReports
from services.analytics.repository.counts import MongoCounts
from services.analytics.repository.profiles.reading import MongoPatterns
from services.analytics.repository.reporting.exports import MongoRows
from services.analytics.repository.reporting.gaps import MongoGaps
from services.analytics.repository.reporting.sent import MongoSentReports
from services.analytics.settings import Settings
from shared.foundation import Foundation

WEEKLY_SECONDS = 30.0
"""How often it is looked which weekly reports are due: so late they may come."""


def build_reports(
    foundation: Foundation, settings: Settings, *, reporter: Reporter
) -> list[APIRouter]:
    """Return the routes that report; weekly reports are sent in the background."""
    database, clock = foundation.database, foundation.clock
    remedies = AdvisedRemedies(MongoPatterns(database), NoAdviser())
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
    return [
        next_steps.router(gaps, clock=clock),
        files.router(Exporter(MongoRows(database)), clock=clock),
    ]
