"""Secrets that calls of endpoints are signed with: sealed, never read back."""

from datetime import datetime

from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.seal import Seal

PURPOSE = b"handrail resolver action secrets v1"


class MongoSecrets:
    """Collection `resolver_action_secrets`, `_id` is app and action."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._secrets = database["resolver_action_secrets"]
        self._seal = seal

    async def get(self, app_id: str, action: str) -> str:
        """Return the secret in the clear; empty where there is none to be read."""
        with translated():
            found = await self._secrets.find_one({"_id": secret_id(app_id, action)})
        return self._seal.open(bytes(found["sealed"])) if found else ""

    async def put(
        self, app_id: str, action: str, secret: str, *, now: datetime
    ) -> None:
        """Store *secret* in the place of an older one."""
        row = {"app_id": app_id, "sealed": self._seal.close(secret), "updated_at": now}
        with translated():
            await self._secrets.update_one(
                {"_id": secret_id(app_id, action)}, {"$set": row}, upsert=True
            )

    async def delete(self, app_id: str, action: str) -> None:
        """Forget the secret of an action that is gone."""
        with translated():
            await self._secrets.delete_one({"_id": secret_id(app_id, action)})


def secret_id(app_id: str, action: str) -> str:
    """Return the key of an action's secret; no app's id holds a colon."""
    return f"{app_id}:{action}"
