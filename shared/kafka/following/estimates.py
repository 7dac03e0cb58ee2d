"""How long the people of each app took, as analytics last said."""

from shared.events import ResponseEstimate
from shared.kafka.following.compacted import CompactedTopic
from shared.settings import KafkaSettings
from shared.topics import RESPONSE_ESTIMATES


class EstimateTable:
    """Follows `response.estimates`; the latest record of an app is true."""

    def __init__(self, settings: KafkaSettings, *, client_id: str) -> None:
        self._estimates: dict[str, ResponseEstimate] = {}
        self._topic = CompactedTopic(
            RESPONSE_ESTIMATES, self.apply, settings=settings, client_id=client_id
        )

    async def start(self) -> None:
        """Begin to follow; nobody waits for an estimate."""
        await self._topic.start()

    async def stop(self) -> None:
        """Stop following."""
        await self._topic.stop()

    def of(self, app_id: str) -> ResponseEstimate | None:
        """Return the app's latest estimate."""
        return self._estimates.get(app_id)

    def apply(self, key: bytes | None, value: bytes | None) -> None:
        """Take one record of the topic.

        Raises ValidationError where it cannot be read.
        """
        if not value:
            self._estimates.pop((key or b"").decode("utf-8", "replace"), None)
            return
        found = ResponseEstimate.model_validate_json(value)
        self._estimates[found.app_id] = found
