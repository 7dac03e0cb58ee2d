"""Erase a user everywhere: ask every service once, and collect what each did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from shared import ids
from shared.clock import Clock
from shared.events import UserErasureRequested
from shared.kafka.records import Outgoing, outgoing
from shared.topics import CATALOGUE, USER_ERASURE_REQUESTED
from shared.topics.catalogue import (
    ALL_SERVICES,
)
from shared.topics.topic import (
    DEAD_LETTER_RETENTION,
)

MAX_CONVERSATIONS = 20_000
"""Named in a request, to stay within a record. Each service adds what it knows."""

Row = dict[str, Any]


class Receipts(Protocol):
    """Where reports are kept."""

    async def latest(self, app_id: str, user: str) -> Row | None: ...
    async def begin(
        self, erasure_id: str, *, app_id: str, user: str, number: int, now: datetime
    ) -> Row: ...
    async def get(self, key: str) -> Row | None: ...


class Conversations(Protocol):
    """Which conversations are a user's, as far as this service knows."""

    async def of_user(self, app_id: str, user_id: str) -> set[str]: ...


class Publisher(Protocol):
    """Where records go."""

    async def publish(self, outputs: Sequence[Outgoing]) -> None: ...


class Digest(Protocol):
    """What stands for a user whose name is not kept."""

    def __call__(self, app_id: str, user_id: str, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Eraser:
    """Asks for erasures; the same request again is the same erasure."""

    receipts: Receipts
    conversations: Conversations
    publisher: Publisher
    clock: Clock
    digest: Digest

    async def request(self, app_id: str, user_id: str) -> Row:
        """Return the erasure of the user; begin one where there is something to erase.

        One that is under way is asked for again: a service may have missed it. One
        that is over holds unless the user has come back since.
        """
        user = self.digest(app_id, user_id)
        lanes = sorted(await self.conversations.of_user(app_id, user_id))
        row = await self.receipts.latest(app_id, user)
        if row is not None and is_over(row) and not lanes:
            return row
        number = 1 if row is None else row["round"] + int(is_over(row))
        row = await self.receipts.begin(
            ids.derive("erasure", app_id, user_id, str(number)),
            app_id=app_id,
            user=user,
            number=number,
            now=self.clock.now(),
        )
        event = UserErasureRequested(
            app_id=app_id,
            erasure_id=row["_id"],
            user_id=user_id,
            conversation_ids=[
                lane.removeprefix(f"{app_id}:") for lane in lanes[:MAX_CONVERSATIONS]
            ],
            requested_at=row["requested_at"],
        )
        await self.publisher.publish(
            [
                outgoing(
                    USER_ERASURE_REQUESTED,
                    event,
                    source="escalator",
                    now=event.requested_at,
                )
            ]
        )
        return row

    async def receipt(self, app_id: str, user_id: str) -> Row | None:
        """Return the newest erasure of the user, as far as it is."""
        return await self.receipts.latest(app_id, self.digest(app_id, user_id))

    async def purge(self, app_id: str, version: int) -> Row | None:
        """Return what was reported of a deleted app."""
        return await self.receipts.get(f"{app_id}@{version}")

    async def is_purged(self, app_id: str, version: int) -> bool:
        """Return whether every service has deleted what it had of the app."""
        row = await self.purge(app_id, version)
        return row is not None and is_over(row)


def is_over(row: Row) -> bool:
    """Return whether every service has reported."""
    return set(ALL_SERVICES) <= set(row.get("services", {}))


def remains(requested_at: datetime) -> list[tuple[str, datetime]]:
    """Return which topics hold records that cannot be rewritten, and until when."""
    kept: list[tuple[str, timedelta]] = [
        (topic.name, topic.retention)
        for topic in CATALOGUE
        if topic.retention is not None
    ]
    kept += [(topic.dead_letter, DEAD_LETTER_RETENTION) for topic in CATALOGUE]
    return [(name, requested_at + time) for name, time in kept]
