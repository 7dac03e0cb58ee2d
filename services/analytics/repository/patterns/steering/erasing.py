"""Take an erased user out of patterns, which tell of others too."""

from typing import Any

from services.analytics.repository.patterns.grouping.claims import MongoClaims
from services.analytics.repository.patterns.retention import find_represented
from services.analytics.repository.patterns.schema import MEMBERS, PATTERNS
from services.analytics.repository.patterns.steering.splitting import represented
from services.analytics.repository.sessions import Session
from services.analytics.repository.transactions import Transactions
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.stored import Subject, by_user_or_conversation

Row = dict[str, Any]
_of_user = by_user_or_conversation("user_id")


class MongoPatternErasure:
    """Another user's words stand for what the erased one's stood for.

    What the declared erasure of the collections does afterwards is to empty members;
    what is grouped meanwhile is emptied by it too.
    """

    def __init__(
        self, database: Database, *, claims: MongoClaims, transactions: Transactions
    ) -> None:
        self._patterns = database[PATTERNS]
        self._members = database[MEMBERS]
        self._claims = claims
        self._transactions = transactions

    async def take_out(self, subject: Subject) -> dict[str, int]:
        """Return how many patterns were changed. Raises Transient; may be repeated."""
        with translated():
            shown = await self._members.distinct("pattern_id", _of_user(subject))
            rows = await self._patterns.find(
                find_represented(subject), {"_id": 1}
            ).to_list(None)
            # Profiles quote members: they are made again without the user's words.
            quoting = {"app_id": subject.app_id, "pattern_id": {"$in": shown}}
            done = await self._patterns.update_many(
                quoting, {"$set": {"profile": {}, "dirty": True}}
            )
        for row in rows:
            await self._replace(row["_id"], subject)
        changed = max(done.modified_count, len(rows))
        return {PATTERNS: changed} if changed else {}

    async def _replace(self, key: str, subject: Subject) -> None:
        async def act(session: Session) -> None:
            revision = await self._claims.bump(subject.app_id, session)
            row: Row | None = await self._patterns.find_one(
                {"_id": key, **find_represented(subject)}, session=session
            )
            if row is None:
                return
            fields = await represented(
                self._members, row, session=session, without=_of_user(subject)
            )
            await self._patterns.update_one(
                {"_id": key}, {"$set": fields | {"revision": revision}}, session=session
            )

        await self._transactions.run(act)
