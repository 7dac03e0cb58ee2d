"""Read conversations back from their facts, many at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.analytics.counting.settle import Lane, Told
from services.analytics.domain.outcomes.history import Elsewhere, History
from services.analytics.domain.outcomes.judging import COMES_BACK
from services.analytics.repository.outcomes.documents import elsewhere_of
from services.analytics.repository.outcomes.histories import Rows, history_of
from services.analytics.repository.outcomes.schema import (
    CONVERSATIONS,
    OUTCOMES,
    TOLD_BY,
)
from services.analytics.repository.sessions import Session
from shared.mongo.connect import Database

Row = Mapping[str, Any]
MAX_FACTS = 20_000
"""Of some conversations together; where there are more, each is read by itself."""
MAX_FACTS_OF_ONE = 1_000
"""The newest of one conversation: no chat of people has as many."""
MAX_ELSEWHERE = 200
"""Requests of one user within the days that count."""
_AROUND = COMES_BACK + timedelta(days=1)


class Conversations:
    """Reads the four collections that outcomes are judged by."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(
        self, lanes: Sequence[Lane], session: Session | None = None
    ) -> list[Told]:
        """Return what is known of *lanes*, without any that was erased."""
        by_app: dict[str, list[str]] = {}
        for app_id, conversation_id in lanes:
            by_app.setdefault(app_id, []).append(conversation_id)
        found: list[Told] = []
        for app_id, names in sorted(by_app.items()):
            erased = await self._erased(app_id, names, session)
            left = sorted(set(names) - erased)
            found += await self._of_app(app_id, left, session)
        return found

    async def _erased(
        self, app_id: str, names: Sequence[str], session: Session | None
    ) -> set[str]:
        rows = self._database[CONVERSATIONS].find(
            _of(app_id, names) | {"erased": True},
            {"conversation_id": 1},
            session=session,
        )
        return {row["conversation_id"] async for row in rows}

    async def _of_app(
        self, app_id: str, names: Sequence[str], session: Session | None
    ) -> list[Told]:
        rows = {name: Rows() for name in names}
        parts = ("turns", "requests", "escalations", "changes")
        for part, collection in zip(parts, TOLD_BY, strict=True):
            found = await self._some(collection, app_id, names, session)
            for row in found:
                getattr(rows[row["conversation_id"]], part).append(row)
        histories = [
            replace(history_of(app_id, name, each), since=_since(each))
            for name, each in rows.items()
        ]
        elsewhere = await self._elsewhere(histories, session)
        return [
            (history, elsewhere.get(history.conversation_id, ()))
            for history in histories
        ]

    async def _some(
        self,
        collection: str,
        app_id: str,
        names: Sequence[str],
        session: Session | None,
        limit: int = MAX_FACTS,
    ) -> list[dict[str, Any]]:
        """Return the facts of conversations; of one that is endless, the newest."""
        cursor = self._database[collection].find(
            _of(app_id, names), {"expire_at": 0}, session=session
        )
        if len(names) == 1:
            cursor = cursor.sort("at", -1)
            limit = MAX_FACTS_OF_ONE
        found = await cursor.limit(limit).to_list(None)
        if len(names) == 1 or len(found) < limit:
            return found
        alone = [
            await self._some(collection, app_id, [name], session) for name in names
        ]
        return [row for some in alone for row in some]

    async def _elsewhere(
        self, histories: Iterable[History], session: Session | None
    ) -> dict[str, list[Elsewhere]]:
        found: dict[str, list[Elsewhere]] = {}
        for history in histories:
            times = [each.at for each in history.turns]
            times += [each.at for each in history.results]
            if history.user_id is None or not times:
                continue
            query = {
                "app_id": history.app_id,
                "user_id": history.user_id,
                "at": {"$gte": min(times), "$lte": max(times) + _AROUND},
                "conversation_id": {"$ne": history.conversation_id},
            }
            rows = await (
                self._database[OUTCOMES]
                .find(query, session=session)
                .sort("at", 1)
                .limit(MAX_ELSEWHERE)
                .to_list(None)
            )
            found[history.conversation_id] = [elsewhere_of(row) for row in rows]
        return found


def _since(rows: Rows) -> datetime | None:
    """Return from when on a conversation was read; None: all of it was."""
    parts = (rows.turns, rows.requests, rows.escalations, rows.changes)
    cut = [
        min(row["at"] for row in part)
        for part in parts
        if len(part) >= MAX_FACTS_OF_ONE
    ]
    return max(cut, default=None)


def _of(app_id: str, names: Sequence[str]) -> dict[str, Any]:
    return {"app_id": app_id, "conversation_id": {"$in": list(names)}}
