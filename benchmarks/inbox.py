"""How fast the inbox of an app with many escalations is listed and searched.

`python -m benchmarks.inbox [count]`: fills a database of its own in a MongoDB that it
starts, or in the one that HANDRAIL_MONGO_URL names, and asks what people ask.
"""

import asyncio
import json
import os
import random
import statistics
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from handrail.stack import mongod
from services.escalator.domain.inbox.filters import Filter, Sort
from services.escalator.domain.inbox.words import words_of_row
from services.escalator.escalate.drafting.documents import ESCALATIONS
from services.escalator.repository.inbox.reading import MongoInbox
from shared.mongo.connect import Database, connect, database_of
from shared.mongo.ledger import MongoLedger

COUNT = 1_000_000
ROUNDS = 100
PAGE = 51
"""As the API asks: one more than it shows."""
BATCH = 5_000
START = datetime(2025, 12, 1, tzinfo=UTC)
APP = "bench"
VOCABULARY = 20_000
NAMES = 5_000
WORDS = [f"word{rank}" for rank in range(VOCABULARY)]
FREQUENCIES = [*accumulate(1 / (rank + 2) for rank in range(VOCABULARY))]
"""Zipf's law: the first words are in every second summary, the last in a handful."""


def rows(count: int, seed: int) -> list[dict[str, Any]]:
    """Return *count* escalations; what is frequent in life is frequent here."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        at = START + timedelta(seconds=chance.random() * 31_000_000)
        closed = chance.random() < 0.97
        row: dict[str, Any] = {
            "_id": uuid.UUID(int=chance.getrandbits(128)).hex,
            "app_id": APP,
            "conversation_id": f"c-{chance.getrandbits(48)}",
            "number": f"ESC-{chance.randrange(10**9)}",
            "status": "resolved" if closed else "open",
            "reason": chance.choice(["no_match", "low_confidence", "action_failed"]),
            "summary": " ".join(chance.choices(WORDS, cum_weights=FREQUENCIES, k=12)),
            "user": {
                "id": f"u-{chance.randrange(300_000)}",
                "name": f"name{chance.randrange(NAMES)}",
                "email": f"user{chance.randrange(300_000)}@example.com",
            },
            "assignee": f"member{chance.randrange(40)}" if closed else None,
            "priority": chance.choices(
                ["low", "normal", "high", "urgent"], [5, 85, 8, 2]
            )[0],
            "tags": [f"tag{chance.randrange(30)}"] if chance.random() < 0.2 else [],
            "pattern": None,
            "opened_at": at,
            "opened_by": "x",
            "closed_at": at if closed else None,
            "due_at": None if closed else at + timedelta(hours=4),
            "deliveries": [],
        }
        row["words"] = list(words_of_row(row))
        made.append(row)
    return made


def questions(chance: random.Random) -> dict[str, tuple[Filter, Sort]]:
    """Return one question of each kind that people ask."""
    now = START + timedelta(days=360)
    rare = f"word{chance.randrange(VOCABULARY // 2, VOCABULARY)}"
    common = f"word{chance.randrange(20)}"
    member, user = chance.randrange(40), chance.randrange(10_000, 99_999)
    return {
        "newest": (Filter(), Sort.NEWEST),
        "open, by priority": (Filter(statuses=("open",)), Sort.PRIORITY),
        "open, by due": (Filter(statuses=("open",)), Sort.DUE),
        "overdue": (Filter(due_to=now), Sort.DUE),
        "mine": (
            Filter(statuses=("open", "resolved"), assignee=f"member{member}"),
            Sort.NEWEST,
        ),
        "a tag": (Filter(tags=(f"tag{chance.randrange(30)}",)), Sort.NEWEST),
        "a frequent word": (Filter(words=(common,)), Sort.NEWEST),
        "a rare word": (Filter(words=(rare,)), Sort.NEWEST),
        "a frequent and a rare word": (Filter(words=(common, rare)), Sort.NEWEST),
        "two frequent words": (Filter(words=(common, "word3")), Sort.NEWEST),
        "a beginning": (
            Filter(words=(f"user{user}",)),
            Sort.NEWEST,
        ),
        "a person": (Filter(words=(f"name{chance.randrange(NAMES)}",)), Sort.NEWEST),
        "nothing": (Filter(words=(f"none{chance.randrange(999)}",)), Sort.NEWEST),
    }


async def fill(database: Database, count: int) -> None:
    """Store *count* escalations."""
    done = 0
    while done < count:
        some = await asyncio.to_thread(rows, min(BATCH, count - done), done)
        await database[ESCALATIONS].insert_many(some, ordered=False)
        done += len(some)
        print(f"{done:,} of {count:,} escalations", file=sys.stderr, flush=True)


async def measure(inbox: MongoInbox) -> dict[str, list[float]]:
    """Return the milliseconds of each kind of question."""
    chance = random.Random(7)
    took: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for kind, (wanted, sort) in questions(chance).items():
            began = time.perf_counter()
            await inbox.page(APP, wanted, sort=sort, limit=PAGE)
            took.setdefault(kind, []).append((time.perf_counter() - began) * 1000)
    return took


async def run(url: str, count: int) -> None:
    """Fill, ask, print, and leave nothing behind."""
    client = connect(url)
    name = f"bench_inbox_{uuid.uuid4().hex[:8]}"
    database = database_of(client, name)
    try:
        inbox = MongoInbox(database, MongoLedger(database, service="bench"))
        await inbox.prepare()
        await fill(database, count)
        took = await measure(inbox)
    finally:
        await client.drop_database(name)
        client.close()
    await asyncio.to_thread(show, took, count)


def show(took: dict[str, list[float]], count: int) -> None:
    """Print the table and write it to build/inbox.json."""
    every = [each for kind in took.values() for each in kind]
    table = {
        kind: {"p50_ms": round(statistics.median(ms), 2), "p99_ms": round(high(ms), 2)}
        for kind, ms in {**took, "all": every}.items()
    }
    for kind, figures in table.items():
        p50, p99 = figures["p50_ms"], figures["p99_ms"]
        print(f"{kind:28} p50 {p50:8.2f} ms   p99 {p99:8.2f} ms")
    target = Path("build/inbox.json")
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"escalations": count, **table}, indent=2) + "\n")


def high(values: list[float]) -> float:
    """Return the 99th percentile of *values*."""
    return sorted(values)[max(0, round(len(values) * 0.99) - 1)]


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    if given := os.environ.get("HANDRAIL_MONGO_URL"):
        asyncio.run(run(given, wanted))
    else:
        with mongod.running() as server:
            asyncio.run(run(server.url, wanted))
