"""The inbox's questions in MongoDB's words."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.escalator.domain.inbox.filters import NORMAL, Filter, Phase, Position, Row

MIN_BEGINNING = 2
"""Characters from which a word's beginning finds it."""


def query_of(app_id: str, wanted: Filter) -> Row:
    """Return what finds the *wanted* escalations of one app."""
    query: Row = {"app_id": app_id}
    for field, values in (
        ("status", wanted.statuses),
        ("reason", wanted.reasons),
        ("priority", _stored(wanted.priorities)),
        ("tags", wanted.tags),
    ):
        if values:
            query[field] = _one_of(values)
    if wanted.tags:
        query["tags.0"] = {"$exists": True}  # else the index of the few is no choice
    for field, value in (
        ("pattern.id", wanted.pattern),
        ("conversation_id", wanted.conversation_id),
        ("number", wanted.number),
    ):
        if value is not None:
            query[field] = value
    if wanted.assignee is not None:
        query["assignee"] = wanted.assignee or None
    if wanted.words:
        query["words"] = (
            wanted.words[0] if len(wanted.words) == 1 else {"$all": [*wanted.words]}
        )
    _within(query, "opened_at", wanted.opened_from, wanted.opened_to)
    _within(query, "due_at", wanted.due_from, wanted.due_to)
    return query


def with_beginning(query: Row) -> Row | None:
    """Return *query* with its last word as a beginning; None where it has none."""
    words = query.get("words")
    every = words["$all"] if isinstance(words, dict) else [words] if words else []
    if not every or len(every[-1]) < MIN_BEGINNING:
        return None
    *whole, begun = every
    conditions: list[Row] = [{"words": word} for word in whole]
    conditions.append({"words": {"$regex": "^" + re.escape(begun)}})
    left = {name: value for name, value in query.items() if name != "words"}
    return left | {"$and": conditions}


def in_phase(query: Row, phase: Phase, after: Position | None) -> Row:
    """Return *query* narrowed to what stands in *phase* past *after*."""
    conditions = [query, phase.where] if phase.where else [query]
    if after is not None:
        past = "$lt" if phase.descending else "$gt"
        conditions.append(
            {
                "$or": [
                    {phase.field: {past: after.at}},
                    {phase.field: after.at, "_id": {past: after.escalation_id}},
                ]
            }
        )
    return conditions[0] if len(conditions) == 1 else {"$and": conditions}


def _stored(priorities: Sequence[str]) -> list[str | None]:
    return [
        value for each in priorities for value in (NORMAL if each in NORMAL else [each])
    ]


def _one_of(values: Sequence[str | None]) -> Any:  # noqa: ANN401 - a value or an operator
    return values[0] if len(values) == 1 else {"$in": [*values]}


def _within(
    query: Row, field: str, start: datetime | None, end: datetime | None
) -> None:
    limits = {
        sign: moment
        for sign, moment in (("$gte", start), ("$lt", end))
        if moment is not None
    }
    if limits:
        query[field] = limits
