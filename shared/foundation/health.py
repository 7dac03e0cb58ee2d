"""What a service's readiness and liveness rest on."""

import asyncio

from fastapi import APIRouter

from shared.kafka.publisher import KafkaPublisher
from shared.kafka.subscription import Subscription
from shared.kafka.table import AppTable
from shared.kafka.working.runtime import Runtime
from shared.mongo.connect import Database, ping
from shared.web.health import Check, router

PING_SECONDS = 2


class Health:
    """Asks the parts of one service how they are."""

    def __init__(
        self, database: Database, apps: AppTable, publisher: KafkaPublisher
    ) -> None:
        self._database = database
        self._apps = apps
        self._publisher = publisher
        self.subscription: Subscription | None = None
        self.runtime: Runtime | None = None

    def router(self) -> APIRouter:
        """Return `/healthz`, `/readyz` and the metrics."""
        return router(self.checks(), alive=self.alive)

    def checks(self) -> dict[str, Check]:
        """Return the readiness checks by name."""
        return {
            "mongo": self._mongo,
            "apps": self._read_apps,
            "consumer": self._consumer,
            "producer": self._producer,
        }

    def alive(self) -> bool:
        """Return whether no batch is stuck, on its way in or out."""
        if self._publisher.stuck:
            return False
        return self.runtime is None or not self.runtime.stuck

    async def _mongo(self) -> str:
        try:
            async with asyncio.timeout(PING_SECONDS):
                await ping(self._database)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
            return f"no primary answers: {type(error).__name__}"
        return ""

    async def _read_apps(self) -> str:
        return self._apps.unready_reason

    async def _producer(self) -> str:
        return self._publisher.waiting_reason

    async def _consumer(self) -> str:
        if self.subscription is not None and not self.subscription.assigned:
            return "no partitions assigned yet"
        paused = self.runtime.paused_reason if self.runtime else ""
        return f"consumption is paused: {paused}" if paused else ""
