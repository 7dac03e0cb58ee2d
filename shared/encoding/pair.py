"""MiniLM and bge side by side: for grouping they are better than either alone.

Their vectors are put end to end, each as long as the other, so that a cosine is the
mean of the two models' cosines. What does not load is left out, and the name says what
is there: vectors under different names are never compared.
"""

from collections.abc import Callable, Sequence

import numpy as np
import structlog

from shared.encoding.encoder import Encoder, Floats
from shared.encoding.load import load_encoder

log = structlog.get_logger()


class SideBySide:
    """Several encoders as one."""

    def __init__(self, encoders: Sequence[Encoder]) -> None:
        self._encoders = tuple(encoders)
        self.name = "+".join(each.name for each in encoders)
        self.dimensions = sum(each.dimensions for each in encoders)

    def encode(self, texts: Sequence[str], /) -> Floats:
        """Return one row of length one for each of *texts*: (n, d)."""
        rows = [each.encode(texts) for each in self._encoders]
        scaled: Floats = np.concatenate(rows, axis=1, dtype=np.float32)
        return scaled / np.float32(len(rows) ** 0.5)


def load_pair(
    *, threads: int = 1, on_failure: Callable[[str], None] = lambda _: None
) -> Encoder | None:
    """Return MiniLM and bge side by side, or what of them loads, or wordllama, or None.

    What fails is logged and told to *on_failure* by its name, as `load_encoder` does.
    """
    loaded = []
    for name, load in _halves(threads):
        try:
            loaded.append(load())
        except Exception as error:  # noqa: BLE001 - a broken wheel raises anything
            on_failure(name)
            log.warning("encoder not loaded", encoder=name, error=repr(error))
    if not loaded:
        return load_encoder("wordllama", threads=threads, on_failure=on_failure)
    return loaded[0] if len(loaded) == 1 else SideBySide(loaded)


def _halves(threads: int) -> list[tuple[str, Callable[[], Encoder]]]:
    return [("minilm", lambda: _minilm(threads)), ("bge", lambda: _bge(threads))]


def _minilm(threads: int) -> Encoder:
    from shared.encoding.minilm import load_minilm  # noqa: PLC0415 - see load.py

    return load_minilm(threads=threads)


def _bge(threads: int) -> Encoder:
    from shared.encoding.bge import load_bge  # noqa: PLC0415 - see load.py

    return load_bge(threads=threads)
