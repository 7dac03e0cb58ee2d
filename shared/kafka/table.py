"""In-memory views of compacted topics: what every service knows of the apps."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from shared.events import AppDestinations, AppKey, AppMembers, AppSettings
from shared.kafka.following.compacted import (
    PATIENCE,
    CompactedTopic,
    Consumer,
    Patience,
)
from shared.settings import KafkaSettings
from shared.topics import APP_DESTINATIONS, APP_MEMBERS, APP_SETTINGS


class Apps(Protocol):
    """What a service knows of the apps."""

    def get(self, app_id: str) -> AppSettings | None: ...
    def find_key(self, key_id: str) -> tuple[str, AppKey] | None: ...
    def active_count(self) -> int: ...
    async def refresh(self) -> None: ...


class AppsOfRecords(Apps, Protocol):
    """What is known of the apps whose records are read."""

    def made_again_at(self, app_id: str) -> datetime | None: ...


class AppTable:
    """Follows `app.settings` from its beginning; the latest version of an app wins."""

    def __init__(
        self,
        settings: KafkaSettings,
        *,
        client_id: str,
        make: Callable[[], Consumer] | None = None,
        patience: Patience = PATIENCE,
    ) -> None:
        self._apps: dict[str, AppSettings] = {}
        self._made_again: dict[str, datetime] = {}
        self._keys: dict[str, tuple[str, AppKey]] = {}
        self._topic = CompactedTopic(
            APP_SETTINGS,
            self.apply,
            settings=settings,
            client_id=client_id,
            make=make,
            patience=patience,
        )

    @property
    def unready_reason(self) -> str:
        """Return why the settings known here may be old; empty in normal life."""
        return self._topic.unready_reason

    async def start(self) -> None:
        """Return once the whole topic was read; it is followed from then on."""
        await self._topic.start()
        await self._topic.read_once()

    async def stop(self) -> None:
        """Stop following."""
        await self._topic.stop()

    def get(self, app_id: str) -> AppSettings | None:
        """Return the app's latest settings, deleted apps included."""
        return self._apps.get(app_id)

    def made_again_at(self, app_id: str) -> datetime | None:
        """Return when an app that was known here as deleted was made again.

        What came to a topic before that is the deleted app's.
        """
        return self._made_again.get(app_id)

    def active(self) -> list[AppSettings]:
        """Return the apps that are not deleted."""
        return [app for app in self._apps.values() if app.status == "active"]

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
        """Take one record of the topic; an older version changes nothing.

        Raises ValidationError where it cannot be read.
        """
        if not value:
            self._forget((key or b"").decode("utf-8", "replace"))
            return
        app = AppSettings.model_validate_json(value)
        known = self._apps.get(app.app_id)
        if known is not None and known.version > app.version:
            return
        was_deleted = known is not None and known.status == "deleted"
        if was_deleted and app.status == "active" and app.created_at is not None:
            self._made_again[app.app_id] = app.created_at
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
        """Take one record of the topic: the last one is true.

        Raises ValidationError where it cannot be read.
        """
        if not value:
            self._destinations.pop((key or b"").decode("utf-8", "replace"), None)
            return
        found = AppDestinations.model_validate_json(value)
        self._destinations[found.app_id] = frozenset(found.destination_ids)


class MemberTable:
    """Follows `app.members`: who works for each app; the latest version is true."""

    def __init__(
        self,
        settings: KafkaSettings,
        *,
        client_id: str,
        make: Callable[[], Consumer] | None = None,
        patience: Patience = PATIENCE,
    ) -> None:
        self._teams: dict[str, AppMembers] = {}
        self._topic = CompactedTopic(
            APP_MEMBERS,
            self.apply,
            settings=settings,
            client_id=client_id,
            make=make,
            patience=patience,
        )

    @property
    def unready_reason(self) -> str:
        """Return why the members known here may be old; empty in normal life."""
        return self._topic.unready_reason

    async def start(self) -> None:
        """Begin to follow; nothing waits for it but sessions and hand-offs."""
        await self._topic.start()

    async def stop(self) -> None:
        """Stop following."""
        await self._topic.stop()

    async def refresh(self) -> None:
        """Return once all that was written before is known. Raises Transient."""
        await self._topic.refresh()

    def of(self, app_id: str) -> AppMembers | None:
        """Return the app's people, as they were said last."""
        return self._teams.get(app_id)

    def apps(self) -> list[str]:
        """Return the apps that have been heard of."""
        return list(self._teams)

    def apps_of(self, email: str) -> list[str]:
        """Return the apps that have a member of that address, in order."""
        return sorted(
            app_id for app_id, team in self._teams.items() if team.find(email)
        )

    def apply(self, key: bytes | None, value: bytes | None) -> None:
        """Take one record of the topic; an older version changes nothing.

        Raises ValidationError where it cannot be read.
        """
        if not value:
            self._teams.pop((key or b"").decode("utf-8", "replace"), None)
            return
        team = AppMembers.model_validate_json(value)
        known = self._teams.get(team.app_id)
        if known is None or known.version <= team.version:
            self._teams[team.app_id] = team
