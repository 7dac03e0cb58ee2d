"""Escalation facts to group, an encoder that knows topics, and the parts put together."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from services.analytics.patterns.announce import Announcer
from services.analytics.patterns.group import Grouper
from services.analytics.patterns.indexes import IndexCache
from services.analytics.repository.patterns.grouping.announcing import (
    MongoAnnouncements,
)
from services.analytics.repository.patterns.grouping.claims import MongoClaims
from services.analytics.repository.patterns.grouping.queue import MongoGroupingQueue
from services.analytics.repository.patterns.grouping.recording import MongoGroupings
from services.analytics.repository.patterns.steering.editing import MongoEdits
from services.analytics.repository.patterns.steering.erasing import (
    MongoPatternErasure,
)
from services.analytics.repository.patterns.steering.merging import MongoMerges
from services.analytics.repository.patterns.steering.splitting import MongoSplits
from services.analytics.repository.sessions import MongoSessions
from services.analytics.repository.transactions import Transactions
from shared.clock import SystemClock

NINE = datetime(2026, 11, 30, 9, tzinfo=UTC)
WIDTH = 32


def fact(number, text, *, app_id="acme", at=None, **also):
    """Return an escalation fact as it is stored."""
    return {
        "_id": f"fact-{app_id}-{number}",
        "app_id": app_id,
        "conversation_id": f"c-{number}",
        "at": at or NINE + timedelta(minutes=number),
        "escalation_id": f"{app_id}-e{number}",
        "number": f"ESC-{number}",
        "user_id": f"u-{number}",
        "text": text,
        "summary": text,
        "language": "en",
        "grouped": False,
        "expire_at": NINE + timedelta(days=400),
        **also,
    }


class TopicEncoder:
    """Texts with the same first word are alike, all others are not."""

    name = "topics"
    dimensions = WIDTH

    def encode(self, texts):
        rows = [_direction(text.split()[0]) for text in texts]
        small = [_direction(text) * 0.1 for text in texts]
        found = np.array(rows) + np.array(small) if texts else np.zeros((0, WIDTH))
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return (found / np.maximum(lengths, 1e-9)).astype(np.float32)


def _direction(text):
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "little")
    found = np.random.default_rng(seed).normal(size=WIDTH)
    return found / np.linalg.norm(found)


@dataclass
class InlineVectors:
    """The encoder without a thread."""

    encoder: TopicEncoder = field(default_factory=TopicEncoder)

    async def load(self):
        return True

    @property
    def name(self):
        return self.encoder.name

    @property
    def dimensions(self):
        return self.encoder.dimensions

    async def encode(self, texts):
        return self.encoder.encode(texts)


class Told:
    """A publisher that remembers; what is in *failing* is raised, one a call."""

    def __init__(self):
        self.outputs = []
        self.failing = []

    async def publish(self, outputs):
        if self.failing:
            raise self.failing.pop(0)
        self.outputs += outputs


class Instance:
    """One analytics' grouping on a real database."""

    def __init__(
        self, database, *, owner="a", clock=None, told=None, at_once=500, batch=64
    ):
        self.database = database
        self.told = told or Told()
        clock = clock or SystemClock()
        self.sessions = MongoSessions(database, clock=clock)
        self.transactions = Transactions(self.sessions)
        self.claims = MongoClaims(database, transactions=self.transactions, owner=owner)
        self.groupings = MongoGroupings(
            database,
            claims=self.claims,
            transactions=self.transactions,
            clock=clock,
            retention=timedelta(days=400),
        )
        self.queue = MongoGroupingQueue(database, clock=clock)
        self.edits = MongoEdits(database, transactions=self.transactions, clock=clock)
        shared = {
            "edits": self.edits,
            "claims": self.claims,
            "transactions": self.transactions,
            "end": self.groupings.end,
        }
        self.merges = MongoMerges(database, **shared, at_once=at_once)
        self.splits = MongoSplits(database, **shared)
        self.erasure = MongoPatternErasure(
            database,
            edits=self.edits,
            claims=self.claims,
            transactions=self.transactions,
        )
        self.announcer = Announcer(MongoAnnouncements(database), self.told, clock)
        self.indexes = IndexCache(self.groupings, max_bytes=1 << 28)
        self.grouper = Grouper(
            groupings=self.groupings,
            queue=self.queue,
            vectors=InlineVectors(),
            indexes=self.indexes,
            follow=[
                self.merges.move_members,
                self.announcer.tell_assignments,
                self.announcer.tell_known_issues,
            ],
            is_active=lambda _: True,
            is_on=True,
            batch=batch,
            seconds=0.01,
        )

    async def group(self):
        """Group all there is."""
        while await self.grouper.round():
            pass


async def differences(database, app_id="acme"):
    """Return where sizes and counters are not what a recount of the members says."""
    members = await database.analytics_pattern_members.find({"app_id": app_id}).to_list(
        None
    )
    sizes, cells = {}, {}
    for each in members:
        sizes[each["pattern_id"]] = sizes.get(each["pattern_id"], 0) + 1
        at = each["at"]
        for step, bucket in (
            ("hour", at.replace(minute=0, second=0, microsecond=0)),
            ("day", at.replace(hour=0, minute=0, second=0, microsecond=0)),
            ("month", at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)),
        ):
            cell = (step, each["pattern_id"], bucket)
            cells[cell] = cells.get(cell, 0) + 1
    patterns = await database.analytics_patterns.find({"app_id": app_id}).to_list(None)
    counters = await database.analytics_counters.find(
        {"app_id": app_id, "dimension": "pattern"}
    ).to_list(None)
    stored = {
        (row["step"], row["value"], row["at"]): row["n"] for row in counters if row["n"]
    }
    found = [f"size {p['_id']}" for p in patterns
             if p["size"] != sizes.get(p["pattern_id"], 0)]  # fmt: skip
    found += [f"no document {each}" for each in sizes.keys()
              - {p["pattern_id"] for p in patterns}]  # fmt: skip
    found += [f"counter {each}" for each in cells.keys() | stored.keys()
              if cells.get(each) != stored.get(each)]  # fmt: skip
    ungrouped = await database.analytics_escalations.find(
        {"app_id": app_id, "grouped": True}
    ).to_list(None)
    known = {each["_id"] for each in members}
    found += [f"lost {row['escalation_id']}" for row in ungrouped
              if row["text"] and row["escalation_id"] not in known]  # fmt: skip
    return found
