"""What is built for whoever asks: waited for, though not for long.

Others' messages wait behind the one that asks. A build that takes longer is left to
itself; the message is tried again, and by then it may be ready.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Generic, TypeVar

from shared.errors import Transient

LONGEST_SECONDS = 60.0
"""After that it counts as failed; the largest app takes five to ten."""
T = TypeVar("T")


class NotReadyError(Transient):
    """It is still being built: ask again."""

    def __init__(self) -> None:
        super().__init__("catalogue_loading", "the app's catalogue is not ready yet")


@dataclass(frozen=True, slots=True)
class Pending(Generic[T]):
    """Something under way, and since when."""

    task: asyncio.Task[T]
    began: float = field(default_factory=monotonic)

    @classmethod
    def begin(cls, work: Coroutine[Any, Any, T], *, name: str) -> "Pending[T]":
        """Start *work*."""
        return cls(asyncio.create_task(work, name=name))

    @property
    def has_failed(self) -> bool:
        """Return whether it ended without a result, so that it has to begin anew."""
        task = self.task
        return task.done() and (task.cancelled() or task.exception() is not None)

    async def result(self, *, within: float) -> T:
        """Return what was built, at most *within* seconds after its beginning.

        Raises NotReadyError then, TimeoutError where it takes too long at all, and what
        the work raised.
        """
        age = monotonic() - self.began
        if not self.task.done():
            if age > LONGEST_SECONDS:
                raise TimeoutError
            await asyncio.wait({self.task}, timeout=max(0.0, within - age))
        if not self.task.done():
            raise NotReadyError
        return self.task.result()
