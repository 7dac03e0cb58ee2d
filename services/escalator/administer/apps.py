"""Make and change apps, keys and settings; every change is published before it is told.

MongoDB holds the truth with a version; the other services follow `app.settings`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol
from weakref import WeakValueDictionary

from services.escalator.administer.versions import (
    Author,
    Signature,
    settings_version,
)
from shared.clock import Clock
from shared.errors import Permanent, Transient
from shared.events import AppKey, AppSettings, Preferences, Scope
from shared.kafka.records import Outgoing, outgoing
from shared.topics import APP_SETTINGS
from shared.web.auth import NewKey, new_key

TRIES = 5
"""Rounds against others who change the same app at the same moment."""
PURGE_LOOKS = 40
PURGE_LOOK_SECONDS = 0.25
"""An app that was just deleted is purged within seconds."""
MAX_KEYS = 200
"""Keys of one app: every service holds all of them in memory."""


class Stored(Protocol):
    """One app as stored, and up to which version the others know it."""

    @property
    def settings(self) -> AppSettings: ...
    @property
    def text(self) -> str: ...
    @property
    def published_version(self) -> int: ...


class Apps(Protocol):
    """The apps as they truly are."""

    async def get(self, app_id: str) -> Stored | None: ...
    async def insert(self, settings: AppSettings) -> bool: ...
    async def replace(
        self, settings: AppSettings, *, over: str, signed: Signature | None = None
    ) -> bool: ...
    async def mark_published(self, app_id: str, version: int) -> None: ...
    async def page(
        self, *, after: str | None = None, limit: int | None = None
    ) -> Sequence[Stored]: ...
    async def unpublished(self) -> Sequence[Stored]: ...


class Known(Protocol):
    """This service's own copy of `app.settings`."""

    def get(self, app_id: str) -> AppSettings | None: ...
    async def refresh(self) -> None: ...


class Publisher(Protocol):
    """Where records go."""

    async def publish(self, outputs: Sequence[Outgoing]) -> None: ...


Change = Callable[[AppSettings], AppSettings]


@dataclass(frozen=True, slots=True)
class Administration:
    """Changes apps one version at a time."""

    apps: Apps
    publisher: Publisher
    known: Known
    clock: Clock
    purged: Callable[[str, int], Awaitable[bool]]
    """Says whether a deleted app is gone from every service."""
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(
        default_factory=WeakValueDictionary
    )
    """By app: gone with the last who holds it or waits for it."""

    async def create(self, app_id: str, name: str) -> tuple[AppSettings, bool]:
        """Return the app and whether it is new; a deleted one begins anew."""
        now = self.clock.now()
        fresh = AppSettings(app_id=app_id, name=name, updated_at=now, created_at=now)
        created = await self.apps.insert(fresh)
        stored = await self._get(app_id)
        if stored.settings.status == "deleted":
            await self._wait_for_purge(stored.settings)
            revived = await self._change(
                app_id,
                lambda old: fresh.model_copy(
                    update={"version": old.version, "created_at": self.clock.now()}
                ),
            )
            return revived, True
        await self._publish(app_id)
        return stored.settings, created

    async def _wait_for_purge(self, deleted: AppSettings) -> None:
        """Wait until nothing of the app is left, or raise Permanent(`being_purged`).

        What the new app stores would otherwise be deleted with the old.
        """
        for _ in range(PURGE_LOOKS):
            if await self.purged(deleted.app_id, deleted.version):
                return
            await asyncio.sleep(PURGE_LOOK_SECONDS)
        raise Permanent(
            "being_purged",
            "What the deleted app left is still being deleted. Try again in a minute.",
        )

    async def get(self, app_id: str) -> AppSettings:
        """Return an active app, or raise Permanent(`unknown_app`)."""
        stored = await self._get(app_id)
        if stored.settings.status == "deleted":
            raise Permanent("unknown_app", "There is no app of this id.")
        return stored.settings

    async def page(self, *, after: str | None, limit: int) -> Sequence[AppSettings]:
        """Return active apps in the order of their ids."""
        found: list[AppSettings] = []
        while len(found) < limit:
            page = await self.apps.page(after=after, limit=limit)
            found += [one.settings for one in page if one.settings.status == "active"]
            if len(page) < limit:
                break
            after = page[-1].settings.app_id
        return found[:limit]

    async def delete(self, app_id: str) -> None:
        """Refuse the app's records and keys from now on."""
        await self.get(app_id)
        gone = {
            "status": "deleted",
            "keys": [],
            "name": "",
            "preferences": Preferences(),
            "settings_version": None,
        }
        await self._change(app_id, lambda old: old.model_copy(update=gone))

    async def deleted_version(self, app_id: str) -> int | None:
        """Return the version that deleted the app; None where it is not deleted."""
        stored = await self.apps.get(app_id)
        if stored is None or stored.settings.status != "deleted":
            return None
        return stored.settings.version

    async def create_key(
        self, app_id: str, scopes: Sequence[Scope], label: str
    ) -> tuple[NewKey, AppKey]:
        """Make a key; its secret is returned once and kept nowhere."""
        made = new_key()
        key = AppKey(
            key_id=made.key_id,
            hash=made.hash,
            scopes=list(dict.fromkeys(scopes)),
            label=label,
            created_at=self.clock.now(),
        )

        def with_key(old: AppSettings) -> AppSettings:
            if len(old.keys) >= MAX_KEYS:
                raise Permanent("too_many_keys", f"An app has at most {MAX_KEYS} keys.")
            return old.model_copy(update={"keys": [*old.keys, key]})

        await self.get(app_id)
        await self._change(app_id, with_key)
        return made, key

    async def revoke_key(self, app_id: str, key_id: str) -> None:
        """Make a key worthless, or raise Permanent(`unknown_key`)."""
        settings = await self.get(app_id)
        if all(key.key_id != key_id for key in settings.keys):
            raise Permanent("unknown_key", "The app has no key of this id.")

        def without(old: AppSettings) -> AppSettings:
            left = [key for key in old.keys if key.key_id != key_id]
            return old.model_copy(update={"keys": left})

        await self._change(app_id, without)

    async def prefer(
        self,
        app_id: str,
        change: Callable[[Preferences], Preferences],
        *,
        by: Author | None = None,
        expected: Callable[[AppSettings], bool] = lambda _: True,
        restored: int | None = None,
    ) -> AppSettings:
        """Change the settings that the app's own people make.

        Raises Permanent(`changed_meanwhile`) where what is stored is not *expected*.
        """
        await self.get(app_id)

        def preferring(old: AppSettings) -> AppSettings:
            if not expected(old):
                raise Permanent("changed_meanwhile", "The settings were changed.")
            update = {
                "preferences": change(old.preferences),
                "settings_version": old.version + 1,
            }
            return old.model_copy(update=update)

        signature = Signature(self.clock.now(), by, restored)
        return await self._change(app_id, preferring, signed=signature)

    async def republish(self, *, everything: bool = False) -> int:
        """Publish what the others may not know; return how many apps that were.

        A change whose publishing failed was answered with an error, yet is stored: it
        may not stay a secret.
        """
        found = await (self.apps.page() if everything else self.apps.unpublished())
        behind = [stored for stored in found if self._is_behind(stored)]
        for stored in behind:
            await self._publish(stored.settings.app_id, again=True)
        return len(behind)

    def _is_behind(self, stored: Stored) -> bool:
        """Return whether the topic holds an older version at best, or none.

        It may have been lost with its broker, whatever we remember of publishing it.
        """
        version = stored.settings.version
        known = self.known.get(stored.settings.app_id)
        return stored.published_version < version or (
            known is None or known.version < version
        )

    async def _get(self, app_id: str) -> Stored:
        stored = await self.apps.get(app_id)
        if stored is None:
            raise Permanent("unknown_app", "There is no app of this id.")
        return stored

    async def _change(
        self, app_id: str, change: Change, *, signed: Signature | None = None
    ) -> AppSettings:
        for _ in range(TRIES):
            stored = await self._get(app_id)
            old = stored.settings
            changed = change(old)
            update = {"version": old.version + 1, "updated_at": self.clock.now()}
            if signed is None and old.status == changed.status == "active":
                update["settings_version"] = settings_version(old)
            changed = changed.model_copy(update=update)
            if await self.apps.replace(changed, over=stored.text, signed=signed):
                await self._publish(app_id)
                return changed
        raise Transient("conflict", "others keep changing this app")

    async def _publish(self, app_id: str, *, again: bool = False) -> None:
        """Publish the newest version, so that it is the last one on the topic.

        Two instances may publish two versions in the wrong order; whoever finds a newer
        one stored than it has published goes round again.
        """
        lock = self._locks.setdefault(app_id, asyncio.Lock())
        async with lock:
            while True:
                stored = await self._get(app_id)
                settings = stored.settings
                if stored.published_version >= settings.version and not again:
                    break
                again = False
                await self.publisher.publish([_record(stored)])
                await self.apps.mark_published(app_id, settings.version)
        await self.known.refresh()


def _record(stored: Stored) -> Outgoing:
    """Return the app as it is stored, with what only a later version reads."""
    settings = stored.settings
    record = outgoing(
        APP_SETTINGS, settings, source="escalator", now=settings.updated_at
    )
    return replace(record, value=stored.text.encode())
