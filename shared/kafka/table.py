"""In-memory views of compacted topics: what every service knows of the apps."""

from typing import Protocol

import structlog
from pydantic import ValidationError

from shared.events import AppDestinations, AppKey, AppSettings
from shared.kafka.following.compacted import CompactedTopic
from shared.settings import KafkaSettings
from shared.topics import APP_DESTINATIONS, APP_SETTINGS

log = structlog.get_logger()


class Apps(Protocol):
    """What a service knows of the apps."""

    def get(self, app_id: str) -> AppSettings | None: ...
    def find_key(self, key_id: str) -> tuple[str, AppKey] | None: ...
    def active_count(self) -> int: ...
    async def refresh(self) -> None: ...


class AppTable:
    """Follows `app.settings` from its beginning; the latest version of an app wins."""

    def __init__(self, settings: KafkaSettings, *, client_id: str) -> None:
        self._apps: dict[str, AppSettings] = {}
        self._keys: dict[str, tuple[str, AppKey]] = {}
        self._topic = CompactedTopic(
            APP_SETTINGS, self.apply, settings=settings, client_id=client_id
        )
        self.ready = False

    async def start(self) -> None:
        """Read the whole topic, then follow it."""
        await self._topic.start()
        await self.refresh()
        self.ready = True

    async def stop(self) -> None:
        """Stop following."""
        await self._topic.stop()

    def get(self, app_id: str) -> AppSettings | None:
        """Return the app's latest settings, deleted apps included."""
        return self._apps.get(app_id)

    def deleted(self) -> list[AppSettings]:
        """Return the apps that were deleted."""
        return [app for app in self._apps.values() if app.status == "deleted"]

    def find_key(self, key_id: str) -> tuple[str, AppKey] | None:
        """Return the app and the key of *key_id*, or None."""
        return self._keys.get(key_id)

    def active_count(self) -> int:
        """Return how many apps are known and not deleted."""
        return sum(app.status == "active" for app in self._apps.values())

    async def refresh(self) -> None:
        """Return once all that was written before is known. Raises Transient."""
        await self._topic.refresh()

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


class DestinationTable:
    """Follows `app.destinations`: which destinations each app has."""

    def __init__(self, settings: KafkaSettings, *, client_id: str) -> None:
        self._destinations: dict[str, frozenset[str]] = {}
        self._topic = CompactedTopic(
            APP_DESTINATIONS, self.apply, settings=settings, client_id=client_id
        )

    async def start(self) -> None:
        """Begin to follow; nothing waits for it but who asks of a destination."""
        await self._topic.start()

    async def stop(self) -> None:
        """Stop following."""
        await self._topic.stop()

    async def refresh(self) -> None:
        """Return once all that was written before is known. Raises Transient."""
        await self._topic.refresh()

    def of(self, app_id: str) -> frozenset[str]:
        """Return the ids of the app's destinations."""
        return self._destinations.get(app_id, frozenset())

    def apps(self) -> frozenset[str]:
        """Return the apps that have one."""
        return frozenset(app_id for app_id, ids in self._destinations.items() if ids)

    def apply(self, key: bytes | None, value: bytes | None) -> None:
        """Take one record of the topic: the last one is true."""
        if not value:
            self._destinations.pop((key or b"").decode("utf-8", "replace"), None)
            return
        try:
            found = AppDestinations.model_validate_json(value)
        except ValidationError:
            log.exception("destinations cannot be read")
            return
        self._destinations[found.app_id] = frozenset(found.destination_ids)
