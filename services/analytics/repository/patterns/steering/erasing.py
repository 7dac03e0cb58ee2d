"""Take an erased user out of patterns, which tell of others too."""

from typing import Any

from services.analytics.domain.facts import Collection
from services.analytics.patterns.labels import HANDRAIL, label_of
from services.analytics.patterns.steer import is_known
from services.analytics.repository.patterns.grouping.claims import MongoClaims
from services.analytics.repository.patterns.schema import MEMBERS, PATTERNS
from services.analytics.repository.patterns.steering.editing import MongoEdits
from services.analytics.repository.patterns.steering.splitting import represented
from services.analytics.repository.sessions import Session
from services.analytics.repository.transactions import Transactions
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.stored import Filter, Subject, by_user_or_conversation

NO_WORDS = {"text": "", "summary": "", "attempts": [], "app_state": []}
Row = dict[str, Any]
_of_user = by_user_or_conversation("user_id")


class MongoPatternErasure:
    """Another user's words stand for what the erased one's stood for.

    Facts and members are emptied here already, before anything is made again from what
    is left: what has no words is not grouped and not quoted, so nothing is founded or
    profiled beside this that it does not find. Their declared erasure does the rest.
    """

    def __init__(
        self,
        database: Database,
        *,
        edits: MongoEdits,
        claims: MongoClaims,
        transactions: Transactions,
    ) -> None:
        self._patterns = database[PATTERNS]
        self._members = database[MEMBERS]
        self._facts = database[Collection.ESCALATIONS.value]
        self._edits = edits
        self._claims = claims
        self._transactions = transactions

    async def take_out(self, subject: Subject) -> dict[str, int]:
        """Return how many patterns were changed. Raises Transient; may be repeated."""
        with translated():
            own = await self._members.find(
                _of_user(subject), {"pattern_id": 1}
            ).to_list(None)
            await self._facts.update_many(_of_user(subject), {"$set": NO_WORDS})
            await self._members.update_many(
                {"_id": {"$in": [each["_id"] for each in own]}},
                {"$set": {"text": "", "because": "", "vector": b"", "erased": True}},
            )
        shown: Row = {
            "app_id": subject.app_id,
            "pattern_id": {"$in": [*{each["pattern_id"] for each in own}]},
        }
        keys = await self._speaking_with(subject, shown, [each["_id"] for each in own])
        for key in keys:
            await self._replace(key, subject)
        changed = max(await self._forget_profiles(subject.app_id, shown), len(keys))
        return {PATTERNS: changed} if changed else {}

    async def _speaking_with(
        self, subject: Subject, shown: Row, escalation_ids: list[str]
    ) -> set[str]:
        """Return the patterns whose representative or label is the user's words."""
        labelled: Row = {
            "labelled_by": HANDRAIL,
            "profile.label_from": {"$in": escalation_ids},
        }
        with translated():
            return {
                row["_id"]
                for query in (_find_represented(subject), {**shown, **labelled})
                async for row in self._patterns.find(query, {"_id": 1})
            }

    async def _forget_profiles(self, app_id: str, shown: Row) -> int:
        """Have the profiles of *shown* made again; they quote members.

        Under a new revision, so that none is stored that was made before this.
        """

        async def act(session: Session) -> int:
            revision = await self._claims.bump(app_id, session)
            done = await self._patterns.update_many(
                shown,
                {"$set": {"profile": {}, "dirty": True, "revision": revision}},
                session=session,
            )
            return int(done.modified_count)

        return await self._transactions.run(act)

    async def _replace(self, key: str, subject: Subject) -> None:
        async def act(session: Session) -> None:
            revision = await self._claims.bump(subject.app_id, session)
            row: Row | None = await self._patterns.find_one(
                {"_id": key}, session=session
            )
            if row is None:
                return
            if _is_represented_by(row, subject):
                fields = await represented(
                    self._members, row, session=session, without=_of_user(subject)
                )
            else:
                fields = {"label": label_of(row["representative_text"])}
            if is_known(row):
                # It may be called by the user's words.
                await self._edits.tell_issues(subject.app_id, session)
            await self._patterns.update_one(
                {"_id": key}, {"$set": fields | {"revision": revision}}, session=session
            )
            # What is proposed quotes words of both.
            other = row["pattern_id"]
            await self._patterns.update_many(
                {
                    "app_id": subject.app_id,
                    "$or": [{"_id": key}, {"proposals.with": other}],
                    "proposals.0": {"$exists": True},
                },
                {"$set": {"proposals.$[].because": ""}},
                session=session,
            )

        await self._transactions.run(act)


def _is_represented_by(pattern: Row, subject: Subject) -> bool:
    return (
        pattern.get("representative_user_id") == subject.user_id
        or pattern.get("representative_conversation_id") in subject.conversation_ids
    )


def _find_represented(subject: Subject) -> Filter:
    """Find the patterns whose representative words are *subject*'s."""
    return {
        "app_id": subject.app_id,
        "$or": [
            {"representative_user_id": subject.user_id},
            {"representative_conversation_id": {"$in": subject.conversation_ids}},
        ],
    }
