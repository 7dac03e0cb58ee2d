"""The cases of a gap, built from what is stored of its escalations."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pymongo import ASCENDING

from services.analytics.domain.facts import Collection
from services.analytics.domain.gaps.cases import Case, TriedAttempt
from services.analytics.domain.gaps.people_minutes import (
    StatusChange,
    measure_people_minutes,
)
from shared import ids, topics
from shared.mongo.connect import Database
from shared.mongo.errors import translated

Row = Mapping[str, Any]
_STATED = {
    "escalation_id": 1,
    "conversation_id": 1,
    "at": 1,
    "text": 1,
    "summary": 1,
    "reason": 1,
    "detail": 1,
    "language": 1,
    "user_id": 1,
    "attempts": 1,
    "app_state": 1,
}


class MongoCases:
    """Reads `analytics_escalations`, their changes, and people's turns."""

    def __init__(self, database: Database) -> None:
        self._escalations = database[Collection.ESCALATIONS.value]
        self._changes = database[Collection.CHANGES.value]
        self._turns = database[Collection.TURNS.value]

    async def of(self, app_id: str, escalation_ids: Sequence[str]) -> list[Case]:
        """Return the cases of *app_id* in the order of *escalation_ids*.

        One whose escalation is not stored, or is another app's, is left out.
        """
        if not escalation_ids:
            return []
        # A fact's id is derived from its escalation: no index of its own is needed.
        facts = [
            ids.derive(topics.ESCALATION_OPENED.name, each) for each in escalation_ids
        ]
        changed = {"escalation_id": {"$in": list(escalation_ids)}, "app_id": app_id}
        with translated():
            rows, changes = await asyncio.gather(
                self._escalations.find(
                    {"_id": {"$in": facts}, "app_id": app_id}, _STATED
                ).to_list(None),
                self._changes.find(
                    changed,
                    {"escalation_id": 1, "revision": 1, "at": 1, "from": 1, "to": 1},
                ).to_list(None),
            )
        moves = _by_escalation(changes)
        answers = await self._answers(app_id, rows)
        cases = {
            (of := row["escalation_id"]): _case(
                row, moves.get(of, []), answers.get(of, ())
            )
            for row in rows
        }
        return [cases[each] for each in escalation_ids if each in cases]

    async def _answers(self, app_id: str, rows: Sequence[Row]) -> dict[str, list[str]]:
        """Return what people answered to the escalations of *rows*, oldest first."""
        asked = {
            "app_id": app_id,
            "conversation_id": {"$in": [row.get("conversation_id") for row in rows]},
            "kind": "teammate_reply",
        }
        with translated():
            turns = await (
                self._turns.find(asked, {"escalation_id": 1, "text": 1, "at": 1})
                .sort([("at", ASCENDING), ("_id", ASCENDING)])
                .to_list(None)
            )
        found: dict[str, list[str]] = {}
        for turn in turns:
            if turn.get("text"):
                found.setdefault(turn.get("escalation_id") or "", []).append(
                    turn["text"]
                )
        return found


def _by_escalation(rows: Iterable[Row]) -> dict[str, list[StatusChange]]:
    found: dict[str, list[StatusChange]] = {}
    for row in rows:
        if row["from"] != row["to"]:
            change = StatusChange(row["revision"], row["at"], row["to"])
            found.setdefault(row["escalation_id"], []).append(change)
    return found


def _case(row: Row, changes: Iterable[StatusChange], answers: Sequence[str]) -> Case:
    return Case(
        escalation_id=row["escalation_id"],
        at=row["at"],
        # An earlier version kept the summary alone.
        text=row.get("text", row.get("summary", "")),
        reason=row["reason"],
        detail=row.get("detail") or "",
        language=row.get("language"),
        user_id=row.get("user_id"),
        attempts=tuple(map(_attempt, row.get("attempts") or ())),
        app_state={each["path"]: each["value"] for each in row.get("app_state") or ()},
        answers=tuple(answers),
        people_minutes=measure_people_minutes(changes),
    )


def _attempt(row: Row) -> TriedAttempt:
    return TriedAttempt(
        kind=row["kind"],
        name=row["name"],
        title=row.get("title", ""),
        score=row.get("score", 0.0),
        threshold=row.get("threshold", 0.0),
        outcome=row["outcome"],
        detail=row.get("detail", ""),
    )
