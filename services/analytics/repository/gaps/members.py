"""The escalations of a gap, as questions: members joined with their facts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING

from services.analytics.domain.gaps.cases import Case
from services.analytics.domain.gaps.closing import ReplayCase, case_id_of
from services.analytics.repository.gaps.cases import MongoCases
from services.analytics.repository.patterns.schema import MEMBERS
from shared.mongo.connect import Database
from shared.mongo.errors import translated

_SHOWN = {"conversation_id": 1, "number": 1, "user_id": 1}

Row = Mapping[str, Any]


class MongoQuestions:
    """Reads `analytics_pattern_members` and the facts of their escalations."""

    def __init__(self, database: Database) -> None:
        self._members = database[MEMBERS]
        self._cases = MongoCases(database)

    async def newest(self, app_id: str, gap_id: str, *, limit: int) -> list[ReplayCase]:
        """Return the newest questions of the gap, newest first."""
        query = {"app_id": app_id, "pattern_id": gap_id}
        return await self._read(app_id, gap_id, query, DESCENDING, limit)

    async def named(
        self, app_id: str, gap_id: str, escalation_ids: Sequence[str]
    ) -> list[ReplayCase]:
        """Return the questions of *escalation_ids*, as far as they are the gap's."""
        if not escalation_ids:
            return []
        query = {
            "_id": {"$in": list(escalation_ids)},
            "app_id": app_id,
            "pattern_id": gap_id,
        }
        found = await self._read(app_id, gap_id, query, DESCENDING, len(escalation_ids))
        by_id = {each.escalation_id: each for each in found}
        return [by_id[each] for each in escalation_ids if each in by_id]

    async def since(
        self, app_id: str, gap_id: str, after: datetime, *, limit: int
    ) -> list[ReplayCase]:
        """Return the questions of escalations opened after a moment, oldest first."""
        query = {"app_id": app_id, "pattern_id": gap_id, "at": {"$gt": after}}
        return await self._read(app_id, gap_id, query, ASCENDING, limit)

    async def _read(
        self, app_id: str, gap_id: str, query: dict[str, Any], order: int, limit: int
    ) -> list[ReplayCase]:
        found = self._members.find(query, _SHOWN).sort("at", order).limit(limit)
        with translated():
            members = {row["_id"]: row for row in await found.to_list(None)}
        cases = await self._cases.of(app_id, list(members))
        return [
            _question(app_id, gap_id, members[each.escalation_id], each)
            for each in cases
        ]


def _question(app_id: str, gap_id: str, member: Row, case: Case) -> ReplayCase:
    return ReplayCase(
        case_id=case_id_of(app_id, gap_id, case.text),
        escalation_id=case.escalation_id,
        conversation_id=member["conversation_id"],
        number=member.get("number") or "",
        # The member's own: once it is erased, the fact may lag behind.
        user_id=member.get("user_id"),
        at=case.at,
        text=case.text,
        reason=case.reason,
        language=case.language,
        app_state=case.app_state,
    )
