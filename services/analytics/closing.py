"""Closing gaps: replays, regression runs and notes, as they run in one process."""

from datetime import timedelta

from fastapi import APIRouter

from services.analytics import metrics
from services.analytics.api.gaps import notes, verifications
from services.analytics.gaps.closing.regress import Regressions
from services.analytics.gaps.closing.verify import Verifier
from services.analytics.gaps.telling.notify import Notifier
from services.analytics.gaps.telling.send import NoteSender
from services.analytics.repository.gaps.members import MongoQuestions
from services.analytics.repository.gaps.notes import MongoNotes
from services.analytics.repository.gaps.statuses import MongoGaps
from services.analytics.repository.gaps.suite import MongoSuite
from services.analytics.repository.gaps.users import MongoUsers
from services.analytics.repository.gaps.verifications import MongoVerifications
from services.analytics.settings import Settings
from shared.foundation import Foundation
from shared.kafka.following.catalogues import CatalogueTable
from shared.kafka.following.group import GroupReader
from shared.topics import GAP_VERIFIED
from shared.wording.languages import load_languages

RELAY_SECONDS = 5.0
"""Between two looks for replays that a crash left unpublished."""
REGRESSION_SECONDS = 5.0
SEND_SECONDS = 1.0


class Closing:
    """Made from the foundation; its reader and rounds run with the service."""

    def __init__(self, foundation: Foundation, settings: Settings) -> None:
        database, clock = foundation.database, foundation.clock
        publisher, kept = foundation.publisher, settings.facts_retention
        self._clock = clock
        self._gaps = MongoGaps(database)
        self._questions = MongoQuestions(database)
        self._suite = MongoSuite(database, retention=kept)
        self._verifications = MongoVerifications(database, retention=kept)
        self._users = MongoUsers(database)
        self._notes = MongoNotes(database)
        self._catalogues = CatalogueTable(
            settings.kafka, client_id="handrail-analytics-catalogues"
        )
        self._verifier = Verifier(
            self._gaps,
            self._questions,
            self._suite,
            self._verifications,
            publisher,
            clock,
        )
        self._notifier = Notifier(
            self._gaps,
            self._suite,
            self._users,
            self._notes,
            foundation.apps,
            clock,
            load_languages(),
            conversations_kept=timedelta(days=settings.retention_days),
        )
        self._results = GroupReader(
            GAP_VERIFIED,
            self._verifier.take,
            service="analytics",
            settings=settings.kafka,
            publisher=publisher,
            clock=clock,
        )
        self._repeat(foundation, settings)

    def _repeat(self, foundation: Foundation, settings: Settings) -> None:
        regressions = Regressions(
            self._gaps,
            self._questions,
            self._suite,
            self._catalogues,
            self._verifier,
            self._clock,
        )
        sender = NoteSender(
            self._gaps,
            self._users,
            self._notes,
            foundation.publisher,
            self._clock,
            settings.notes_per_minute,
            on_outcome=lambda outcome: metrics.GAP_NOTES.labels(outcome).inc(),
        )
        foundation.repeat("replays", RELAY_SECONDS, self._verifier.relay)
        foundation.repeat("regressions", REGRESSION_SECONDS, regressions.round)
        foundation.repeat("notes", SEND_SECONDS, sender.round)

    def routers(self) -> list[APIRouter]:
        """Return the API."""
        verifying = verifications.Verifying(
            self._verifier, self._verifications, self._suite
        )
        telling = notes.Telling(self._notifier, self._notes, self._users, self._clock)
        return [verifications.router(verifying), notes.router(telling)]

    async def start(self) -> None:
        """Begin to read results and catalogue versions."""
        await self._catalogues.start()
        await self._results.start()

    async def stop(self) -> None:
        """Stop reading."""
        await self._results.stop()
        await self._catalogues.stop()
