"""What the auditor compares, and where it writes down what it found."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from services.escalator.audit.finding import Asked, Kind, Listed
from services.escalator.domain.conversation import Conversation
from shared.events import AppSettings
from shared.kafka.deciding.decisions import Document, Timer
from shared.kafka.records import Outgoing

Output = tuple[str, str]
"""A topic, and the id of what was to be published in it."""
Repair = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to where the ledger was compared: a moment, and how many entries of it."""

    at: datetime
    entries: int = 0


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, as far as it is compared."""

    source_id: str
    lane: str
    position: str
    at: datetime
    outputs: tuple[Output, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A conversation as the ledger has it, and what the other stores have of it."""

    lane: str
    number: int
    """Of its latest decision; another one means that all this is old."""
    conversation: Conversation
    listed: Mapping[str, Listed]
    """How the inbox shows its escalations, by id."""
    timers: tuple[Timer, ...]
    fired: frozenset[str]
    """Timers that warned of promises."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is missing, and how it is repaired."""

    finding_id: str
    kind: Kind
    app_id: str
    lane: str
    escalation_id: str
    reason: str
    """What of that kind: a timer's kind, a topic, a destination."""
    repair: Repair


@dataclass(frozen=True, slots=True)
class Open:
    """A finding that was written down and is not known to be repaired."""

    finding_id: str
    lane: str


@dataclass(slots=True)
class Progress:
    """Up to where everything was compared."""

    decisions: Mark | None = None
    lane: str = ""
    """The last conversation of the tour through all of them."""
    offsets: dict[str, int] = field(default_factory=dict)
    """Of the requests, by partition."""


class Decisions(Protocol):
    """The ledger."""

    async def since(
        self, mark: Mark, *, until: datetime, limit: int
    ) -> tuple[list[Decided], Mark]: ...
    async def lanes_after(self, lane: str, *, limit: int) -> tuple[list[str], str]:
        """Return the next conversations behind *lane*, and where to go on; or ""."""

    async def standing(self, lanes: Sequence[str]) -> list[Standing]: ...
    async def numbers(self, lanes: Sequence[str]) -> Mapping[str, int]: ...
    async def unpublished(self, decided: Sequence[Decided]) -> set[str]:
        """Return those of which the runtime itself knows that it has to publish."""

    async def outputs(self, source_id: str) -> Sequence[Outgoing]: ...
    async def requests(
        self, lane: str, delivery_ids: Sequence[str]
    ) -> Mapping[str, Outgoing]: ...


class Topics(Protocol):
    """What the broker holds."""

    async def find_missing(
        self, wanted: Sequence[Output], *, since: datetime
    ) -> set[Output] | None:
        """Return those of *wanted* that are not there; None where that is unknown."""


class Requests(Protocol):
    """Requests that were read, whether or not anything was decided about them."""

    async def undecided(self, offsets: dict[str, int]) -> list["Undecided"]:
        """Return what nothing was decided about; move *offsets* past all looked at."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """A request that was read, and about which nothing is stored."""

    source_id: str
    lane: str
    escalation_id: str
    """The escalation that it opens, where none is open yet."""
    decide: Repair
    """Decides it now."""


class Repairs(Protocol):
    """How what is missing is made good; each is safe to repeat."""

    async def set_timer(self, timer: Timer) -> None: ...
    async def publish(self, outputs: Sequence[Outgoing]) -> None: ...
    async def list(self, document: Document) -> None: ...


class Log(Protocol):
    """What was found, and up to where was looked; one instance at a time writes it."""

    async def hold(self) -> bool:
        """Return whether this instance is the one that audits now."""

    async def progress(self) -> Progress: ...
    async def open(self, *, limit: int) -> list[Open]: ...
    async def asked(self, ids: Sequence[str]) -> Mapping[str, Asked]: ...
    async def found(self, findings: Sequence[Finding], *, at: datetime) -> None: ...
    async def repaired(self, ids: Sequence[str], *, at: datetime) -> None: ...
    async def end(self, progress: Progress, *, at: datetime) -> int:
        """Store how far the round came; return how much is not accounted for."""


class Apps(Protocol):
    """What is known of the apps."""

    def get(self, app_id: str) -> AppSettings | None: ...


Tell = Callable[[Mapping[str, Any]], Awaitable[None]]
"""Tells the outside that a round ended with everything accounted for."""
