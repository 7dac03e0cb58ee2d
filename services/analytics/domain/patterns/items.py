"""What is grouped, and what grouping says of it."""

import hashlib
import struct
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Steps = NDArray[np.int8]

ALGORITHM_VERSION: Final = 1
"""Raised with any change that would group differently: patterns of another version are
never compared with these, so nothing that people have seen is shuffled."""
STEPS_PER_ONE: Final = 256.0
"""Vectors are kept in steps of 1/256, one byte a number. Sums of whole numbers are
exact, so neither their order nor a restart changes a pattern."""
MAX_FINGERPRINTS: Final = 64
"""Wordings of one pattern that are known by heart; the latest stay."""
MAX_REPRESENTATIVE_CHARS: Final = 300
MAX_ABSORBED: Final = 8
"""Centres of absorbed patterns that are kept apart, the largest of them."""
_HEAD = struct.Struct("<BIIHH")
_COUNT = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Item:
    """An escalation to be grouped."""

    escalation_id: str
    text: str
    language: str | None
    vector: Floats
    """Of the encoder that the index is for, length one."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where an escalation belongs."""

    pattern_id: str
    founded: bool
    """It is the first of a pattern of its own."""
    similarity: float
    """To the pattern it joined, at most 1; of a founder 1."""
    because: str
    """A sentence for people."""


@dataclass(frozen=True, slots=True)
class Centre:
    """The middle of some members."""

    count: int
    sums: bytes
    """Of their vectors in steps: int32, little-endian, (d,)."""


@dataclass(frozen=True, slots=True)
class PatternState:
    """All that an index keeps of a pattern; its size does not grow with the members."""

    pattern_id: str
    count: int
    centroid_sum: bytes
    """Sum of all members' vectors in steps: int32, little-endian, (d,)."""
    representative: bytes
    """The founder's vector in steps: int8, (d,)."""
    representative_text: str
    fingerprints: tuple[int, ...] = field(default=())
    """Of wordings seen, 64 bits each, latest last."""
    absorbed: tuple[Centre, ...] = field(default=())
    """Of patterns that were merged into this one; their members are in `count` and
    `centroid_sum` too."""

    def to_bytes(self) -> bytes:
        """Return what `from_bytes` reads, without the id and the text."""
        prints = self.fingerprints[-MAX_FINGERPRINTS:]
        head = _HEAD.pack(
            ALGORITHM_VERSION,
            self.count,
            len(self.representative),
            len(prints),
            len(self.absorbed),
        )
        packed = struct.pack(f"<{len(prints)}Q", *prints)
        centres = (_COUNT.pack(each.count) + each.sums for each in self.absorbed)
        whole = (head, self.centroid_sum, self.representative, packed, *centres)
        return b"".join(whole)

    @classmethod
    def from_bytes(
        cls, pattern_id: str, content: bytes, *, representative_text: str
    ) -> "PatternState":
        """Return the state. Raises ValueError where it is of another version."""
        version, count, width, prints, centres = _HEAD.unpack_from(content)
        if version != ALGORITHM_VERSION:
            raise ValueError(f"{pattern_id} is of version {version} of the grouping")
        at = _HEAD.size
        sums, at = content[at : at + 4 * width], at + 4 * width
        first, at = content[at : at + width], at + width
        found = struct.unpack_from(f"<{prints}Q", content, at)
        at += 8 * prints
        absorbed = []
        for _ in range(centres):
            (size,) = _COUNT.unpack_from(content, at)
            at += _COUNT.size
            absorbed.append(Centre(size, content[at : at + 4 * width]))
            at += 4 * width
        return cls(
            pattern_id, count, sums, first, representative_text, found, tuple(absorbed)
        )


def quantise(vector: Floats) -> bytes:
    """Return *vector* (d,) in steps, int8: as members and representatives are kept."""
    return to_steps(vector).tobytes()


def to_steps(vector: Floats) -> Steps:
    """Return *vector* (d,) in whole steps."""
    scaled = np.rint(np.asarray(vector, dtype=np.float32) * STEPS_PER_ONE)
    steps: Steps = np.clip(scaled, -127, 127).astype(np.int8)
    return steps


def from_steps(content: bytes) -> Steps:
    """Return the vector (d,) that `quantise` made bytes of."""
    return np.frombuffer(content, dtype=np.int8)


def pattern_id_of(escalation_id: str) -> str:
    """Return the id of the pattern that this escalation founds: the same each time."""
    return f"p-{_digest(escalation_id)[:12]}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
