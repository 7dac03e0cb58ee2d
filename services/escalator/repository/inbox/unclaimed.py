"""Escalations that nobody has, by how long they wait."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.escalator.escalate.drafting.documents import ESCALATIONS
from shared.events import EscalationStatus
from shared.mongo.connect import Database
from shared.mongo.errors import translated

AT_ONCE = 500
"""What one look ends; the next look goes on."""
_OPEN = [EscalationStatus.OPEN.value, EscalationStatus.REOPENED.value]


class MongoUnclaimed:
    """Reads by the index of status and opening that the inbox keeps."""

    def __init__(self, database: Database) -> None:
        self._escalations = database[ESCALATIONS]

    async def since_before(
        self, app_id: str, before: datetime
    ) -> Sequence[dict[str, Any]]:
        """Return what nobody has had since a moment before *before*."""
        query = {
            "app_id": app_id,
            "status": {"$in": _OPEN},
            "opened_at": {"$lte": before},
            "$or": [{"unclaimed_since": None}, {"unclaimed_since": {"$lte": before}}],
            "assignee": None,
            "acknowledged_by": None,
            "merged_into": None,
            "snoozed_until": None,
        }
        shown = {"conversation_id": 1, "revision": 1, "number": 1}
        with translated():
            return await (
                self._escalations.find(query, shown)
                .sort([("opened_at", 1), ("_id", 1)])
                .limit(AT_ONCE)
                .to_list(None)
            )
