"""How many escalations were opened in each hour, or in less than one."""

from datetime import UTC, datetime, timedelta

from services.analytics.domain.facts import OPENED, Collection, Dimension
from services.analytics.domain.periods import Step, ceil_to, floor_to
from services.analytics.repository.counts import MAX_MS
from services.analytics.repository.schema import COUNTERS
from shared.mongo.connect import Database
from shared.mongo.errors import translated

_HOUR = timedelta(hours=1)


class MongoOpenings:
    """Reads the hourly counters of what was opened, and facts at a period's edges."""

    def __init__(self, database: Database) -> None:
        self._counters = database[COUNTERS]
        self._escalations = database[Collection.ESCALATIONS.value]

    async def by_hour(
        self, app_id: str, start: datetime, end: datetime
    ) -> list[tuple[datetime, int]]:
        """Return the hours of the period that have any, and how many."""
        first, last = ceil_to(start, Step.HOUR), floor_to(end, Step.HOUR)
        if first > last:
            return [(last, await self._facts(app_id, start, end))]
        found = await self._hours(app_id, first, last)
        for begin, finish in ((start, first), (last, end)):
            if begin < finish:
                n = await self._facts(app_id, begin, finish)
                found.append((floor_to(begin, Step.HOUR), n))
        return [each for each in found if each[1]]

    async def _hours(
        self, app_id: str, first: datetime, last: datetime
    ) -> list[tuple[datetime, int]]:
        # The counters of one value lie among those of all; by id they are alone.
        n = round((last - first) / _HOUR)
        begin = int(first.timestamp())
        ids = [
            f"{app_id}:hour:{begin + 3600 * i}:{Dimension.ESCALATION.value}:{OPENED}"
            for i in range(n)
        ]
        with translated():
            rows = await self._counters.find(
                {"_id": {"$in": ids}}, {"_id": 0, "at": 1, "n": 1}, max_time_ms=MAX_MS
            ).to_list(None)
        return [(row["at"].astimezone(UTC), row["n"]) for row in rows]

    async def _facts(self, app_id: str, start: datetime, end: datetime) -> int:
        query = {"app_id": app_id, "at": {"$gte": start, "$lt": end}}
        with translated():
            return await self._escalations.count_documents(query, maxTimeMS=MAX_MS)
