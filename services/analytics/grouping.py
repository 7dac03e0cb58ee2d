"""The parts of the grouping, put together."""

from dataclasses import dataclass

from services.analytics import metrics
from services.analytics.patterns.announce import Announcer
from services.analytics.patterns.group import Grouper
from services.analytics.patterns.indexes import IndexCache
from services.analytics.repository.patterns.announcing import MongoAnnouncements
from services.analytics.repository.patterns.claims import MongoClaims
from services.analytics.repository.patterns.queue import MongoGroupingQueue
from services.analytics.repository.patterns.recording import MongoGroupings
from services.analytics.repository.sessions import MongoSessions
from services.analytics.repository.transactions import Transactions
from services.analytics.settings import Settings
from shared.encoding.encoder import Encoder
from shared.encoding.load import load_encoder
from shared.encoding.pair import load_pair
from shared.encoding.threaded import ThreadedEncoder
from shared.foundation import Foundation

MB = 1024 * 1024
AGAIN_SECONDS = 0.01
"""Between two rounds: a round itself waits for work."""
MEASURE_SECONDS = 15.0
ADOPT_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Grouping:
    """What the service runs and asks of the grouping."""

    grouper: Grouper
    encoder: ThreadedEncoder
    sessions: MongoSessions

    def wake(self) -> None:
        """Look for escalations that were just stored."""
        self.grouper.wake()

    async def stop(self) -> None:
        """Give every app back, so that another instance takes it at once."""
        await self.encoder.close()
        await self.grouper.groupings.release()
        await self.sessions.close()


def build_grouping(
    foundation: Foundation, settings: Settings, *, encoder: Encoder | None = None
) -> Grouping:
    """Return the grouping of one instance; *encoder* instead of the settings' one."""
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
    announcer = Announcer(
        MongoAnnouncements(database), publisher=foundation.publisher, clock=clock
    )
    vectors = ThreadedEncoder(
        lambda: encoder if encoder is not None else load(settings.encoder)
    )

    def is_active(app_id: str) -> bool:
        app = foundation.apps.get(app_id)
        return app is None or app.status == "active"

    grouper = Grouper(
        groupings=groupings,
        queue=queue,
        vectors=vectors,
        indexes=IndexCache(groupings, max_bytes=settings.patterns_mb * MB),
        follow=[announcer.tell_assignments, announcer.tell_known_issues],
        is_active=is_active,
        seconds=settings.grouping_seconds,
    )
    if settings.grouping:
        foundation.repeat("grouping", AGAIN_SECONDS, grouper.run)
        foundation.repeat("grouping lag", MEASURE_SECONDS, queue.measure)
        foundation.repeat("facts of before", ADOPT_SECONDS, queue.adopt)
    return Grouping(grouper, vectors, sessions)


def load(setting: str) -> Encoder | None:
    """Return the encoder that *setting* names, or the next one that loads, or None."""

    def failed(name: str) -> None:
        metrics.ENCODER_FAILURES.labels(name).inc()

    if setting == "auto":
        return load_pair(on_failure=failed)
    return load_encoder(setting, on_failure=failed)
