"""The columns of each export: their names and kinds never change, new ones come last.

docs/reports.md describes them to analysts; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Table(StrEnum):
    """What can be exported."""

    ESCALATIONS = "escalations"
    PATTERNS = "patterns"
    TRENDS = "trends"


class Kind(StrEnum):
    """What a column holds; a cell of any kind may be empty."""

    TEXT = "text"
    TIME = "time"
    INTEGER = "integer"
    NUMBER = "number"
    TEXTS = "list of text"
    RECORDS = "list of records"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a cell is found in a row under its name."""

    name: str
    kind: Kind = Kind.TEXT
    fields: Mapping[str, Kind] | None = None
    """Of a list of records: what each record holds."""


ATTEMPT = {
    "kind": Kind.TEXT,
    "name": Kind.TEXT,
    "title": Kind.TEXT,
    "score": Kind.NUMBER,
    "threshold": Kind.NUMBER,
    "outcome": Kind.TEXT,
    "detail": Kind.TEXT,
}
NEAR_MISS = {
    "kind": Kind.TEXT,
    "name": Kind.TEXT,
    "title": Kind.TEXT,
    "score": Kind.NUMBER,
    "count": Kind.INTEGER,
}

COLUMNS: Mapping[Table, tuple[Column, ...]] = {
    Table.ESCALATIONS: (
        Column("escalation_id"),
        Column("number"),
        Column("opened_at", Kind.TIME),
        Column("occurred_at", Kind.TIME),
        Column("conversation_id"),
        Column("request_id"),
        Column("user_id"),
        Column("reason"),
        Column("detail"),
        Column("priority"),
        Column("language"),
        Column("route"),
        Column("tags", Kind.TEXTS),
        Column("destinations", Kind.TEXTS),
        Column("status"),
        Column("acknowledged_at", Kind.TIME),
        Column("answered_at", Kind.TIME),
        Column("resolved_at", Kind.TIME),
        Column("pattern_id"),
        Column("summary"),
        Column("text"),
        Column("attempts", Kind.RECORDS, ATTEMPT),
        Column("app_state", Kind.RECORDS, {"path": Kind.TEXT, "value": Kind.TEXT}),
    ),
    Table.PATTERNS: (
        Column("pattern_id"),
        Column("version", Kind.INTEGER),
        Column("label"),
        Column("labelled_by"),
        Column("size", Kind.INTEGER),
        Column("users", Kind.INTEGER),
        Column("first_seen", Kind.TIME),
        Column("last_seen", Kind.TIME),
        Column("growth", Kind.NUMBER),
        Column("cause"),
        Column("cause_code"),
        Column("because"),
        Column("status"),
        Column("owner"),
        Column("minutes_per_escalation", Kind.NUMBER),
        Column("cost_minutes", Kind.NUMBER),
        Column("representative"),
        Column("representative_text"),
        Column("near_misses", Kind.RECORDS, NEAR_MISS),
    ),
    Table.TRENDS: (
        Column("at", Kind.TIME),
        Column("step"),
        Column("dimension"),
        Column("key"),
        Column("count", Kind.INTEGER),
        Column("ms", Kind.INTEGER),
    ),
}
