"""The people of the apps as they truly are; `app.members` is their copy."""

from typing import Any

from pymongo.errors import DuplicateKeyError

from shared.errors import Transient
from shared.events import AppMembers
from shared.mongo.connect import Database
from shared.mongo.errors import translated

COLLECTION = "escalator_members"


class MongoTeams:
    """Collection `escalator_members`: `_id` app, `version`, `team` as JSON text."""

    def __init__(self, database: Database) -> None:
        self._teams = database[COLLECTION]

    async def get(self, app_id: str) -> AppMembers | None:
        """Return the app's people as they are now."""
        with translated():
            row = await self._teams.find_one({"_id": app_id})
        return None if row is None else _read(row)

    async def replace(self, team: AppMembers, *, over: int | None) -> bool:
        """Store the next version over version *over*, None where there was none.

        False where somebody else stored one before.
        """
        after = {"version": team.version, "team": team.model_dump_json()}
        if over is None:
            return await self._insert({"_id": team.app_id, **after})
        with translated():
            result = await self._teams.update_one(
                {"_id": team.app_id, "version": over}, {"$set": after}
            )
        return result.matched_count == 1

    async def _insert(self, row: dict[str, Any]) -> bool:
        try:
            with translated():
                await self._teams.insert_one(row)
        except Transient as error:
            if isinstance(error.__cause__, DuplicateKeyError):
                return False
            raise
        return True

    async def all(self) -> list[AppMembers]:
        """Return the people of every app."""
        with translated():
            rows = await self._teams.find({}).to_list(None)
        return [_read(row) for row in rows]


def _read(row: dict[str, Any]) -> AppMembers:
    return AppMembers.model_validate_json(row["team"])
