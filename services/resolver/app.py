"""The composition root of the resolver: the only place that knows all of its parts."""

import asyncio
from datetime import timedelta

from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from pydantic import TypeAdapter

from services.resolver import metrics
from services.resolver.api import (
    catalogue,
    events,
    history,
    imports,
    replies,
    tokens,
    trial,
)
from services.resolver.api.signing import Signing
from services.resolver.calling.caller import Caller, WakingWorker
from services.resolver.calling.caller import Limits as CallLimits
from services.resolver.calling.endpoint import Endpoint
from services.resolver.catalogue.announcing import ANNOUNCE_SECONDS, CatalogueAnnouncer
from services.resolver.catalogue.ranker import CatalogueRanker
from services.resolver.catalogue.shelf import Limits
from services.resolver.domain.parameters.reading import get_ready
from services.resolver.domain.ranking import Rules
from services.resolver.handlers import TOPICS, Handlers
from services.resolver.replaying.replay import Replays
from services.resolver.replies import Hub, RouterWorker
from services.resolver.repository import retention
from services.resolver.repository.calls import MongoCalls
from services.resolver.repository.catalogue import MongoCatalogues
from services.resolver.repository.replies import MongoReplies
from services.resolver.repository.secrets import PURPOSE, MongoSecrets
from services.resolver.repository.tokens import MongoTokens
from services.resolver.repository.vectors import MongoVectors
from services.resolver.resolve.calls import CallEnded
from services.resolver.resolve.resolver import Resolver
from services.resolver.resolve.states import ConversationStates
from services.resolver.resolve.trial import TrialRun
from services.resolver.settings import Settings
from shared.encoding.load import load_encoder
from shared.foundation import Foundation
from shared.kafka.following.group import GroupReader
from shared.kafka.following.tail import Tail
from shared.mongo.seal import Seal
from shared.topics import CONVERSATION_REPLIES, GAP_VERIFICATION_REQUESTED
from shared.web.outbound import Outbound
from shared.web.ssrf import networks_of


def build_app(settings: Settings) -> FastAPI:
    """Return the resolver: its consumer, its timers, its tail and its API."""
    foundation = Foundation(
        settings,
        name="resolver",
        stored=retention.collections(retention_days=settings.retention_days),
    )
    parts = _Parts(foundation, settings)
    decisions = foundation.decisions(
        Handlers(parts.resolver), states=ConversationStates()
    )
    # While the ledger stores one part of a large batch, the next is decided.
    decisions.part_records = 300
    foundation.privacy.keep_states()
    foundation.privacy.hooks.widen = parts.tokens.widen
    runtime = foundation.runtime(
        topics=TOPICS,
        worker=WakingWorker(RouterWorker(decisions, parts.replies), parts.caller.wake),
        commands=TypeAdapter(CallEnded),
    )
    runtime.on_revoked = decisions.forget
    foundation.credentials.read_token = parts.signer.read
    announcer = CatalogueAnnouncer(
        parts.catalogues, foundation.publisher, foundation.clock
    )
    foundation.repeat("catalogue versions", ANNOUNCE_SECONDS, announcer.round)

    async def prepare() -> None:
        await parts.catalogues.prepare()
        await parts.vectors.prepare()
        await parts.replies.prepare()
        await parts.start_ranking()
        await parts.tail.start()
        await parts.calls.prepare()
        await asyncio.to_thread(get_ready)
        parts.begin_calling()
        await parts.replays.start()

    async def close() -> None:
        await parts.replays.stop()
        await parts.end_calling()
        await parts.tail.stop()
        parts.ranker.close()

    app = foundation.asgi(
        title="resolver",
        routers=parts.routers(),
        on_start=[prepare],
        on_stop=[close],
        larger_bodies={
            imports.PATH: imports.MAX_BODY_BYTES,
            history.PATH: history.MAX_BODY_BYTES,
        },
    )
    # A browser sends its token in a header, never a cookie, so any origin may ask.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", "Last-Event-ID", "traceparent"],
        max_age=600,
    )
    return app


class _Parts:
    """The resolver's own parts, made from the foundation."""

    def __init__(self, foundation: Foundation, settings: Settings) -> None:
        self._foundation = foundation
        self._settings = settings
        database, clock = foundation.database, foundation.clock
        self.catalogues = MongoCatalogues(database)
        self.vectors = MongoVectors(database, clock=clock)
        self.replies = MongoReplies(database, clock=clock)
        self.tokens = MongoTokens(database, ledger=foundation.ledger)
        self.hub = hub = Hub(settings.replies_kept_mb * 1024 * 1024)
        metrics.REPLIES_KEPT_BYTES.set_function(lambda: hub.kept_bytes)
        metrics.REPLIES_BUDGET.set(hub.budget)
        self.tail = Tail(
            CONVERSATION_REPLIES,
            self.hub.take,
            settings=settings.kafka,
            client_id="handrail-resolver-tail",
        )
        self.signer = tokens.TokenSigner(
            secret=tokens.signing_secret(
                configured=settings.token_secret, admin_key=settings.admin_key
            ),
            apps=foundation.apps,
            now=clock.now,
        )
        self._allow = networks_of(settings.action_allow_networks)
        self._outbound = Outbound(allow=self._allow)
        self.secrets = MongoSecrets(database, seal_of(settings))
        self.calls = MongoCalls(database, lease=settings.action_lease)
        self.caller = Caller(
            self.calls,
            Endpoint(self._outbound, self.secrets, clock),
            foundation.commands.submit,
            clock=clock,
            limits=CallLimits(
                total=settings.action_concurrency,
                try_seconds=settings.action_try_seconds,
            ),
        )
        self._calling: asyncio.Task[None] | None = None
        self.ranker = CatalogueRanker(
            self.catalogues,
            self.vectors,
            clock=clock,
            language=settings.language,
            limits=Limits(
                apps=settings.catalogues_kept,
                size=settings.catalogues_mb * 1024 * 1024,
                check_seconds=settings.catalogue_check_seconds,
                batch=settings.ranking_batch,
                timeout_seconds=settings.ranking_timeout_seconds,
            ),
            enabled=settings.ranking == "on",
        )
        self.catalogues.changed = self.ranker.has_changed
        self.resolver = Resolver(
            ranker=self.ranker,
            apps=foundation.apps,
            clock=clock,
            defaults=rules(settings),
        )
        self.trial = TrialRun(
            ranker=self.ranker,
            apps=foundation.apps,
            clock=clock,
            defaults=rules(settings),
        )
        self.replays = self._replays()

    def _replays(self) -> GroupReader:
        foundation = self._foundation
        replays = Replays(
            self.trial,
            self.catalogues,
            {
                "action": self.catalogues.actions,
                "document": self.catalogues.documents,
            },
            foundation.apps,
            foundation.publisher,
            foundation.clock,
        )
        return GroupReader(
            GAP_VERIFICATION_REQUESTED,
            replays.take,
            service="resolver",
            settings=self._settings.kafka,
            publisher=foundation.publisher,
            clock=foundation.clock,
        )

    async def start_ranking(self) -> None:
        """Load the encoder, off the loop, and follow the catalogues."""
        settings = self._settings
        encoder = None
        if settings.ranking == "on":
            encoder = await asyncio.to_thread(
                load_encoder,
                settings.encoder,
                threads=settings.encoder_threads,
                on_failure=lambda name: metrics.ENCODER_FAILURES.labels(name).inc(),
            )
            metrics.ENCODER.labels(encoder.name if encoder else "none").set(1)
        self.ranker.start(encoder)

    def begin_calling(self) -> None:
        """Make the calls that wait, and those to come."""
        self._calling = asyncio.create_task(self.caller.run(), name="calls")

    async def end_calling(self) -> None:
        """Begin no more calls; let those under way end."""
        if self._calling is not None:
            self._calling.cancel()
            await asyncio.gather(self._calling, return_exceptions=True)
        await self.caller.stop()
        await self._outbound.close()

    def routers(self) -> list[APIRouter]:
        """Return the API, noun by noun."""
        clock, settings = self._foundation.clock, self._settings
        actions, documents = self.catalogues.actions, self.catalogues.documents
        door = events.Door(
            publisher=self._foundation.publisher,
            tokens=self.tokens,
            clock=clock,
        )
        return [
            events.router(door),
            replies.router(
                self.replies,
                self.hub,
                self.tokens,
                heartbeat_seconds=settings.heartbeat_seconds,
            ),
            tokens.router(
                self.tokens,
                self.signer,
                clock=clock,
                lasts=timedelta(seconds=settings.token_seconds),
            ),
            imports.router(documents, clock=clock),
            catalogue.router(
                actions,
                documents,
                clock=clock,
                signing=Signing(self.secrets, clock, self._allow),
            ),
            history.router(self.catalogues.history, clock=clock),
            trial.router(self.trial, clock=clock),
        ]


def seal_of(settings: Settings) -> Seal:
    """Return the seal of actions' secrets."""
    return Seal([settings.secret_key, settings.admin_key], purpose=PURPOSE)


def rules(settings: Settings) -> Rules:
    """Return the rules of an app that sets none of its own."""
    return Rules(
        action=settings.action_threshold,
        document=settings.document_threshold,
        near_miss=settings.near_miss,
        lead=settings.action_lead,
        action_timeout=timedelta(seconds=30),
    )
