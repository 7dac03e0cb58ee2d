"""How fast trends and patterns of a large app are read.

`python -m benchmarks.trends [patterns] [escalations]`: fills a database of its own in a
MongoDB that it starts, or in the one that HANDRAIL_MONGO_URL names, with the counters
and patterns of 90 days, and asks over HTTP what people and the page ask.
"""

import asyncio
import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from fastapi import FastAPI
from pymongo import UpdateOne

from handrail.stack import mongod
from services.analytics.api import trends
from services.analytics.api.gaps import listing as gaps
from services.analytics.api.patterns import listing as patterns
from services.analytics.counting.report import Reporter
from services.analytics.domain.facts import Dimension
from services.analytics.domain.profiles.growth import measure_growth
from services.analytics.patterns.browsing.listing import Listing
from services.analytics.patterns.browsing.opening import NoAdviser, Opener
from services.analytics.patterns.browsing.trends import PatternTrends
from services.analytics.repository import schema
from services.analytics.repository.counts import MongoCounts
from services.analytics.repository.patterns.schema import MEMBERS, PATTERNS
from services.analytics.repository.profiles.causes import AT_ONCE, MongoCauseCounters
from services.analytics.repository.profiles.causes import ROUNDS as ROUNDS_OF_SETTLING
from services.analytics.repository.profiles.counting import MongoPatternCounters
from services.analytics.repository.profiles.openings import MongoOpenings
from services.analytics.repository.profiles.reading import MongoPatterns
from services.analytics.repository.schema import COUNTERS
from services.analytics.repository.sessions import MongoSessions
from services.analytics.repository.transactions import Transactions
from shared.events import AppKey, AppSettings, Reason, Scope
from shared.mongo.connect import Database, connect, database_of
from shared.web.api import install
from shared.web.auth import Credentials, new_key

PATTERNS_FILLED = 5_000
ESCALATIONS = 10_000_000
DAYS = 90
ROUNDS = 100
BATCH = 5_000
APP = "bench"
END = datetime(2026, 11, 30, 22, tzinfo=UTC)
"""Not the end of a day: the edges of a period are what is dear."""
FIRST = datetime(2026, 9, 1, tzinfo=UTC)
EXEMPLARS = 5
CAUSES = ("documentation", "action", "bug", "person", "unclear")
Row = dict[str, Any]
Took = dict[str, list[tuple[float, float]]]
"""Milliseconds by question: on the wall, and of this process."""


def pattern_name(rank: int) -> str:
    """Return the id of the pattern that is the *rank*-th largest."""
    return f"p-{rank:012x}"


def hours_of(count: int, escalations: int) -> np.ndarray[Any, Any]:
    """Return how many escalations each pattern had in each hour, (patterns, hours).

    Few patterns have most of them (Zipf), and days are busier than nights.
    """
    chance = np.random.default_rng(11)
    hours = round((END - FIRST) / timedelta(hours=1))
    sizes = 1 / np.arange(1, count + 1)
    day = 1 + np.sin((np.arange(hours) % 24 - 8) / 24 * 2 * np.pi) * 0.8
    expected = escalations * np.outer(sizes / sizes.sum(), day / day.sum())
    return chance.poisson(expected).astype(np.int32)


def counters(name: str, hours: np.ndarray[Any, Any]) -> Iterator[Row]:
    """Yield the counters of one pattern by day and by month."""
    months: dict[datetime, Row] = {}
    for first in range(0, len(hours), 24):
        at = FIRST + timedelta(hours=first)
        per_hour = {
            str(i): int(n) for i, n in enumerate(hours[first : first + 24]) if n
        }
        if not per_hour:
            continue
        n = sum(per_hour.values())
        yield _counter("day", at, name, n, per_hour)
        month = months.setdefault(
            at.replace(day=1), _counter("month", at.replace(day=1), name, 0, {})
        )
        month["unsettled"] = True
        month["n"] += n
        month["parts"][str(at.day)] = n
    yield from months.values()


def _counter(step: str, at: datetime, name: str, n: int, parts: dict[str, int]) -> Row:
    return {
        "_id": f"{APP}:{step}:{int(at.timestamp())}:pattern:{name}",
        "app_id": APP,
        "dimension": "pattern",
        "value": name,
        "step": step,
        "at": at,
        "n": n,
        "parts": parts,
    }


def other_counters(per_hour: np.ndarray[Any, Any]) -> Iterator[UpdateOne]:
    """Yield the counters of reasons, destinations and openings by hour and day."""
    values = [
        (Dimension.ESCALATION.value, each)
        for each in ("opened", "acknowledged", "answered", "resolved")
    ]
    values += [(Dimension.REASON.value, each.value) for each in Reason]
    values += [(Dimension.DESTINATION.value, f"team-{i}") for i in range(5)]
    for hour, n in enumerate(per_hour):
        at = FIRST + timedelta(hours=hour)
        for step, bucket in (("hour", at), ("day", at.replace(hour=0))):
            for dimension, value in values:
                key = f"{APP}:{step}:{int(bucket.timestamp())}:{dimension}:{value}"
                fixed = {
                    "app_id": APP,
                    "step": step,
                    "at": bucket,
                    "dimension": dimension,
                    "value": value,
                }
                yield UpdateOne(
                    {"_id": key},
                    {"$inc": {"n": int(n)}, "$setOnInsert": fixed},
                    upsert=True,
                )


def pattern_row(rank: int, hours: np.ndarray[Any, Any]) -> Row:
    """Return one pattern, with its profile."""
    size, name = int(hours.sum()), pattern_name(rank)
    month = 30 * 24
    now, before = int(hours[-month:].sum()), int(hours[-2 * month : -month].sum())
    minutes = None if rank % 7 == 0 else float(1 + rank % 40)
    return {
        "_id": f"{APP}:{name}",
        "app_id": APP,
        "pattern_id": name,
        "version": 1,
        "label": f"What pattern {rank} is about, in words",
        "labelled_by": "handrail",
        "language": "en",
        "representative": f"{name}-0",
        "representative_text": "words " * 20,
        "size": size,
        "first_seen": FIRST,
        "last_seen": END,
        "status": "open" if rank % 9 else "ignored",
        "owner": None,
        "merged_into": None,
        "state": b"s" * 4_000,
        "revision": rank,
        "profile": {
            "as_of": END,
            "users": size // 2,
            "growth": measure_growth(now, before),
            "cause": CAUSES[rank % len(CAUSES)],
            "cause_code": "doc_miss_soft",
            "because": "Most of its users ask, and a document was near.",
            "near_misses": [
                {"kind": "document", "name": f"d-{i}", "title": f"Document {i}"}
                | {"score": 0.4, "count": 40}
                for i in range(10)
            ],
            "exemplars": [f"{name}-{i}" for i in range(EXEMPLARS)],
            "minutes_per_escalation": minutes,
            "cost_minutes": None if minutes is None else minutes * size,
        },
    }


def member_rows(rank: int) -> Iterator[Row]:
    """Yield the members that stand for a pattern; the others are only counted."""
    name = pattern_name(rank)
    for i in range(EXEMPLARS):
        yield {
            "_id": f"{name}-{i}",
            "app_id": APP,
            "pattern_id": name,
            "at": END - timedelta(days=1 + i, seconds=rank),
            "user_id": f"u-{rank * EXEMPLARS + i}",
            "text": "what somebody asked, in about a hundred characters " * 2,
            "vector": b"v" * 768,
        }


async def fill(database: Database, count: int, escalations: int) -> None:
    """Store what 90 days of *escalations* leave."""
    hours = await asyncio.to_thread(hours_of, count, escalations)
    rows: dict[str, list[Any]] = {COUNTERS: [], PATTERNS: [], MEMBERS: []}
    for rank in range(count):
        rows[COUNTERS] += counters(pattern_name(rank), hours[rank])
        rows[PATTERNS].append(pattern_row(rank, hours[rank]))
        rows[MEMBERS] += member_rows(rank)
        for name, some in rows.items():
            if len(some) >= BATCH or rank == count - 1:
                await database[name].insert_many(some, ordered=False)
                rows[name] = []
        if rank % 500 == 0:
            print(f"{rank:,} of {count:,} patterns", file=sys.stderr, flush=True)
    ops = list(other_counters(hours.sum(axis=0)))
    for first in range(0, len(ops), BATCH):
        await database[COUNTERS].bulk_write(ops[first : first + BATCH], ordered=False)


class Apps:
    """One app, with one key."""

    def __init__(self) -> None:
        self.key = new_key()
        key = AppKey(
            key_id=self.key.key_id,
            hash=self.key.hash,
            scopes=[Scope.READ],
            created_at=FIRST,
        )
        self._app = AppSettings(app_id=APP, updated_at=FIRST, keys=[key])

    def get(self, app_id: str) -> AppSettings | None:
        return self._app if app_id == APP else None

    def active_count(self) -> int:
        return 1

    async def refresh(self) -> None:
        """Know all there is already."""

    def find_key(self, key_id: str) -> tuple[str, AppKey] | None:
        known = self._app.keys[0]
        return (APP, known) if key_id == known.key_id else None


class FixedClock:
    """Stands still a little before the end, so that runs are alike."""

    def now(self) -> datetime:
        return END - timedelta(minutes=10)


def client_of(database: Database, by_cause: MongoCauseCounters) -> httpx.AsyncClient:
    """Return a client of the routes as the service has them."""
    apps, clock = Apps(), FixedClock()
    known, counted = MongoPatterns(database), MongoPatternCounters(database)
    listing = Listing(known, counted, clock)
    lines = PatternTrends(known, counted, by_cause, MongoOpenings(database))
    reporter = Reporter(MongoCounts(database))
    app = FastAPI()
    install(app)
    app.state.credentials = Credentials(apps, admin_key="x" * 40)
    for router in (
        trends.router(reporter, lines, apps=apps, clock=clock),
        patterns.router(listing, Opener(known, listing, NoAdviser()), clock=clock),
        gaps.router(listing, clock=clock),
    ):
        app.include_router(router)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://analytics",
        headers={"Authorization": f"Bearer {apps.key.key}"},
    )


def questions() -> dict[str, str]:
    """Return what is asked, by what it is called."""
    quarter = (END - timedelta(days=DAYS)).strftime("from=%Y-%m-%dT%H:%M:%SZ")
    month = (END - timedelta(days=30)).strftime("from=%Y-%m-%dT%H:%M:%SZ")
    return {
        **{
            f"trends by {by}, 90 days": f"/v1/trends?by={by}&{quarter}"
            for by in ("pattern", "cause", "hour_of_week", "reason", "destination")
        },
        "patterns by size": "/v1/patterns",
        "patterns by growth": "/v1/patterns?sort=growth",
        "patterns by cost": "/v1/patterns?sort=cost",
        "patterns of a cause and status": "/v1/patterns?cause=bug&status=ignored",
        "patterns by size, 30 days": f"/v1/patterns?{month}",
        "patterns by size, 90 days": f"/v1/patterns?{quarter}",
        "patterns by growth, 30 days": f"/v1/patterns?sort=growth&{month}",
        "gaps": "/v1/gaps",
        "one pattern": f"/v1/patterns/{pattern_name(40)}",
    }


async def measure(
    ask: Callable[[str], Awaitable[Any]],
) -> Took:
    """Return the milliseconds of each question, on the wall and of this process."""
    took: Took = {each: [] for each in questions()}
    for _ in range(ROUNDS):
        for name, path in questions().items():
            began, cpu = time.perf_counter(), time.process_time()
            answer = await ask(path)
            wall = time.perf_counter() - began
            took[name].append((wall * 1000, (time.process_time() - cpu) * 1000))
            answer.raise_for_status()
    return took


async def run(url: str, count: int, escalations: int) -> None:
    """Fill, ask, print, and leave nothing behind."""
    client = connect(url)
    name = f"bench_trends_{uuid.uuid4().hex[:8]}"
    database = database_of(client, name)
    try:
        await schema.prepare(database)
        await fill(database, count, escalations)
        sessions = MongoSessions(database, clock=FixedClock())
        by_cause = MongoCauseCounters(database, transactions=Transactions(sessions))
        for _ in range(count * 4 // (AT_ONCE * ROUNDS_OF_SETTLING) + 1):
            await by_cause.settle()
        async with client_of(database, by_cause) as asking:
            took = await measure(asking.get)
        await sessions.close()
    finally:
        await client.drop_database(name)
        client.close()
    await asyncio.to_thread(show, took, count, escalations)


def show(took: Took, count: int, escalations: int) -> None:
    """Print the table and write it to build/trends.json."""
    table = {
        name: {
            "p50_ms": round(statistics.median(wall for wall, _ in ms), 1),
            "p99_ms": round(high([wall for wall, _ in ms]), 1),
            # Beside other work the wall says little; the database is not in this.
            "p50_cpu_ms": round(statistics.median(cpu for _, cpu in ms), 1),
        }
        for name, ms in took.items()
    }
    for name, figures in table.items():
        wall = f"p50 {figures['p50_ms']:7.1f} ms   p99 {figures['p99_ms']:7.1f} ms"
        print(f"{name:32} {wall}   CPU here {figures['p50_cpu_ms']:6.1f} ms")
    target = Path("build/trends.json")
    target.parent.mkdir(exist_ok=True)
    whole = {"patterns": count, "escalations": escalations, **table}
    target.write_text(json.dumps(whole, indent=2) + "\n")


def high(values: list[float]) -> float:
    """Return the 99th percentile of *values*."""
    return sorted(values)[max(0, round(len(values) * 0.99) - 1)]


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:3]]
    wanted = (*given, *(PATTERNS_FILLED, ESCALATIONS)[len(given) :])
    if there := os.environ.get("HANDRAIL_MONGO_URL"):
        asyncio.run(run(there, *wanted))
    else:
        with mongod.running() as server:
            asyncio.run(run(server.url, *wanted))
