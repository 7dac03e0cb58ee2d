"""Run a sentence transformer on the CPU.

Adapter to `onnxruntime` (MIT, Microsoft; the runtime such models are published for)
and `tokenizers` (Apache-2.0, Hugging Face; the tokenizer they were trained with).
Neither is known outside this package, and neither needs torch. Both release the GIL,
so the event loop goes on beside them.
"""

import contextlib
import ctypes.util
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from shared.encoding.encoder import Floats

Pooling = Literal["mean", "cls"]
MAX_TOKENS = 128
"""What the model was trained on; a longer text says what it is about by then."""
CHARS_PER_TOKEN = 16
"""Characters of a text that are looked at at all, for each token of the most."""
BATCH_TEXTS = 16
BATCH_TOKENS = 512
"""Padding included. More at once is no faster on one core, and takes more memory:
what one batch takes at most is kept for the next, so the batches bound it."""

_IDS, _MASK, _KINDS = "input_ids", "attention_mask", "token_type_ids"


class TransformerEncoder:
    """Encodes with one model; texts of like length together, so little is padding."""

    def __init__(
        self,
        name: str,
        *,
        session: onnxruntime.InferenceSession,
        tokenizer: Tokenizer,
        pooling: Pooling = "mean",
        max_tokens: int = MAX_TOKENS,
        prefix: str = "",
        most_texts: int = BATCH_TEXTS,
    ) -> None:
        self.name = name
        self._session = session
        self._tokenizer = tokenizer
        self._pooling = pooling
        self._prefix = prefix
        self._most_texts = most_texts
        self._max_chars = max_tokens * CHARS_PER_TOKEN
        self._inputs = {each.name for each in session.get_inputs()}
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_tokens)
        self.dimensions = int(self._encode_all([""]).shape[1])

    def encode(self, texts: Sequence[str], /) -> Floats:
        """Return one row of length one for each of *texts*."""
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return self._encode_all(texts)

    def _encode_all(self, texts: Sequence[str]) -> Floats:
        cut = [_clean(self._prefix + text)[: self._max_chars] for text in texts]
        encodings = self._tokenizer.encode_batch_fast(cut)
        order = sorted(range(len(texts)), key=lambda at: len(encodings[at].ids))
        rows: dict[int, Floats] = {}
        for batch in _batches(order, encodings, most=self._most_texts):
            found = self._run([encodings[at].ids for at in batch])
            rows.update(zip(batch, found, strict=True))
        return np.stack([rows[at] for at in range(len(texts))])

    def _run(self, tokens: Sequence[Sequence[int]]) -> Floats:
        longest = max(map(len, tokens))
        ids = np.zeros((len(tokens), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for at, own in enumerate(tokens):
            ids[at, : len(own)] = own
            mask[at, : len(own)] = 1
        feed = {_IDS: ids, _MASK: mask, _KINDS: np.zeros_like(ids)}
        (states, *_) = self._session.run(
            None, {name: feed[name] for name in self._inputs}
        )
        return _normal(self._pooled(states, mask))

    def _pooled(self, states: Floats, mask: NDArray[np.int64]) -> Floats:
        if states.ndim == 2:  # noqa: PLR2004 - rows already: the model pools itself
            return states
        if self._pooling == "cls":
            return states[:, 0]
        weights = mask[:, :, None].astype(np.float32)
        pooled: Floats = (states * weights).sum(axis=1) / weights.sum(axis=1)
        return pooled


def session_of(model: Path, *, threads: int = 1) -> onnxruntime.InferenceSession:
    """Return the model in the file *model*, ready to run on *threads* cores."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Plans by shape, of which texts have very many; the arena alone does.
    options.enable_mem_pattern = False
    # An idle thread that spins takes the core from the event loop.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        str(model), options, providers=["CPUExecutionProvider"]
    )
    _give_back()
    return session


def _give_back() -> None:
    """Return to the system what loading took and freed: 50 MB that glibc would keep."""
    if sys.platform == "linux" and (name := ctypes.util.find_library("c")):
        with contextlib.suppress(OSError, AttributeError):  # another libc: nothing kept
            ctypes.CDLL(name).malloc_trim(0)


def _batches(
    order: Sequence[int], encodings: Sequence[Encoding], *, most: int
) -> Iterator[list[int]]:
    held: list[int] = []
    for at in order:
        tokens = len(encodings[at].ids)  # the longest so far: *order* is by length
        full = len(held) == most or tokens * (len(held) + 1) > BATCH_TOKENS
        if held and full:
            yield held
            held = []
        held.append(at)
    if held:
        yield held


def _clean(text: str) -> str:
    # Half of a surrogate pair is no text, and the tokenizer refuses it.
    return text.encode("utf-8", "replace").decode("utf-8")


def _normal(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    normal: Floats = (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
    return normal
