"""Records on their way: a queue of batches for each partition, in order."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from aiokafka.producer.message_accumulator import BatchBuilder

from shared.kafka.records import Outgoing
from shared.topics.catalogue import (
    codec_of,
)
from shared.topics.topic import (
    Codec,
)

BATCH_BYTES = 512 * 1024
"""Well below the broker's 1 MiB; a larger single record still gets its own batch."""

Place = tuple[str, int]
"""A topic and a partition."""

_ATTRIBUTES: dict[Codec, int] = {"none": 0, "gzip": 1}
"""The codec's number in a record batch's attributes."""


@dataclass(slots=True, eq=False)
class Chunk:
    """What goes to one partition in one batch."""

    place: Place
    outputs: list[Outgoing] = field(default_factory=list)
    _built: BatchBuilder | None = None

    def add(self, output: Outgoing) -> bool:
        """Add *output*; return False where the batch is full."""
        if self._built is None:
            self._built = _builder(self.place[0])
        if _append(self._built, output):
            self.outputs.append(output)
            return True
        return False

    def batch(self) -> BatchBuilder:
        """Return the batch to send; each send needs one of its own."""
        built, self._built = self._built, None
        if built is None:
            built = _builder(self.place[0])
            for output in self.outputs:
                _append(built, output)
        return built

    def halves(self) -> tuple["Chunk", "Chunk"]:
        """Return the same records in two chunks. There must be two or more."""
        middle = len(self.outputs) // 2
        return (
            Chunk(self.place, self.outputs[:middle]),
            Chunk(self.place, self.outputs[middle:]),
        )


def _builder(topic: str) -> BatchBuilder:
    # The producer's own builders all have one codec; ours have their topic's.
    return BatchBuilder(BATCH_BYTES, _ATTRIBUTES[codec_of(topic)])


def _append(batch: BatchBuilder, output: Outgoing) -> bool:
    added = batch.append(
        key=output.key, value=output.value, timestamp=None, headers=output.headers
    )
    return added is not None


class Queues:
    """What is still to be sent, by partition; only the head of a queue is under way.

    One batch a partition at a time keeps the order where a head fails and is sent
    again: nothing behind it can have been written first.
    """

    def __init__(self, place_of: Callable[[Outgoing], Place]) -> None:
        self._place_of = place_of
        self._queues: dict[Place, deque[Chunk]] = {}

    def add(self, outputs: Iterable[Outgoing]) -> None:
        """Put *outputs* behind what waits for their partitions."""
        for output in outputs:
            place = self._place_of(output)
            queue = self._queues.get(place)
            if queue is None:
                queue = self._queues[place] = deque([Chunk(place)])
            if not queue[-1].add(output):
                queue.append(Chunk(place))
                queue[-1].add(output)

    def heads(self) -> list[Chunk]:
        """Return the next chunk of each partition; empty when all is sent."""
        return [queue[0] for queue in self._queues.values()]

    def sent(self, chunk: Chunk) -> None:
        """Take off *chunk*, the head of its queue."""
        queue = self._queues[chunk.place]
        queue.popleft()
        if not queue:
            del self._queues[chunk.place]

    def split(self, chunk: Chunk) -> None:
        """Put the halves of *chunk* in its place, the head of its queue."""
        queue = self._queues[chunk.place]
        queue.popleft()
        queue.extendleft(reversed(chunk.halves()))
