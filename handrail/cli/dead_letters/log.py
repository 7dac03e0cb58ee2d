"""Read a dead-letter topic up to its present end, and remember what is done of it."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError
from aiokafka.structs import OffsetAndMetadata

from handrail.cli.dead_letters.letter import DeadLetter, letter_of
from handrail.cli.dead_letters.places import administering, partitions_of
from handrail.cli.failure import Failure
from handrail.cli.progress import Done, done_of
from shared.kafka.connection import connection
from shared.settings import KafkaSettings
from shared.topics import CATALOGUE, Topic
from shared.topics.topic import (
    DEAD_LETTER_BYTES,
)

GROUP = "redrive"
"""Its committed offsets are the memory of what was redriven."""
FETCH_BYTES = DEAD_LETTER_BYTES + 1024 * 1024
NOTHING = OffsetAndMetadata(0, "")
PATIENCE = 20.0
"""Seconds for the group's coordinator to appear."""
SUFFIX = ".dead-letter"


def topic_named(name: str) -> Topic:
    """Return the topic of *name*, also where its dead-letter topic is named."""
    plain = name.removesuffix(SUFFIX)
    for topic in CATALOGUE:
        if topic.name == plain:
            return topic
    raise Failure(
        f"There is no topic {name!r}.", "`handrail topics list` shows the topics."
    )


@dataclass
class DeadLetterLog:
    """The letters of one topic that were there when it was opened."""

    consumer: AIOKafkaConsumer
    done: dict[TopicPartition, Done]
    ends: dict[TopicPartition, int]

    @property
    def waiting(self) -> int:
        """Return how many letters are not done."""
        return sum(
            max(0, end - self.done[place].position - len(self.done[place].later))
            for place, end in self.ends.items()
        )

    async def letters(self, *, everything: bool = False) -> AsyncIterator[DeadLetter]:
        """Yield the letters that are not done, or *everything* that is kept."""
        unread = set(self.ends)
        starts = await self.consumer.beginning_offsets(list(unread)) if unread else {}
        for place in unread:
            start = 0 if everything else self.done[place].position
            self.consumer.seek(place, max(starts[place], start))
        while unread := {p for p in unread if await self._behind(p)}:
            self.consumer.pause(*(set(self.ends) - unread))
            batch = await self.consumer.getmany(
                *unread, timeout_ms=500, max_records=200
            )
            for place, records in batch.items():
                for raw in records:
                    waits = raw.offset not in self.done[place]
                    # What is dead-lettered meanwhile waits for the next time, or a
                    # letter that fails again would be redriven without end.
                    if raw.offset < self.ends[place] and (waits or everything):
                        yield letter_of(raw)

    async def commit(self, letters: Iterable[DeadLetter]) -> None:
        """Remember *letters* as done."""
        topic = next(iter(self.ends)).topic
        changed = set()
        for letter in letters:
            place = TopicPartition(topic, letter.partition)
            self.done[place].add(letter.offset)
            changed.add(place)
        if changed:
            offsets = {p: self._offset(self.done[p]) for p in changed}
            await self.consumer.commit(offsets)

    @staticmethod
    def _offset(done: Done) -> OffsetAndMetadata:
        return OffsetAndMetadata(done.position, done.metadata)

    async def _behind(self, place: TopicPartition) -> bool:
        return bool(await self.consumer.position(place) < self.ends[place])


@asynccontextmanager
async def opened(settings: KafkaSettings, topic: Topic) -> AsyncIterator[DeadLetterLog]:
    """Open the dead-letter topic of *topic*."""
    async with administering(settings) as admin:
        found = await partitions_of(admin, [topic.dead_letter])
        if not found:
            raise Failure(
                f"{topic.dead_letter} does not exist.",
                "Run `handrail topics create` first.",
            )
        places = found[topic.dead_letter]
        remembered = await progress_of(admin, places)
    consumer = AIOKafkaConsumer(
        group_id=GROUP,
        client_id="handrail-redrive",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=FETCH_BYTES,
        **connection(settings),
    )
    await consumer.start()
    try:
        consumer.assign(places)
        starts = await consumer.beginning_offsets(places)
        for place in places:
            # Retention may have removed what was never redriven.
            done = remembered[place]
            done.position = max(done.position, starts[place])
            done.later = {each for each in done.later if each >= done.position}
        yield DeadLetterLog(consumer, remembered, await consumer.end_offsets(places))
    finally:
        await consumer.stop()


async def progress_of(
    admin: AIOKafkaAdminClient, places: Iterable[TopicPartition]
) -> dict[TopicPartition, Done]:
    """Return what the group remembers of *places*."""
    wanted = list(places)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            found = await admin.list_consumer_group_offsets(GROUP, partitions=wanted)
            break
        except GroupCoordinatorNotAvailableError:
            # A new cluster makes its topic of offsets when it is first asked.
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.2)
    known = {place: found.get(place, NOTHING) for place in wanted}
    return {p: done_of(each.offset, each.metadata or "") for p, each in known.items()}
