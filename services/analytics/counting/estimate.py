"""Say how long each app's people take to answer: gather waits, compute, publish."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from services.analytics.domain.estimates import (
    MAX_WAITS,
    PAST,
    Wait,
    estimate,
    estimate_by_hour,
)
from services.analytics.domain.periods import zone_of
from shared.clock import Clock
from shared.events import AppSettings, EstimateBy, ResponseEstimate
from shared.kafka.records import Outgoing, outgoing
from shared.topics import RESPONSE_ESTIMATES

LEAST = 20
"""Answers from which an hour of the week is told of: readers believe no fewer."""


class Waits(Protocol):
    """How long users waited for a person."""

    async def since(
        self, app_id: str, start: datetime, *, now: datetime, limit: int
    ) -> Sequence[Wait]: ...


class Publisher(Protocol):
    """Where records go."""

    async def publish(self, outputs: Sequence[Outgoing]) -> None: ...


@dataclass(slots=True)
class Estimator:
    """Publishes an app's estimate when it says something else than the last one."""

    waits: Waits
    apps: "Apps"
    publisher: Publisher
    clock: Clock
    _said: dict[str, ResponseEstimate] = field(default_factory=dict)

    async def round(self) -> None:
        """Compute every app's estimate; raises Transient, and may be repeated."""
        for app in self.apps.active():
            found = await self._estimate(app)
            before = self._said.get(app.app_id)
            if before is not None and _same(before, found):
                continue
            event = outgoing(RESPONSE_ESTIMATES, found, source="analytics")
            await self.publisher.publish([event])
            self._said[app.app_id] = found

    async def _estimate(self, app: AppSettings) -> ResponseEstimate:
        now = self.clock.now()
        waits = await self.waits.since(app.app_id, now - PAST, now=now, limit=MAX_WAITS)
        whole = estimate(waits)
        zone = zone_of(app.preferences.hours.timezone)
        believed = whole.p80 is not None
        return ResponseEstimate(
            app_id=app.app_id,
            updated_at=now,
            # Without a time that four of five meet, there is nothing to believe.
            samples=whole.samples if believed else 0,
            p50_seconds=whole.p50 or 0.0,
            p80_seconds=whole.p80 or 0.0,
            timezone=zone.key,
            by=[
                EstimateBy(
                    route=each.route,
                    hour_of_week=each.hour_of_week,
                    samples=each.samples,
                    p80_seconds=each.p80,
                )
                for each in estimate_by_hour(waits, zone, least=LEAST)
            ],
        )


class Apps(Protocol):
    """What is known of the apps."""

    def active(self) -> Iterable[AppSettings]: ...


def _same(before: ResponseEstimate, after: ResponseEstimate) -> bool:
    return before.model_copy(update={"updated_at": after.updated_at}) == after
