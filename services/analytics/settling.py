"""The settling of outcomes, put together."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter

from services.analytics.api.outcomes import audit, figures
from services.analytics.counting.audit import Auditor
from services.analytics.counting.breakdown import Breakdown
from services.analytics.counting.settle import Settler
from services.analytics.repository.outcomes.auditing import MongoAudit
from services.analytics.repository.outcomes.erasing import MongoOutcomeErasure
from services.analytics.repository.outcomes.grouping import MongoGroups
from services.analytics.repository.outcomes.settling import MongoOutcomes
from services.analytics.repository.sessions import MongoSessions
from services.analytics.repository.transactions import Transactions
from services.analytics.settings import Settings
from shared.encoding.threaded import ThreadedEncoder
from shared.errors import Transient
from shared.foundation import Foundation
from shared.mongo.stored import Subject

SETTLE_SECONDS = 1.0
TakeOut = Callable[[Subject], Awaitable[dict[str, int]]]


@dataclass(frozen=True, slots=True)
class Settling:
    """What the service runs and asks of outcomes."""

    settler: Settler
    outcomes: MongoOutcomes
    erasure: MongoOutcomeErasure
    sessions: MongoSessions
    routers: tuple[APIRouter, ...]

    def before(self, take_out: TakeOut) -> TakeOut:
        """Return *take_out*, with nothing of a user's judged any more before it."""

        async def both(subject: Subject) -> dict[str, int]:
            await self.erasure.let_be(subject)
            return await take_out(subject)

        return both

    async def stop(self) -> None:
        """Let another instance settle at once."""
        with suppress(Transient):  # the lease ends by itself
            await self.outcomes.release()
        await self.sessions.close()


def build_settling(
    foundation: Foundation,
    settings: Settings,
    *,
    encoder: ThreadedEncoder,
    is_busy: Callable[[], bool],
) -> Settling:
    """Return the settling of one instance; it runs with *foundation*.

    While *is_busy* says that records wait, it judges little at a time.
    """
    database, clock = foundation.database, foundation.clock
    # Apart from those of the facts: nobody who counts waits for who judges.
    sessions = MongoSessions(database, clock=clock)
    outcomes = MongoOutcomes(
        database,
        transactions=Transactions(sessions),
        clock=clock,
        retention=settings.facts_retention,
    )
    settler = Settler(
        outcomes=outcomes,
        clock=clock,
        encoder=encoder if settings.grouping else None,
        quiet=timedelta(minutes=settings.quiet_minutes),
        is_busy=is_busy,
    )

    async def settle() -> None:
        await settler.round()

    foundation.repeat("outcomes", SETTLE_SECONDS, settle)
    routers = (
        audit.router(Auditor(MongoAudit(database)), clock=clock),
        figures.router(Breakdown(MongoGroups(database)), clock=clock),
    )
    erasure = MongoOutcomeErasure(
        database, clock=clock, retention=settings.facts_retention
    )
    return Settling(settler, outcomes, erasure, sessions, routers)
