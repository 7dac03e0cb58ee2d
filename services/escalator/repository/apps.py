"""The apps as they truly are: MongoDB is the source, `app.settings` its copy."""

from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from services.escalator.administer.versions import Signature
from services.escalator.repository.preferences.versions import (
    MongoVersions,
    signature_of,
    to_row,
)
from services.escalator.repository.unread import to_text
from shared.errors import Transient
from shared.events import AppSettings
from shared.mongo.connect import Database
from shared.mongo.errors import translated


@dataclass(frozen=True, slots=True)
class StoredApp:
    """One app, and up to which version the others know it."""

    settings: AppSettings
    text: str
    """The settings as JSON, with what only a later version of ours reads."""
    published_version: int = 0
    signature: Signature | None = None
    """Who made the settings what they are; None where nobody has changed them."""


class MongoApps:
    """Collection `escalator_apps`.

    Fields: `_id` app, `version`, `published_version`, `settings` as JSON text, since a
    route may name paths with dots and dollars; `at`, `by`, `restored` of the change
    that made the settings what they are.
    """

    def __init__(self, database: Database) -> None:
        self._apps = database["escalator_apps"]
        self.versions = MongoVersions(database)

    async def get(self, app_id: str) -> StoredApp | None:
        """Return the app as it is now."""
        with translated():
            row = await self._apps.find_one({"_id": app_id})
        return None if row is None else _stored(row)

    async def insert(self, settings: AppSettings) -> bool:
        """Store a new app; False where there is one of that id."""
        text = settings.model_dump_json(by_alias=True)
        row = {
            "_id": settings.app_id,
            "published_version": 0,
            "version": settings.version,
            "settings": text,
        }
        try:
            with translated():
                await self._apps.insert_one(row)
        except Transient as error:
            if isinstance(error.__cause__, DuplicateKeyError):
                return False
            raise
        return True

    async def replace(
        self, settings: AppSettings, *, over: str, signed: Signature | None = None
    ) -> bool:
        """Store the next version; False where somebody else stored one before.

        *over* is the text it was made from: what it holds that we cannot read stays.
        A *signed* change is one of the settings: what they were is kept first.
        """
        of_before = {"_id": settings.app_id, "version": settings.version - 1}
        changed = {
            "version": settings.version,
            "settings": to_text(settings, over=over),
        }
        if signed is not None:
            with translated():
                before = await self._apps.find_one(of_before)
            if before is None:
                return False
            await self.versions.keep(before)
            changed |= to_row(signed)
        elif settings.settings_version is None:  # a new beginning, or the end
            changed |= {"at": None, "by": None, "restored": None}
        with translated():
            result = await self._apps.update_one(of_before, {"$set": changed})
        return result.matched_count == 1

    async def mark_published(self, app_id: str, version: int) -> None:
        """Remember that everybody can know *version*."""
        with translated():
            await self._apps.update_one(
                {"_id": app_id}, {"$max": {"published_version": version}}
            )

    async def page(
        self, *, after: str | None = None, limit: int | None = None
    ) -> list[StoredApp]:
        """Return apps in the order of their ids."""
        query = {} if after is None else {"_id": {"$gt": after}}
        with translated():
            rows = await (
                self._apps.find(query)
                .sort("_id", ASCENDING)
                .limit(limit or 0)
                .to_list(None)
            )
        return [_stored(row) for row in rows]

    async def unpublished(self) -> list[StoredApp]:
        """Return apps of which the others know an older version at best."""
        behind = {"$expr": {"$lt": ["$published_version", "$version"]}}
        with translated():
            rows = await self._apps.find(behind).to_list(None)
        return [_stored(row) for row in rows]


def _stored(row: dict[str, Any]) -> StoredApp:
    return StoredApp(
        settings=AppSettings.model_validate_json(row["settings"]),
        text=row["settings"],
        published_version=row["published_version"],
        signature=signature_of(row),
    )
