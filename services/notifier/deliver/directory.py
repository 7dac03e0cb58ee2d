"""Tell the others which destinations there are: a route may name no other."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

import structlog

from services.notifier.deliver.announce import SOURCE, Publisher
from shared.clock import Clock
from shared.errors import Transient
from shared.events import AppDestinations
from shared.kafka.records import outgoing
from shared.topics import APP_DESTINATIONS

log = structlog.get_logger()


class Listing(Protocol):
    """The stored destinations, by id alone."""

    async def ids_of(self, app_id: str) -> Sequence[str]: ...
    async def app_ids(self) -> Sequence[str]: ...


class Known(Protocol):
    """What the topic says."""

    def of(self, app_id: str) -> AbstractSet[str]: ...
    def apps(self) -> AbstractSet[str]: ...
    async def refresh(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Directory:
    """Keeps `app.destinations` as the store is."""

    listing: Listing
    known: Known
    publisher: Publisher
    clock: Clock

    async def tell(self, app_id: str) -> None:
        """Publish the app's destinations, so that the last record on the topic is true.

        Two instances may publish in the wrong order; each looks again after its own
        record, so the last one to publish finds what changed before it. Where Kafka is
        away, `reconcile` does it later.
        """
        try:
            told: Sequence[str] | None = None
            while told != (found := await self.listing.ids_of(app_id)):
                event = AppDestinations(
                    app_id=app_id,
                    destination_ids=list(found),
                    updated_at=self.clock.now(),
                )
                record = outgoing(APP_DESTINATIONS, event, source=SOURCE)
                await self.publisher.publish([record])
                told = found
        except Transient as error:
            log.warning("destinations not told yet", reason=error.reason)

    async def reconcile(self) -> int:
        """Tell of every app whose record is not as the store is; return of how many."""
        await self.known.refresh()
        wrong = 0
        for app_id in sorted({*await self.listing.app_ids(), *self.known.apps()}):
            if self.known.of(app_id) != set(await self.listing.ids_of(app_id)):
                await self.tell(app_id)
                wrong += 1
        return wrong
