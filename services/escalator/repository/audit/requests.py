"""Requests that were read, and about which nothing is stored."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from services.escalator.audit.ports import Undecided
from services.escalator.domain.conversation import Conversation
from services.escalator.domain.grouping.lanes import State
from shared import ids
from shared.clock import Clock
from shared.kafka.deciding.decisions import Loaded
from shared.kafka.records import Done, Record
from shared.kafka.working.intake import Intake
from shared.kafka.working.parked import Parked, Place
from shared.topics import CONVERSATION_UNRESOLVED

AT_ONCE = 500
"""Records of a partition in one round."""
TOPIC = CONVERSATION_UNRESOLVED.name


class Ledger(Protocol):
    """The decisions of the past."""

    async def load(self, source_ids: Sequence[str], lanes: Sequence[str]) -> Loaded: ...


class States(Protocol):
    """How a lane's state is read back."""

    def load(self, raw: bytes) -> State: ...


class Watermarks(Protocol):
    """Up to where each partition was worked and published."""

    async def load(self, places: Iterable[Place]) -> dict[Place, int]: ...


class Topics(Protocol):
    """What the broker holds."""

    async def partitions(self, topic: str) -> Sequence[int]: ...
    async def read(
        self, topic: str, offsets: Mapping[int, int], until: Mapping[int, int]
    ) -> list[Any]: ...


class Reader(Protocol):
    """Decodes records as the runtime does."""

    async def read(self, raws: Iterable[Any]) -> Intake: ...


class Parking(Protocol):
    """Records that failed and wait."""

    async def present(self, records: Sequence[Parked]) -> list[Parked]: ...


Work = Callable[[Record], Awaitable[Done]]
"""Works and publishes one record; raises what the verb raises."""


class ReadRequests:
    """Reads `conversation.unresolved` again, up to where it was worked."""

    def __init__(  # noqa: PLR0913 - what is compared lies in so many places
        self,
        *,
        topics: Topics,
        reader: Reader,
        ledger: Ledger,
        states: States,
        watermarks: Watermarks,
        parking: Parking,
        work: Work,
        clock: Clock,
    ) -> None:
        self._topics = topics
        self._reader = reader
        self._ledger = ledger
        self._states = states
        self._watermarks = watermarks
        self._parking = parking
        self._work = work
        self._clock = clock

    async def undecided(self, offsets: dict[str, int]) -> list[Undecided]:
        """Return what nothing was decided about; move *offsets* past all looked at.

        What was refused lies in the dead letters, what failed is parked: neither is
        lost.
        """
        numbers = await self._topics.partitions(TOPIC)
        marks = await self._watermarks.load((TOPIC, each) for each in numbers)
        start, until = spans_of(
            offsets, {part: mark for (_, part), mark in marks.items()}
        )
        offsets.update({str(part): at for part, at in until.items()})
        if all(start[each] >= until[each] for each in start):
            return []
        raws = await self._topics.read(TOPIC, start, until)
        records = (await self._reader.read(raws)).records
        lost = await self._without_decision(records)
        return [
            Undecided(
                each.source_id,
                each.lane,
                ids.derive(
                    "escalation",
                    each.event.app_id,
                    each.event.conversation_id,
                    each.event.event_id,
                ),
                partial(self._decide, each),
            )
            for each in lost
        ]

    async def _without_decision(self, records: Sequence[Record]) -> list[Record]:
        loaded = await self._ledger.load([each.source_id for each in records], [])
        unknown = [each for each in records if each.source_id not in loaded.decided]
        if not unknown:
            return []
        now = self._clock.now()
        waiting = [
            Parked(
                topic=each.topic,
                partition=each.partition,
                offset=each.offset,
                lane=each.lane,
                key=each.key,
                value=b"",
                headers=[],
                attempts=0,
                reason="",
                error="",
                first_failed_at=now,
                due_at=now,
            )
            for each in unknown
        ]
        parked = {
            (each.partition, each.offset)
            for each in await self._parking.present(waiting)
        }
        states = (await self._ledger.load([], [each.lane for each in unknown])).states
        return [
            each
            for each in unknown
            if (each.partition, each.offset) not in parked
            and not self._is_open(states.get(each.lane), each.event.event_id)
        ]

    def _is_open(self, stored: tuple[int, bytes] | None, event_id: str) -> bool:
        """Return whether its event opened an escalation: a second request adds none."""
        state = None if stored is None else self._states.load(stored[1])
        if not isinstance(state, Conversation):
            return False
        return state.opened_by(event_id) is not None

    async def _decide(self, record: Record) -> None:
        await self._work(record)


def spans_of(
    offsets: Mapping[str, int], marks: Mapping[int, int]
) -> tuple[dict[int, int], dict[int, int]]:
    """Return where to begin and to end in each partition: before its mark.

    One that was never looked at begins at its mark: what was decided earlier may have
    been erased since, and must not be decided again.
    """
    start = {part: offsets.get(str(part), mark) for part, mark in marks.items()}
    until = {part: min(marks[part], at + AT_ONCE) for part, at in start.items()}
    return start, {part: max(end, start[part]) for part, end in until.items()}
