"""What many callers ask for at once, done in one round trip."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Grouped(Generic[T, R]):
    """Calls *act* with all that was asked for while its last call ran.

    Nobody waits for a timer: one caller alone is served at once, and the more there
    are, the fewer calls there are for each. *act* returns a result for each, in order,
    or the exception that its caller gets; what it raises, all of that call get.
    """

    def __init__(
        self,
        act: Callable[[Sequence[T]], Awaitable[Sequence[R | Exception]]],
        *,
        most: int = 100,
    ) -> None:
        self._act = act
        self._most = most
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._calling: asyncio.Task[None] | None = None

    async def __call__(self, item: T) -> R:
        """Return the result for *item*; a caller that is cancelled cancels no other."""
        result: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, result))
        if self._calling is None:
            self._calling = asyncio.create_task(self._call())
        return await result

    async def _call(self) -> None:
        try:
            while self._waiting:
                taken = self._waiting[: self._most]
                del self._waiting[: self._most]
                await self._serve(taken)
        finally:
            self._calling = None

    async def _serve(self, taken: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        results: Sequence[R | Exception]
        try:
            results = await self._act([item for item, _ in taken])
        except Exception as error:  # noqa: BLE001 - its callers get it
            results = [error] * len(taken)
        for (_, result), found in zip(taken, results, strict=True):
            if result.done():
                continue
            if isinstance(found, Exception):
                result.set_exception(found)
            else:
                result.set_result(found)
