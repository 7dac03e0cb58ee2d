"""Erase one user in one service: fence, forget, delete, and say so.

A request becomes a document at once, and every instance drops what comes late from
then on. One instance works it, and another begins again where that one died: every
step may be repeated. Once it is done the document names nobody: digests are left, to
know what comes late by.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pymongo import ReturnDocument

from shared import ids
from shared.clock import Clock
from shared.events import ReachedDestination, UserErased, UserErasureRequested
from shared.kafka.publisher import Publisher
from shared.kafka.records import Record, outgoing
from shared.mongo.connect import Database
from shared.mongo.errors import translated
from shared.mongo.lanes import MongoLanes, user_key
from shared.mongo.stored import StoredCollection, Subject
from shared.privacy.deleting import blank, delete
from shared.privacy.guard import Guard, digest
from shared.topics import USER_ERASED

ERASURE = "erasure"
"""The topic of the record that empties a conversation's state."""
LEASE = timedelta(seconds=60)

Row = dict[str, Any]
Widen = Callable[[Subject], Awaitable[Subject]]
Reached = Callable[[Subject], Awaitable[Sequence[ReachedDestination]]]
Fence = Callable[[Record], Awaitable[object]]
TakeOut = Callable[[Subject], Awaitable[dict[str, int]]]


@dataclass(frozen=True, slots=True)
class LaneErasure:
    """Empty what is known of one conversation; it is worked like any record."""

    app_id: str
    conversation_id: str
    requested_at: datetime


async def _as_it_is(subject: Subject) -> Subject:
    return subject


async def _nobody(_: Subject) -> Sequence[ReachedDestination]:
    return ()


async def _nothing(_: Subject) -> dict[str, int]:
    return {}


@dataclass(slots=True)
class Hooks:
    """What only one service knows."""

    widen: Widen = _as_it_is
    """Adds conversations and escalations that it knows to be the user's."""
    reached: Reached = _nobody
    """Names who outside has a copy; asked before anything is deleted."""
    take_out: TakeOut = _nothing
    """Takes the user's words out of what tells of others too, which stays; returns of
    how many documents, by collection. What it finds is in no export."""
    fence: Fence | None = None
    """Works a LaneErasure; None where the service keeps no states."""


@dataclass(frozen=True, slots=True)
class Erasures:
    """Collection `<service>_erasures`."""

    database: Database
    service: str
    stored: Sequence[StoredCollection]
    publisher: Publisher
    clock: Clock
    guard: Guard
    hooks: Hooks = field(default_factory=Hooks)

    @property
    def _rows(self) -> Any:  # noqa: ANN401 - motor's collection
        return self.database[f"{self.service}_erasures"]

    async def take(self, request: UserErasureRequested) -> None:
        """Remember *request*; from now on what comes late is dropped."""
        user = user_key(request.app_id, request.user_id)
        digests = [digest(name) for name in (user, *sorted(_lanes(request)))]
        self.guard.add(digests, request.requested_at)
        row = {
            "app_id": request.app_id,
            "request": request.model_dump_json(),
            "digests": digests,
            "requested_at": request.requested_at,
            "due_at": self.clock.now(),
            "erased": {},
            "destinations": None,
        }
        with translated():
            await self._rows.update_one(
                {"_id": request.erasure_id}, {"$setOnInsert": row}, upsert=True
            )

    async def load_guard(self) -> None:
        """Learn from what other instances erased."""
        with translated():
            async for row in self._rows.find({}, {"digests": 1, "requested_at": 1}):
                self.guard.add(row["digests"], row["requested_at"])

    async def work(self) -> None:
        """Work every erasure that nobody works. Raises Transient."""
        while (row := await self._claim()) is not None:
            await self._erase(row)

    async def _claim(self) -> Row | None:
        now = self.clock.now()
        with translated():
            found: Row | None = await self._rows.find_one_and_update(
                {"request": {"$exists": True}, "due_at": {"$lte": now}},
                {"$set": {"due_at": now + LEASE}},
                return_document=ReturnDocument.AFTER,
            )
        return found

    async def _erase(self, row: Row) -> None:
        request = UserErasureRequested.model_validate_json(row["request"])
        subject = await self._subject(request, row)
        digests = list(map(digest, subject.lanes))
        self.guard.add(digests, request.requested_at)
        # Kept until the end: what is forgotten is found by nothing else after a crash.
        found = {
            "digests": digests,
            "lanes": subject.lanes,
            "escalation_ids": subject.escalation_ids,
        }
        added = {name: {"$each": list(some)} for name, some in found.items()}
        await self._note(row, {"$addToSet": added})
        if row["destinations"] is None:
            reached = [each.model_dump() for each in await self.hooks.reached(subject)]
            await self._note(row, {"$set": {"destinations": reached}})
        await self._fence(request, subject)
        for name, count in (await self.hooks.take_out(subject)).items():
            await self._note(row, {"$inc": {f"erased.{name}": count}})
        for each in self.stored:
            if each.of_user is not None:
                count = await self._take_out(each, subject)
                await self._note(row, {"$inc": {f"erased.{each.name}": count}})
        await self._finish(row, request)

    async def _subject(self, request: UserErasureRequested, row: Row) -> Subject:
        lanes = set(row.get("lanes", ()))
        lanes |= _lanes(request)
        ledger = MongoLanes(self.database, service=self.service)
        lanes |= await ledger.of_user(request.app_id, request.user_id)
        subject = Subject(
            request.app_id,
            request.user_id,
            tuple(sorted(lanes)),
            tuple(row.get("escalation_ids", ())),
        )
        return await self.hooks.widen(subject)

    async def _fence(self, request: UserErasureRequested, subject: Subject) -> None:
        """Empty each conversation's state under a number of its own.

        A worker that holds an older state meets that number, and reads the empty one.
        """
        if self.hooks.fence is None:
            return
        ledger = MongoLanes(self.database, service=self.service)
        for lane in await ledger.latest(subject.lanes):
            app_id, _, conversation_id = lane.partition(":")
            event = LaneErasure(app_id, conversation_id, request.requested_at)
            await self.hooks.fence(
                Record(
                    topic=ERASURE,
                    partition=0,
                    offset=0,
                    value=b"",
                    event=event,
                    lane=lane,
                    source_id=ids.derive(ERASURE, request.erasure_id, lane),
                )
            )

    async def _take_out(self, declared: StoredCollection, subject: Subject) -> int:
        rule = declared.of_user
        assert rule is not None
        if rule.by_ledger:
            ledger = MongoLanes(self.database, service=self.service)
            return await ledger.forget(subject.lanes)
        query = rule.find(subject)
        if rule.blank is None:
            return await delete(self.database, declared.name, query)
        return await blank(self.database, declared.name, query, rule.blank)

    async def _note(self, row: Row, change: Row) -> None:
        with translated():
            await self._rows.update_one({"_id": row["_id"]}, change)

    async def _finish(self, row: Row, request: UserErasureRequested) -> None:
        with translated():
            done = await self._rows.find_one({"_id": row["_id"]})
        receipt = UserErased(
            app_id=request.app_id,
            erasure_id=request.erasure_id,
            service=self.service,
            at=self.clock.now(),
            erased=done["erased"],
            destinations=done["destinations"] or [],
        )
        await self.publisher.publish(
            [outgoing(USER_ERASED, receipt, source=self.service, now=receipt.at)]
        )
        # The one place that still names the user, so it goes last.
        named = ("request", "lanes", "escalation_ids", "due_at")
        await self._note(row, {"$unset": dict.fromkeys(named, "")})


def _lanes(request: UserErasureRequested) -> set[str]:
    return {
        ids.conversation_key(request.app_id, each) for each in request.conversation_ids
    }
