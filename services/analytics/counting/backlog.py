"""Whether records wait to be counted: then what can wait longer lets them go first."""

from collections.abc import Callable
from dataclasses import dataclass

FULL_RECORDS = 500
"""A batch of so many was not all that there was."""
BUSY_SECONDS = 2.0
"""So long after one, more are expected."""


@dataclass(slots=True)
class Backlog:
    """Told of every batch; asked by work that judges what is counted already."""

    now: Callable[[], float]
    """Seconds of a clock that only moves on."""
    _busy_until: float = 0.0

    def note(self, records: int) -> None:
        """Take in that a batch of *records* was counted."""
        if records >= FULL_RECORDS:
            self._busy_until = self.now() + BUSY_SECONDS

    def is_long(self) -> bool:
        """Return whether full batches are being worked."""
        return self.now() < self._busy_until
