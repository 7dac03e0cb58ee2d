"""What is stored of patterns and was not published yet."""

from collections.abc import Sequence
from typing import Any

from pymongo import UpdateOne

from services.analytics.patterns.labels import HANDRAIL, own_label
from services.analytics.patterns.values import Unpublished
from services.analytics.repository.patterns.documents import pattern_key
from services.analytics.repository.patterns.schema import GROUPINGS, MEMBERS, PATTERNS
from shared.events import KnownIssue
from shared.mongo.connect import Database
from shared.mongo.errors import translated

Row = dict[str, Any]
_TOLD = ("pattern_id", "label", "labelled_by", "size")


class MongoAnnouncements:
    """Members with `published: false`, and apps with `issues_unpublished: true`."""

    def __init__(self, database: Database) -> None:
        self._members = database[MEMBERS]
        self._patterns = database[PATTERNS]
        self._groupings = database[GROUPINGS]

    async def unpublished(self, app_id: str, *, limit: int) -> list[Unpublished]:
        """Return assignments that nobody was told of. Raises Transient."""
        with translated():
            rows = (
                await self._members.find({"app_id": app_id, "published": False})
                .limit(limit)
                .to_list(None)
            )
            keys = {pattern_key(app_id, row["pattern_id"]) for row in rows}
            found = await self._patterns.find(
                {"_id": {"$in": list(keys)}}, dict.fromkeys(_TOLD, 1)
            ).to_list(None)
        patterns = {each["pattern_id"]: each for each in found}
        return [_unpublished(row, patterns.get(row["pattern_id"], {})) for row in rows]

    async def mark_published(self, told: Sequence[Unpublished]) -> None:
        """Remember that these were published. Raises Transient.

        One that was moved while it was on its way may have overtaken its successor: it
        is published once more, under another number, so that the last word is true.
        """
        with translated():
            done = await self._members.bulk_write(
                [
                    UpdateOne(
                        {"_id": one.escalation_id, "assignment": one.assignment},
                        {"$set": {"published": True}},
                    )
                    for one in told
                ],
                ordered=False,
            )
            if done.matched_count == len(told):
                return
            await self._members.bulk_write(
                [
                    UpdateOne(
                        {
                            "_id": one.escalation_id,
                            "assignment": {"$gt": one.assignment},
                        },
                        {"$set": {"published": False}, "$inc": {"assignment": 1}},
                    )
                    for one in told
                ],
                ordered=False,
            )

    async def known_issues(self, app_id: str) -> tuple[int, list[KnownIssue]] | None:
        """Return what is to be said of the app's known issues, and its number.

        None where the last word was published. Raises Transient.
        """
        with translated():
            asked = await self._groupings.find_one(
                {"_id": app_id, "issues_unpublished": True}, {"issues_revision": 1}
            )
            if asked is None:
                return None
            rows = await self._patterns.find(
                {"app_id": app_id, "known_issue.known": True, "merged_into": None}
            ).to_list(None)
        issues = [_issue(row) for row in sorted(rows, key=lambda row: row["_id"])]
        return int(asked["issues_revision"]), issues

    async def mark_issues_published(self, app_id: str, revision: int) -> None:
        """Remember that this was published, unless it is old by now. Raises Transient.

        Where it is, somebody else may have published the newer word before this older
        one came out: the flag stays, and the newer word is said again.
        """
        with translated():
            done = await self._groupings.update_one(
                {"_id": app_id, "issues_revision": revision},
                {"$set": {"issues_unpublished": False}},
            )
            if not done.matched_count:
                await self._groupings.update_one(
                    {"_id": app_id}, {"$set": {"issues_unpublished": True}}
                )


def _unpublished(row: Row, pattern: Row) -> Unpublished:
    return Unpublished(
        app_id=row["app_id"],
        escalation_id=row["_id"],
        conversation_id=row["conversation_id"],
        pattern_id=row["pattern_id"],
        version=row["version"],
        assignment=row["assignment"],
        because=row["because"],
        grouped_at=row["grouped_at"],
        label=own_label(
            pattern.get("label", ""),
            labelled_by=pattern.get("labelled_by", HANDRAIL),
            text=row["text"],
        )
        or row["pattern_id"],
        size=pattern.get("size", 1),
    )


def _issue(row: Row) -> KnownIssue:
    known = row["known_issue"]
    return KnownIssue(
        pattern_id=row["pattern_id"],
        label=(known.get("label") or row["label"])[:500],
        since=row["first_seen"],
        count=max(0, row["size"]),
        until=known.get("until"),
    )
