"""Leases by the database's clock: what is taken, until when, and whether that is over.

Each machine has a clock of its own, and one that is ahead would take what another is
still at work on. Every comparison and every new end is therefore made by the database
(`$$NOW`); where a document is inserted, by its clock as it was read lately.
"""

from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from shared.mongo.connect import Database
from shared.mongo.errors import translated

READ_AGAIN_SECONDS = 10.0
"""Clocks drift by far less than a second in this time, and a failover is noticed."""


def is_over(field: str) -> dict[str, Any]:
    """Return the query for documents whose *field* has passed, or is missing.

    It uses an index on *field*. MongoDB takes no such query where it upserts.
    """
    return {"$expr": {"$lte": [f"${field}", "$$NOW"]}}


def from_now(lease: timedelta) -> dict[str, Any]:
    """Return the end of a lease taken now, for an update with a pipeline."""
    return {"$add": ["$$NOW", int(lease.total_seconds() * 1000)]}


def literal(value: object) -> dict[str, Any]:
    """Return *value* for an update with a pipeline, where `$` begins a field's name."""
    return {"$literal": value}


class DatabaseTime:
    """The time by the database's clock, read once in ten seconds.

    Between two readings our own monotonic clock goes on: it cannot be set.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: tuple[datetime, float] | None = None

    async def now(self) -> datetime:
        """Return the current moment in UTC. Raises Transient."""
        at = monotonic()
        if self._read is None or at - self._read[1] > READ_AGAIN_SECONDS:
            with translated():
                answer = await self._database.command(
                    "hello", codec_options=self._database.codec_options
                )
            # As it was when we asked: rather early than late, by one round trip.
            self._read = (answer["localTime"], at)
        moment, since = self._read
        return moment + timedelta(seconds=monotonic() - since)
