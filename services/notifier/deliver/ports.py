"""What the verb needs of the world, and the letter it hands to a channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.notifier.domain.delivery import Delivery
from services.notifier.domain.destination import Destination
from services.notifier.domain.holds import Earlier
from services.notifier.domain.outcomes import Outcome
from shared.events import NotificationRequested
from shared.kafka.records import Outgoing


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be told to one destination."""

    delivery_id: str
    request: NotificationRequested
    app_name: str
    earlier: tuple[str, ...] = ()
    """Delivery ids of the same conversation to the same destination, oldest first."""
    test: bool = False


class Channel(Protocol):
    """One kind of far side."""

    name: str

    def addresses(self, destination: Destination) -> Sequence[str]: ...
    def render(self, letter: Letter, address: str) -> Any: ...  # noqa: ANN401
    async def send(
        self,
        destination: Destination,
        address: str,
        message: Any,  # noqa: ANN401 - what the same channel's render returned
    ) -> Outcome: ...


class Deliveries(Protocol):
    """The durable list of deliveries, as the verb needs it."""

    async def earlier(self, delivery: Delivery) -> Sequence[Earlier]: ...
    async def save(self, delivery: Delivery, news: Sequence[Outgoing]) -> bool: ...
    async def wake_unreached(self, channel: str) -> int: ...
    async def wake_waiting(self, app_id: str, destination_id: str) -> int: ...


class Destinations(Protocol):
    """Where teams receive."""

    async def get(self, app_id: str, destination_id: str) -> Destination | None: ...


class Announcer(Protocol):
    """Publishes the news of stored results."""

    def announce(self, delivery_id: str, news: Sequence[Outgoing]) -> None: ...
