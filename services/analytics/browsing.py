"""The parts that read patterns, put together: profiles, lists, gaps and trends."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter

from services.analytics.api import trends
from services.analytics.api.gaps import listing as gaps
from services.analytics.api.patterns import listing as patterns
from services.analytics.counting.report import Reporter
from services.analytics.domain.gaps.cause import choose_cause
from services.analytics.patterns.browsing.advising import PatternAdviser
from services.analytics.patterns.browsing.listing import Listing
from services.analytics.patterns.browsing.opening import Opener
from services.analytics.patterns.browsing.ranking import Ranking
from services.analytics.patterns.browsing.trends import PatternTrends
from services.analytics.patterns.profile import Profiler
from services.analytics.repository.gaps.cases import MongoCases
from services.analytics.repository.gaps.others import MongoMembership
from services.analytics.repository.profiles.causes import MongoCauseCounters
from services.analytics.repository.profiles.counting import MongoPatternCounters
from services.analytics.repository.profiles.keeping import MongoProfiles
from services.analytics.repository.profiles.openings import MongoOpenings
from services.analytics.repository.profiles.reading import MongoPatterns
from services.analytics.repository.sessions import MongoSessions
from services.analytics.repository.transactions import Transactions
from services.analytics.settings import Settings
from shared.foundation import Foundation


@dataclass(frozen=True, slots=True)
class Browsing:
    """What the service runs of it."""

    routers: Sequence[APIRouter]
    sessions: MongoSessions

    async def stop(self) -> None:
        """End what is under way in the database."""
        await self.sessions.close()


def build_browsing(
    foundation: Foundation, settings: Settings, *, reporter: Reporter
) -> Browsing:
    """Return the routes that read patterns; profiles are made in the background."""
    database, clock = foundation.database, foundation.clock
    known, counters = MongoPatterns(database), MongoPatternCounters(database)
    # Apart from those of the facts and the grouping: neither waits for this.
    sessions = MongoSessions(database, clock=clock)
    transactions = Transactions(sessions)
    by_cause = MongoCauseCounters(database, transactions=transactions)
    profiler = Profiler(
        profiles=MongoProfiles(database, transactions=transactions),
        cases=MongoCases(database),
        ranking=Ranking(counters),
        choose_cause=choose_cause,
        clock=clock,
    )
    foundation.repeat("profiles", settings.profile_seconds, profiler.round)
    foundation.repeat("causes", settings.profile_seconds, by_cause.settle)
    listing = Listing(known, counters, clock)
    opener = Opener(
        known, listing, PatternAdviser(MongoMembership(database), MongoCases(database))
    )
    lines = PatternTrends(known, counters, by_cause, MongoOpenings(database))
    routers = [
        trends.router(reporter, lines, apps=foundation.apps, clock=clock),
        patterns.router(listing, opener, clock=clock),
        gaps.router(listing, clock=clock),
    ]
    return Browsing(routers, sessions)
