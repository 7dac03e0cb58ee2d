"""Marks of conversations that have news: what they are judged again for."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from services.analytics.domain.facts import Fact
from services.analytics.repository.outcomes.schema import TOLD_BY

Lane = tuple[str, str]
"""App and conversation."""
MARKED = 50
"""Conversations that one mark names, and that one transaction judges. A mark for each
took a third of the time in which requests are counted."""


def marks_of(facts: Iterable[Fact], now: datetime) -> list[dict[str, Any]]:
    """Return what tells that the conversations of *facts* have news, each once.

    Only ever inserted: no two transactions meet at one.
    """
    touched = {
        (fact.app_id, fact.document["conversation_id"])
        for fact in facts
        if fact.collection in TOLD_BY
    }
    return marks_for(touched, now)


def marks_for(lanes: Iterable[Lane], now: datetime) -> list[dict[str, Any]]:
    """Return what tells that the conversations *lanes*, (app, id), are to be judged."""
    by_app: dict[str, list[str]] = {}
    for app_id, conversation_id in sorted(lanes):
        by_app.setdefault(app_id, []).append(conversation_id)
    return [
        {"app_id": app_id, "conversation_ids": names[at : at + MARKED], "at": now}
        for app_id, names in by_app.items()
        for at in range(0, len(names), MARKED)
    ]


def lanes_of(mark: Mapping[str, Any]) -> set[Lane]:
    """Return the conversations that *mark* names; the first ones named one each."""
    names = mark.get("conversation_ids") or [mark["conversation_id"]]
    return {(mark["app_id"], name) for name in names}


def take_marks(
    marks: Iterable[Mapping[str, Any]], limit: int
) -> tuple[list[Lane], list[object]]:
    """Return the conversations of the first marks and their ids, up to *limit* or one.

    Those of one mark are never parted.
    """
    lanes: set[Lane] = set()
    taken: list[object] = []
    for mark in marks:
        more = lanes | lanes_of(mark)
        if taken and len(more) > limit:
            break
        lanes = more
        taken.append(mark["_id"])
    return sorted(lanes), taken
