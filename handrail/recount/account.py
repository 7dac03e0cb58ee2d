"""What the log says that the trend store must hold: plain Python, of its own: pure.

Nothing here is shared with the service: a copy of its code would copy its mistakes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]

IDENTITY = {
    "conversation.events": "event_id",
    "conversation.replies": "reply_id",
    "conversation.resolved": "request_id",
    "conversation.unresolved": "request_id",
    "escalation.opened": "escalation_id",
    "escalation.updated": "update_id",
    "notification.requested": "delivery_id",
    "notification.delivered": "delivery_id",
    "notification.failed": "delivery_id",
}
"""What tells a repeat of a topic's record."""
COLLECTIONS = {
    "conversation.events": "analytics_turns",
    "conversation.replies": "analytics_turns",
    "conversation.resolved": "analytics_requests",
    "conversation.unresolved": "analytics_requests",
    "escalation.opened": "analytics_escalations",
    "escalation.updated": "analytics_escalation_changes",
    "notification.requested": "analytics_delivery_requests",
    "notification.delivered": "analytics_deliveries",
    "notification.failed": "analytics_deliveries",
}
ASSIGNED = "pattern.assigned"

ENDS = {"resolved", "withdrawn", "expired"}
TIMED = {"acknowledged", "answered", "resolved"}
FLAGS = ("dead_end", "missed", "needless", "asked_for_person")
"""What is counted of an outcome where it is so."""
MILLISECOND = timedelta(milliseconds=1)

Cell = tuple[str, str, str, str, str]
"""App, step, beginning of the bucket (ISO 8601), dimension and value."""
Amount = tuple[int, int]
"""How many, and the sum of their milliseconds."""


@dataclass
class Account:
    """Everything that the log says, each event once."""

    counters: dict[Cell, Amount] = field(default_factory=dict)
    facts: Counter[str] = field(default_factory=Counter)
    """Documents by collection."""
    opened: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    """Escalation to its app and when it was opened."""
    assigned: dict[str, str | None] = field(default_factory=dict)
    """Escalation to its pattern, as the last record says."""
    conversations: set[tuple[str, str]] = field(default_factory=set)
    """App and conversation of everything; each of them asks once here."""
    records: int = 0
    repeats: int = 0
    _seen: set[tuple[str, str, str]] = field(default_factory=set)

    def note(self, topic: str, value: Json) -> None:
        """Take in one record; a repeat of an event adds nothing."""
        if topic == ASSIGNED:
            pattern = value["pattern"]
            self.assigned[value["escalation_id"]] = pattern and pattern["id"]
            return
        self.records += 1
        event = (topic, value["app_id"], value[IDENTITY[topic]])
        if event in self._seen:
            self.repeats += 1
            return
        self._seen.add(event)
        self.facts[COLLECTIONS[topic]] += 1
        # A message that nothing was made of yet asks for nothing so far.
        if value.get("type") != "message":
            self.conversations.add((value["app_id"], value["conversation_id"]))
        self._count(topic, value)

    def _count(self, topic: str, value: Json) -> None:
        said = _moment(value["occurred_at"])
        if topic == "conversation.resolved":
            self._add(value, said, "outcome", "resolved")
        elif topic == "conversation.unresolved":
            self._add(value, said, "outcome", "unresolved")
            self._add(value, said, "reason", value["reason"])
        elif topic == "conversation.replies":
            if value["type"] == "handoff" and value.get("asked_at"):
                self._time(value, said, "told", _moment(value["asked_at"]))
        elif topic == "escalation.opened":
            at = _moment(value["opened_at"])
            self.opened[value["escalation_id"]] = (value["app_id"], at)
            self._add(value, at, "escalation", "opened")
        elif topic == "escalation.updated":
            self._count_change(value)
        elif topic == "notification.delivered":
            at = _moment(value["delivered_at"])
            self._add(value, at, "delivery", "delivered")
            self._add(value, at, "destination", value["destination_id"])
            self._time(value, at, "delivered", said)
        elif topic == "notification.failed":
            self._add(value, _moment(value["failed_at"]), "delivery", "failed")

    def _count_change(self, value: Json) -> None:
        at, before, after = _moment(value["at"]), value["from"], value["to"]
        promise, score = value.get("promise"), value.get("score")
        if promise and promise["state"] in {"kept", "broken"}:
            self._add(value, at, "promise", promise["state"])
        if score is not None:
            self._add(value, at, "score", str(score))
        if before == after:
            return
        self._add(value, at, "escalation", after)
        if before in ENDS:
            self._add(value, at, "escalation", "returned")
        if after in TIMED and before != "reopened" and value.get("opened_at"):
            self._time(value, at, after, _moment(value["opened_at"]))

    def _time(self, value: Json, at: datetime, what: str, since: datetime) -> None:
        ms = max(0, (at - since) // MILLISECOND)
        self._add(value, at, "ms", what, ms)

    def _add(
        self, value: Json, at: datetime, dimension: str, name: str, ms: int = 0
    ) -> None:
        for step in ("hour", "day"):
            add(
                self.counters,
                (value["app_id"], step, _text(at, step), dimension, name),
                ms,
            )

    def count_patterns(self, causes: Mapping[str, str]) -> dict[Cell, Amount]:
        """Return the counters of patterns: escalations by when they were opened.

        And those of their *causes*, which nothing in the log tells.
        """
        counters: dict[Cell, Amount] = {}
        for escalation, pattern in self.assigned.items():
            if pattern is None or escalation not in self.opened:
                continue
            app, at = self.opened[escalation]
            for step in ("hour", "day", "month"):
                add(counters, (app, step, _text(at, step), "pattern", pattern), 0)
            cause = causes.get(pattern, "unclear")
            add(counters, (app, "month", _text(at, "month"), "cause", cause), 0)
        return counters


def count_outcomes(outcomes: Iterable[Json]) -> dict[Cell, Amount]:
    """Return the counters of what came of requests, from their documents."""
    counters: dict[Cell, Amount] = {}
    for row in outcomes:
        said = [row["came_of_it"], *(flag for flag in FLAGS if row.get(flag))]
        if row.get("durable") is not None:
            said.append("durable" if row["durable"] else "not_durable")
        for step in ("hour", "day"):
            for each in said:
                at = _text(row["at"].astimezone(UTC), step)
                add(counters, (row["app_id"], step, at, "came_of_it", each), 0)
    return counters


def add(counters: dict[Cell, Amount], cell: Cell, ms: int) -> None:
    """Count one more, of *ms* milliseconds."""
    n, total = counters.get(cell, (0, 0))
    counters[cell] = (n + 1, total + ms)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _text(at: datetime, step: str) -> str:
    if step == "month":
        at = at.replace(day=1)
    hour = at.hour if step == "hour" else 0
    return at.replace(hour=hour, minute=0, second=0, microsecond=0).isoformat()
