"""Outcomes of an erased user: left as they were judged, and judged no more."""

from datetime import timedelta

from pymongo import UpdateOne

from services.analytics.repository.outcomes.schema import CONVERSATIONS
from shared.clock import Clock
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.stored import Subject


class MongoOutcomeErasure:
    """Writes to `analytics_conversations`, where every judgement begins."""

    def __init__(
        self, database: Database, *, clock: Clock, retention: timedelta
    ) -> None:
        self._database = database
        self._clock = clock
        self._retention = retention

    async def let_be(self, subject: Subject) -> None:
        """Stop judging the conversations of *subject*, even one under way.

        Before they are emptied: a judgement that read their words meets this write,
        and either ends before it, so that what it stored is emptied too, or starts over
        and leaves them.
        """
        erased = {"erased": True, "look_again_at": None, "user_id": None}
        updates = [
            UpdateOne(
                {"_id": lane},
                {
                    "$set": erased,
                    "$inc": {"judged": 1},
                    "$setOnInsert": {
                        "app_id": subject.app_id,
                        "conversation_id": name,
                        "expire_at": self._clock.now() + self._retention,
                    },
                },
                upsert=True,
            )
            for lane, name in zip(subject.lanes, subject.conversation_ids, strict=True)
        ]
        if updates:
            with translated():
                await self._database[CONVERSATIONS].bulk_write(updates)
