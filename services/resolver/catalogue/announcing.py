"""Say which version of its catalogue each app has: those who test against it ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.clock import Clock
from shared.events import AppCatalogue
from shared.kafka.publisher import Publisher
from shared.kafka.records import outgoing
from shared.topics import APP_CATALOGUE

ANNOUNCE_SECONDS = 2.0
"""How often changed catalogues are looked for."""
AT_ONCE = 500


class Versions(Protocol):
    """The versions that were stored, and those that were said."""

    async def unannounced(self, *, limit: int) -> Sequence[tuple[str, int]]:
        """Return apps and versions of which nobody was told."""
        ...

    async def announced(self, app_id: str, version: int) -> None: ...


@dataclass(frozen=True, slots=True)
class CatalogueAnnouncer:
    """Publishes `app.catalogue`; two instances that meet say the same."""

    versions: Versions
    publisher: Publisher
    clock: Clock

    async def round(self) -> None:
        """Publish what changed, then note it: a crash in between says it again."""
        now = self.clock.now()
        changed = await self.versions.unannounced(limit=AT_ONCE)
        await self.publisher.publish(
            [
                outgoing(
                    APP_CATALOGUE,
                    AppCatalogue(app_id=app_id, version=version, updated_at=now),
                    source="resolver",
                    now=now,
                )
                for app_id, version in changed
            ]
        )
        for app_id, version in changed:
            await self.versions.announced(app_id, version)
