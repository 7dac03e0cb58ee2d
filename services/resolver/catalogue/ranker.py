"""Rank requests by their app's catalogue, off the event loop.

An app without a catalogue costs a dictionary look-up.
"""

from services.resolver.catalogue.batches import Batches
from services.resolver.catalogue.shelf import Catalogues, Limits, Shelf, Shelved
from services.resolver.catalogue.vectors import VectorStore
from services.resolver.domain.catalogue import Action
from services.resolver.domain.ranking import Ranking
from services.resolver.matching.lexical.words import Words
from services.resolver.matching.matcher import AppMatcher
from shared.clock import Clock
from shared.encoding.encoder import Encoder

MAX_QUERY_CHARS = 2_000
"""Of a request, by which it is ranked: what matters is said by then."""


class CatalogueRanker:
    """Ranks by each app's catalogue and the conversation's own actions."""

    def __init__(
        self,
        catalogues: Catalogues,
        vectors: VectorStore,
        *,
        clock: Clock,
        language: str,
        limits: Limits,
        enabled: bool = True,
    ) -> None:
        self._clock = clock
        self._enabled = enabled
        self._shelf = Shelf(catalogues, vectors, words=Words(language), limits=limits)
        self._batches = Batches(
            most=limits.batch, timeout_seconds=limits.timeout_seconds
        )

    def start(self, encoder: Encoder | None) -> None:
        """Match by *encoder* from now on, and follow changes of catalogues."""
        self._batches.encoder = encoder
        self._shelf.start(encoder)

    def close(self) -> None:
        """Stop the tasks and the threads."""
        self._batches.close()
        self._shelf.close()

    def has_changed(self, app_id: str) -> None:
        """Get ready for the app's new catalogue before anybody asks."""
        if self._enabled:
            self._shelf.has_changed(app_id)

    async def refresh(self, app_id: str) -> None:
        """Match the app's next request by what is stored now."""
        if self._enabled:
            await self._shelf.refresh(app_id)

    async def rank(
        self,
        app_id: str,
        text: str,
        actions: tuple[Action, ...],
        *,
        of_documents: bool = False,
    ) -> Ranking:
        """Return what may answer *text*; *of_documents*, as if there were no actions.

        Raises NotReadyError while the app is loaded, TimeoutError, the store's error.
        """
        if not self._enabled:
            return Ranking((), (), self._clock.now())
        found = await self._shelf.wait_for(app_id)
        if found.catalogue.is_empty and not actions:
            return Ranking((), (), self._clock.now())
        matcher = found.built.matcher
        if of_documents:
            matcher = matcher.of_documents()
        elif actions:
            matcher = await self._shelf.with_actions(found, actions)
        return await self._ranked(app_id, found, matcher, text[:MAX_QUERY_CHARS])

    async def _ranked(
        self, app_id: str, found: Shelved, matcher: AppMatcher, text: str
    ) -> Ranking:
        now = self._clock.now()
        encoder = found.built.encoder
        answer = await self._batches.match(matcher, text, dense=encoder is not None)
        return Ranking(
            answer.matched.actions,
            answer.matched.passages,
            now,
            duration_ms=answer.took_ms,
            encoder=encoder,
            waiting_for=self._shelf.waiting_for(app_id, found),
        )
