"""What is remembered in a world of fakes: openings, and what settings were."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from services.escalator.administer.versions import (
    Signature,
    Version,
    settings_version,
)
from services.escalator.escalate.routing.backtest import Opened
from services.escalator.repository.apps import StoredApp
from services.escalator.repository.inbox.reading import packet_of
from tests.escalator.world import World

BATCH = 100


class FakeRecorded:
    """Reads the documents and decisions of a world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def _rows(self, app_id: str) -> list[dict]:
        rows = self._world.documents("escalator_escalations").values()
        mine = [row for row in rows if row["app_id"] == app_id]
        return sorted(
            mine, key=lambda row: (row["opened_at"], row["_id"]), reverse=True
        )

    async def summaries(self, app_id: str, *, limit: int) -> list[str]:
        return [row["summary"] for row in self._rows(app_id)[:limit]]

    async def openings(
        self, app_id: str, *, since: datetime, limit: int
    ) -> AsyncIterator[Sequence[Opened]]:
        rows = [row for row in self._rows(app_id) if row["opened_at"] >= since][:limit]
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            ids = [row["opened_by"] for row in batch]
            decided = (await self._world.ledger.load(ids, [])).decided
            yield [
                Opened(
                    row["_id"],
                    row["number"],
                    row["opened_at"],
                    packet_of(row, decided),
                )
                for row in batch
            ]


class FakeVersions:
    """Versions of settings in memory, by app and number."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int], Version] = {}

    def keep(self, app: StoredApp) -> None:
        settings = app.settings
        number = settings_version(settings)
        signature = app.signature or Signature(settings.updated_at, None)
        version = Version(number, signature, settings.preferences)
        self.rows[(settings.app_id, number)] = version

    async def page(self, app_id: str, *, below: int | None, limit: int):
        found = [
            version
            for (owner, number), version in sorted(self.rows.items(), reverse=True)
            if owner == app_id and (below is None or number < below)
        ]
        return found[:limit]

    async def get(self, app_id: str, version: int) -> Version | None:
        return self.rows.get((app_id, version))
