"""An in-memory view of a compacted topic: what every service knows of the apps."""

import asyncio
import contextlib
from typing import Protocol

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from shared.errors import Transient
from shared.events import AppKey, AppSettings
from shared.kafka.connection import connection
from shared.settings import KafkaSettings
from shared.topics import APP_SETTINGS

log = structlog.get_logger()

REFRESH_AT_MOST_EVERY = 0.1
"""Seconds. A flood of unknown apps or keys costs ten look-ups a second, no more."""


class Apps(Protocol):
    """What a service knows of the apps."""

    def get(self, app_id: str) -> AppSettings | None: ...
    def find_key(self, key_id: str) -> tuple[str, AppKey] | None: ...
    def active_count(self) -> int: ...
    async def refresh(self) -> None: ...


class AppTable:
    """Follows `app.settings` from its beginning; the latest version of an app wins."""

    def __init__(self, settings: KafkaSettings, *, client_id: str) -> None:
        self._settings = settings
        self._client_id = client_id
        self._apps: dict[str, AppSettings] = {}
        self._keys: dict[str, tuple[str, AppKey]] = {}
        self._consumer: AIOKafkaConsumer | None = None
        self._follower: asyncio.Task[None] | None = None
        self._advanced = asyncio.Condition()
        self._refreshing: asyncio.Task[None] | None = None
        self.ready = False

    async def start(self) -> None:
        """Read the whole topic, then follow it."""
        self._consumer = AIOKafkaConsumer(
            client_id=self._client_id,
            group_id=None,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=100,
            **connection(self._settings),
        )
        await self._consumer.start()
        partition = TopicPartition(APP_SETTINGS.name, 0)
        self._consumer.assign([partition])
        await self._consumer.seek_to_beginning(partition)
        self._follower = asyncio.create_task(self._follow(), name="app-table")
        await self.refresh()
        self.ready = True

    async def stop(self) -> None:
        """Stop following."""
        if self._follower is not None:
            self._follower.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._follower
        if self._consumer is not None:
            await self._consumer.stop()

    def get(self, app_id: str) -> AppSettings | None:
        """Return the app's latest settings, deleted apps included."""
        return self._apps.get(app_id)

    def find_key(self, key_id: str) -> tuple[str, AppKey] | None:
        """Return the app and the key of *key_id*, or None."""
        return self._keys.get(key_id)

    def active_count(self) -> int:
        """Return how many apps are known and not deleted."""
        return sum(app.status == "active" for app in self._apps.values())

    async def refresh(self) -> None:
        """Return once everything written before this call is known.

        Callers that come together share one look at the topic's end. Raises Transient.
        """
        running = self._refreshing
        if running is not None and not running.done():
            # That look may have begun before what we wait for was written.
            with contextlib.suppress(Transient):
                await asyncio.shield(running)
        if self._refreshing is running:
            self._refreshing = asyncio.create_task(self._catch_up())
        assert self._refreshing is not None
        await asyncio.shield(self._refreshing)

    async def _catch_up(self) -> None:
        if self._consumer is None:
            raise Transient("kafka_unavailable", "the app table is not started")
        partition = TopicPartition(APP_SETTINGS.name, 0)
        try:
            ends = await self._consumer.end_offsets([partition])
            async with asyncio.timeout(10), self._advanced:
                while await self._consumer.position(partition) < ends[partition]:
                    await self._advanced.wait()
        except (KafkaError, TimeoutError) as error:
            raise Transient("kafka_unavailable", repr(error)) from error
        await asyncio.sleep(REFRESH_AT_MOST_EVERY if self.ready else 0)

    async def _follow(self) -> None:
        assert self._consumer is not None
        while True:
            try:
                batches = await self._consumer.getmany(timeout_ms=200)
            except KafkaError as error:
                log.warning("app table waits for kafka", error=repr(error))
                await asyncio.sleep(1)
                continue
            for records in batches.values():
                for record in records:
                    self.apply(record.key, record.value)
            async with self._advanced:
                self._advanced.notify_all()

    def apply(self, key: bytes | None, value: bytes | None) -> None:
        """Take one record of the topic; an older version changes nothing."""
        if not value:
            self._forget((key or b"").decode("utf-8", "replace"))
            return
        try:
            app = AppSettings.model_validate_json(value)
        except ValidationError:
            log.exception("app settings cannot be read")
            return
        known = self._apps.get(app.app_id)
        if known is not None and known.version > app.version:
            return
        self._forget(app.app_id)
        self._apps[app.app_id] = app
        for each in app.keys:
            self._keys[each.key_id] = (app.app_id, each)

    def _forget(self, app_id: str) -> None:
        known = self._apps.pop(app_id, None)
        for each in known.keys if known else ():
            self._keys.pop(each.key_id, None)
