"""What an encoder is."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into rows of length one; slow, so called in a thread."""

    @property
    def name(self) -> str:
        """Return what its vectors are stored under: another model, another name."""
        ...

    @property
    def dimensions(self) -> int: ...
    def encode(self, texts: Sequence[str], /) -> Floats: ...
