"""The read model as the clock's own looks see it, over the world of fakes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.escalator.world import World


@dataclass
class FakeUnclaimed:
    """What nobody has, among the documents that the world's decisions wrote."""

    world: World

    async def since_before(self, app_id: str, before: datetime) -> list[dict[str, Any]]:
        rows = self.world.documents("escalator_escalations").values()
        return [
            row
            for row in rows
            if row["app_id"] == app_id
            and row["status"] in {"open", "reopened"}
            and (row["unclaimed_since"] or row["opened_at"]) <= before
            and not any(row[name] for name in ("assignee", "acknowledged_by"))
            and not any(row[name] for name in ("merged_into", "snoozed_until"))
        ]
