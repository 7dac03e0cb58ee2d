"""The composition root of analytics: the only place that knows all of its parts."""

from time import monotonic

import structlog
from fastapi import FastAPI

from services.analytics import handlers
from services.analytics.api import recount, summary
from services.analytics.api.patterns import steer
from services.analytics.browsing import build_browsing
from services.analytics.closing import Closing
from services.analytics.counting.aggregate import Aggregator
from services.analytics.counting.backlog import Backlog
from services.analytics.counting.estimate import Estimator
from services.analytics.counting.report import Reporter
from services.analytics.dashboard import pages
from services.analytics.grouping import build_grouping
from services.analytics.redacting import Redacting
from services.analytics.reports import build_reports
from services.analytics.repository import retention, schema
from services.analytics.repository.counts import MongoCounts
from services.analytics.repository.documents.validators import apply_validators
from services.analytics.repository.facts import MongoFacts
from services.analytics.repository.sessions import MongoSessions
from services.analytics.repository.transactions import Transactions
from services.analytics.repository.waits import MongoWaits
from services.analytics.settings import Settings
from services.analytics.settling import build_settling
from shared.foundation import Foundation
from shared.kafka.records import Record

log = structlog.get_logger()


def build_app(settings: Settings) -> FastAPI:
    """Return analytics: its consumer, its API and the dashboard."""
    foundation = Foundation(
        settings,
        name="analytics",
        stored=retention.collections(
            retention_days=settings.retention_days, facts_days=settings.facts_days
        ),
    )
    database, clock = foundation.database, foundation.clock
    sessions = MongoSessions(database, clock=clock)
    facts = MongoFacts(
        database,
        transactions=Transactions(sessions),
        clock=clock,
        retention=settings.facts_retention,
    )
    grouping = build_grouping(foundation, settings)
    backlog = Backlog(monotonic)
    aggregator = Aggregator(
        facts=facts,
        builders={topic.name: build for topic, build in handlers.BUILDERS.items()},
        on_unexpected=_log_unexpected,
        on_escalations=grouping.wake,
        on_batch=backlog.note,
    )
    reporter = Reporter(MongoCounts(database))
    browsing = build_browsing(foundation, settings, reporter=reporter)

    async def prepare() -> None:
        await schema.prepare(database)
        await apply_validators(database)

    estimator = Estimator(
        waits=MongoWaits(database),
        apps=foundation.apps,
        publisher=foundation.publisher,
        clock=clock,
    )
    foundation.repeat("estimates", settings.estimate_seconds, estimator.round)
    settling = build_settling(
        foundation, settings, encoder=grouping.encoder, is_busy=backlog.is_long
    )
    foundation.privacy.hooks.widen = facts.widen
    foundation.privacy.hooks.take_out = settling.before(grouping.erasure.take_out)
    worker = Redacting(aggregator, apps=foundation.apps)
    foundation.runtime(topics=tuple(handlers.BUILDERS), worker=worker, gather=True)
    closing = Closing(foundation, settings)
    reports = build_reports(foundation, settings, reporter=reporter)
    app = foundation.asgi(
        title="analytics",
        routers=[
            *(part.router(reporter, clock=clock) for part in (summary, recount)),
            *browsing.routers,
            *reports.routers,
            steer.router(grouping.steering),
            *closing.routers(),
            *settling.routers,
            pages.router(),
        ],
        on_start=[prepare, closing.start, reports.start],
        on_stop=[
            reports.stop,
            closing.stop,
            settling.stop,
            browsing.stop,
            grouping.stop,
            sessions.close,
        ],
    )
    app.mount("/static", pages.static_files(), name="static")
    return app


def _log_unexpected(record: Record, error: Exception) -> None:
    log.error(
        "record failed unexpectedly",
        topic=record.topic,
        lane=record.lane,
        exc_info=error,
    )
