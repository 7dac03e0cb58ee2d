"""A dead letter as an operator needs it: why it is there, and the original inside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

ADDED = frozenset(
    {
        "reason",
        "error",
        "attempts",
        "consumer",
        "first_failed_at",
        "original_topic",
        "original_partition",
        "original_offset",
        "original_sha256",
        "original_bytes",
    }
)
"""Headers a dead letter has beyond its original's (shared/kafka/dead_letters.py)."""

REDRIVEN = "redriven"
CUT = frozenset({"output_too_large"})
"""Reasons whose letters may be cut without saying so where they are older than 0.2."""

Headers = Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One record that could not be worked."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    """The original's."""
    why: dict[str, str]
    """The added ones: reason, error, attempts, consumer …"""

    @property
    def reason(self) -> str:
        """Return the stable word for why it is here."""
        return self.why.get("reason", "unknown")

    @property
    def whole(self) -> bool:
        """Tell whether it holds its original uncut."""
        if self.reason in CUT and "original_sha256" not in self.why:
            return False
        return "original_bytes" not in self.why

    @property
    def origin(self) -> tuple[str, ...]:
        """Return where the original stood: two consumers may have given it up."""
        named = ("original_topic", "original_partition", "original_offset")
        found = tuple(self.why.get(name, "") for name in named)
        return found if all(found) else (str(self.partition), str(self.offset))

    @property
    def redriven(self) -> int:
        """Return how often the original had been redriven before."""
        counts = [value for name, value in self.headers if name == REDRIVEN]
        return int(counts[-1]) if counts and counts[-1].isdigit() else 0


def letter_of(raw: Any) -> DeadLetter:  # noqa: ANN401 - aiokafka's record
    """Read a record of a dead-letter topic."""
    headers, why = split(raw.headers)
    return DeadLetter(
        partition=raw.partition,
        offset=raw.offset,
        # A dead letter cannot tell an empty key from none; no publisher of ours
        # sends an empty one.
        key=raw.key or None,
        value=raw.value or b"",
        headers=headers,
        why=why,
    )


def split(headers: Headers) -> tuple[tuple[tuple[str, bytes], ...], dict[str, str]]:
    """Return the original's headers, and what was added.

    Only the end is taken off, each name once: an original may have a header of its own
    that is called `reason`.
    """
    rest = [(name, value or b"") for name, value in headers]
    why: dict[str, str] = {}
    while rest and rest[-1][0] in ADDED and rest[-1][0] not in why:
        name, value = rest.pop()
        why[name] = value.decode("utf-8", "replace")
    return tuple(rest), why


def headers_to_send(letter: DeadLetter) -> list[tuple[str, bytes]]:
    """Return the original's headers, and how often it has been redriven now."""
    kept = [(name, value) for name, value in letter.headers if name != REDRIVEN]
    return [*kept, (REDRIVEN, str(letter.redriven + 1).encode())]


def escaped(value: bytes, limit: int) -> str:
    """Return the first *limit* characters, safe to print on a terminal."""
    text = value[: 4 * limit].decode("utf-8", "backslashreplace")[:limit]
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
