"""The words of decisions: what a verb says, what the ledger keeps of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from shared.kafka.records import Outgoing, Record

S = TypeVar("S")
"""A service's own state of one conversation."""


@dataclass(frozen=True, slots=True)
class Timer:
    """Something to decide later. It fires as a record of topic `timer`."""

    timer_id: str
    """Derived from its cause, so that setting it twice is setting it once."""
    lane: str
    due_at: datetime
    kind: str
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A read-model document to put in a collection, newest revision wins."""

    collection: str
    document: dict[str, Any]
    """Holds `_id` and `revision`; an older revision never replaces a newer one."""
    new: bool = False
    """Whether this decision is the one that makes it: then it is inserted, which costs
    a fifth of looking for it first."""
    fixed: dict[str, Any] = field(default_factory=dict)
    """What never changes once it is made. Setting the rest costs half of replacing all,
    since no index on what is fixed has to be looked at."""
    gone: bool = False
    """Whether it is deleted with this decision; *document* is its `_id` alone then."""


@dataclass(slots=True)
class Decision(Generic[S]):
    """What one record means: the conversation's next state and all that follows."""

    reason: str
    """The outcome's stable word, the same in the log and the metric."""
    state: S
    outputs: tuple[Outgoing, ...] = ()
    timers: tuple[Timer, ...] = ()
    cancels: tuple[str, ...] = ()
    """Ids of timers that are needed no more. One that is firing already fires."""
    documents: tuple[Document, ...] = ()
    fact: dict[str, Any] | None = None
    """Kept with the decision and read back by `facts(lane)`, in order."""
    regardless: bool = False
    """Whether the record alone says that nothing is to be done. What rests on a state
    as well is looked at again: the state may have been an old one."""
    user_id: str = ""
    """Whose conversation it is, where this decision learned that."""


class States(Protocol[S]):
    """How a service's state is born, kept and read back."""

    def empty(self, lane: str) -> S: ...
    def dump(self, state: S) -> bytes: ...
    def load(self, raw: bytes) -> S:
        """Return the state that any version's `dump` wrote; raise where it cannot."""

    def unwritten(self, state: S) -> int:
        """Return about how many bytes in memory `dump` does not write."""


class Verb(Protocol[S]):
    """Decides one record. *fresh* are this lane's decisions not yet in the ledger."""

    async def __call__(
        self, state: S, record: Record, fresh: Sequence[Decision[S]]
    ) -> Decision[S]: ...


@dataclass(slots=True)
class Stored:
    """A decision of the past: where its record stood, and what it published."""

    position: str
    outputs: tuple[Outgoing, ...]


@dataclass(slots=True)
class Entry:
    """One decision to append.

    *number* counts a lane's decisions and fences owners: whoever decides from an old
    state finds its number taken.
    """

    source_id: str
    lane: str
    number: int
    state: bytes | None
    """None where the next decision of the same lane is written with this one: a state
    is only ever read from a lane's latest."""
    position: str
    reason: str
    outputs: tuple[Outgoing, ...]
    timers: tuple[Timer, ...]
    documents: tuple[Document, ...]
    fact: dict[str, Any] | None
    at: datetime
    cancels: tuple[str, ...] = ()
    user_id: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the ledger knows of a batch."""

    decided: dict[str, Stored]
    states: dict[str, tuple[int, bytes]]


class ConflictError(Exception):
    """Somebody else decided first; reload and decide again.

    *stored* are the source ids of the entries that were written all the same: each of
    a lane of its own.
    """

    def __init__(self, stored: Collection[str] = ()) -> None:
        super().__init__("decided already, or from an old state")
        self.stored = frozenset(stored)


class RefusedError(Exception):
    """One of the entries will never be stored as it is: too large, or no document."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Ledger(Protocol):
    """The durable list of decisions, one per source id, numbered per lane."""

    async def load(self, source_ids: Sequence[str], lanes: Sequence[str]) -> Loaded: ...
    async def append(self, entries: Sequence[Entry]) -> None:
        """Write all or nothing; raises ConflictError, RefusedError or Transient."""

    async def facts(self, lane: str) -> list[dict[str, Any]]: ...
