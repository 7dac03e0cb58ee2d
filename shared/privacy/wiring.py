"""One service's share in deleting: its guard, its erasures, its purges, its export."""

from collections.abc import Sequence

from shared.clock import Clock
from shared.events import UserErasureRequested
from shared.kafka.following.tail import Follower
from shared.kafka.publisher import Publisher
from shared.kafka.records import Worker
from shared.kafka.working.deferred import Deferred
from shared.kafka.working.runtime import Runtime
from shared.mongo.connect import Database
from shared.mongo.stored import StoredCollection
from shared.privacy.erasing import Erasures, Hooks
from shared.privacy.exporting import Exports
from shared.privacy.guard import Guard, GuardedWorker
from shared.privacy.purging import Apps, Purges
from shared.settings import KafkaSettings
from shared.topics import USER_ERASURE_REQUESTED

PRIVACY_SECONDS = 0.5
"""How often requested erasures and deleted apps are looked for."""


class Privacy:
    """Made by the foundation; a service adds what only it knows to *hooks*."""

    def __init__(
        self,
        database: Database,
        *,
        service: str,
        stored: Sequence[StoredCollection],
        publisher: Publisher,
        apps: Apps,
        clock: Clock,
        kafka: KafkaSettings,
    ) -> None:
        self.hooks = Hooks()
        self._guard = Guard()
        self._keeps_states = False
        self._runtime: Runtime | None = None
        self.erasures = Erasures(
            database, service, stored, publisher, clock, self._guard, self.hooks
        )
        self.purges = Purges(
            database, service, stored, publisher, clock, apps, self._forget_states
        )
        self.exports = Exports(database, service, stored, self.hooks)
        self._follower = Follower(
            [USER_ERASURE_REQUESTED],
            self._take,
            settings=kafka,
            client_id=f"handrail-{service}-erasures",
        )

    def keep_states(self) -> None:
        """Have each conversation's state emptied by a record of topic `erasure`."""
        self._keeps_states = True

    def guarded(self, worker: Worker) -> Worker:
        """Return *worker* behind the guard."""
        return GuardedWorker(worker, self._guard)

    def attach(self, deferred: Deferred, runtime: Runtime) -> None:
        """Use the service's runtime."""
        self._runtime = runtime
        if self._keeps_states:
            self.hooks.fence = deferred.work_now

    async def start(self) -> None:
        """Know who was erased before anything is read."""
        await self.erasures.load_guard()
        await self._follower.start()

    async def stop(self) -> None:
        """Stop following."""
        await self._follower.stop()

    def _forget_states(self) -> None:
        if self._runtime is not None:
            self._runtime.on_revoked()

    async def _take(self, _: str, value: bytes) -> None:
        await self.erasures.take(UserErasureRequested.model_validate_json(value))
