"""Deliveries with a span each, where traces are on."""

from dataclasses import dataclass, replace
from time import time_ns
from typing import Protocol

from services.notifier.deliver.announce import cause_of, decide_news
from services.notifier.domain.delivery import Delivery
from shared.kafka.records import Outgoing, Record


class Verb(Protocol):
    """Delivers one claimed delivery."""

    async def deliver(self, delivery: Delivery) -> Delivery: ...


class Tracer(Protocol):
    """Makes the span of what was worked."""

    def worked(
        self,
        record: Record,
        outcome: str,
        outputs: tuple[Outgoing, ...],
        *,
        name: str = "",
        began: int,
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class TracedVerb:
    """Delivers, and tells of it: a span a try, and one for the news of it."""

    verb: Verb
    tracer: Tracer

    async def deliver(self, delivery: Delivery) -> Delivery:
        """Return what the verb returns. Raises what it raises, without a span."""
        began = time_ns()
        after = await self.verb.deliver(delivery)
        known = {each for each in after.announced if each in delivery.announced}
        news = decide_news(replace(after, announced=tuple(known)))
        self.tracer.worked(
            replace(cause_of(delivery), topic=after.channel or "waiting"),
            after.reason or after.status.value,
            tuple(each for each in news if each.topic in after.announced),
            name=f"deliver {after.tries}",
            began=began,
        )
        return after
