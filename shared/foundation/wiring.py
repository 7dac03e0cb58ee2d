"""Makes one service's connections and the parts that stand on them."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import structlog
from fastapi import APIRouter, FastAPI
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import TypeAdapter

from shared import logs
from shared.clock import Clock, SystemClock
from shared.foundation.commands import Commands
from shared.foundation.deciding import decision_worker
from shared.foundation.health import Health
from shared.foundation.lifespan import Background, Hook, Lifespan
from shared.foundation.timers import TIMER_SECONDS, DueTimers
from shared.foundation.traces import tracer_of
from shared.kafka.deciding.decisions import States, Verb
from shared.kafka.deciding.worker import DecisionWorker
from shared.kafka.provision import cluster_id
from shared.kafka.publisher import KafkaPublisher
from shared.kafka.records import Worker
from shared.kafka.subscription import LAG_SECONDS, build_broker, subscribe
from shared.kafka.table import AppTable, MemberTable
from shared.kafka.working.assignment import SAVE_SECONDS
from shared.kafka.working.deferred import PARKED_SECONDS, Deferred
from shared.kafka.working.intake import Decoder
from shared.kafka.working.parking import ParkingLot
from shared.kafka.working.runtime import Runtime
from shared.mongo.connect import connect, database_of
from shared.mongo.expiry import prepare_expiries
from shared.mongo.instances import RENEW_SECONDS, MongoInstance
from shared.mongo.ledger import MongoLedger
from shared.mongo.parking import MongoParking
from shared.mongo.positions import MongoWatermarks
from shared.mongo.stored import StoredCollection
from shared.mongo.timers import MongoTimers
from shared.privacy import exporting
from shared.privacy.wiring import PRIVACY_SECONDS, Privacy
from shared.settings import ServiceSettings
from shared.topics import Topic
from shared.topics.document import asyncapi
from shared.web import api
from shared.web.auth import Credentials, Sessions, session_secret
from shared.web.limits import BodyLimit
from shared.web.observe import Observed

log = structlog.get_logger()

S = TypeVar("S")

SUPERSEDED_SECONDS = 1.0
"""How often the states that nobody reads any more are taken out of the ledger."""


class Foundation:
    """One service's connections and the parts made from them."""

    def __init__(
        self,
        settings: ServiceSettings,
        *,
        name: str,
        stored: Sequence[StoredCollection],
    ) -> None:
        logs.configure(service=name, form=settings.log_format, level=settings.log_level)
        self.settings = settings
        self.name = name
        self.clock: Clock = SystemClock()
        client_id = f"handrail-{name}-{socket.gethostname()}-{os.getpid()}"
        self.mongo: AsyncIOMotorClient[dict[str, Any]] = connect(settings.mongo_url)
        self.database = database_of(self.mongo, settings.mongo_database)
        self.publisher = KafkaPublisher(
            settings.kafka, client_id=client_id, service=name
        )
        self.apps = AppTable(settings.kafka, client_id=f"{client_id}-apps")
        self.members = MemberTable(settings.kafka, client_id=f"{client_id}-members")
        self.broker = build_broker(settings.kafka, service=name)
        self._stored = stored
        self.ledger = MongoLedger(self.database, service=name)
        self.timers = MongoTimers(self.database, service=name)
        self.parking = MongoParking(self.database, service=name)
        self.watermarks = MongoWatermarks(self.database, service=name)
        self.instance = MongoInstance(
            self.database, service=name, name=settings.instance_id
        )
        self.sessions = Sessions(
            secret=session_secret(
                configured=settings.session_secret, admin_key=settings.admin_key
            ),
            apps=self.apps,
            members=self.members,
            now=self.clock.now,
        )
        self.credentials = Credentials(
            self.apps,
            admin_key=settings.admin_key,
            sessions=self.sessions,
            origin=settings.public_url,
        )
        self.commands = Commands(self.timers, clock=self.clock)
        self._due_timers = DueTimers(
            self.timers, commands=self.commands, clock=self.clock, service=name
        )
        self.ledger.on_timer = self.timers.on_stored = self._due_timers.note
        self._health = Health(self.database, self.apps, self.publisher)
        self.privacy = Privacy(
            self.database,
            service=name,
            stored=stored,
            publisher=self.publisher,
            apps=self.apps,
            clock=self.clock,
            kafka=settings.kafka,
        )
        self.tracer = tracer_of(settings, service=name)
        self._background: list[Background] = []
        self._repeated: list[Background] = []
        self._ended: list[Hook] = []

    def decisions(self, verb: Verb[S], *, states: States[S]) -> DecisionWorker[S]:
        """Return a worker that keeps *verb*'s decisions in this service's ledger."""
        return decision_worker(
            verb,
            states=states,
            ledger=self.ledger,
            clock=self.clock,
            service=self.name,
            cache_bytes=self.settings.states_cached_mb * 1024 * 1024,
        )

    def runtime(
        self,
        *,
        topics: Sequence[Topic],
        worker: Worker,
        commands: TypeAdapter[Any] | None = None,
        gather: bool = False,
    ) -> Runtime:
        """Return the runtime over *topics* and subscribe it.

        The order of *topics* ranks them within a batch of one conversation.
        *commands* reads back commands whose first run was cut short by a crash.
        *gather*: records may wait a little for more, as nobody waits for this service.
        """
        decoder = Decoder(
            topics,
            apps=self.apps,
            max_event_bytes=self.settings.max_event_bytes,
            now=self.clock.now,
            service=self.name,
        )
        runtime = Runtime(
            service=self.name,
            decoder=decoder,
            worker=self._traced(self.privacy.guarded(worker)),
            publisher=self.publisher,
            apps=self.apps,
            lot=ParkingLot(
                self.parking,
                scale=self.settings.retry_time_scale,
                max_bytes=self.settings.parked_memory_mb * 1024 * 1024,
            ),
            watermarks=self.watermarks,
            clock=self.clock,
            order={topic.name: rank for rank, topic in enumerate(topics)},
        )
        if isinstance(worker, DecisionWorker):
            runtime.on_revoked = worker.forget
            worker.stage = runtime.stages
        if self.tracer is not None:
            runtime.stages.trace = self.tracer
        subscription = subscribe(
            self.broker,
            runtime,
            topics,
            max_records=self.settings.batch_records,
            session_seconds=self.settings.kafka.session_seconds,
            instance_id=self.settings.instance_id,
            gather=gather,
        )
        deferred = Deferred(runtime)
        self.privacy.attach(deferred, runtime)
        self._health.runtime, self._health.subscription = runtime, subscription
        self.commands.deferred, self.commands.known = deferred, commands
        self._ended = [runtime.stopped]
        self._background = [
            Background("parked", PARKED_SECONDS, deferred.retry_parked),
            Background("lag", LAG_SECONDS, subscription.measure_lag),
            Background("watermarks", SAVE_SECONDS, runtime.assignment.save),
        ]
        return runtime

    def _traced(self, worker: Worker) -> Worker:
        return worker if self.tracer is None else self.tracer.traced(worker)

    def repeat(self, name: str, seconds: float, act: Hook) -> None:
        """Do *act* from the start on, with *seconds* between two rounds."""
        self._repeated.append(Background(name, seconds, act))

    def asgi(
        self,
        *,
        title: str,
        routers: Iterable[APIRouter],
        on_start: Sequence[Hook] = (),
        on_stop: Sequence[Hook] = (),
        larger_bodies: dict[str, int] | None = None,
    ) -> FastAPI:
        """Return the service's HTTP application; its lifespan runs everything."""
        life = self._lifespan(on_start, on_stop)

        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            async with life.run():
                yield

        app = FastAPI(
            title=f"Handrail {title}",
            version="1",
            lifespan=lifespan,
            docs_url=None,
            redoc_url=None,
        )
        app.state.credentials = self.credentials
        api.install(app)
        app.include_router(self._health.router())
        app.include_router(exporting.router(self.privacy.exports))
        for router in routers:
            app.include_router(router)

        @app.get("/asyncapi", tags=["operations"], summary="AsyncAPI 3 of all topics")
        async def _asyncapi() -> dict[str, Any]:
            return asyncapi()

        app.add_middleware(Observed, service=self.name)
        app.add_middleware(
            BodyLimit, max_bytes=self.settings.max_event_bytes, larger=larger_bodies
        )
        return app

    def _lifespan(self, on_start: Sequence[Hook], on_stop: Sequence[Hook]) -> Lifespan:
        superseded = self.ledger.superseded.drop
        return Lifespan(
            start=[
                self.instance.claim,
                self._name_cluster,
                self.publisher.start,
                self.apps.start,
                self.members.start,
                self._prepare,
                *on_start,
                self.privacy.start,
                self.broker.start,
            ],
            background=[
                Background("timers", TIMER_SECONDS, self._due_timers.fire),
                Background("superseded", SUPERSEDED_SECONDS, superseded),
                Background("erasures", PRIVACY_SECONDS, self.privacy.erasures.work),
                Background("purges", PRIVACY_SECONDS, self.privacy.purges.work),
                Background("instance", RENEW_SECONDS, self.instance.keep),
                *self._background,
                *self._repeated,
            ],
            stop_reading=self.broker.stop,
            stop=[
                *self._ended,
                self.privacy.stop,
                *on_stop,
                self.members.stop,
                self.apps.stop,
                self.publisher.stop,
                self.instance.release,
                self._close,
            ],
        )

    async def _name_cluster(self) -> None:
        name = await cluster_id(self.settings.kafka)
        self.watermarks.cluster = self.parking.cluster = name

    async def _prepare(self) -> None:
        await prepare_expiries(self.database, self._stored)
        await asyncio.gather(
            self.ledger.prepare(), self.timers.prepare(), self.parking.prepare()
        )
        if left := await self.parking.count_elsewhere():
            log.warning(
                "records parked on another cluster are not worked", records=left
            )

    async def _close(self) -> None:
        self.mongo.close()
        if self.tracer is not None:
            await asyncio.to_thread(self.tracer.close)
