"""Leave a far side that does not answer alone: one probe per pause."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FAILURES_TO_OPEN = 5
"""In a row, and of the whole side; one unlucky connection opens nothing."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """How a far side has been lately."""

    failures: int = 0
    open_until: datetime | None = None

    @property
    def opened(self) -> bool:
        """Return whether it failed often enough to be left alone."""
        return self.failures >= FAILURES_TO_OPEN


def decide_admission(
    circuit: Circuit, *, now: datetime, pause: timedelta
) -> tuple[bool, Circuit]:
    """Return whether one more may be tried now, and the circuit after that.

    Past the pause exactly one is let through; it moves the pause on, so that the
    others wait for what it finds.
    """
    if not circuit.opened:
        return True, circuit
    if circuit.open_until is not None and now < circuit.open_until:
        return False, circuit
    return True, Circuit(circuit.failures, now + pause)


def decide_circuit(
    circuit: Circuit, *, reached: bool, now: datetime, pause: timedelta
) -> Circuit:
    """Return the circuit after a try that *reached* the far side, or did not."""
    if reached:
        return Circuit()
    failures = circuit.failures + 1
    opens = failures >= FAILURES_TO_OPEN
    return Circuit(failures, now + pause if opens else None)


class Circuits:
    """The circuits of all far sides this instance talks to, by key, in memory."""

    def __init__(self, *, pause: timedelta) -> None:
        self._pause = pause
        self._circuits: dict[str, Circuit] = {}

    def closed_until(self, key: str, *, now: datetime) -> datetime | None:
        """Return until when *key* is left alone, or None: try it."""
        admitted, circuit = decide_admission(
            self._circuits.get(key, Circuit()), now=now, pause=self._pause
        )
        if circuit.failures:
            self._circuits[key] = circuit
        return None if admitted else circuit.open_until

    def note(self, key: str, *, reached: bool, now: datetime) -> bool:
        """Take the outcome of a try; return whether *key* is back after a pause."""
        before = self._circuits.pop(key, Circuit())
        after = decide_circuit(before, reached=reached, now=now, pause=self._pause)
        if after.failures:
            self._circuits[key] = after
        return before.opened and reached
