"""The versions of an app's settings: who made each, when, and what it changed.

The newest is the app's own row. Before it is replaced it is copied to the versions, so
that a crash between the two leaves a copy too many at worst, and never a version lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from services.escalator.administer.difference import Difference, differences
from shared.errors import Permanent
from shared.events import AppSettings, Preferences


@dataclass(frozen=True, slots=True)
class Author:
    """Who changed the settings."""

    kind: Literal["key", "member"]
    id: str
    """The key's public part, or the member's address."""
    name: str
    """The key's label, or the member's name."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What is kept of a change beside the settings."""

    at: datetime
    by: Author | None
    """None where it is not known: the app is as it was made."""
    restored: int | None = None
    """The version that it brought back."""


@dataclass(frozen=True, slots=True)
class Version:
    """The settings as they once were."""

    version: int
    signature: Signature
    preferences: Preferences


class Versions(Protocol):
    """The versions before the newest."""

    async def page(
        self, app_id: str, *, below: int | None, limit: int
    ) -> Sequence[Version]: ...
    async def get(self, app_id: str, version: int) -> Version | None: ...


class Stored(Protocol):
    """The app's row."""

    @property
    def settings(self) -> AppSettings: ...
    @property
    def signature(self) -> Signature | None: ...


class Apps(Protocol):
    """The rows of the apps."""

    async def get(self, app_id: str) -> Stored | None: ...


def settings_version(settings: AppSettings) -> int:
    """Return the version of the app at which its settings changed last.

    Keys that came and went since count as versions of the app, not of its settings.
    """
    return settings.settings_version or settings.version


@dataclass(frozen=True, slots=True)
class History:
    """Reads versions, newest first."""

    apps: Apps
    versions: Versions

    async def page(
        self, app_id: str, *, below: int | None, limit: int
    ) -> Sequence[Version]:
        """Return up to *limit* versions below that one, the newest first."""
        if below is not None:
            return await self.versions.page(app_id, below=below, limit=limit)
        newest = await self._newest(app_id)
        older = await self.versions.page(app_id, below=newest.version, limit=limit - 1)
        return [newest, *older]

    async def get(self, app_id: str, version: int) -> Version:
        """Return that version, or raise Permanent(`unknown_version`)."""
        newest = await self._newest(app_id)
        if version == newest.version:
            return newest
        found = await self.versions.get(app_id, version)
        if found is None or version > newest.version:
            raise Permanent("unknown_version", "The settings have no such version.")
        return found

    async def preferences(self, app_id: str, version: int) -> Preferences | None:
        """Return the settings of that version, None where it is not known."""
        try:
            return (await self.get(app_id, version)).preferences
        except Permanent:
            return None

    async def changes(self, app_id: str, version: Version) -> list[Difference]:
        """Return what *version* changed of the one before it; of the first, nothing."""
        before = await self.versions.page(app_id, below=version.version, limit=1)
        if not before:
            return []
        return list(differences(_plain(before[0]), _plain(version)))

    async def _newest(self, app_id: str) -> Version:
        stored = await self.apps.get(app_id)
        if stored is None or stored.settings.status == "deleted":
            raise Permanent("unknown_app", "There is no app of this id.")
        settings = stored.settings
        made = settings.created_at or settings.updated_at
        return Version(
            settings_version(settings),
            stored.signature or Signature(made, None),
            settings.preferences,
        )


def _plain(version: Version) -> object:
    return version.preferences.model_dump(mode="json", by_alias=True)
