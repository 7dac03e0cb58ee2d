"""What a decision asks of the world."""

from typing import Protocol

from services.resolver.domain.catalogue import Action
from services.resolver.domain.ranking import Ranking
from shared.events import AppSettings


class Ranker(Protocol):
    """Finds what may answer.

    After a Transient it is asked again; whatever else it raises, people get it.
    """

    async def rank(
        self,
        app_id: str,
        text: str,
        actions: tuple[Action, ...],
        *,
        of_documents: bool = False,
    ) -> Ranking: ...


class Apps(Protocol):
    """What the resolver asks of an app's settings."""

    def get(self, app_id: str) -> AppSettings | None: ...
