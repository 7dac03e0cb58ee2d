"""An encoder in a thread of its own, of lower priority, beside the event loop."""

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from shared.encoding.encoder import Encoder, Floats

NICENESS = 10
"""Of the thread: what is stored and counted goes first. Only encoding runs in it, and
that lets go of the interpreter's lock, so nobody waits for a thread that is not run."""

T = TypeVar("T")
Load = Callable[[], Encoder | None]


class ThreadedEncoder:
    """Loads an encoder when it is needed first, and encodes one batch at a time."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._encoder: Encoder | None = None
        self._tried = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="encoding")

    async def load(self) -> bool:
        """Return whether there is an encoder; the first call takes seconds."""
        if not self._tried:
            self._encoder = await self.run(self._load)
            # Not before: loading is seconds, and a stop has to wait for it.
            await self.run(_lower_priority)
            self._tried = True
        return self._encoder is not None

    @property
    def name(self) -> str:
        """Return what its vectors are stored under."""
        return self._loaded().name

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        return self._loaded().dimensions

    async def encode(self, texts: Sequence[str]) -> Floats:
        """Return one row of length one for each of *texts*: (n, d)."""
        return await self.run(partial(self._loaded().encode, texts))

    async def close(self) -> None:
        """Stop the thread; what runs in it ends first."""
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)

    def _loaded(self) -> Encoder:
        assert self._encoder is not None, "load() said that there is none"
        return self._encoder

    async def run(self, act: Callable[[], T]) -> T:
        """Return what *act* returns, run in the same thread when it is free."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, act)


def _lower_priority() -> None:
    """Lower this thread's priority where the system has one for threads."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
