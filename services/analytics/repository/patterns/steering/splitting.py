"""Split escalations off a pattern: a new one, which is never merged back by itself."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING

from services.analytics.domain.patterns.spaces import language_space
from services.analytics.patterns.labels import label_of
from services.analytics.patterns.states import Words, represent_by, split_state
from services.analytics.patterns.steer import check_not_merged, is_known, is_labelled
from services.analytics.repository.patterns.documents import pattern_key
from services.analytics.repository.patterns.grouping.claims import MongoClaims
from services.analytics.repository.patterns.schema import MEMBERS, PATTERNS
from services.analytics.repository.patterns.steering.editing import (
    MongoEdits,
    remember,
)
from services.analytics.repository.patterns.steering.merging import Mover, read_kept
from services.analytics.repository.sessions import Session
from services.analytics.repository.transactions import Transactions
from shared.errors import Permanent
from shared.mongo.connect import Database

Row = dict[str, Any]
KEPT = ("app_id", "version", "encoder", "language", "owner", "expire_at")
"""What the new pattern has of the one it was split from."""


class MongoSplits:
    """One transaction a split."""

    def __init__(
        self,
        database: Database,
        *,
        edits: MongoEdits,
        claims: MongoClaims,
        transactions: Transactions,
        end: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._patterns = database[PATTERNS]
        self._members = database[MEMBERS]
        self._edits = edits
        self._claims = claims
        self._transactions = transactions
        self._end = end

    async def split(
        self,
        app_id: str,
        pattern_id: str,
        escalation_ids: Sequence[str],
        *,
        label: str | None,
        actor: str,
    ) -> Row:
        """Return the new pattern's document; the same split again is done already.

        Raises Permanent where one of them is not in the pattern, or none would stay.
        """
        chosen = sorted(set(escalation_ids))
        return await self._transactions.run(
            lambda session: self._split(
                app_id, pattern_id, chosen, label, actor, session
            )
        )

    async def _split(
        self,
        app_id: str,
        pattern_id: str,
        chosen: Sequence[str],
        label: str | None,
        actor: str,
        session: Session,
    ) -> Row:
        revision = await self._claims.bump(app_id, session)
        new_id = split_id(pattern_id, chosen)
        whole = await self._edits.load(app_id, pattern_id, session, with_state=True)
        members = await self._chosen(app_id, chosen, session)
        if all(each["pattern_id"] == new_id for each in members):
            return await self._edits.load(app_id, new_id, session)
        check_not_merged(whole)
        check_splittable(whole, members)
        await self._found(whole, new_id, members, label, actor, revision, session)
        mover = Mover(self._database, app_id, self._end())
        because = f"{actor} split it from the pattern that it was in."
        await mover.move(members, pattern_id, new_id, because=because, session=session)
        await self._keep_rest(whole, new_id, members, actor, session)
        if is_known(whole):
            await self._edits.tell_issues(app_id, session)
        return await self._edits.load(app_id, new_id, session)

    async def _chosen(
        self, app_id: str, chosen: Sequence[str], session: Session
    ) -> list[Row]:
        rows = await (
            self._members.find(
                {"_id": {"$in": list(chosen)}, "app_id": app_id}, session=session
            )
            .sort([("at", ASCENDING), ("_id", ASCENDING)])
            .to_list(None)
        )
        missing = set(chosen) - {row["_id"] for row in rows}
        if missing:
            raise Permanent(
                "unknown_escalation",
                f"In no pattern: {', '.join(sorted(missing)[:5])}.",
            )
        # Who still has words stands for the new pattern.
        return sorted(rows, key=lambda row: not row["text"])

    async def _found(
        self,
        whole: Row,
        new_id: str,
        members: Sequence[Row],
        label: str | None,
        actor: str,
        revision: int,
        session: Session,
    ) -> None:
        """Write the new pattern, and what stays of the old one's state."""
        # A merge across languages moved members whose vectors are in no sum here.
        words = [
            Words(each["text"], bytes(each["vector"]))
            for each in members
            if language_space(each["language"]) == whole["language"]
        ]
        left, own = split_state(read_kept(whole), new_id, words)
        first, (_id, pattern_id) = members[0], (whole["_id"], whole["pattern_id"])
        entry = self._edits.entry("split_from", actor=actor, source=pattern_id)
        document = {
            **{name: whole[name] for name in KEPT if name in whole},
            "_id": pattern_key(whole["app_id"], new_id),
            "pattern_id": new_id,
            "representative": first["_id"],
            "representative_text": first["text"],
            "representative_user_id": first["user_id"],
            "representative_conversation_id": first["conversation_id"],
            "label": label or label_of(first["text"]),
            "labelled_by": actor if label else "handrail",
            "status": "open",
            "merged_into": None,
            "not_with": [pattern_id],
            "known_issue": {"known": False},
            "history": [entry],
            "proposals": [],
            "profile": {},
            "size": 0,
            "first_seen": first["at"],
            "last_seen": first["at"],
            "state": own,
            "revision": revision,
        }
        await self._patterns.insert_one(document, session=session)
        await self._patterns.update_one(
            {"_id": _id},
            {"$set": {"state": left, "revision": revision}},
            session=session,
        )

    async def _keep_rest(
        self,
        whole: Row,
        new_id: str,
        members: Sequence[Row],
        actor: str,
        session: Session,
    ) -> None:
        """Make the old pattern what its remaining members are."""
        ends = [await self._end_of(whole, order, session) for order in (1, -1)]
        fields: Row = {"first_seen": ends[0]["at"], "last_seen": ends[1]["at"]}
        if whole["representative"] in {each["_id"] for each in members}:
            current = await self._edits.load(
                whole["app_id"], whole["pattern_id"], session, with_state=True
            )
            fields |= await represented(self._members, current, session=session)
        entry = self._edits.entry(
            "split", actor=actor, to=new_id, escalations=len(members)
        )
        await self._patterns.update_one(
            {"_id": whole["_id"]},
            {
                "$set": fields,
                "$addToSet": {"not_with": new_id},
                **remember(entry),
            },
            session=session,
        )

    async def _end_of(self, whole: Row, order: int, session: Session) -> Row:
        query = {"app_id": whole["app_id"], "pattern_id": whole["pattern_id"]}
        row: Row | None = await self._members.find_one(
            query,
            {"at": 1},
            sort=[("at", ASCENDING if order > 0 else DESCENDING)],
            session=session,
        )
        if row is None:
            raise Permanent("nothing_left", "At least one escalation must stay.")
        return row


async def represented(
    members: Any,  # noqa: ANN401 - motor's collection
    pattern: Row,
    *,
    session: Session,
    without: Row | None = None,
) -> Row:
    """Return the fields of *pattern* with its earliest member as representative.

    *without* is a query for members that may not be: those of an erased user.
    """
    query: Row = {
        "app_id": pattern["app_id"],
        "pattern_id": pattern["pattern_id"],
        "text": {"$gt": ""},
    }
    if without is not None:
        query["$nor"] = [without]
    first = await members.find_one(query, sort=[("at", ASCENDING)], session=session)
    found = None if first is None else Words(first["text"], bytes(first["vector"]))
    fields: Row = {
        "representative_text": "" if first is None else first["text"],
        "representative_user_id": None if first is None else first["user_id"],
        "representative_conversation_id": None
        if first is None
        else first["conversation_id"],
        "state": represent_by(read_kept(pattern), found),
        "dirty": True,
    }
    if first is not None:
        fields["representative"] = first["_id"]
    if not is_labelled(pattern):
        fields["label"] = label_of(fields["representative_text"])
    return fields


def check_splittable(whole: Row, members: Sequence[Row]) -> None:
    """Raise Permanent where *members* cannot leave *whole*."""
    others = [row["_id"] for row in members if row["pattern_id"] != whole["pattern_id"]]
    if others:
        raise Permanent(
            "other_pattern",
            f"Not in {whole['pattern_id']}: {', '.join(others[:5])}.",
        )
    if len(members) >= whole["size"]:
        raise Permanent("nothing_left", "At least one escalation must stay.")


def split_id(pattern_id: str, chosen: Sequence[str]) -> str:
    """Return the new pattern's id: the same for the same split."""
    content = "\x1f".join(("split", pattern_id, *chosen))
    return f"p-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
