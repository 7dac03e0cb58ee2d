"""Rank requests off the event loop, all that arrive together in one go.

Catalogues are kept per app and rebuilt when their version changed, looked at no more
than once a second. An app without a catalogue costs a dictionary look-up.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from typing import Protocol

import structlog

from services.resolver import metrics
from services.resolver.catalogue.index import ActionIndex, PassageIndex
from services.resolver.domain.catalogue import Action, Document, merge_actions
from services.resolver.domain.ranking import Candidate, Ranking
from services.resolver.matching.words import Words
from shared.clock import Clock

log = structlog.get_logger()

MAX_QUERY_CHARS = 2_000
"""Of a request, by which it is ranked: what matters is said by then."""
OWN_INDEXES = 32
"""Per app: sets of actions that conversations bring. Usually there is one."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that one app registered."""

    version: int
    actions: tuple[Action, ...] = ()
    documents: tuple[Document, ...] = ()


class Catalogues(Protocol):
    """Where catalogues are kept."""

    async def versions(self, app_ids: Sequence[str]) -> dict[str, int]: ...
    async def load(self, app_id: str) -> Catalogue: ...


@dataclass(slots=True)
class Loaded:
    """One app's catalogue, indexed."""

    catalogue: Catalogue
    checked_at: float
    passages: PassageIndex
    actions: OrderedDict[tuple[Action, ...], ActionIndex]

    @property
    def is_empty(self) -> bool:
        """Return whether the app registered nothing."""
        return not self.catalogue.actions and not self.catalogue.documents


@dataclass(slots=True)
class Wanted:
    """One request that waits for its ranking."""

    app_id: str
    text: str
    actions: tuple[Action, ...]
    answer: asyncio.Future[Ranking]
    began: float = field(default_factory=perf_counter)


class CatalogueRanker:
    """Ranks by each app's catalogue and the conversation's own actions."""

    def __init__(
        self,
        catalogues: Catalogues,
        *,
        clock: Clock,
        language: str,
        apps_kept: int,
        check_seconds: float,
        timeout_seconds: float,
        enabled: bool = True,
    ) -> None:
        self._catalogues = catalogues
        self._clock = clock
        self._words = Words(language)
        self._apps_kept = apps_kept
        self._check_seconds = check_seconds
        self._timeout_seconds = timeout_seconds
        self._enabled = enabled
        self._loaded: OrderedDict[str, Loaded] = OrderedDict()
        self._waiting: list[Wanted] = []
        self._running: set[asyncio.Task[None]] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ranking")

    def close(self) -> None:
        """Stop the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def rank(
        self, app_id: str, text: str, actions: tuple[Action, ...]
    ) -> Ranking:
        """Return what may answer *text*. Raises TimeoutError or the store's error."""
        if not self._enabled or (not actions and self._is_empty(app_id)):
            return Ranking((), (), self._clock.now())
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Ranking] = loop.create_future()
        if not self._waiting:
            # The callback runs after everything that is ready now has asked too.
            loop.call_soon(self._flush)
        self._waiting.append(Wanted(app_id, text[:MAX_QUERY_CHARS], actions, answer))
        async with asyncio.timeout(self._timeout_seconds):
            return await answer

    def _is_empty(self, app_id: str) -> bool:
        found = self._loaded.get(app_id)
        return found is not None and found.is_empty and not self._is_due(found)

    def _is_due(self, found: Loaded) -> bool:
        return perf_counter() - found.checked_at >= self._check_seconds

    def _flush(self) -> None:
        wanted, self._waiting = self._waiting, []
        task = asyncio.create_task(self._work(wanted), name="ranking")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _work(self, wanted: list[Wanted]) -> None:
        metrics.RANKING_BATCH.observe(len(wanted))
        try:
            await self._refresh({each.app_id for each in wanted})
            jobs = [(self._loaded[each.app_id], each) for each in wanted]
            loop = asyncio.get_running_loop()
            ranked = await loop.run_in_executor(
                self._thread, self._rank_all, jobs, self._clock.now()
            )
        except Exception as error:  # noqa: BLE001 - each waiting request hears of it
            for each in wanted:
                _fail(each.answer, error)
            return
        for each, ranking in zip(wanted, ranked, strict=True):
            metrics.RANKING_SECONDS.observe(perf_counter() - each.began)
            if each.answer.done():
                continue
            if isinstance(ranking, Ranking):
                each.answer.set_result(ranking)
            else:
                each.answer.set_exception(ranking)

    def _rank_all(
        self, jobs: list[tuple[Loaded, Wanted]], now: datetime
    ) -> list[Ranking | Exception]:
        ranked: list[Ranking | Exception] = []
        for loaded, wanted in jobs:
            began = perf_counter()
            try:
                actions, passages = self._rank_one(loaded, wanted)
            except Exception as error:  # noqa: BLE001 - one request must not fail all
                ranked.append(error)
                continue
            took = round((perf_counter() - began) * 1000, 3)
            ranked.append(Ranking(actions, passages, now, took))
        return ranked

    def _rank_one(
        self, loaded: Loaded, wanted: Wanted
    ) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
        index = loaded.actions.get(wanted.actions)
        if index is None:
            merged = merge_actions(loaded.catalogue.actions, wanted.actions)
            index = loaded.actions[wanted.actions] = ActionIndex(merged, self._words)
            if len(loaded.actions) > OWN_INDEXES:
                loaded.actions.popitem(last=False)
        return index.rank(wanted.text), loaded.passages.rank(wanted.text)

    async def _refresh(self, app_ids: set[str]) -> None:
        """Look whether the catalogues of *app_ids* changed, and load those that did."""
        due = [
            app_id
            for app_id in app_ids
            if (found := self._loaded.get(app_id)) is None or self._is_due(found)
        ]
        if not due:
            return
        try:
            versions = await self._catalogues.versions(due)
        except Exception as error:
            if any(app_id not in self._loaded for app_id in due):
                raise
            log.warning("catalogue versions not read", error=repr(error))
            return
        for app_id in due:
            found = self._loaded.get(app_id)
            if found is None or found.catalogue.version != versions.get(app_id, 0):
                found = await self._load(app_id)
            found.checked_at = perf_counter()
        self._forget_oldest(app_ids)

    async def _load(self, app_id: str) -> Loaded:
        catalogue = await self._catalogues.load(app_id)
        loop = asyncio.get_running_loop()
        passages = await loop.run_in_executor(
            self._thread, PassageIndex, catalogue.documents, self._words
        )
        loaded = Loaded(catalogue, perf_counter(), passages, OrderedDict())
        self._loaded[app_id] = loaded
        return loaded

    def _forget_oldest(self, used: set[str]) -> None:
        for app_id in used:
            self._loaded.move_to_end(app_id)
        while len(self._loaded) > max(self._apps_kept, len(used)):
            self._loaded.popitem(last=False)
        metrics.CATALOGUES.set(len(self._loaded))
        metrics.CATALOGUE_ENTRIES.set(
            sum(each.passages.entries for each in self._loaded.values())
        )


def _fail(answer: asyncio.Future[Ranking], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
