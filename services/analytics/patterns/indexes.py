"""The indexes in memory: of the apps at work, as many as fit."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from services.analytics.domain.patterns.index import PatternIndex
from services.analytics.domain.patterns.items import ALGORITHM_VERSION, PatternState
from services.analytics.domain.patterns.spaces import Space
from services.analytics.patterns.ports import Groupings
from services.analytics.patterns.values import Claim, StoredState

log = structlog.get_logger()

BYTES_PER_NUMBER = 5
"""Of a pattern: an int32 in its sum, an int8 in its representative."""
BYTES_BESIDE = 2_500
"""Of a pattern, beside its numbers: text, wordings, ids."""


@dataclass(slots=True)
class AppIndexes:
    """One app's patterns, an index for each language, as of a revision."""

    epoch: str
    revision: int
    encoder: str
    dimensions: int
    spaces: dict[Space, PatternIndex] = field(default_factory=dict)

    def of(self, space: Space) -> PatternIndex:
        """Return the index of *space*, a new one where nothing is in it yet."""
        found = self.spaces.get(space)
        if found is None:
            found = PatternIndex(
                space.encoder, self.dimensions, language=space.language
            )
            self.spaces[space] = found
        return found

    def put(self, states: Sequence[StoredState]) -> None:
        """Take *states* over what is known of these patterns.

        What was grouped by another encoder or another version of the algorithm is
        left alone: it is never compared with what comes now.
        """
        for stored in states:
            space = stored.space
            if (space.encoder, space.version) != (self.encoder, ALGORITHM_VERSION):
                continue
            index = self.of(space)
            if stored.content:
                index.put(
                    PatternState.from_bytes(
                        stored.pattern_id,
                        stored.content,
                        representative_text=stored.text,
                    )
                )
            elif stored.pattern_id in index:
                index.remove(stored.pattern_id)

    @property
    def size(self) -> int:
        """Return how many bytes of memory it takes, estimated."""
        each = self.dimensions * BYTES_PER_NUMBER + BYTES_BESIDE
        return sum(len(index) for index in self.spaces.values()) * each


class IndexCache:
    """Indexes by app, least used first to go; each can be read from the store again."""

    def __init__(self, groupings: Groupings, *, max_bytes: int) -> None:
        self._groupings = groupings
        self._max_bytes = max_bytes
        self._apps: OrderedDict[str, AppIndexes] = OrderedDict()

    @property
    def size(self) -> int:
        """Return how many bytes of memory all take, estimated."""
        return sum(each.size for each in self._apps.values())

    async def of(self, claim: Claim, *, encoder: str, dimensions: int) -> AppIndexes:
        """Return the app's indexes as *claim* found them. Raises Transient.

        What others changed since is read alone; all of it, where this instance knows
        the app no more, or the app began again.
        """
        known = self._apps.get(claim.app_id)
        if known is None or (known.epoch, known.encoder) != (claim.epoch, encoder):
            known = AppIndexes(claim.epoch, -1, encoder, dimensions)
        if known.revision != claim.revision:
            # Not in the cache while it is half read.
            self._apps.pop(claim.app_id, None)
            since = known.revision if known.revision >= 0 else None
            async for states in self._groupings.states(claim.app_id, since=since):
                await asyncio.to_thread(known.put, states)
            known.revision = claim.revision
        self._apps[claim.app_id] = known
        self._apps.move_to_end(claim.app_id)
        self._make_room()
        return known

    def forget(self, app_id: str) -> None:
        """Drop an app whose memory may be ahead of the store, or behind it."""
        self._apps.pop(app_id, None)

    def _make_room(self) -> None:
        """Drop the least used; the one at work stays, however large it is."""
        while len(self._apps) > 1 and self.size > self._max_bytes:
            app_id, dropped = self._apps.popitem(last=False)
            log.info("patterns left memory", app_id=app_id, bytes=dropped.size)
