"""What every service stands on: connections, runtime, timers, HTTP, in one lifespan."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from fastapi import APIRouter, FastAPI
from motor.motor_asyncio import AsyncIOMotorClient
from pydantic import BaseModel, TypeAdapter

from shared import logs, metrics
from shared.clock import Clock, SystemClock
from shared.errors import Transient
from shared.kafka.deciding.decisions import States, Timer, Verb
from shared.kafka.deciding.worker import DecisionWorker
from shared.kafka.provision import cluster_id
from shared.kafka.publisher import KafkaPublisher
from shared.kafka.records import Done, Record, Worker
from shared.kafka.subscription import Subscription, build_broker, subscribe
from shared.kafka.table import AppTable
from shared.kafka.working.background import every
from shared.kafka.working.deferred import Deferred
from shared.kafka.working.intake import Decoder
from shared.kafka.working.parking import ParkingLot
from shared.kafka.working.runtime import Runtime
from shared.mongo.connect import connect, database_of, ping
from shared.mongo.ledger import MongoLedger
from shared.mongo.positions import MongoParking, MongoWatermarks
from shared.mongo.timers import MongoTimers
from shared.settings import ServiceSettings
from shared.topics import Topic
from shared.topics.document import asyncapi
from shared.web import health, problems
from shared.web.auth import Credentials
from shared.web.limits import BodyLimit
from shared.web.observe import Observed

log = structlog.get_logger()

S = TypeVar("S")
Hook = Callable[[], Awaitable[None]]

TIMER_SECONDS = 0.1
"""How often due timers are looked for: what a promise of seconds may be late."""
TIMERS_AT_ONCE = 500
COMMAND_BACKUP = timedelta(seconds=5)
"""A command that was not finished by then (a crash) is worked by its timer."""
COMMAND = "command"
TIMER = "timer"


class Foundation:
    """One service's connections and the parts made from them."""

    def __init__(self, settings: ServiceSettings, *, name: str) -> None:
        logs.configure(service=name, form=settings.log_format, level=settings.log_level)
        self.settings = settings
        self.name = name
        self.clock: Clock = SystemClock()
        client_id = f"handrail-{name}-{socket.gethostname()}-{os.getpid()}"
        self.mongo: AsyncIOMotorClient[dict[str, Any]] = connect(settings.mongo_url)
        self.database = database_of(self.mongo, settings.mongo_database)
        self.publisher = KafkaPublisher(settings.kafka, client_id=client_id)
        self.apps = AppTable(settings.kafka, client_id=f"{client_id}-apps")
        self.broker = build_broker(settings.kafka, service=name)
        kept = timedelta(days=settings.retention_days)
        self.ledger = MongoLedger(self.database, service=name, retention=kept)
        self.timers = MongoTimers(self.database, service=name)
        self.parking = MongoParking(self.database, service=name)
        self.watermarks = MongoWatermarks(self.database, service=name)
        self.credentials = Credentials(self.apps, admin_key=settings.admin_key)
        self._subscription: Subscription | None = None
        self._runtime: Runtime | None = None
        self._deferred: Deferred | None = None
        self._commands: TypeAdapter[Any] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def decisions(self, verb: Verb[S], *, states: States[S]) -> DecisionWorker[S]:
        """Return a worker that keeps *verb*'s decisions in this service's ledger."""

        def on_unexpected(record: Record, error: Exception) -> None:
            log.error(
                "record failed unexpectedly",
                topic=record.topic,
                lane=record.lane,
                exc_info=error,
            )

        return DecisionWorker(
            verb,
            states=states,
            ledger=self.ledger,
            clock=self.clock,
            on_unexpected=on_unexpected,
        )

    def runtime(
        self,
        *,
        topics: Sequence[Topic],
        worker: Worker,
        commands: TypeAdapter[Any] | None = None,
    ) -> Runtime:
        """Return the runtime over *topics* and subscribe it.

        The order of *topics* ranks them within a batch of one conversation.
        *commands* reads back commands whose first run was cut short by a crash.
        """
        decoder = Decoder(
            topics,
            apps=self.apps,
            max_event_bytes=self.settings.max_event_bytes,
            now=self.clock.now,
        )
        runtime = Runtime(
            service=self.name,
            decoder=decoder,
            worker=worker,
            publisher=self.publisher,
            apps=self.apps,
            lot=ParkingLot(self.parking, scale=self.settings.retry_time_scale),
            watermarks=self.watermarks,
            clock=self.clock,
            order={topic.name: rank for rank, topic in enumerate(topics)},
        )
        if isinstance(worker, DecisionWorker):
            runtime.on_revoked = worker.forget
        self._subscription = subscribe(
            self.broker,
            runtime,
            topics,
            max_records=self.settings.batch_records,
            session_seconds=self.settings.kafka.session_seconds,
            instance_id=self.settings.instance_id,
        )
        self._runtime = runtime
        self._deferred = Deferred(runtime)
        self._commands = commands
        return runtime

    async def submit(self, record: Record) -> Done:
        """Work a command now, and surely: its intent is stored before it is worked.

        Raises the verb's Permanent or Transient.
        """
        assert self._deferred is not None
        event: BaseModel = record.event
        backup = Timer(
            timer_id=record.source_id,
            lane=record.lane,
            due_at=self.clock.now() + COMMAND_BACKUP,
            kind=COMMAND,
            payload={"body": event.model_dump_json()},
        )
        await self.timers.set(backup)
        try:
            done = await self._deferred.work_now(record)
        except Transient:
            raise  # the timer tries again
        except Exception:
            await self.timers.clear([record.source_id])
            raise
        await self.timers.clear([record.source_id])
        return done

    async def fire_timers(self) -> None:
        """Work every timer that is due."""
        deferred = self._deferred
        if deferred is None:
            return
        due = await self.timers.claim(now=self.clock.now(), limit=TIMERS_AT_ONCE)
        if not due:
            return
        finished = await deferred.work_timers([self._fired(timer) for timer in due])
        await self.timers.clear([record.source_id for record in finished])
        for timer in due:
            metrics.TIMERS.labels(self.name, timer.kind).inc()

    def _fired(self, timer: Timer) -> Record:
        topic, event = TIMER, timer
        if timer.kind == COMMAND and self._commands is not None:
            topic, event = COMMAND, self._commands.validate_json(timer.payload["body"])
        return Record(
            topic=topic,
            partition=0,
            offset=0,
            value=b"",
            event=event,
            lane=timer.lane,
            source_id=timer.timer_id,
        )

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

        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            await self._start(on_start)
            try:
                yield
            finally:
                await self._stop(on_stop)

        app = FastAPI(
            title=f"Handrail {title}",
            version="1",
            lifespan=lifespan,
            docs_url=None,
            redoc_url=None,
        )
        app.state.credentials = self.credentials
        problems.install(app)
        app.include_router(health.router(self._checks(), alive=self._alive))
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

    async def _start(self, hooks: Sequence[Hook]) -> None:
        self.watermarks.cluster = await cluster_id(self.settings.kafka)
        await self.publisher.start()
        await self.apps.start()
        await asyncio.gather(
            self.ledger.prepare(), self.timers.prepare(), self.parking.prepare()
        )
        for hook in hooks:
            await hook()
        await self.broker.start()
        self._background("timers", TIMER_SECONDS, self.fire_timers)
        if self._deferred is not None:
            self._background("parked", 0.5, self._deferred.retry_parked)
        if self._subscription is not None:
            self._background("lag", 5.0, self._subscription.measure_lag)
        log.info("started")

    def _background(self, name: str, seconds: float, act: Hook) -> None:
        self._tasks.append(
            asyncio.create_task(every(seconds, act, name=name), name=name)
        )

    async def _stop(self, hooks: Sequence[Hook]) -> None:
        """Stop reading, let the running batch end, then close what it used."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        await self.broker.stop()
        for hook in hooks:
            await hook()
        await self.apps.stop()
        await self.publisher.stop()
        self.mongo.close()
        log.info("stopped")

    def _checks(self) -> dict[str, health.Check]:
        async def mongo() -> str:
            try:
                async with asyncio.timeout(2):
                    await ping(self.database)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
                return f"no primary answers: {type(error).__name__}"
            return ""

        async def apps() -> str:
            return "" if self.apps.ready else "app.settings is not read yet"

        async def consumer() -> str:
            if self._subscription is not None and not self._subscription.assigned:
                return "no partitions assigned yet"
            paused = self._runtime.paused_reason if self._runtime else ""
            return f"consumption is paused: {paused}" if paused else ""

        return {"mongo": mongo, "apps": apps, "consumer": consumer}

    def _alive(self) -> bool:
        return self._runtime is None or not self._runtime.stuck
