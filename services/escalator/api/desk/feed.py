"""Changes of escalations as they happen, for the pages that are open."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
import structlog

from shared.topics import ESCALATION_OPENED

log = structlog.get_logger()

QUEUED_CHANGES = 1_000
"""A reader this far behind is cut off; it comes back and reads on."""
REMEMBERED_CHANGES = 1_000
"""Of each app, for readers whose connection was cut."""
REMEMBERED_APPS = 1_000
_OPENED = ("escalation_id", "number", "conversation_id", "reason", "priority")
_UPDATED = (
    "escalation_id",
    "number",
    "conversation_id",
    "reason",
    "revision",
    "change",
    "from",
    "to",
    "actor",
    "at",
)


class Record(Protocol):
    """A raw record as the tail hands it over."""

    topic: str
    key: bytes | None
    value: bytes | None


class Tail(Protocol):
    """Follows one topic from a moment ago on."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Change:
    """One change: enough to know what to read again, without words of the user."""

    change_id: str
    kind: str
    """`opened` or `updated`."""
    body: bytes


@dataclass(slots=True, eq=False)
class Listener:
    """One open stream."""

    queue: asyncio.Queue[Change | None] = field(
        default_factory=lambda: asyncio.Queue(QUEUED_CHANGES)
    )

    def hear(self, change: Change) -> None:
        """Queue *change*; a reader that is too far behind is cut off."""
        try:
            self.queue.put_nowait(change)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(None)


@dataclass(slots=True)
class _Channel:
    """What one app's readers hear."""

    recent: deque[Change] = field(
        default_factory=lambda: deque(maxlen=REMEMBERED_CHANGES)
    )
    listeners: set[Listener] = field(default_factory=set)

    def since(self, last_id: str) -> list[Change] | None:
        """Return what came after *last_id*, or None where that is not known."""
        for at, change in enumerate(self.recent):
            if change.change_id == last_id:
                return list(self.recent)[at + 1 :]
        return None


class Feed:
    """Passes changes on to this instance's streams.

    The topics are followed from the first reader on: an instance that nobody looks at
    does not read every packet again.
    """

    def __init__(self, tails: Callable[["Feed"], Sequence[Tail]]) -> None:
        self._tails = tuple(tails(self))
        self._started: asyncio.Task[None] | None = None
        self._channels: OrderedDict[str, _Channel] = OrderedDict()

    async def stop(self) -> None:
        """Stop following."""
        if self._started is None:
            return
        self._started.cancel()
        await asyncio.gather(self._started, return_exceptions=True)
        for tail in self._tails:
            await tail.stop()

    def take(self, record: Record) -> None:
        """Take one record from a tail; what nobody listens to is not even parsed."""
        app_id = (record.key or b"").decode("utf-8", "replace").partition(":")[0]
        channel = self._channels.get(app_id)
        if channel is None or not record.value:
            return
        change = to_change(record.topic, orjson.loads(record.value))
        if any(known.change_id == change.change_id for known in channel.recent):
            return  # published twice
        channel.recent.append(change)
        for listener in channel.listeners:
            listener.hear(change)

    @asynccontextmanager
    async def listen(
        self, app_id: str, last_id: str | None
    ) -> AsyncGenerator[tuple[Listener, list[Change] | None]]:
        """Begin to hear an app's changes; with what came after *last_id*, if known."""
        channel = self._channel(app_id)
        listener = Listener()
        channel.listeners.add(listener)
        try:
            await self._start()
            yield listener, [] if last_id is None else channel.since(last_id)
        finally:
            channel.listeners.discard(listener)

    def _channel(self, app_id: str) -> _Channel:
        channel = self._channels.setdefault(app_id, _Channel())
        self._channels.move_to_end(app_id)
        idle = [name for name, each in self._channels.items() if not each.listeners]
        for name in idle[: max(0, len(self._channels) - REMEMBERED_APPS)]:
            if name != app_id:
                del self._channels[name]
        return channel

    async def _start(self) -> None:
        if self._started is None or (self._started.done() and self._failed()):
            self._started = asyncio.create_task(self._follow(), name="feed")
        await asyncio.shield(self._started)

    def _failed(self) -> bool:
        assert self._started is not None
        return self._started.cancelled() or self._started.exception() is not None

    async def _follow(self) -> None:
        for tail in self._tails:
            await tail.start()


def to_change(topic: str, event: dict[str, Any]) -> Change:
    """Return what readers hear of *event*."""
    if topic == ESCALATION_OPENED.name:
        body = {name: event.get(name) for name in _OPENED} | {
            "change": "opened",
            "revision": 0,
            "from": None,
            "to": "open",
            "actor": "handrail",
            "at": event["opened_at"],
        }
        return Change(event["escalation_id"], "opened", orjson.dumps(body))
    body = {name: event.get(name) for name in _UPDATED}
    return Change(event["update_id"], "updated", orjson.dumps(body))
