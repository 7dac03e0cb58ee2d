"""Vectors of words, averaged: seventy times faster than a transformer, less exact.

Adapter to `wordllama` (MIT): its 256 dimensions ship inside the wheel. For machines
too small for MiniLM, and for those where `onnxruntime` does not run.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import wordllama
from wordllama import WordLlama
from wordllama.inference import WordLlamaInference

from shared.encoding.encoder import Floats

MAX_CHARS = 2_048
BATCH = 256


class StaticEncoder:
    """Encodes with wordllama."""

    name = "wordllama-l2-256"
    dimensions = 256

    def __init__(self, model: WordLlamaInference) -> None:
        self._model = model

    def encode(self, texts: Sequence[str], /) -> Floats:
        """Return one row of length one for each of *texts*; of no words, zeros."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        # A space stands in for nothing: the library's batch must have a token.
        cut = [_clean(text)[:MAX_CHARS] or " " for text in texts]
        rows: Floats = self._model.embed(cut, norm=True, batch_size=BATCH)
        return np.nan_to_num(rows).astype(np.float32, copy=False)


def load_wordllama() -> StaticEncoder:
    """Return the encoder. Raises where the wheel is missing; downloads nothing."""
    # The wheel has its tokenizer where only a cache is looked for, so it is one.
    wheel = Path(wordllama.__file__).parent
    return StaticEncoder(
        WordLlama.load(dim=256, cache_dir=wheel, disable_download=True)
    )


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
