"""A conversation's facts as they are stored, read as its history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.analytics.domain.outcomes.history import (
    Change,
    Escalated,
    History,
    Passage,
    Result,
    Turn,
)

Row = Mapping[str, Any]


@dataclass(slots=True)
class Rows:
    """The stored facts of one conversation."""

    turns: list[Row] = field(default_factory=list)
    requests: list[Row] = field(default_factory=list)
    escalations: list[Row] = field(default_factory=list)
    changes: list[Row] = field(default_factory=list)


def history_of(app_id: str, conversation_id: str, rows: Rows) -> History:
    """Return what *rows* say; each field that a version lacks has its default."""
    changes: dict[str, list[Change]] = {}
    for row in sorted(rows.changes, key=lambda each: each.get("revision") or 0):
        change = Change(
            row["at"],
            row.get("change") or "status",
            row["from"],
            row["to"],
            row.get("actor") or "",
            row.get("reason") or "",
            row.get("revision") or 0,
        )
        changes.setdefault(row.get("escalation_id") or "", []).append(change)
    return History(
        app_id,
        conversation_id,
        turns=[_turn(row) for row in rows.turns],
        results=[_result(row) for row in rows.requests],
        escalations=[_escalated(row, changes) for row in rows.escalations],
        user_id=_user_of([*rows.turns, *rows.requests, *rows.escalations]),
    )


def _user_of(rows: Iterable[Row]) -> str | None:
    """Return the user who was named last: an anonymous one may have signed in."""
    named = [row for row in rows if row.get("user_id")]
    last = max(named, key=lambda row: (row["at"], row["_id"]), default=None)
    return last["user_id"] if last is not None else None


def _turn(row: Row) -> Turn:
    return Turn(
        at=row["at"],
        kind=row["kind"],
        speaker=row.get("speaker") or "user",
        event_id=row.get("event_id") or "",
        reply_id=row.get("reply_id"),
        text=row.get("text") or "",
        rating=row.get("rating"),
        status=row.get("status"),
        call_id=row.get("call_id"),
        missing=tuple(row.get("missing") or ()),
        reason=row.get("reason"),
        tried=tuple(row.get("tried") or ()),
        escalation_id=row.get("escalation_id"),
        meanwhile=bool(row.get("meanwhile")),
    )


def _result(row: Row) -> Result:
    return Result(
        at=row["at"],
        event_id=row.get("event_id") or row.get("request_id") or row["_id"],
        request_id=row.get("request_id") or "",
        resolved=row["outcome"] == "resolved",
        reason=row.get("reason"),
        kind=row.get("kind"),
        name=row.get("name") or "",
        title=row.get("title") or "",
        reply_id=row.get("reply_id"),
        text=row.get("text") or "",
        language=row.get("language"),
        tried=_names(row.get("tried")),
        user_id=row.get("user_id"),
    )


def _names(tried: Sequence[Row] | None) -> tuple[str, ...]:
    """Return what was tried, the best first."""
    ranked = sorted(tried or (), key=lambda each: -(each.get("score") or 0.0))
    return tuple(each.get("name") or "" for each in ranked)


def _escalated(row: Row, changes: Mapping[str, Sequence[Change]]) -> Escalated:
    escalation_id = row.get("escalation_id") or row["_id"]
    return Escalated(
        escalation_id=escalation_id,
        number=row.get("number") or "",
        opened_at=row["at"],
        occurred_at=row.get("occurred_at") or row["at"],
        event_id=row.get("trigger_event_id") or "",
        request_id=row.get("request_id") or "",
        reason=row.get("reason") or "",
        text=row.get("text") or "",
        route=row.get("route") or "",
        language=row.get("language"),
        destinations=tuple(row.get("destinations") or ()),
        passages=tuple(
            Passage(
                each.get("name") or "",
                each.get("title") or "",
                each.get("detail") or "",
            )
            for each in row.get("attempts") or ()
            if each.get("kind") == "document"
        ),
        changes=tuple(changes.get(escalation_id, ())),
        user_id=row.get("user_id"),
    )


def _passages(attempts: Sequence[Row] | None) -> tuple[Passage, ...]:
    return tuple(
        Passage(row.get("name") or "", row.get("title") or "", row.get("detail") or "")
        for row in attempts or ()
        if row.get("kind") == "document"
    )
