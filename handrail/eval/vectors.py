"""Vectors of every text of the open sets, computed once and kept in `build/`."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.encoding.encoder import Encoder

Floats = NDArray[np.float32]
BATCH = 32


class KeptVectors(Mapping[str, Floats]):
    """Text -> vector of one encoder, kept by the texts' digests."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder = encoder
        self._path = folder / f"{encoder.name}.npz"
        self._rows: dict[str, Floats] = {}
        if self._path.exists():
            with np.load(self._path) as kept:
                self._rows = dict(
                    zip(kept["keys"].tolist(), kept["vectors"], strict=True)
                )

    def __getitem__(self, text: str) -> Floats:
        return self._rows[_key(text)]

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and _key(text) in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def missing(self, texts: Sequence[str]) -> list[str]:
        """Return those of *texts* that have no vector yet, short ones first."""
        return sorted({text for text in texts if text not in self}, key=len)

    def add(self, texts: Sequence[str], done: Callable[[int], None]) -> None:
        """Encode *texts* and keep them; *done* hears of each batch."""
        for start in range(0, len(texts), BATCH):
            batch = texts[start : start + BATCH]
            for text, vector in zip(batch, self._encoder.encode(batch), strict=True):
                self._rows[_key(text)] = vector
            done(len(batch))
        if texts:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            np.savez(
                self._path,
                keys=np.array(list(self._rows)),
                vectors=np.stack(list(self._rows.values())),
            )


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
