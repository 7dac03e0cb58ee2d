"""What the trend store holds, read with the plain driver."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from pymongo import MongoClient

from handrail.recount.account import COLLECTIONS, Amount, Cell

DATABASE = "handrail"


@dataclass(frozen=True)
class Stored:
    """The counters, facts and patterns of the apps of a run."""

    counters: dict[Cell, Amount]
    """Without those of patterns."""
    pattern_counters: dict[Cell, Amount]
    facts: dict[str, int]
    members: dict[str, str]
    """Escalation to its pattern."""
    sizes: dict[str, int]
    """Pattern to how many it says it has, without those that have none."""


@dataclass(frozen=True)
class Waiting:
    """What analytics has yet to do."""

    ungrouped: int
    unpublished: int
    parked: int
    moving: int

    @property
    def nothing(self) -> bool:
        """Return whether all is done."""
        return not (self.ungrouped or self.unpublished or self.parked or self.moving)


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
        )

    def read(self) -> Stored:
        """Return everything that is compared."""
        counters: dict[Cell, Amount] = {}
        patterns: dict[Cell, Amount] = {}
        for row in self._database["analytics_counters"].find():
            at = row["at"].astimezone(UTC).isoformat()
            cell = (row["app_id"], row["step"], at, row["dimension"], row["value"])
            into = patterns if row["dimension"] == "pattern" else counters
            # A counter that came back to nothing says what a missing one says.
            if row["n"]:
                into[cell] = (row["n"], row.get("ms", 0))
        members = self._database["analytics_pattern_members"].find()
        sizes = self._database["analytics_patterns"].find({"size": {"$gt": 0}})
        return Stored(
            counters=counters,
            pattern_counters=patterns,
            facts={
                name: self._database[name].count_documents({})
                for name in set(COLLECTIONS.values())
            },
            members={row["_id"]: row["pattern_id"] for row in members},
            sizes={row["pattern_id"]: row["size"] for row in sizes},
        )
