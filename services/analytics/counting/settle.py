"""Settle what came of requests: judge each conversation that has news, or is due."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np
import numpy.typing as npt

from services.analytics.domain.outcomes.history import Elsewhere, History
from services.analytics.domain.outcomes.judging import judge
from services.analytics.domain.outcomes.outcome import Judged
from services.analytics.domain.outcomes.request import QUIET
from services.analytics.domain.outcomes.requests import requests_of
from services.analytics.domain.outcomes.sameness import (
    MEANING,
    Likeness,
    Vector,
    likeness,
    likeness_by,
)
from shared.clock import Clock

LIMIT = 50
"""Conversations judged in one transaction."""
MAX_ROUNDS = 40
"""Before others have a turn: a replay brings news of every conversation."""
KEPT_VECTORS = 2_000

Lane = tuple[str, str]
"""App and conversation."""
Told = tuple[History, Sequence[Elsewhere]]
"""A conversation, and what its user asked elsewhere."""
Decide = Callable[[Told], Judged]


@dataclass(frozen=True, slots=True)
class Due:
    """Conversations to judge."""

    lanes: Sequence[Lane]
    news: Sequence[object] = ()
    """Ids of what told of them, to be taken away once they are judged."""


class Outcomes(Protocol):
    """Where facts are read and outcomes kept."""

    async def claim(self) -> bool:
        """Return whether this instance is the one that settles now."""
        ...

    async def due(self, now: datetime, *, limit: int) -> Due:
        """Return conversations with news, or with a time that has come."""
        ...

    async def read(self, lanes: Sequence[Lane]) -> list[Told]:
        """Return what is known of *lanes*, without any that was erased."""
        ...

    async def settle(self, due: Due, decide: Decide, *, now: datetime) -> int:
        """Judge and store in one transaction; return how many outcomes changed."""
        ...


class Encoder(Protocol):
    """Turns texts into vectors, beside the event loop."""

    @property
    def name(self) -> str: ...
    async def load(self) -> bool: ...
    async def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]: ...


@dataclass(slots=True)
class Settler:
    """Judges again and again what the facts and the time say; it may be repeated."""

    outcomes: Outcomes
    clock: Clock
    encoder: Encoder | None = None
    """None: by words alone."""
    quiet: timedelta = QUIET
    """How long a user who said nothing has left."""
    is_busy: Callable[[], bool] = lambda: False
    """Whether records wait to be counted: they go first, after a few conversations."""
    _vectors: OrderedDict[str, Vector] = field(default_factory=OrderedDict)

    async def round(self) -> int:
        """Judge what is due now; return how many outcomes changed. Raises Transient."""
        changed = 0
        for number in range(MAX_ROUNDS):
            if number and self.is_busy():
                break
            now = self.clock.now()
            if not await self.outcomes.claim():
                break
            due = await self.outcomes.due(now, limit=LIMIT)
            if not due.lanes:
                break
            alike = await self._alike(await self.outcomes.read(due.lanes))
            changed += await self.outcomes.settle(
                due, _decide(now, alike, self.quiet), now=now
            )
        return changed

    async def _alike(self, told: Iterable[Told]) -> Likeness:
        """Return what tells the questions of *told* apart, by meaning where it can."""
        if self.encoder is None:
            return likeness
        texts = {text for each in told for text in _compared(*each)}
        if not texts or not await self.encoder.load() or self.encoder.name != MEANING:
            return likeness
        await self._encode(sorted(texts))
        return likeness_by({each: self._vectors[each] for each in texts})

    async def _encode(self, texts: Sequence[str]) -> None:
        assert self.encoder is not None, "asked for with an encoder only"
        while len(self._vectors) > KEPT_VECTORS:
            self._vectors.popitem(last=False)
        new = [each for each in texts if each not in self._vectors]
        if new:
            rows = await self.encoder.encode(new)
            self._vectors.update(zip(new, rows, strict=True))


def _compared(history: History, elsewhere: Sequence[Elsewhere]) -> set[str]:
    """Return the texts that are compared with one another; none of a lone question."""
    asked = [
        asking.text
        for request in requests_of(history, likeness)
        for asking in request.askings
    ]
    asked += [each.asking.text for each in elsewhere]
    return {each for each in asked if each.strip()} if len(asked) > 1 else set()


def _decide(now: datetime, alike: Likeness, quiet: timedelta) -> Decide:
    def decide(told: Told) -> Judged:
        history, elsewhere = told
        return judge(history, elsewhere, now=now, alike=alike, quiet=quiet)

    return decide
