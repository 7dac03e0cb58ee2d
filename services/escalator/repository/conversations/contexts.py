"""What is too large for states, read back."""

from collections.abc import Mapping

from services.escalator.escalate.drafting.beside import CONTEXTS
from shared.mongo.connect import Database
from shared.mongo.errors import translated


class MongoContexts:
    """Collection `escalator_contexts`; the ledger writes it with its decisions."""

    def __init__(self, database: Database) -> None:
        self._contexts = database[CONTEXTS]

    async def get(self, wanted: list[str]) -> Mapping[str, bytes]:
        """Return the bodies of those that are there; raises Transient."""
        with translated():
            rows = await self._contexts.find(
                {"_id": {"$in": wanted}}, {"body": 1}
            ).to_list(None)
        return {row["_id"]: bytes(row["body"]) for row in rows}
