"""When to stop consuming: pure, from what the last batches did."""

from collections import deque
from dataclasses import dataclass, field

from shared.errors import Transient

WINDOW = 200
"""Records looked back on (engineering.md §3.2, after Arroyo's DlqLimit)."""
MIN_FAILURES = 20
"""Below this a failure is somebody's bad luck, not an outage: it is parked."""
SHARE = 0.5


@dataclass(slots=True)
class Breaker:
    """Open while nearly everything fails.

    So an outage or a bad deployment does not drain a topic into parking.
    """

    outcomes: deque[bool] = field(default_factory=lambda: deque(maxlen=WINDOW))
    opened: int = 0
    """How often in a row it opened; the wait grows with it."""

    def observe(self, *, succeeded: int, failed: int) -> bool:
        """Take note of a batch and return whether consumption must stop."""
        self.outcomes.extend([True] * min(succeeded, WINDOW))
        self.outcomes.extend([False] * min(failed, WINDOW))
        failures = self.outcomes.count(False)
        is_open = failures >= MIN_FAILURES and failures > SHARE * len(self.outcomes)
        if is_open:
            self.opened += 1
            # The next batch is judged on its own: it is the probe.
            self.outcomes.clear()
        elif succeeded:
            self.opened = 0
        return is_open

    @property
    def wait_seconds(self) -> float:
        """Return how long to wait before the next probe: 1 s doubling to 30 s."""
        return float(min(30, 2 ** max(0, self.opened - 1)))


class BreakerOpenError(Transient):
    """Nearly everything fails: stop consuming until a probe succeeds."""
