"""Delete everything of an app that was deleted, in one service.

Every instance follows `app.settings`, so nobody has to be told. Records of the app are
refused from then on; what was under way at that moment may still be stored, so the
service looks again, twice, before it is done with the app.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from pymongo import ReturnDocument

from shared.clock import Clock
from shared.events import AppPurged, AppSettings
from shared.kafka.publisher import Publisher
from shared.kafka.records import outgoing
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.stored import StoredCollection
from shared.privacy.deleting import delete
from shared.topics import APP_PURGED

LEASE = timedelta(seconds=60)
AGAIN = (timedelta(seconds=2), timedelta(minutes=5), timedelta(hours=1))
"""After each pass but the last. The report follows the second one."""
REPORTED_AFTER = 2

Row = dict[str, Any]


class Apps(Protocol):
    """What is known of the apps."""

    def deleted(self) -> Sequence[AppSettings]: ...


@dataclass(slots=True)
class Purges:
    """Collection `<service>_purges`, `_id` is app and version."""

    database: Database
    service: str
    stored: Sequence[StoredCollection]
    publisher: Publisher
    clock: Clock
    apps: Apps
    forget_states: Callable[[], None] = lambda: None
    """Drops the states in this instance's memory, whose app may be among them."""
    _seen: set[str] = field(default_factory=set)
    _over: set[str] = field(default_factory=set)

    async def work(self) -> None:
        """Make the passes that are due. Raises Transient."""
        for app in self.apps.deleted():
            key = f"{app.app_id}@{app.version}"
            if key not in self._seen:
                self._seen.add(key)
                self.forget_states()
            if key not in self._over:
                await self._work(key, app)

    async def _work(self, key: str, app: AppSettings) -> None:
        row = await self._claim(key, app)
        if row is None:
            return
        if row["passes"] > len(AGAIN):
            self._over.add(key)
            return
        counts: Row = {}
        for each in self.stored:
            if app not in self.apps.deleted():
                return  # it was made again, and what comes now is its own
            if each.of_app is not None:
                query = each.of_app(app.app_id)
                counts[each.name] = await delete(self.database, each.name, query)
        await self._done(row, app, counts)

    async def _claim(self, key: str, app: AppSettings) -> Row | None:
        now = self.clock.now()
        fresh = {"app_id": app.app_id, "due_at": now, "passes": 0, "deleted": {}}
        rows = self.database[f"{self.service}_purges"]
        with translated():
            await rows.update_one({"_id": key}, {"$setOnInsert": fresh}, upsert=True)
            found: Row | None = await rows.find_one_and_update(
                {"_id": key, "due_at": {"$lte": now}},
                {"$set": {"due_at": now + LEASE}},
                return_document=ReturnDocument.AFTER,
            )
        return found

    async def _done(self, row: Row, app: AppSettings, counts: Row) -> None:
        passes = row["passes"] + 1
        rows = self.database[f"{self.service}_purges"]
        added = {f"deleted.{name}": count for name, count in counts.items()}
        with translated():
            after = await rows.find_one_and_update(
                {"_id": row["_id"]},
                {"$inc": added},
                return_document=ReturnDocument.AFTER,
            )
        if passes == REPORTED_AFTER:
            report = AppPurged(
                app_id=app.app_id,
                version=app.version,
                service=self.service,
                at=self.clock.now(),
                deleted=after["deleted"],
            )
            await self.publisher.publish(
                [outgoing(APP_PURGED, report, source=self.service, now=report.at)]
            )
        wait = AGAIN[passes - 1] if passes <= len(AGAIN) else timedelta(0)
        with translated():
            await rows.update_one(
                {"_id": row["_id"]},
                {"$set": {"passes": passes, "due_at": self.clock.now() + wait}},
            )
