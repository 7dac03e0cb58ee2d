"""The parts of the grouping, put together."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from services.analytics import metrics
from services.analytics.api.patterns.steer import Steering
from services.analytics.patterns.announce import Announcer
from services.analytics.patterns.group import Grouper
from services.analytics.patterns.indexes import IndexCache
from services.analytics.patterns.reexamine import Reexaminer
from services.analytics.repository.patterns.grouping.announcing import (
    MongoAnnouncements,
)
from services.analytics.repository.patterns.grouping.claims import MongoClaims
from services.analytics.repository.patterns.grouping.queue import MongoGroupingQueue
from services.analytics.repository.patterns.grouping.recording import MongoGroupings
from services.analytics.repository.patterns.steering.editing import MongoEdits
from services.analytics.repository.patterns.steering.erasing import MongoPatternErasure
from services.analytics.repository.patterns.steering.examining import (
    MongoExaminations,
)
from services.analytics.repository.patterns.steering.merging import MongoMerges
from services.analytics.repository.patterns.steering.splitting import MongoSplits
from services.analytics.repository.sessions import MongoSessions
from services.analytics.repository.transactions import Transactions
from services.analytics.settings import Settings
from shared.encoding.encoder import Encoder
from shared.encoding.load import load_encoder
from shared.encoding.pair import load_pair
from shared.encoding.threaded import ThreadedEncoder
from shared.errors import Transient
from shared.foundation import Foundation

MB = 1024 * 1024
AGAIN_SECONDS = 0.01
"""Between two rounds: a round itself waits for work."""
MEASURE_SECONDS = 15.0
ADOPT_SECONDS = 3600.0
NIGHT_SECONDS = 600.0
"""Between two looks whose night it is."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """What the service runs and asks of the grouping."""

    grouper: Grouper
    encoder: ThreadedEncoder
    sessions: MongoSessions
    steering: Steering
    erasure: MongoPatternErasure

    def wake(self) -> None:
        """Look for escalations that were just stored."""
        self.grouper.wake()

    async def stop(self) -> None:
        """Give every app back, so that another instance takes it at once."""
        await self.encoder.close()
        with suppress(Transient):  # the leases end by themselves
            await self.grouper.groupings.release()
        await self.sessions.close()


def build_grouping(foundation: Foundation, settings: Settings) -> Grouping:
    """Return the grouping of one instance; its jobs run with *foundation*."""
    database, clock = foundation.database, foundation.clock
    # Apart from those of the facts: nobody who counts waits for who groups.
    sessions = MongoSessions(database, clock=clock)
    transactions = Transactions(sessions)
    claims = MongoClaims(database, transactions=transactions)
    groupings = MongoGroupings(
        database,
        claims=claims,
        transactions=transactions,
        clock=clock,
        retention=settings.facts_retention,
    )
    queue = MongoGroupingQueue(database, clock=clock)
    edits = MongoEdits(database, transactions=transactions, clock=clock)
    shared: dict[str, Any] = {
        "edits": edits,
        "claims": claims,
        "transactions": transactions,
        "end": groupings.end,
    }
    merges = MongoMerges(database, **shared)
    announcer = Announcer(
        MongoAnnouncements(database), publisher=foundation.publisher, clock=clock
    )
    vectors = ThreadedEncoder(lambda: load(settings.encoder))
    grouper = Grouper(
        groupings=groupings,
        queue=queue,
        vectors=vectors,
        indexes=IndexCache(groupings, max_bytes=settings.patterns_mb * MB),
        follow=[
            merges.move_members,
            announcer.tell_assignments,
            announcer.tell_known_issues,
        ],
        is_active=lambda app_id: _is_active(foundation, app_id),
        is_on=settings.grouping,
        seconds=settings.grouping_seconds,
    )
    foundation.repeat("grouping", AGAIN_SECONDS, grouper.run)
    reexaminer = Reexaminer(
        claims=claims,
        examinations=MongoExaminations(database),
        apart=vectors,
        apps=foundation.apps.active,
        clock=clock,
    )
    if settings.grouping:
        foundation.repeat("proposed merges", NIGHT_SECONDS, reexaminer.round)
    foundation.repeat("grouping lag", MEASURE_SECONDS, queue.measure)
    foundation.repeat("facts of before", ADOPT_SECONDS, queue.adopt)
    steering = Steering(
        edits, merges, MongoSplits(database, **shared), grouper.wake, clock
    )
    erasure = MongoPatternErasure(
        database, edits=edits, claims=claims, transactions=transactions
    )
    return Grouping(grouper, vectors, sessions, steering, erasure)


def _is_active(foundation: Foundation, app_id: str) -> bool:
    app = foundation.apps.get(app_id)
    return app is None or app.status == "active"


def load(setting: str) -> Encoder | None:
    """Return the encoder that *setting* names, or the next one that loads, or None."""

    def failed(name: str) -> None:
        metrics.ENCODER_FAILURES.labels(name).inc()

    if setting == "auto":
        return load_pair(on_failure=failed)
    return load_encoder(setting, on_failure=failed)
