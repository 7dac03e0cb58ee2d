"""Whether the broker acknowledges while records wait for it."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from shared.kafka.producing.batches import Place

FORGET_SECONDS = 60.0
"""Records that still wait are published again well within this. Where nobody tried for
longer, the caller has told its own caller and given up."""


@dataclass(slots=True)
class _Waiting:
    since: float
    tried_at: float
    under_way: int = 0
    error: Exception | None = None


class Progress:
    """For each partition: since when records wait with no batch acknowledged."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._waiting: dict[Place, _Waiting] = {}

    def began(self, place: Place) -> None:
        """Note that records wait for *place*."""
        now = self._now()
        waiting = self._waiting.get(place)
        if waiting is None or _forgotten(waiting, now):
            waiting = self._waiting[place] = _Waiting(since=now, tried_at=now)
        waiting.tried_at = now
        waiting.under_way += 1

    def acknowledged(self, place: Place) -> None:
        """Note that the broker has a batch of *place*."""
        waiting = self._waiting[place]
        waiting.under_way -= 1
        if waiting.under_way:
            waiting.since, waiting.error = self._now(), None
        else:
            del self._waiting[place]

    def failed(self, place: Place, error: Exception | None) -> None:
        """Note that a batch of *place* was not acknowledged; None: given up waiting."""
        waiting = self._waiting[place]
        waiting.under_way -= 1
        waiting.tried_at = self._now()
        waiting.error = error or waiting.error

    def seconds_without(self) -> float:
        """Return for how long the longest waiting partition had no acknowledgement."""
        longest = self._longest()
        return 0.0 if longest is None else self._now() - longest[1].since

    def reason(self) -> str:
        """Return what the longest waiting partition waits for; empty for none."""
        longest = self._longest()
        if longest is None:
            return ""
        (topic, partition), waiting = longest
        seconds = self._now() - waiting.since
        why = f": {waiting.error!r}" if waiting.error is not None else ""
        return f"no batch acknowledged for {seconds:.0f} s on {topic}/{partition}{why}"

    def broker_refuses(self) -> bool:
        """Tell whether the broker itself says that the longest waiting must wait."""
        longest = self._longest()
        return longest is not None and bool(
            getattr(longest[1].error, "retriable", False)
        )

    def _longest(self) -> tuple[Place, _Waiting] | None:
        now = self._now()
        self._waiting = {
            place: waiting
            for place, waiting in self._waiting.items()
            if not _forgotten(waiting, now)
        }
        if not self._waiting:
            return None
        return min(self._waiting.items(), key=lambda item: item[1].since)


def _forgotten(waiting: _Waiting, now: float) -> bool:
    return not waiting.under_way and now - waiting.tried_at > FORGET_SECONDS
