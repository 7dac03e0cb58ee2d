"""The questions of gaps that stay, to be asked again: `analytics_gap_cases`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, UpdateOne

from services.analytics.domain.gaps.closing import Outcome, ReplayCase, Verdict
from services.analytics.repository.gaps.schema import CASES
from shared.mongo.connect import Database
from shared.mongo.errors import translated

MAX_KEPT = 200
"""Cases of one gap that are read; the newest proofs of a failure come first."""

Row = Mapping[str, Any]


class MongoSuite:
    """One document per gap and question; it stays as long as it is replayed."""

    def __init__(self, database: Database, *, retention: timedelta) -> None:
        self._cases = database[CASES]
        self._retention = retention

    async def of(self, app_id: str, gap_id: str) -> list[ReplayCase]:
        """Return the gap's cases: those that failed last first, then the oldest."""
        found = self._cases.find({"app_id": app_id, "gap_id": gap_id})
        with translated():
            rows = await found.sort("at", ASCENDING).limit(MAX_KEPT).to_list(None)
        cases = [read_case(row) for row in rows]
        return sorted(cases, key=lambda each: not _failed(each))

    async def add(self, app_id: str, gap_id: str, cases: Sequence[ReplayCase]) -> None:
        """Keep *cases*; one that is kept already stays as it is."""
        writes = [
            UpdateOne(
                {"_id": case_key(app_id, gap_id, each.case_id)},
                {
                    "$setOnInsert": _document(app_id, gap_id, each),
                    "$max": {"expire_at": each.at + self._retention},
                },
                upsert=True,
            )
            for each in cases
        ]
        if writes:
            with translated():
                await self._cases.bulk_write(writes, ordered=False)

    async def judge(
        self, app_id: str, gap_id: str, verdicts: Sequence[Verdict], *, at: datetime
    ) -> None:
        """Note what the last replay said of each case that is still kept."""
        writes = [
            UpdateOne(
                {"_id": case_key(app_id, gap_id, each.case_id)},
                {
                    "$set": {"last": verdict_row(each), "judged_at": at},
                    "$max": {"expire_at": at + self._retention},
                },
            )
            for each in verdicts
        ]
        if writes:
            with translated():
                await self._cases.bulk_write(writes, ordered=False)


def case_key(app_id: str, gap_id: str, case_id: str) -> str:
    """Return a case's `_id`. An app's id holds no colon."""
    return f"{app_id}:{gap_id}:{case_id}"


def _failed(case: ReplayCase) -> bool:
    return case.last is not None and case.last.outcome is Outcome.UNRESOLVED


def _document(app_id: str, gap_id: str, case: ReplayCase) -> dict[str, Any]:
    return {
        "app_id": app_id,
        "gap_id": gap_id,
        "case_id": case.case_id,
        "escalation_id": case.escalation_id,
        "conversation_id": case.conversation_id,
        "number": case.number,
        "user_id": case.user_id,
        "at": case.at,
        "text": case.text,
        "reason": case.reason,
        "language": case.language,
        # Pairs, since a path's dots would be nested fields.
        "app_state": [
            {"path": path, "value": value} for path, value in case.app_state.items()
        ],
        "last": None,
        "judged_at": None,
    }


def read_case(row: Row) -> ReplayCase:
    """Return a stored case."""
    last = row.get("last")
    return ReplayCase(
        case_id=row["case_id"],
        escalation_id=row["escalation_id"],
        conversation_id=row["conversation_id"],
        number=row.get("number", ""),
        user_id=row.get("user_id"),
        at=row["at"],
        text=row.get("text", ""),
        reason=row.get("reason", ""),
        language=row.get("language"),
        app_state={each["path"]: each["value"] for each in row.get("app_state") or ()},
        last=None if last is None else read_verdict(last),
    )


def verdict_row(verdict: Verdict) -> dict[str, Any]:
    """Return *verdict* as it is stored: nothing in it is a user's."""
    return {
        "case_id": verdict.case_id,
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "kind": verdict.kind,
        "name": verdict.name,
        "title": verdict.title,
        "score": verdict.score,
        "changed_at": verdict.changed_at,
    }


def read_verdict(row: Row) -> Verdict:
    """Return a stored verdict; an outcome of a newer version says nothing here."""
    outcome = row.get("outcome", "")
    known = outcome in set(Outcome)
    return Verdict(
        case_id=row["case_id"],
        outcome=Outcome(outcome) if known else Outcome.FAILED,
        reason=row.get("reason", ""),
        kind=row.get("kind"),
        name=row.get("name", ""),
        title=row.get("title", ""),
        score=row.get("score"),
        changed_at=row.get("changed_at"),
    )
