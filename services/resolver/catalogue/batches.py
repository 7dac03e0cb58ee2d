"""Encode and match what arrives together in one thread, a bounded number at a time.

While one batch is worked the next one gathers, so a lone message waits for nobody and
a flood is worked in full batches. Waiting is not failing, and neither is a slow
machine: requests fail when the thread gets nowhere or too many wait, never because
others came first.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
import structlog

from services.resolver import metrics
from services.resolver.matching.matcher import AppMatcher, Matched
from shared.encoding.encoder import Encoder, Floats

log = structlog.get_logger()

MOST_WAITING = 20_000
"""Ten full Kafka batches, and then some: more than this is not catching up."""

ENCODED_AT_ONCE = 8
"""Texts between two signs of life: 0.1 s of a core that is ours alone."""
AHEAD = 2
"""Batches given to the thread in a flood: it need not wait for the loop between two."""


class OverloadedError(Exception):
    """Too many requests wait already."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was matched, and how long this one took of its batch."""

    matched: Matched
    took_ms: float


@dataclass(slots=True)
class Wanted:
    """One request that waits for its match."""

    matcher: AppMatcher
    dense: bool
    text: str
    answer: asyncio.Future[Found]
    began: float = field(default_factory=perf_counter)


class _Thread:
    """One thread that matches, and how far it has come."""

    def __init__(self) -> None:
        self.executor = ThreadPoolExecutor(1, thread_name_prefix="matching")
        self.steps = 0

    def step(self) -> None:
        """Say that work goes on; called in the thread."""
        self.steps += 1


class Batches:
    """One thread that matches, and the queue before it."""

    def __init__(self, *, most: int, timeout_seconds: float) -> None:
        self._most = most
        self._timeout_seconds = timeout_seconds
        self.encoder: Encoder | None = None
        self._waiting: list[Wanted] = []
        self._next_up: deque[Wanted] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._thread = _Thread()

    def close(self) -> None:
        """Stop the thread."""
        for task in self._running:
            task.cancel()
        self._thread.executor.shutdown(wait=False, cancel_futures=True)

    async def match(self, matcher: AppMatcher, text: str, *, dense: bool) -> Found:
        """Return what *matcher* says of *text*. Raises where that fails or hangs."""
        if (waiting := len(self._waiting) + len(self._next_up)) >= MOST_WAITING:
            metrics.RANKING_FAILURES.labels("overloaded").inc()
            raise OverloadedError(f"{waiting} requests wait already")
        loop = asyncio.get_running_loop()
        wanted = Wanted(matcher, dense, text, loop.create_future())
        self._waiting.append(wanted)
        if not self._running or (waiting > self._most and len(self._running) < AHEAD):
            # Its first step comes after everything that is ready now has asked too.
            task = asyncio.create_task(self._drain(), name="matching")
            self._running.add(task)
        return await wanted.answer

    async def _drain(self) -> None:
        try:
            while self._waiting or self._next_up:
                await self._work(self._next())
        finally:
            # In this very step: who asks next must find that nobody is running.
            if (task := asyncio.current_task()) is not None:
                self._running.discard(task)

    def _next(self) -> list[Wanted]:
        """Return the next batch: of those that waited together, the like in length.

        Texts are encoded as if all were as long as the longest beside them, so a flood
        sorted by length takes a quarter less. Nobody is overtaken by who comes later.
        """
        if not self._next_up:
            self._next_up.extend(sorted(self._waiting, key=lambda each: len(each.text)))
            self._waiting.clear()
        batch: list[Wanted] = []
        while self._next_up and len(batch) < self._most:
            wanted = self._next_up.popleft()
            if not wanted.answer.done():  # nobody waits for it any more
                batch.append(wanted)
        return batch

    async def _work(self, batch: list[Wanted]) -> None:
        if not batch:
            return
        metrics.RANKING_BATCH.observe(len(batch))
        try:
            found = await self._worked(batch)
        except Exception as error:  # noqa: BLE001 - each waiting request hears of it
            self._fail(batch, error)
            return
        for wanted, answer in zip(batch, found, strict=True):
            metrics.RANKING_SECONDS.observe(perf_counter() - wanted.began)
            if wanted.answer.done():
                continue
            if isinstance(answer, Found):
                wanted.answer.set_result(answer)
            else:
                metrics.RANKING_FAILURES.labels("error").inc()
                wanted.answer.set_exception(answer)

    async def _worked(self, batch: list[Wanted]) -> list[Found | Exception]:
        """Return what the thread finds. Raises TimeoutError where it gets nowhere."""
        loop, thread = asyncio.get_running_loop(), self._thread
        work = loop.run_in_executor(
            thread.executor, matched, batch, self.encoder, thread.step
        )
        while not work.done():
            before = thread.steps
            await asyncio.wait({work}, timeout=self._timeout_seconds)
            if not work.done() and thread.steps == before:
                work.cancel()
                if thread is self._thread:
                    # It is stuck in that batch; the next one gets a thread that is not.
                    # What stands behind it there times out too, and so is heard of.
                    thread.executor.shutdown(wait=False)
                    self._thread = _Thread()
                raise TimeoutError
        return work.result()

    def _fail(self, batch: list[Wanted], error: Exception) -> None:
        reason = "timed_out" if isinstance(error, TimeoutError) else "error"
        metrics.RANKING_FAILURES.labels(reason).inc(len(batch))
        log.warning("requests not matched", reason=reason, requests=len(batch))
        for wanted in batch:
            if not wanted.answer.done():
                wanted.answer.set_exception(error)


def matched(
    batch: list[Wanted], encoder: Encoder | None, step: Callable[[], None]
) -> list[Found | Exception]:
    """Return what each of *batch* finds: encoded together, matched app by app."""
    answers: dict[int, Found | Exception] = {}
    began = perf_counter()
    rows = {} if encoder is None else _encoded(batch, encoder, step)
    encoding = (perf_counter() - began) * 1000 / max(1, len(rows))
    for places in _by_matcher(batch).values():
        answers.update(_matched_alike(batch, places, rows, encoding))
        step()
    return [answers[at] for at in range(len(batch))]


def _encoded(
    batch: list[Wanted], encoder: Encoder, step: Callable[[], None]
) -> dict[int, Floats]:
    """Return the vectors of those that want one, by their place in *batch*."""
    rows: dict[int, Floats] = {}
    dense = [at for at, wanted in enumerate(batch) if wanted.dense]
    for start in range(0, len(dense), ENCODED_AT_ONCE):
        some = dense[start : start + ENCODED_AT_ONCE]
        found = encoder.encode([batch[at].text for at in some])
        rows.update(zip(some, found, strict=True))
        step()
    return rows


def _by_matcher(batch: list[Wanted]) -> dict[int, list[int]]:
    """Return where in *batch* each app's requests are."""
    places: dict[int, list[int]] = {}
    for at, wanted in enumerate(batch):
        places.setdefault(id(wanted.matcher), []).append(at)
    return places


def _matched_alike(
    batch: list[Wanted], places: list[int], rows: dict[int, Floats], encoding: float
) -> dict[int, Found | Exception]:
    """Return what the requests of one app find."""
    matcher = batch[places[0]].matcher
    vectors = np.stack([rows[at] for at in places]) if places[0] in rows else None
    began = perf_counter()
    try:
        found = matcher.match([batch[at].text for at in places], vectors)
    except Exception as error:  # noqa: BLE001 - one request must not fail all
        if len(places) == 1:
            return {places[0]: error}
        alone = [_matched_alike(batch, [at], rows, encoding) for at in places]
        return {at: answer for each in alone for at, answer in each.items()}
    took = (perf_counter() - began) * 1000 / len(places)
    took += encoding if vectors is not None else 0
    return {
        at: Found(one, round(took, 3)) for at, one in zip(places, found, strict=True)
    }
