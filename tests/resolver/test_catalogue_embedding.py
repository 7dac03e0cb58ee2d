"""The vectors of a first catalogue: made side by side, the same as one by one."""

import asyncio
import threading
from collections.abc import Mapping, Sequence

import numpy as np

from services.resolver.catalogue.embedding import Embedding
from services.resolver.catalogue.vectors import encoded, packed
from shared.encoding.encoder import Floats

TEXTS = ["reset my password", "refund", "where is my order", "hello"]


class Encoder:
    """Encodes only where *together* threads are at it."""

    name = "lengths"
    dimensions = 2

    def __init__(self, together: int) -> None:
        self._all_here = threading.Barrier(together, timeout=30)

    def encode(self, texts: Sequence[str], /) -> Floats:
        self._all_here.wait()
        return np.array([[len(text), 1] for text in texts], dtype=np.float32)


class Store:
    """Vectors in memory."""

    def __init__(self) -> None:
        self.rows: dict[bytes, bytes] = {}

    async def load(self, app_id: str, encoder: str) -> dict[bytes, bytes]:
        return self.rows

    async def add(self, app_id: str, encoder: str, rows: Mapping[bytes, bytes]) -> None:
        self.rows |= rows

    async def forget(self, app_id: str, encoder: str, unused: Sequence[bytes]) -> None:
        raise AssertionError

    async def claim(self, app_id: str, encoder: str) -> bool:
        return True


async def test_two_threads_make_a_catalogues_vectors_and_they_are_the_same_bits():
    store, done = Store(), asyncio.Event()
    embedding = Embedding(store, done=lambda _: done.set(), threads=2)

    embedding.begin("acme", Encoder(together=2), TEXTS)
    await done.wait()
    embedding.close()

    assert store.rows == packed(encoded(Encoder(together=1), TEXTS))


async def test_one_text_alone_needs_no_second_thread():
    store, done = Store(), asyncio.Event()
    embedding = Embedding(store, done=lambda _: done.set(), threads=2)

    embedding.begin("acme", Encoder(together=1), TEXTS[:1])
    await done.wait()
    embedding.close()

    assert len(store.rows) == 1
