"""Make an app's matcher in threads, from its knowledge and its stored vectors."""

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter
from typing import ParamSpec, TypeVar

import numpy as np
import structlog

from services.resolver import metrics
from services.resolver.catalogue.vectors import (
    VectorStore,
    encoded,
    found_in,
    keys_of,
    packed,
)
from services.resolver.domain.catalogue import Action
from services.resolver.matching.knowledge import Knowledge, described, texts_of
from services.resolver.matching.lexical.words import Words
from services.resolver.matching.matcher import AppMatcher
from shared.encoding.encoder import Encoder, Floats

log = structlog.get_logger()
P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 64
"""Texts encoded before a change is live: one to three of its five seconds."""
LARGE = 2_000
"""Texts of a large app. Of these one is built at a time, so that a small one, which is
ready in a blink, always finds a thread."""
BUILDERS = 2
NICENESS = 10
"""Building and embedding give way to what somebody waits for."""
BYTES_PER_CHAR = 6
BYTES_PER_TEXT = 1_500
"""Beside its vector. Measured on 10,000 passages of 120 words (docs/operations.md)."""


@dataclass(frozen=True, slots=True)
class Built:
    """An app's matcher, and what it lacks."""

    matcher: AppMatcher
    encoder: str | None
    """Whose vectors it matches by; None for words alone."""
    entries: int
    size: int
    """Bytes of memory, estimated."""
    missing: tuple[str, ...] = ()
    """Texts that have no vector yet: matched by words until they do."""


class Builder:
    """Turns knowledge into matchers; what takes long leaves the event loop."""

    def __init__(self, store: VectorStore, *, words: Words) -> None:
        self._store = store
        self._words = words
        self.encoder: Encoder | None = None
        self._threads = ThreadPoolExecutor(
            BUILDERS, thread_name_prefix="building", initializer=give_way
        )
        self._large = asyncio.Semaphore(1)

    def close(self) -> None:
        """Stop the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def build(self, app_id: str, knowledge: Knowledge) -> Built:
        """Return the matcher of *knowledge*."""
        began = perf_counter()
        texts = await self.run(texts_of, knowledge)
        async with self._large if len(texts) > LARGE else contextlib.nullcontext():
            built = await self._build(app_id, knowledge, texts)
        metrics.BUILD_SECONDS.observe(perf_counter() - began)
        return built

    async def add(self, built: Built, own: tuple[Action, ...]) -> AppMatcher:
        """Return *built* with a conversation's own actions."""
        return await self.run(self._add, built, own)

    async def run(
        self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Return what *function* returns in one of the building threads."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads, lambda: function(*args, **kwargs)
        )

    async def _build(
        self, app_id: str, knowledge: Knowledge, texts: list[str]
    ) -> Built:
        encoder = self.encoder
        vectors: dict[str, Floats] = {}
        missing: list[str] = []
        if encoder is not None:
            vectors = await self._stored(app_id, encoder, texts)
            missing = [text for text in texts if text not in vectors]
            if 0 < len(missing) <= AT_ONCE:
                new = await self.run(encoded, encoder, missing)
                await self._store.add(app_id, encoder.name, packed(new))
                vectors.update(new)
                missing = []
            if len(missing) * 2 > len(texts):
                encoder = None  # too little to judge by: words alone, for now
            else:
                blank = np.zeros(encoder.dimensions, dtype=np.float32)
                vectors.update(dict.fromkeys(missing, blank))
        matcher = await self.run(
            AppMatcher.build,
            knowledge,
            words=self._words,
            encoder=encoder,
            vectors=vectors,
        )
        per_text = BYTES_PER_TEXT + 4 * (encoder.dimensions if encoder else 0)
        return Built(
            matcher,
            encoder.name if encoder else None,
            entries=len(texts),
            size=BYTES_PER_CHAR * sum(map(len, texts)) + per_text * len(texts),
            missing=tuple(missing),
        )

    async def _stored(
        self, app_id: str, encoder: Encoder, texts: list[str]
    ) -> dict[str, Floats]:
        keys = await self.run(keys_of, texts)
        stored = await self._store.load(app_id, encoder.name)
        if unused := stored.keys() - keys.values():
            await self._store.forget(app_id, encoder.name, list(unused))
        return await self.run(found_in, stored, keys, dimensions=encoder.dimensions)

    def _add(self, built: Built, own: tuple[Action, ...]) -> AppMatcher:
        if built.encoder is None or self.encoder is None:
            return built.matcher.with_actions(own, {})
        texts = list(dict.fromkeys(map(described, own)))
        return built.matcher.with_actions(own, encoded(self.encoder, texts))


def give_way() -> None:
    """Lower this thread's priority where the system has one for threads."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
