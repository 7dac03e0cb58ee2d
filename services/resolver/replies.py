"""Replies on their way to the HTTP door: stored once, and passed on as they come."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

import structlog

from services.resolver import metrics
from shared.events import REPLY
from shared.kafka.records import Done, LaneResult, Record, Worker
from shared.kafka.working.decode import validate_ours
from shared.topics import CONVERSATION_REPLIES

log = structlog.get_logger()

BRIDGE_SECONDS = 60.0
BRIDGE_REPLIES = 20_000
"""What was seen lately bridges the time until it is stored and can be read there."""
KEPT_BYTES = 64 * 1024 * 1024
"""Of replies: half for those seen lately, half for readers that are behind."""
REPLY_BYTES = 700
"""Of a reply's own objects, beside its key and value."""
QUEUE_REPLIES = 1_000
"""A reader this far behind is cut off; it resumes where it was."""


@dataclass(frozen=True, slots=True)
class StoredReply:
    """One reply as it stands in the topic."""

    lane: str
    reply_id: str
    kind: str
    offset: int
    """A conversation lives on one partition, so this orders its replies."""
    body: bytes


class Replies(Protocol):
    """Where replies are kept."""

    async def add(self, replies: Sequence[StoredReply]) -> None: ...
    async def of(self, lane: str) -> list[StoredReply]: ...


class RouterWorker:
    """Works a batch of two kinds: replies are stored, all else is decided.

    A store that fails raises: then nothing of the batch is acknowledged.
    """

    def __init__(self, decisions: Worker, replies: Replies) -> None:
        self._decisions = decisions
        self._replies = replies

    async def work(self, lanes: Sequence[Sequence[Record]]) -> list[LaneResult]:
        """Return one result per lane, in the order of its records."""
        replies = [record for lane in lanes for record in lane if _is_reply(record)]
        if not replies:
            return await self._decisions.work(lanes)
        await self._replies.add([_stored(record) for record in replies])
        metrics.REPLIES_STORED.inc(len(replies))
        others = [
            [record for record in lane if not _is_reply(record)] for lane in lanes
        ]
        wanted = [lane for lane in others if lane]
        decided = iter(await self._decisions.work(wanted) if wanted else [])
        return [
            _joined(lane, next(decided)) if other else _all_stored(lane)
            for lane, other in zip(lanes, others, strict=True)
        ]


def _is_reply(record: Record) -> bool:
    return record.topic == CONVERSATION_REPLIES.name


def _all_stored(lane: Sequence[Record]) -> LaneResult:
    return LaneResult([Done("reply_stored") for _ in lane])


def _joined(lane: Sequence[Record], decided: LaneResult) -> LaneResult:
    """Put the decisions back among the replies; stop where the decisions stopped."""
    result = LaneResult(failed=decided.failed)
    done = iter(decided.done)
    for record in lane:
        each = Done("reply_stored") if _is_reply(record) else next(done, None)
        if each is None:
            break
        result.done.append(each)
    return result


def _stored(record: Record) -> StoredReply:
    reply = record.event
    return StoredReply(
        record.lane, reply.reply_id, reply.type, record.offset, record.value
    )


class TailRecord(Protocol):
    """A raw record as the tail hands it over."""

    key: bytes | None
    value: bytes | None
    offset: int


@dataclass(slots=True, eq=False)
class Listener:
    """One open stream's live replies."""

    queue: asyncio.Queue[StoredReply]
    cut_off: bool = False
    waiting_bytes: int = 0
    """Of the replies in its queue."""


@dataclass(slots=True)
class Hub:
    """Passes replies on to the streams of this instance.

    Records are kept raw and read only for a conversation that somebody follows.
    """

    budget: int = KEPT_BYTES
    _recent: deque[tuple[float, TailRecord]] = field(default_factory=deque)
    _recent_bytes: int = 0
    _waiting_bytes: int = 0
    _listeners: dict[str, set[Listener]] = field(default_factory=dict)

    @property
    def kept_bytes(self) -> int:
        """Return about how much memory the replies take."""
        return self._recent_bytes + self._waiting_bytes

    def take(self, record: TailRecord) -> None:
        """Take one record from the tail."""
        now = monotonic()
        self._recent.append((now, record))
        self._recent_bytes += _size_of(record)
        while self._recent and (
            len(self._recent) > BRIDGE_REPLIES
            or self._recent_bytes > self.budget // 2
            or now - self._recent[0][0] > BRIDGE_SECONDS
        ):
            _, oldest = self._recent.popleft()
            self._recent_bytes -= _size_of(oldest)
        lane = (record.key or b"").decode("utf-8", "replace")
        listeners = self._listeners.get(lane)
        if listeners and (reply := _read(lane, record)) is not None:
            for listener in listeners:
                self._pass_on(listener, reply)

    def listen(self, lane: str) -> Listener:
        """Return a listener that hears every reply of *lane* from now on."""
        listener = Listener(asyncio.Queue(QUEUE_REPLIES))
        self._listeners.setdefault(lane, set()).add(listener)
        metrics.STREAMS.inc()
        return listener

    def leave(self, lane: str, listener: Listener) -> None:
        """Forget *listener*."""
        listeners = self._listeners.get(lane, set())
        listeners.discard(listener)
        self._waiting_bytes -= listener.waiting_bytes
        listener.waiting_bytes = 0
        if not listeners:
            self._listeners.pop(lane, None)
        metrics.STREAMS.dec()

    def recent(self, lane: str) -> list[StoredReply]:
        """Return the lane's replies of the last minute."""
        key = lane.encode()
        found = (_read(lane, each) for _, each in self._recent if each.key == key)
        return [reply for reply in found if reply is not None]

    def _pass_on(self, listener: Listener, reply: StoredReply) -> None:
        if listener.cut_off:
            return
        try:
            listener.queue.put_nowait(reply)
        except asyncio.QueueFull:
            self._cut_off(listener)
            return
        size = REPLY_BYTES + len(reply.body)
        listener.waiting_bytes += size
        self._waiting_bytes += size
        while self._waiting_bytes > self.budget // 2:
            self._cut_off(self._furthest_behind())

    async def next(self, listener: Listener) -> StoredReply:
        """Return the listener's next reply, once there is one."""
        reply = await listener.queue.get()
        if not listener.cut_off:
            size = REPLY_BYTES + len(reply.body)
            listener.waiting_bytes -= size
            self._waiting_bytes -= size
        return reply

    def _furthest_behind(self) -> Listener:
        every = (each for group in self._listeners.values() for each in group)
        return max(every, key=lambda each: each.waiting_bytes)

    def _cut_off(self, listener: Listener) -> None:
        """End a stream whose reader is too slow; what waits for it is let go."""
        listener.cut_off = True
        self._waiting_bytes -= listener.waiting_bytes
        listener.waiting_bytes = 0
        while not listener.queue.empty():
            listener.queue.get_nowait()


def _size_of(record: TailRecord) -> int:
    return REPLY_BYTES + len(record.key or b"") + len(record.value or b"")


def _read(lane: str, record: TailRecord) -> StoredReply | None:
    try:
        reply = validate_ours(REPLY, record.value)
    except Exception as error:  # noqa: BLE001 - one bad record must not end the stream
        log.warning("reply cannot be read", error=str(error), offset=record.offset)
        return None
    return StoredReply(
        lane, reply.reply_id, reply.type, record.offset, record.value or b""
    )


async def history(lane: str, *, replies: Replies, hub: Hub) -> list[StoredReply]:
    """Return the conversation's replies so far, stored or just seen, in order."""
    known = {each.reply_id: each for each in await replies.of(lane)}
    for each in hub.recent(lane):
        known.setdefault(each.reply_id, each)
    return sorted(known.values(), key=lambda each: each.offset)


def after(replies: Iterable[StoredReply], last_id: str | None) -> list[StoredReply]:
    """Return the *replies* past *last_id*; all where it is not among them."""
    found = list(replies)
    ids = [each.reply_id for each in found]
    return found[ids.index(last_id) + 1 :] if last_id in ids else found


async def follow(
    lane: str, *, last_id: str | None, replies: Replies, hub: Hub, reread_seconds: float
) -> AsyncGenerator[StoredReply | None, None]:
    """Yield the conversation's replies from the start, or past *last_id*, then live.

    Yields None when nothing came for *reread_seconds*; then the store is read again,
    so that what another instance stored late is never missed. Ends when the reader is
    too slow: it resumes with the last id it has.
    """
    listener = hub.listen(lane)
    try:
        so_far = await history(lane, replies=replies, hub=hub)
        missed = after(so_far, last_id)
        seen = {each.reply_id for each in so_far}
        for reply in missed:
            yield reply
        while not listener.cut_off:
            try:
                async with asyncio.timeout(reread_seconds):
                    fresh = [await hub.next(listener)]
            except TimeoutError:
                yield None
                fresh = await history(lane, replies=replies, hub=hub)
            for reply in fresh:
                if reply.reply_id not in seen:
                    seen.add(reply.reply_id)
                    yield reply
    finally:
        hub.leave(lane, listener)
