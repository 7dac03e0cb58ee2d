"""Compute the vectors that large apps lack, a few at a time, behind everything else."""

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog

from services.resolver import metrics
from services.resolver.catalogue.builder import give_way
from services.resolver.catalogue.vectors import (
    VectorStore,
    encoded,
    key_of,
    packed,
)
from shared.encoding.encoder import Encoder, Floats

log = structlog.get_logger()

CHUNK = 64
"""Texts encoded in one go: a second or two, then another app may have its turn."""
THREADS = min(2, os.cpu_count() or 1)
"""They take the cores that nobody else wants. Each encodes texts of its own, so the
vectors are the same bits as of one thread; a batch of texts of equal length would be
twice as fast and is not done: bge rounds a batch on one scale, and vectors moved by
0.013."""
LOOK_AGAIN_SECONDS = 2.0
"""While another instance computes them, or the store is away."""
TELL_EVERY = 1_000


class Embedding:
    """A few threads for all apps in turn; across instances, one app is one's."""

    def __init__(
        self,
        store: VectorStore,
        *,
        done: Callable[[str], None],
        threads: int = THREADS,
    ) -> None:
        self._store = store
        self._done = done
        self._running: dict[str, asyncio.Task[None]] = {}
        self._missing: dict[str, int] = {}
        self._threads = threads
        self._pool = ThreadPoolExecutor(
            threads, thread_name_prefix="embedding", initializer=give_way
        )

    def close(self) -> None:
        """Stop, wherever it is: what is stored stays."""
        for app_id in list(self._running):
            self.stop(app_id)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def is_running(self, app_id: str) -> bool:
        """Return whether some of the app's vectors are on their way."""
        return app_id in self._running

    def left(self, app_id: str) -> int:
        """Return how many of the app's texts have no vector yet."""
        return self._missing.get(app_id, 0)

    def begin(self, app_id: str, encoder: Encoder, texts: Sequence[str]) -> None:
        """Compute *texts*, instead of whatever was under way for the app."""
        self.stop(app_id)
        self._tell(app_id, len(texts))
        task = asyncio.create_task(
            self._work(app_id, encoder, texts), name=f"embedding {app_id}"
        )
        self._running[app_id] = task
        task.add_done_callback(lambda ended: self._end(app_id, ended))

    def stop(self, app_id: str) -> None:
        """Leave the app's vectors as they are."""
        task = self._running.pop(app_id, None)
        if task is not None:
            task.cancel()
        self._tell(app_id, 0)

    async def _work(self, app_id: str, encoder: Encoder, texts: Sequence[str]) -> None:
        log.info("embedding begun", app_id=app_id, texts=len(texts))
        while texts:
            try:
                texts = await self._go_on(app_id, encoder, texts)
            except Exception as error:  # noqa: BLE001 - the store may come back
                log.warning("embedding waits", app_id=app_id, error=repr(error))
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
        log.info("embedding done", app_id=app_id)

    async def _go_on(
        self, app_id: str, encoder: Encoder, texts: Sequence[str]
    ) -> Sequence[str]:
        """Return what is left of *texts* after some of them."""
        if not await self._store.claim(app_id, encoder.name):
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            stored = await self._store.load(app_id, encoder.name)
            left = [text for text in texts if key_of(text) not in stored]
        else:
            found = await self._encoded(encoder, texts[:CHUNK])
            await self._store.add(app_id, encoder.name, packed(found))
            left = list(texts[CHUNK:])
        if len(left) // TELL_EVERY != len(texts) // TELL_EVERY:
            log.info("embedding goes on", app_id=app_id, left=len(left))
        self._tell(app_id, len(left))
        return left

    async def _encoded(
        self, encoder: Encoder, texts: Sequence[str]
    ) -> dict[str, Floats]:
        """Return the vectors of *texts*, a share of them made in each thread."""
        loop = asyncio.get_running_loop()
        shares = [texts[at :: self._threads] for at in range(self._threads)]
        made = [
            loop.run_in_executor(self._pool, encoded, encoder, share)
            for share in shares
            if share
        ]
        return {
            text: row
            for each in await asyncio.gather(*made)
            for text, row in each.items()
        }

    def _tell(self, app_id: str, missing: int) -> None:
        self._missing[app_id] = missing
        if not missing:
            del self._missing[app_id]
        metrics.VECTORS_MISSING.set(sum(self._missing.values()))

    def _end(self, app_id: str, ended: asyncio.Task[None]) -> None:
        if self._running.get(app_id) is ended:
            del self._running[app_id]
            self._done(app_id)
