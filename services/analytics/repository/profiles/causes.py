"""Lines by cause: kept as counters, from those of patterns.

An app's thousands of patterns would have to be read for five lines. So the counters of
a month know which part of them is in the lines (`settled`), and what changes, in number
or in cause, is `unsettled` until a round of the job adds the difference. A reader adds
it too: what it returns is of the moment, however late the job is.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import UpdateOne

from services.analytics.domain.profiles.counting.causes import (
    LinePlace,
    MonthCounter,
    tally_changes,
)
from services.analytics.domain.profiles.pattern import CAUSES, UNCLEAR
from services.analytics.repository.counts import MAX_MS
from services.analytics.repository.patterns.schema import PATTERNS
from services.analytics.repository.schema import COUNTERS
from services.analytics.repository.sessions import Session
from services.analytics.repository.transactions import Transactions
from shared.mongo.connect import Database
from shared.mongo.errors import translated

AT_ONCE = 200
"""Counters of one transaction: those who group meet it, so it is to be short."""
ROUNDS = 50
Row = Mapping[str, Any]


class MongoCauseCounters:
    """Counters of dimension `cause`, step `month`."""

    def __init__(self, database: Database, *, transactions: Transactions) -> None:
        self._counters = database[COUNTERS]
        self._patterns = database[PATTERNS]
        self._transactions = transactions

    async def settle(self) -> None:
        """Add what is unsettled to the lines; raises Transient, and may be repeated."""
        for _ in range(ROUNDS):
            if await self._transactions.run(self._settle) < AT_ONCE:
                return

    async def by_day(
        self, app_id: str, months: Sequence[datetime]
    ) -> dict[LinePlace, dict[str, int]]:
        """Return what each cause has on each day of *months*, of this moment."""
        keys = [_key(app_id, at, cause) for at in months for cause in CAUSES]
        with translated():
            rows = await self._counters.find(
                {"_id": {"$in": keys}}, {"at": 1, "value": 1, "parts": 1}
            ).to_list(None)
            unsettled = await self._counters.find(
                {"app_id": app_id, "unsettled": True, "at": {"$in": list(months)}},
                max_time_ms=MAX_MS,
            ).to_list(None)
        lines = {
            (app_id, row["at"], row["value"]): dict(row.get("parts") or {})
            for row in rows
        }
        changes = await self._changes(list(map(_read, unsettled)))
        for place, days in changes.items():
            line = lines.setdefault(place, {})
            for day, n in days.items():
                line[day] = line.get(day, 0) + n
        return lines

    async def _settle(self, session: Session) -> int:
        """Settle some; return how many, AT_ONCE where there may be more."""
        rows = await (
            self._counters.find({"unsettled": True}, session=session)
            # Of itself the server would not think of the index of these.
            .sort("app_id", 1)
            .limit(AT_ONCE)
            .to_list(None)
        )
        counters = list(map(_read, rows))
        causes = await self._causes(counters, session)
        changes = tally_changes(counters, causes, UNCLEAR)
        writes = [_added(place, days) for place, days in sorted(changes.items())]
        writes += [
            UpdateOne(
                {"_id": each.key},
                {
                    "$set": {
                        "settled": each.parts,
                        "settled_cause": causes.get(
                            (each.app_id, each.pattern_id), UNCLEAR
                        ),
                    },
                    "$unset": {"unsettled": ""},
                },
            )
            for each in counters
        ]
        if writes:
            await self._counters.bulk_write(writes, ordered=False, session=session)
        return len(counters)

    async def _changes(
        self, counters: Sequence[MonthCounter]
    ) -> dict[LinePlace, dict[str, int]]:
        with translated():
            causes = await self._causes(counters, None)
        return tally_changes(counters, causes, UNCLEAR)

    async def _causes(
        self, counters: Iterable[MonthCounter], session: Session | None
    ) -> dict[tuple[str, str], str]:
        keys = {f"{each.app_id}:{each.pattern_id}" for each in counters}
        rows = await self._patterns.find(
            {"_id": {"$in": sorted(keys)}},
            {"app_id": 1, "pattern_id": 1, "profile.cause": 1},
            session=session,
        ).to_list(None)
        return {
            (row["app_id"], row["pattern_id"]): row["profile"]["cause"]
            for row in rows
            if (row.get("profile") or {}).get("cause")
        }


def _key(app_id: str, at: datetime, cause: str) -> str:
    return f"{app_id}:month:{int(at.timestamp())}:cause:{cause}"


def _read(row: Row) -> MonthCounter:
    return MonthCounter(
        key=row["_id"],
        app_id=row["app_id"],
        at=row["at"],
        pattern_id=row["value"],
        parts=row.get("parts") or {},
        settled_cause=row.get("settled_cause", ""),
        settled=row.get("settled") or {},
    )


def _added(place: LinePlace, days: Mapping[str, int]) -> UpdateOne:
    app_id, at, cause = place
    return UpdateOne(
        {"_id": _key(app_id, at, cause)},
        {
            "$inc": {
                "n": sum(days.values()),
                **{f"parts.{day}": n for day, n in days.items()},
            },
            "$setOnInsert": {
                "app_id": app_id,
                "dimension": "cause",
                "value": cause,
                "step": "month",
                "at": at,
            },
        },
        upsert=True,
    )
