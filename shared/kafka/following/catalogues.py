"""Which version of its catalogue each app has, as the resolver last said."""

from datetime import datetime

from shared.events import AppCatalogue
from shared.kafka.following.compacted import CompactedTopic
from shared.settings import KafkaSettings
from shared.topics import APP_CATALOGUE


class CatalogueTable:
    """Follows `app.catalogue`; the latest record of an app is true."""

    def __init__(self, settings: KafkaSettings, *, client_id: str) -> None:
        self._versions: dict[str, tuple[int, datetime]] = {}
        self._topic = CompactedTopic(
            APP_CATALOGUE, self.apply, settings=settings, client_id=client_id
        )

    async def start(self) -> None:
        """Begin to follow; nobody waits for a version."""
        await self._topic.start()

    async def stop(self) -> None:
        """Stop following."""
        await self._topic.stop()

    def version_of(self, app_id: str) -> tuple[int, datetime] | None:
        """Return the app's latest version, and when it was noticed."""
        return self._versions.get(app_id)

    def apply(self, key: bytes | None, value: bytes | None) -> None:
        """Take one record of the topic.

        Raises ValidationError where it cannot be read.
        """
        if not value:
            self._versions.pop((key or b"").decode("utf-8", "replace"), None)
            return
        found = AppCatalogue.model_validate_json(value)
        self._versions[found.app_id] = (found.version, found.updated_at)
