"""All that decides whether people are told at once, in one place for the verb."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel

from services.escalator.domain.grouping.lanes import digest_lane
from services.escalator.domain.grouping.silences import Silence, choose_silence
from services.escalator.domain.routing.facts import Facts
from services.escalator.escalate.drafting.documents import ESCALATIONS
from services.escalator.escalate.grouping.digesting import DIGESTS
from services.escalator.repository.noise.silences import MongoSilences, SilenceTable
from shared.clock import Clock
from shared.events import AppKnownIssues, KnownIssue
from shared.events.digests import without_words
from shared.kafka.following.compacted import CompactedTopic
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.lanes import MongoLanes
from shared.mongo.stored import Subject
from shared.settings import KafkaSettings
from shared.topics import APP_KNOWN_ISSUES

Row = dict[str, Any]
STANDING = ("status", "assignee", "number", "summary", "pattern", "priority", "reason")


class KnownIssueTable:
    """Follows `app.known-issues`: which patterns of each app people know of."""

    def __init__(self, settings: KafkaSettings, *, client_id: str) -> None:
        self._issues: dict[str, dict[str, KnownIssue]] = {}
        self._topic = CompactedTopic(
            APP_KNOWN_ISSUES, self.apply, settings=settings, client_id=client_id
        )

    async def start(self) -> None:
        """Begin to follow."""
        await self._topic.start()

    async def stop(self) -> None:
        """Stop following."""
        await self._topic.stop()

    def get(self, app_id: str, pattern_id: str) -> KnownIssue | None:
        """Return the app's known issue of that pattern."""
        return self._issues.get(app_id, {}).get(pattern_id)

    def has(self, app_id: str) -> bool:
        """Return whether the app has any."""
        return bool(self._issues.get(app_id))

    def apply(self, key: bytes | None, value: bytes | None) -> None:
        """Take one record of the topic: the last one is true.

        Raises ValidationError where it cannot be read.
        """
        if not value:
            self._issues.pop((key or b"").decode("utf-8", "replace"), None)
            return
        found = AppKnownIssues.model_validate_json(value)
        self._issues[found.app_id] = {each.pattern_id: each for each in found.issues}


class KnownNoise:
    """The verb's `Noise`, from MongoDB and `app.known-issues`."""

    def __init__(self, database: Database, kafka: KafkaSettings, clock: Clock) -> None:
        self.silences = MongoSilences(database)
        self._table = SilenceTable(self.silences, clock)
        self._issues = KnownIssueTable(kafka, client_id="handrail-escalator-issues")
        self._escalations = database[ESCALATIONS]
        self._digests = database[DIGESTS]
        self._lanes = MongoLanes(database, service="escalator")

    async def start(self) -> None:
        """Know the silences, and follow what is known of issues."""
        await self._prepare()
        await self.refresh()
        await self._issues.start()

    async def stop(self) -> None:
        """Stop following."""
        await self._issues.stop()

    async def refresh(self) -> None:
        """Look for silences that another instance was told of; raises Transient."""
        await self._table.refresh()

    async def _prepare(self) -> None:
        """Create the indexes; only what is silenced is in the first."""
        await self.silences.prepare()
        with translated():
            await self._escalations.create_indexes(
                [
                    IndexModel(
                        [
                            ("app_id", ASCENDING),
                            ("silenced_by", ASCENDING),
                            ("_id", ASCENDING),
                        ],
                        partialFilterExpression={"silenced_by": {"$type": "string"}},
                    )
                ]
            )
            await self._digests.create_index(
                [("app_id", ASCENDING), ("escalation_ids", ASCENDING)]
            )

    def silence(self, app_id: str, facts: Facts, *, now: datetime) -> Silence | None:
        """Return the silence that keeps *facts* from people."""
        return choose_silence(self._table.of(app_id), facts, now=now)

    def known_issue(self, app_id: str, pattern_id: str) -> KnownIssue | None:
        """Return what people know of the pattern."""
        return self._issues.get(app_id, pattern_id)

    def has_known_issues(self, app_id: str) -> bool:
        """Return whether people know of any issue."""
        return self._issues.has(app_id)

    async def take_out(self, subject: Subject) -> dict[str, int]:
        """Take a user's words out of the digests that list their escalations."""
        query = {
            "app_id": subject.app_id,
            "escalation_ids": {"$in": [*subject.escalation_ids]},
        }
        with translated():
            digests = await self._digests.distinct("_id", query)
        chosen = frozenset(subject.conversation_ids)
        changed = await self._lanes.rewrite(
            [digest_lane(subject.app_id, each) for each in digests],
            lambda published: without_words(published, chosen),
        )
        return {"escalator_ledger": changed} if changed else {}

    async def standing(
        self, app_id: str, escalation_ids: Sequence[str]
    ) -> Mapping[str, Row]:
        """Return how these escalations stand, by id; raises Transient."""
        query = {"_id": {"$in": list(escalation_ids)}, "app_id": app_id}
        with translated():
            rows = await self._escalations.find(
                query, dict.fromkeys(STANDING, 1)
            ).to_list(None)
        return {row["_id"]: row for row in rows}

    async def size_of(
        self, app_id: str, pattern_id: str
    ) -> tuple[int, datetime | None]:
        """Return how many escalations a pattern has, and since when.

        Raises Transient.
        """
        query = {"app_id": app_id, "pattern.id": pattern_id}
        with translated():
            rows = await self._escalations.aggregate(
                [
                    {"$match": query},
                    {
                        "$group": {
                            "_id": None,
                            "count": {"$sum": 1},
                            "since": {"$min": "$opened_at"},
                        }
                    },
                ]
            ).to_list(None)
        return (rows[0]["count"], rows[0]["since"]) if rows else (0, None)

    async def is_over(self, app_id: str, silence_id: str, *, now: datetime) -> bool:
        """Return whether a silence has ended, or never was; raises Transient."""
        silence = await self.silences.get(app_id, silence_id)
        return silence is None or not silence.is_in_force(now)

    async def silenced(
        self, app_id: str, silence_id: str, *, after: str, limit: int
    ) -> Sequence[Row]:
        """Return the open escalations that a silence keeps back; raises Transient."""
        query = {
            "app_id": app_id,
            "silenced_by": silence_id,
            "_id": {"$gt": after},
            "closed_at": None,
        }
        with translated():
            return await (
                self._escalations.find(query, {"conversation_id": 1})
                .sort("_id", ASCENDING)
                .limit(limit)
                .to_list(None)
            )
