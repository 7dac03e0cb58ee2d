"""What was done to a stranger's fields, for the metric that says so."""

from collections.abc import Iterator
from enum import StrEnum


class Done(StrEnum):
    """What was done to a field that could not be taken as it came."""

    CUT = "cut"
    """It was too long, too deep or too many; what fits is kept."""
    READ = "read"
    """It was written otherwise; what it means is kept."""
    REPLACED = "replaced"
    """It held characters or numbers that nobody can store; these were replaced."""
    SET_ASIDE = "set_aside"
    """It could not be read; the message goes on without it."""
    OUR_TIME = "our_time"
    """It cannot be when this happened; the time it came to us stands there."""


class Notes:
    """Each field once with each thing that was done to it."""

    def __init__(self) -> None:
        self._noted: set[tuple[str, Done]] = set()

    def add(self, field: str, done: Done) -> None:
        """Note that *field*, a path of the contract, was *done* so."""
        self._noted.add((field, done))

    def __iter__(self) -> Iterator[tuple[str, Done]]:
        return iter(sorted(self._noted))

    def __len__(self) -> int:
        return len(self._noted)
