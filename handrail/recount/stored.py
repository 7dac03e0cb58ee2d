"""What the trend store holds, read with the plain driver."""

from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Any

from pymongo import MongoClient

from handrail.recount.account import COLLECTIONS, Amount, Cell

DATABASE = "handrail"
_KINDS = {"pattern": "pattern", "cause": "pattern", "came_of_it": "outcome"}
"""Dimensions that are counted by jobs of their own."""


@dataclass(frozen=True)
class Stored:
    """The counters, facts and patterns of the apps of a run."""

    counters: dict[Cell, Amount]
    """Without those of patterns, causes and outcomes."""
    pattern_counters: dict[Cell, Amount]
    """And of causes."""
    outcome_counters: dict[Cell, Amount]
    outcomes: list[dict[str, Any]]
    """What came of each request."""
    facts: dict[str, int]
    members: dict[str, str]
    """Escalation to its pattern."""
    sizes: dict[str, int]
    """Pattern to how many it says it has, without those that have none."""
    causes: dict[str, str]
    """Pattern to its cause, where it has one."""


@dataclass(frozen=True)
class Waiting:
    """What analytics has yet to do."""

    ungrouped: int
    unpublished: int
    parked: int
    moving: int
    unprofiled: int
    unjudged: int
    """News of conversations, and judgements whose time has come."""
    unsettled: int
    """Counters that the lines by cause have to follow."""

    @property
    def nothing(self) -> bool:
        """Return whether all is done."""
        return not any(astuple(self))


class Store:
    """Reads the database that analytics writes."""

    def __init__(self, url: str) -> None:
        self._client: MongoClient[dict[str, Any]] = MongoClient(url, tz_aware=True)
        self._database = self._client[DATABASE]

    def close(self) -> None:
        """Disconnect."""
        self._client.close()

    def waiting(self) -> Waiting:
        """Count what is still to be grouped, published or tried again."""

        def count(name: str, **query: object) -> int:
            return self._database[name].count_documents(query)

        return Waiting(
            ungrouped=count("analytics_escalations", grouped=False),
            unpublished=count("analytics_pattern_members", published=False),
            parked=count("analytics_parked"),
            moving=count("analytics_patterns", moving=True),
            unprofiled=count("analytics_patterns", dirty=True),
            unjudged=count("analytics_news")
            + count(
                "analytics_conversations",
                look_again_at={"$lte": datetime.now(UTC)},
            ),
            unsettled=count("analytics_counters", unsettled=True),
        )

    def read(self) -> Stored:
        """Return everything that is compared."""
        counters: dict[str, dict[Cell, Amount]] = {}
        for row in self._database["analytics_counters"].find():
            at = row["at"].astimezone(UTC).isoformat()
            cell = (row["app_id"], row["step"], at, row["dimension"], row["value"])
            kind = _KINDS.get(row["dimension"], "fact")
            # A counter that came back to nothing says what a missing one says.
            if row["n"]:
                counters.setdefault(kind, {})[cell] = (row["n"], row.get("ms", 0))
        members = self._database["analytics_pattern_members"].find()
        patterns = list(self._database["analytics_patterns"].find({}, {"state": 0}))
        return Stored(
            counters=counters.get("fact", {}),
            pattern_counters=counters.get("pattern", {}),
            outcome_counters=counters.get("outcome", {}),
            outcomes=list(self._database["analytics_outcomes"].find()),
            facts={
                name: self._database[name].count_documents({})
                for name in set(COLLECTIONS.values())
            },
            members={row["_id"]: row["pattern_id"] for row in members},
            sizes={
                row["pattern_id"]: row["size"] for row in patterns if row.get("size")
            },
            causes={
                row["pattern_id"]: cause
                for row in patterns
                if (cause := (row.get("profile") or {}).get("cause"))
            },
        )
