"""Vectors of a catalogue's texts: computed once, stored, found again by content."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np

from shared.encoding.encoder import Encoder, Floats

KEY_BYTES = 16
_STORED = np.dtype("<f2")
"""Half the bytes, and the cosine of two vectors moves by less than 0.001."""


class VectorStore(Protocol):
    """Where vectors are kept, by app, encoder and content."""

    async def load(self, app_id: str, encoder: str) -> dict[bytes, bytes]: ...
    async def add(
        self, app_id: str, encoder: str, rows: Mapping[bytes, bytes]
    ) -> None: ...
    async def forget(
        self, app_id: str, encoder: str, unused: Sequence[bytes]
    ) -> None: ...
    async def claim(self, app_id: str, encoder: str) -> bool:
        """Return whether this instance is the one to compute them for now."""
        ...


def key_of(text: str) -> bytes:
    """Return what the vector of *text* is stored under."""
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()[:KEY_BYTES]


def keys_of(texts: Iterable[str]) -> dict[str, bytes]:
    return {text: key_of(text) for text in texts}


def found_in(
    stored: Mapping[bytes, bytes], keys: Mapping[str, bytes], *, dimensions: int
) -> dict[str, Floats]:
    """Return the vectors of those texts that are stored in the right size."""
    size = dimensions * _STORED.itemsize
    texts = [text for text, key in keys.items() if len(stored.get(key, b"")) == size]
    raw = b"".join(stored[keys[text]] for text in texts)
    rows = np.frombuffer(raw, dtype=_STORED).reshape(len(texts), dimensions)
    return dict(zip(texts, rows.astype(np.float32), strict=True))


def encoded(encoder: Encoder, texts: Sequence[str]) -> dict[str, Floats]:
    """Return the vectors of *texts*, as reading them back would.

    So a text counts the same before and after a restart.
    """
    rows = encoder.encode(texts).astype(_STORED).astype(np.float32)
    return dict(zip(texts, rows, strict=True))


def packed(vectors: Mapping[str, Floats]) -> dict[bytes, bytes]:
    """Return *vectors* as they are stored."""
    return {
        key_of(text): row.astype(_STORED).tobytes() for text, row in vectors.items()
    }
