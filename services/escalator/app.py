"""The composition root of the escalator: the only place that knows all of its parts."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from fastapi import APIRouter, FastAPI

from services.escalator import metrics
from services.escalator.administer import Administration
from services.escalator.administer.erase import Eraser
from services.escalator.administer.sign_ins import SignIns
from services.escalator.administer.team import Team
from services.escalator.administer.versions import History
from services.escalator.api import audit as audits
from services.escalator.api.desk import escalations, listing, originals, stream
from services.escalator.api.desk import promises as told
from services.escalator.api.desk.feed import Feed
from services.escalator.api.desk.ordering import Desk
from services.escalator.api.noise import silences as quiet
from services.escalator.api.people import members, oidc, page, sessions
from services.escalator.api.people.provider import provider_of
from services.escalator.api.preferences import settings as preferences
from services.escalator.api.preferences.changes import (
    backtesting,
    explaining,
    previewing,
    versions,
)
from services.escalator.api.requests import consultations
from services.escalator.api.tenants import apps, users
from services.escalator.escalate.acknowledgement.expiring import (
    LOOK_SECONDS,
    Expirer,
)
from services.escalator.escalate.lifecycle.offering import Capacity
from services.escalator.escalate.ports import Ports
from services.escalator.escalate.promises.expecting import EstimatedPasts
from services.escalator.escalate.routing.backtest import Backtest
from services.escalator.handlers import COMMANDS, TOPICS, Handlers
from services.escalator.redacting import Redacting
from services.escalator.repository import retention
from services.escalator.repository.apps import MongoApps
from services.escalator.repository.audit.assembled import assemble
from services.escalator.repository.conversations.contexts import MongoContexts
from services.escalator.repository.conversations.histories import Histories
from services.escalator.repository.conversations.numbers import MongoNumbers
from services.escalator.repository.conversations.states import ConversationStates
from services.escalator.repository.inbox.consultations import MongoConsultations
from services.escalator.repository.inbox.expiry import InboxExpiry
from services.escalator.repository.inbox.reading import MongoInbox
from services.escalator.repository.inbox.unclaimed import MongoUnclaimed
from services.escalator.repository.noise.known import KnownNoise
from services.escalator.repository.noise.silences import SILENCES_SECONDS
from services.escalator.repository.people.links import MongoLinks
from services.escalator.repository.people.offers import MongoOffers
from services.escalator.repository.people.teams import MongoTeams
from services.escalator.repository.preferences.recorded import MongoRecorded
from services.escalator.repository.promises import MongoPromises
from services.escalator.repository.receipts import MongoReceipts
from services.escalator.settings import Settings
from shared.foundation import Foundation
from shared.kafka.following.estimates import EstimateTable
from shared.kafka.following.tail import Follower, Tail
from shared.kafka.table import DestinationTable
from shared.kafka.working.background import every
from shared.mongo.lanes import MongoLanes, user_key
from shared.mongo.seal import SIGN_IN_LINKS, Seal
from shared.privacy.guard import digest
from shared.topics import APP_PURGED, ESCALATION_OPENED, ESCALATION_UPDATED, USER_ERASED
from shared.wording.languages import load_languages

ORIGINALS = b"handrail escalator originals"
"""What redaction took out is sealed for this purpose alone."""
EXPIRY_SECONDS = 3600.0
"""How often escalations that were closed long ago are looked for."""


def build_app(settings: Settings) -> FastAPI:
    """Return the escalator: its consumer, its timers and its API."""
    foundation = Foundation(
        settings,
        name="escalator",
        stored=retention.collections(
            retention_days=settings.retention_days, closed_days=settings.closed_days
        ),
    )
    database, clock = foundation.database, foundation.clock
    inbox = MongoInbox(database, foundation.ledger)
    receipts = MongoReceipts(database)
    eraser = Eraser(
        receipts=receipts,
        conversations=MongoLanes(database, service="escalator"),
        publisher=foundation.publisher,
        clock=clock,
        digest=lambda app_id, user_id: digest(user_key(app_id, user_id)),
    )
    stored_apps = MongoApps(database)
    administration = Administration(
        apps=stored_apps,
        publisher=foundation.publisher,
        known=foundation.apps,
        clock=clock,
        purged=eraser.is_purged,
    )
    reports = Follower(
        [USER_ERASED, APP_PURGED],
        receipts.take,
        settings=settings.kafka,
        client_id="handrail-escalator-receipts",
    )
    noise = KnownNoise(database, settings.kafka, clock)
    estimates = EstimateTable(settings.kafka, client_id="handrail-escalator-estimates")
    promises = MongoPromises(database)
    ports = Ports(
        decided=Histories(foundation.ledger),
        beside=MongoContexts(database),
        numbers=MongoNumbers(database),
        apps=foundation.apps,
        clock=clock,
        public_url=settings.public_url,
        proof_wait=timedelta(seconds=settings.proof_wait_seconds),
        trigger_wait=timedelta(seconds=settings.trigger_wait_seconds),
        languages=load_languages(),
        noise=noise,
        pasts=EstimatedPasts(estimates.of),
        offers=Capacity(foundation.members, MongoOffers(database)),
    )
    seal = Seal([settings.secret_key, settings.admin_key], purpose=ORIGINALS)
    worker = foundation.decisions(
        Redacting(Handlers(ports), apps=foundation.apps, seal=seal),
        states=ConversationStates(),
    )
    # Openings are stored in transactions that take as long as deciding them: side by
    # side a batch takes two thirds of the time.
    worker.part_records = 300
    foundation.privacy.keep_states()
    foundation.privacy.hooks.widen = inbox.widen
    foundation.privacy.hooks.take_out = noise.take_out
    runtime = foundation.runtime(topics=TOPICS, worker=worker, commands=COMMANDS)
    reconciler = Reconciler(administration, seconds=settings.republish_seconds)
    expiry = InboxExpiry(
        database,
        clock=clock,
        closed=timedelta(days=settings.closed_days),
        decisions=timedelta(days=settings.retention_days),
    )
    foundation.repeat("expiry", EXPIRY_SECONDS, expiry.round)
    foundation.repeat("silences", SILENCES_SECONDS, noise.refresh)
    expirer = Expirer(
        MongoUnclaimed(database), foundation.apps, foundation.commands.submit, clock
    )
    foundation.repeat("unclaimed", LOOK_SECONDS, expirer.round)
    audit = assemble(foundation, runtime, ports, settings)
    foundation.repeat("audit", settings.audit_seconds, audit.auditor.round)
    destinations = DestinationTable(
        settings.kafka, client_id="handrail-escalator-destinations"
    )
    desk = Desk(inbox, foundation.commands.submit, clock)
    feed = Feed(
        lambda feed: [
            Tail(
                topic,
                feed.take,
                settings=settings.kafka,
                client_id="handrail-escalator-feed",
            )
            for topic in (ESCALATION_OPENED, ESCALATION_UPDATED)
        ]
    )
    return foundation.asgi(
        title="escalator",
        routers=[
            listing.router(inbox, clock=clock),
            originals.router(desk, ports.decided, seal.open),
            stream.router(feed, heartbeat_seconds=settings.heartbeat_seconds),
            told.router(promises),
            audits.router(audit.log),
            escalations.router(desk, clock=clock),
            consultations.router(desk, MongoConsultations(database), destinations),
            quiet.router(
                quiet.Quiet(noise.silences, foundation.timers.set, noise.refresh, clock)
            ),
            *_preferences(foundation, ports, administration, destinations),
            apps.router(administration, eraser),
            users.router(eraser),
            *_people(foundation, settings),
        ],
        on_start=[
            inbox.prepare,
            stored_apps.versions.prepare,
            noise.start,
            promises.prepare,
            audit.log.prepare,
            receipts.prepare,
            destinations.start,
            estimates.start,
            reports.start,
            reconciler.start,
        ],
        on_stop=[
            audit.stop,
            noise.stop,
            feed.stop,
            reports.stop,
            reconciler.stop,
            destinations.stop,
            estimates.stop,
        ],
    )


def _people(foundation: Foundation, settings: Settings) -> list[APIRouter]:
    """Return the routes of members and sessions, and have them kept as stored."""
    team = Team(
        teams=MongoTeams(foundation.database),
        publisher=foundation.publisher,
        known=foundation.members,
        apps=foundation.apps,
        clock=foundation.clock,
    )
    seal = Seal([settings.session_secret, settings.admin_key], purpose=SIGN_IN_LINKS)
    sign_ins = SignIns(
        links=MongoLinks(foundation.database),
        known=foundation.members,
        team=team,
        apps=foundation.apps,
        publisher=foundation.publisher,
        sessions=foundation.sessions,
        seal=seal.close,
        clock=foundation.clock,
        public_url=settings.public_url,
    )

    async def reconcile() -> None:
        metrics.REPUBLISHED.inc(await team.reconcile())

    foundation.repeat("members", settings.republish_seconds, reconcile)
    reception = sessions.Reception(sign_ins, foundation.credentials)
    now = foundation.clock.now
    provider, flows = provider_of(settings, now), oidc.flows_of(settings, now)
    return [
        members.router(team, clock=foundation.clock),
        sessions.router(reception),
        page.router(),
        oidc.router(reception, provider, flows),
    ]


def _preferences(
    foundation: Foundation,
    ports: Ports,
    administration: Administration,
    destinations: DestinationTable,
) -> list[APIRouter]:
    """Return the routes of the settings, and of what looks back with them."""
    stored = MongoApps(foundation.database)
    history = History(stored, stored.versions)
    recorded = MongoRecorded(foundation.database, foundation.ledger)
    backtest = Backtest(recorded, history.preferences, ports.languages, ports.clock)
    return [
        preferences.router(administration, destinations, recorded),
        versions.router(administration, history, destinations),
        explaining.router(administration, recorded, ports),
        previewing.router(administration, ports),
        backtesting.router(administration, backtest, destinations),
    ]


class Reconciler:
    """Publishes again what `app.settings` has missed; at the start it looks at all."""

    def __init__(self, administration: Administration, *, seconds: float) -> None:
        self._administration = administration
        self._seconds = seconds
        self._everything = True
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; a broker that does not answer yet is no reason to stop the start."""
        self._task = asyncio.create_task(
            every(self._seconds, self._round, name="republish"), name="republish"
        )

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _round(self) -> None:
        count = await self._administration.republish(everything=self._everything)
        self._everything = False
        metrics.REPUBLISHED.inc(count)
