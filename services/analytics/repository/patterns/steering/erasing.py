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

Row = dict[str, Any]
_of_user = by_user_or_conversation("user_id")


class MongoPatternErasure:
    """Another user's words stand for what the erased one's stood for.

    The declared erasure of the collections empties facts and members afterwards. The
    facts that wait for the grouping are emptied here already: what has no words is not
    grouped, so no pattern is founded beside this that it does not find.
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
            await self._facts.update_many(
                _of_user(subject), {"$set": {"text": "", "summary": ""}}
            )
            own = await self._members.find(
                _of_user(subject), {"pattern_id": 1}
            ).to_list(None)
            rows = await self._patterns.find(
                _find_represented(subject), {"_id": 1}
            ).to_list(None)
            shown: Row = {
                "app_id": subject.app_id,
                "pattern_id": {"$in": [*{each["pattern_id"] for each in own}]},
            }
            labelled = await self._patterns.find(
                {
                    **shown,
                    "labelled_by": HANDRAIL,
                    "profile.label_from": {"$in": [each["_id"] for each in own]},
                },
                {"_id": 1},
            ).to_list(None)
        keys = {row["_id"] for row in (*rows, *labelled)}
        for key in keys:
            await self._replace(key, subject)
        with translated():
            # Profiles quote members: they are made again without the user's words.
            done = await self._patterns.update_many(
                shown, {"$set": {"profile": {}, "dirty": True}}
            )
        changed = max(done.modified_count, len(keys))
        return {PATTERNS: changed} if changed else {}

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
