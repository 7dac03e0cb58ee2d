"""When to stop consuming: pure, from what the last lanes did."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.errors import Transient

WINDOW_LANES = 200
"""A smaller batch is judged with those before it, up to so many lanes; a larger one is
judged alone."""
MIN_FAILED_LANES = 20
"""Below this a failure is somebody's bad luck, not an outage: it is parked."""
SHARE = 0.5
"""Of the lanes, and of the apps, that must fail before consumption stops."""
LONGEST_WAIT = 30.0
"""Seconds between two probes, at most."""


@dataclass(slots=True)
class LaneCount:
    """Lanes of one app in a batch."""

    worked: int = 0
    failed: int = 0
    """Stopped by a failure that may pass, however many records wait behind it."""

    @property
    def mostly_fails(self) -> bool:
        """Return whether more lanes failed than were worked."""
        return self.failed > SHARE * (self.failed + self.worked)


Tally = Mapping[str, LaneCount]
"""What a batch's lanes did, by app."""


@dataclass(slots=True)
class Breaker:
    """Open while nearly everything fails, in most of the apps.

    So an outage or a bad deployment does not drain a topic into parking, and a bug that
    one app's messages meet does not stop the other apps.
    """

    tallies: deque[Tally] = field(default_factory=deque)
    opened: int = 0
    """How often in a row it opened; the wait grows with it."""

    def observe(self, tally: Tally, *, only_app: bool) -> bool:
        """Take note of a batch and return whether consumption must stop.

        *only_app*: no other app is known, so that stopping can stop no other.
        """
        self.tallies.append(tally)
        while sum(map(_lanes, self.tallies)) - _lanes(self.tallies[0]) >= WINDOW_LANES:
            self.tallies.popleft()
        # A batch that was mostly worked is no sign of an outage, whatever came before.
        failing = _total(tally.values()).mostly_fails
        if failing and _is_outage(self.tallies, only_app=only_app):
            self.opened += 1
            # The next batch is judged on its own: it is the probe.
            self.tallies.clear()
            return True
        if any(count.worked for count in tally.values()):
            self.opened = 0
        return False

    def reset(self) -> None:
        """Forget what was seen: the partitions have gone to somebody else."""
        self.tallies.clear()
        self.opened = 0

    @property
    def wait_seconds(self) -> float:
        """Return how long to wait before the next probe: 1 s doubling to 30 s."""
        return float(min(LONGEST_WAIT, 2 ** max(0, self.opened - 1)))


class BreakerOpenError(Transient):
    """Nearly everything fails: stop consuming until a probe succeeds."""


def _is_outage(tallies: Iterable[Tally], *, only_app: bool) -> bool:
    by_app: dict[str, LaneCount] = {}
    for tally in tallies:
        for app_id, count in tally.items():
            by_app[app_id] = _total([by_app.get(app_id, LaneCount()), count])
    total = _total(by_app.values())
    if total.failed < MIN_FAILED_LANES or not total.mostly_fails:
        return False
    failing = sum(count.mostly_fails for count in by_app.values())
    return failing > SHARE * len(by_app) and (failing > 1 or only_app)


def _total(counts: Iterable[LaneCount]) -> LaneCount:
    total = LaneCount()
    for count in counts:
        total.worked += count.worked
        total.failed += count.failed
    return total


def _lanes(tally: Tally) -> int:
    return sum(count.worked + count.failed for count in tally.values())
