"""The composition root of the resolver: the only place that knows all of its parts."""

from datetime import timedelta

from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware

from services.resolver.api import catalogue, events, imports, replies, tokens, trial
from services.resolver.catalogue.ranker import CatalogueRanker
from services.resolver.domain.ranking import Rules
from services.resolver.handlers import TOPICS, Handlers
from services.resolver.replies import Hub, RouterWorker
from services.resolver.repository.catalogue import MongoCatalogues
from services.resolver.repository.replies import MongoReplies
from services.resolver.repository.tokens import MongoTokens
from services.resolver.resolve.resolver import Resolver
from services.resolver.resolve.states import ConversationStates
from services.resolver.resolve.trial import TrialRun
from services.resolver.settings import Settings
from shared.foundation import Foundation
from shared.kafka.tail import Tail
from shared.topics import CONVERSATION_REPLIES


def build_app(settings: Settings) -> FastAPI:
    """Return the resolver: its consumer, its timers, its tail and its API."""
    foundation = Foundation(settings, name="resolver")
    parts = _Parts(foundation, settings)
    decisions = foundation.decisions(
        Handlers(parts.resolver), states=ConversationStates()
    )
    runtime = foundation.runtime(
        topics=TOPICS, worker=RouterWorker(decisions, parts.replies)
    )
    runtime.on_revoked = decisions.forget
    foundation.credentials.read_token = parts.signer.read

    async def prepare() -> None:
        await parts.catalogues.prepare()
        await parts.replies.prepare()
        await parts.tokens.prepare()
        await parts.tail.start()

    async def close() -> None:
        await parts.tail.stop()
        parts.ranker.close()

    app = foundation.asgi(
        title="resolver",
        routers=parts.routers(),
        on_start=[prepare],
        on_stop=[close],
        larger_bodies={imports.PATH: imports.MAX_BODY_BYTES},
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
        self.replies = MongoReplies(database, clock=clock)
        self.tokens = MongoTokens(database, ledger=foundation.ledger)
        self.hub = Hub()
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
        self.ranker = CatalogueRanker(
            self.catalogues,
            clock=clock,
            language=settings.language,
            apps_kept=settings.catalogues_kept,
            check_seconds=settings.catalogue_check_seconds,
            timeout_seconds=settings.ranking_timeout_seconds,
            enabled=settings.ranking == "on",
        )
        self.resolver = Resolver(
            ranker=self.ranker,
            apps=foundation.apps,
            clock=clock,
            defaults=rules(settings),
        )

    def routers(self) -> list[APIRouter]:
        """Return the API, noun by noun."""
        clock, settings = self._foundation.clock, self._settings
        actions, documents = self.catalogues.actions, self.catalogues.documents
        door = events.Door(
            publisher=self._foundation.publisher,
            tokens=self.tokens,
            clock=clock,
            max_bytes=settings.max_event_bytes,
        )
        run = TrialRun(
            ranker=self.ranker,
            apps=self._foundation.apps,
            clock=clock,
            defaults=rules(settings),
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
            catalogue.router(actions, documents, clock=clock),
            trial.router(run, clock=clock),
        ]


def rules(settings: Settings) -> Rules:
    """Return the rules of an app that sets none of its own."""
    return Rules(
        action=settings.action_threshold,
        document=settings.document_threshold,
        near_miss=settings.near_miss,
        lead=settings.action_lead,
        action_timeout=timedelta(seconds=30),
    )
