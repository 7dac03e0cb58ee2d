"""The versions that an app's settings had before the newest."""

from collections.abc import Sequence
from typing import Any

import orjson
from pymongo import DESCENDING, ReplaceOne

from services.escalator.administer.versions import (
    Author,
    Signature,
    Version,
    settings_version,
)
from shared.events import AppSettings, Preferences
from shared.mongo.connect import Database
from shared.mongo.errors import translated

COLLECTION = "escalator_settings_versions"
Row = dict[str, Any]


class MongoVersions:
    """Collection `escalator_settings_versions`.

    Fields: `_id` app and version, `app_id`, `version`, `at`, `by`, `restored`,
    `preferences` as JSON text, since a route may name paths with dots and dollars.
    """

    def __init__(self, database: Database) -> None:
        self._versions = database[COLLECTION]

    async def prepare(self) -> None:
        """Create the index."""
        with translated():
            await self._versions.create_index(
                [("app_id", DESCENDING), ("version", DESCENDING)], unique=True
            )

    async def keep(self, app: Row) -> None:
        """Copy the settings of an app's row; again changes nothing."""
        settings = AppSettings.model_validate_json(app["settings"])
        version = settings_version(settings)
        made = settings.created_at or settings.updated_at
        row = {
            "_id": f"{settings.app_id}:{version}",
            "app_id": settings.app_id,
            "version": version,
            "preferences": orjson.dumps(
                orjson.loads(app["settings"])["preferences"]
            ).decode(),
        } | to_row(signature_of(app) or Signature(made, None))
        with translated():
            await self._versions.bulk_write(
                [ReplaceOne({"_id": row["_id"]}, row, upsert=True)]
            )

    async def page(
        self, app_id: str, *, below: int | None, limit: int
    ) -> Sequence[Version]:
        """Return up to *limit* versions below that one, the newest first."""
        query: Row = {"app_id": app_id}
        if below is not None:
            query["version"] = {"$lt": below}
        with translated():
            rows = await (
                self._versions.find(query)
                .sort("version", DESCENDING)
                .limit(limit)
                .to_list(None)
            )
        return [_version(row) for row in rows] if limit > 0 else []

    async def get(self, app_id: str, version: int) -> Version | None:
        """Return that version."""
        with translated():
            row = await self._versions.find_one({"app_id": app_id, "version": version})
        return None if row is None else _version(row)


def to_row(signature: Signature) -> Row:
    """Return *signature* as it is stored."""
    by = signature.by
    return {
        "at": signature.at,
        "by": by and {"kind": by.kind, "id": by.id, "name": by.name},
        "restored": signature.restored,
    }


def signature_of(row: Row) -> Signature | None:
    """Return the signature that *row* holds, if it was signed."""
    if row.get("at") is None:
        return None
    by = row.get("by")
    return Signature(row["at"], Author(**by) if by else None, row.get("restored"))


def _version(row: Row) -> Version:
    signature = signature_of(row)
    assert signature is not None
    preferences = Preferences.model_validate_json(row["preferences"])
    return Version(row["version"], signature, preferences)
