"""A small verb for runtime tests: counts a lane's messages and answers each."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared import topics
from shared.errors import Permanent, Transient
from shared.kafka.deciding.decisions import Decision
from shared.kafka.records import Outgoing, Record


@dataclass(frozen=True)
class Count:
    n: int = 0


class Counts:
    """Keeps a count as its digits."""

    def empty(self, lane: str) -> Count:
        return Count()

    def dump(self, state: Count) -> bytes:
        return str(state.n).encode()

    def load(self, raw: bytes) -> Count:
        return Count(int(raw))

    def unwritten(self, state: Count) -> int:
        return 0


@dataclass
class Counting:
    """Outputs `<event id> <count>`; a message's words may ask for a failure."""

    seen: list[str] = field(default_factory=list)
    heal: bool = False
    """Once true, what failed for now works."""
    before: Callable[[], Awaitable[None]] | None = None
    """Awaited before each record is decided."""
    fails_only: set[str] | None = None
    """Once given, of what failed for now these event ids alone still do."""

    async def __call__(
        self, state: Count, record: Record, fresh: Sequence[dict[str, Any]]
    ) -> Decision[Count]:
        text = record.event.message.text
        if self.before is not None:
            await self.before()
        self.seen.append(record.event.event_id)
        if text == "never":
            raise Permanent("never_works")
        if text == "later" and self._still_fails(record.event.event_id):
            raise Transient("not_yet")
        if text == "bug" and not self.heal:
            raise ZeroDivisionError
        if text == "how many":
            return Decision(str(state.n), state)
        after = Count(state.n + 1)
        value = f"{record.event.event_id} {after.n}".encode()
        output = Outgoing(
            topics.CONVERSATION_REPLIES.name, record.lane.encode(), value, [("h", b"1")]
        )
        return Decision("counted", after, outputs=(output,))

    def _still_fails(self, event_id: str) -> bool:
        if self.fails_only is not None:
            return event_id in self.fails_only
        return not self.heal
