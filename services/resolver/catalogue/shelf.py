"""Which apps' matchers are in memory, and how they stay those of today.

The versions of all of them are looked at once a second, in one query, so a change is
live in every instance a second and a build later. While a changed app is built, its old
matcher answers. What is used least is forgotten first, by memory and by number.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

import structlog

from services.resolver import metrics
from services.resolver.catalogue.builder import Builder, Built
from services.resolver.catalogue.embedding import Embedding
from services.resolver.catalogue.pending import Pending
from services.resolver.catalogue.vectors import VectorStore
from services.resolver.domain.catalogue import Action
from services.resolver.matching.knowledge import Knowledge
from services.resolver.matching.lexical.words import Words
from services.resolver.matching.matcher import AppMatcher
from shared.encoding.encoder import Encoder

log = structlog.get_logger()

OWN_MATCHERS = 32
"""Per app: sets of actions that conversations bring. Usually there is one."""
LOOKED_AT_ONCE = 1_000
"""Apps whose versions are asked for in one query."""
SOON = 1_000
"""Texts whose vectors a dry run waits for: some ten seconds of one core."""
FAILED_SECONDS = 30.0
"""Before a build that failed is tried again, unless the catalogue changes first."""


NOTHING = Knowledge()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that one app registered, and which version of it this is."""

    version: int
    knowledge: Knowledge = NOTHING

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing that could answer."""
        return not self.knowledge.actions and not self.knowledge.documents


class Catalogues(Protocol):
    """Where catalogues are kept."""

    async def versions(self, app_ids: Sequence[str]) -> dict[str, int]: ...
    async def load(self, app_id: str) -> Catalogue: ...


@dataclass(slots=True)
class Shelved:
    """One app, ready to match."""

    catalogue: Catalogue
    built: Built
    own: OrderedDict[tuple[Action, ...], Pending[AppMatcher]] = field(
        default_factory=OrderedDict
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is kept, how old it may be, and how long anything may take."""

    apps: int
    size: int
    """Bytes of all matchers together; the one in use stays, whatever its size."""
    check_seconds: float
    batch: int
    """Requests matched at once."""
    timeout_seconds: float
    """Without a sign of life from a batch; of the wait for an app's first build."""


class Shelf:
    """Keeps apps' matchers, least recently used first to go."""

    def __init__(
        self,
        catalogues: Catalogues,
        vectors: VectorStore,
        *,
        words: Words,
        limits: Limits,
    ) -> None:
        self._catalogues = catalogues
        self._limits = limits
        self._builder = Builder(vectors, words=words)
        self._embedding = Embedding(vectors, done=self._embedded)
        self._shelved: OrderedDict[str, Shelved] = OrderedDict()
        self._builds: dict[str, Pending[Shelved]] = {}
        self._failed: dict[str, tuple[int, float, Exception]] = {}
        self._changed: set[str] = set()
        self._nothing: Built | None = None
        self._looking: asyncio.Task[None] | None = None

    def start(self, encoder: Encoder | None) -> None:
        """Match by *encoder* from now on, and follow what changes."""
        self._builder.encoder = encoder
        self._looking = asyncio.create_task(self._look_forever(), name="catalogues")

    def close(self) -> None:
        """Stop the tasks and the threads."""
        if self._looking is not None:
            self._looking.cancel()
        for build in self._builds.values():
            build.task.cancel()
        self._embedding.close()
        self._builder.close()

    def get(self, app_id: str) -> Shelved | None:
        """Return the app if it is ready, and remember that it was wanted."""
        found = self._shelved.get(app_id)
        if found is not None:
            self._shelved.move_to_end(app_id)
        return found

    async def wait_for(self, app_id: str) -> Shelved:
        """Return the app, built first where it is not ready. Raises as `Pending`."""
        if (found := self.get(app_id)) is not None:
            return found
        patience = self._limits.timeout_seconds
        return await self._build(app_id).result(within=patience)

    async def refresh(self, app_id: str) -> Shelved:
        """Return the app as it is stored now, with its vectors if they come soon."""
        version = (await self._catalogues.versions([app_id])).get(app_id, 0)
        found = self.get(app_id)
        while found is None or found.catalogue.version < version:
            found = await asyncio.shield(self._build(app_id).task)
        while 0 < len(found.built.missing) <= SOON:
            if app_id in self._builds:  # with the vectors that came just now
                found = await asyncio.shield(self._build(app_id).task)
            elif self._embedding.is_running(app_id):
                await asyncio.sleep(self._limits.check_seconds / 10)
                found = self.get(app_id) or found
            else:
                break
        return found

    def waiting_for(self, app_id: str, found: Shelved) -> int:
        """Return how many texts *found* lacks; while any is, it answers by words."""
        missing = len(found.built.missing)
        if not missing or not self._embedding.is_running(app_id):
            return missing
        return min(missing, max(1, self._embedding.left(app_id)))

    def has_changed(self, app_id: str) -> None:
        """Build the app at the next look: somebody here changed its catalogue."""
        self._changed.add(app_id)

    async def with_actions(self, found: Shelved, own: tuple[Action, ...]) -> AppMatcher:
        """Return the app's matcher with a conversation's own actions added."""
        pending = found.own.get(own)
        if pending is None or pending.has_failed:
            adding = self._builder.add(found.built, own)
            pending = found.own[own] = Pending.begin(adding, name="own actions")
            if len(found.own) > OWN_MATCHERS:
                found.own.popitem(last=False)
        return await pending.result(within=self._limits.timeout_seconds)

    async def look(self) -> None:
        """Look once at the versions of all apps, and build what changed."""
        changed, self._changed = self._changed, set()
        app_ids = [*self._shelved, *(changed - self._shelved.keys())]
        for start in range(0, len(app_ids), LOOKED_AT_ONCE):
            some = app_ids[start : start + LOOKED_AT_ONCE]
            versions = await self._catalogues.versions(some)
            for app_id in some:
                found = self._shelved.get(app_id)
                version = versions.get(app_id, 0)
                if found is None or found.catalogue.version != version:
                    self._build(app_id)

    async def _look_forever(self) -> None:
        failed = False
        while True:
            await asyncio.sleep(self._limits.check_seconds)
            try:
                await self.look()
                failed = False
            except Exception as error:  # noqa: BLE001 - the store may come back
                if not failed:
                    log.warning("catalogue versions not read", error=repr(error))
                failed = True

    def _build(self, app_id: str) -> Pending[Shelved]:
        """Return the app's build: the one under way, or a new one."""
        build = self._builds.get(app_id)
        if build is None:
            build = Pending.begin(self._work(app_id), name=f"build {app_id}")
            build.task.add_done_callback(lambda ended: self._end(app_id, ended))
            self._builds[app_id] = build
        return build

    def _end(self, app_id: str, ended: asyncio.Task[Shelved]) -> None:
        self._builds.pop(app_id, None)
        if not ended.cancelled() and (error := ended.exception()) is not None:
            metrics.BUILD_FAILURES.inc()
            log.warning("catalogue not built", app_id=app_id, error=repr(error))

    async def _work(self, app_id: str) -> Shelved:
        catalogue = await self._catalogues.load(app_id)
        failed = self._failed.pop(app_id, None)
        if failed and failed[0] == catalogue.version and monotonic() < failed[1]:
            self._failed[app_id] = failed
            raise failed[2]
        try:
            built = await self._built(app_id, catalogue)
        except Exception as error:
            until = monotonic() + FAILED_SECONDS
            self._failed[app_id] = (catalogue.version, until, error)
            raise
        shelved = Shelved(catalogue, built)
        self._put(app_id, shelved)
        return shelved

    async def _built(self, app_id: str, catalogue: Catalogue) -> Built:
        if not catalogue.is_empty:
            return await self._builder.build(app_id, catalogue.knowledge)
        if self._nothing is None:  # one for all who registered nothing
            self._nothing = await self._builder.build(app_id, NOTHING)
        return self._nothing

    def _put(self, app_id: str, shelved: Shelved) -> None:
        encoder, missing = self._builder.encoder, shelved.built.missing
        if encoder is not None and missing:
            self._embedding.begin(app_id, encoder, missing)
        else:
            self._embedding.stop(app_id)
        self._shelved[app_id] = shelved
        self._shelved.move_to_end(app_id)
        size = sum(each.built.size for each in self._shelved.values())
        while len(self._shelved) > 1 and (
            len(self._shelved) > self._limits.apps or size > self._limits.size
        ):
            size -= self._shelved.popitem(last=False)[1].built.size
        metrics.CATALOGUES.set(len(self._shelved))
        metrics.CATALOGUE_BYTES.set(size)
        metrics.CATALOGUE_ENTRIES.set(
            sum(each.built.entries for each in self._shelved.values())
        )

    def _embedded(self, app_id: str) -> None:
        if app_id in self._shelved:  # else its vectors are stored for another time
            self._build(app_id)
