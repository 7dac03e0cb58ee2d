"""Questions to people, as they are read."""

from typing import Any

from services.escalator.escalate.drafting.documents import CONSULTATIONS
from shared.mongo.connect import Database
from shared.mongo.errors import translated


class MongoConsultations:
    """Reads what the decisions wrote; every query is bound to one app."""

    def __init__(self, database: Database) -> None:
        self._consultations = database[CONSULTATIONS]

    async def find(self, app_id: str, consultation_id: str) -> dict[str, Any] | None:
        """Return the question of that id."""
        with translated():
            return await self._consultations.find_one(
                {"_id": consultation_id, "app_id": app_id}
            )
