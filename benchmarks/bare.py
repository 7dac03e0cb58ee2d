"""What our ratios are taken against: bare loops, and FastStream as in its textbook."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from pymongo import UpdateOne

from shared.events import CONVERSATION_EVENT, ConversationUnresolved, MessageReceived
from shared.mongo.connect import Database, connect, database_of
from shared.settings import KafkaSettings
from shared.topics.catalogue import (
    CONVERSATION_UNRESOLVED,
    codec_of,
)

BATCH = 1000
_CODECS = {"none": None, "gzip": "gzip"}
"""aiokafka's names of ours."""


def compression_of(topic: str) -> str | None:
    """Return how the product compresses what it writes to *topic*."""
    return _CODECS[codec_of(topic)]


@dataclass(frozen=True)
class Rate:
    """How fast a loop went, and what an event cost it."""

    events_per_s: float
    cpu_us: float
    """Its process's own CPU time an event: what a crowded machine changes least."""


class Stopwatch:
    """Times a loop from its first tenth on, when it is warm."""

    def __init__(self, count: int) -> None:
        self._warm = count // 10
        self._began = self._cpu = 0.0
        self._first = 0

    def note(self, done: int) -> None:
        """Begin once *done* is past the warm-up."""
        if not self._began and done >= self._warm:
            self._began, self._cpu = perf_counter(), process_time()
            self._first = done

    def rate(self, done: int) -> Rate:
        """Return the rate up to now."""
        counted = done - self._first
        return Rate(
            counted / (perf_counter() - self._began),
            (process_time() - self._cpu) / counted * 1e6,
        )


async def consume_and_produce(
    settings: KafkaSettings, *, source: str, target: str, count: int, group: str
) -> Rate:
    """Return the rate of aiokafka: getmany, pydantic in and out, send, one gather."""
    producer = _producer(settings)
    consumer = _consumer(settings, source, group)
    await producer.start()
    await consumer.start()
    watch, done = Stopwatch(count), 0
    while done < count:
        polled = await consumer.getmany(timeout_ms=1000, max_records=BATCH)
        pending = []
        for records in polled.values():
            for record in records:
                event = CONVERSATION_EVENT.validate_json(record.value)
                value = event.model_dump_json().encode()
                pending.append(await producer.send(target, value, key=record.key))
        await asyncio.gather(*pending)
        await consumer.commit()
        done += len(pending)
        watch.note(done)
    found = watch.rate(done)
    await consumer.stop()
    await producer.stop()
    return found


async def consume_and_decide(
    settings: KafkaSettings,
    *,
    source: str,
    target: str,
    count: int,
    group: str,
    mongo_url: str,
) -> Rate:
    """Return the rate of the least that durability demands of one who decides.

    Consume, validate, one look at the states of the batch's conversations, one
    insert of its decisions (state and output in each), produce, commit. It knows no
    repeats, no dead letters, no order within a conversation, no timers, no metrics.
    """
    client = connect(mongo_url)
    decisions = database_of(client, f"bare-{group}")["decisions"]
    await decisions.create_index([("lane", 1), ("number", -1)], unique=True)
    producer = _producer(settings)
    consumer = _consumer(settings, source, group)
    await producer.start()
    await consumer.start()
    watch, done = Stopwatch(count), 0
    while done < count:
        polled = await consumer.getmany(timeout_ms=1000, max_records=BATCH)
        made = [
            (record.key, CONVERSATION_EVENT.validate_json(record.value))
            for records in polled.values()
            for record in records
        ]
        if not made:
            continue
        numbers = await _numbers(decisions, {key.decode() for key, _ in made})
        rows = [_decision(key, event, numbers) for key, event in made]
        await decisions.insert_many(rows, ordered=False)
        pending = [
            await producer.send(target, row["output"], key=row["lane"].encode())
            for row in rows
        ]
        await asyncio.gather(*pending)
        await consumer.commit()
        done += len(rows)
        watch.note(done)
    found = watch.rate(done)
    await consumer.stop()
    await producer.stop()
    client.close()
    return found


async def _numbers(decisions: Any, lanes: set[str]) -> Counter[str]:
    found = await decisions.aggregate(
        [
            {"$match": {"lane": {"$in": list(lanes)}}},
            {"$sort": {"lane": 1, "number": -1}},
            {
                "$group": {
                    "_id": "$lane",
                    "number": {"$first": "$number"},
                    "state": {"$first": "$state"},
                }
            },
        ]
    ).to_list(None)
    return Counter({row["_id"]: row["number"] for row in found})


def _decision(key: bytes, event: Any, numbers: Counter[str]) -> dict[str, Any]:
    lane = key.decode()
    numbers[lane] += 1
    output = event.model_dump_json().encode()
    return {
        "_id": event.event_id,
        "lane": lane,
        "number": numbers[lane],
        "state": output,
        "output": output,
    }


def _producer(settings: KafkaSettings) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap_servers,
        enable_idempotence=settings.idempotent,
        compression_type=compression_of(CONVERSATION_UNRESOLVED.name),
        linger_ms=5,
        max_batch_size=128 * 1024,
    )


def _consumer(settings: KafkaSettings, source: str, group: str) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        source,
        bootstrap_servers=settings.bootstrap_servers,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )


async def consume_and_transact(
    settings: KafkaSettings, *, source: str, count: int, group: str, mongo_url: str
) -> Rate:
    """Return the rate of a loop that stores and counts: one transaction a batch.

    It inserts a row an event and bumps counters and offsets, as analytics does, but
    knows no repeats, no dead letters, no lanes and no metrics.
    """
    client = connect(mongo_url)
    database = database_of(client, f"bare-{group}")
    consumer = _consumer(settings, source, group)
    await database.create_collection("rows")
    await database["rows"].create_index([("app_id", 1), ("at", 1)])
    await consumer.start()
    watch, done = Stopwatch(count), 0
    while done < count:
        polled = await consumer.getmany(timeout_ms=1000, max_records=BATCH)
        rows, counts, nexts = _tallied(polled)
        if rows:
            await _transact(client, database, rows, [counts, nexts])
            await consumer.commit()
        done += len(rows)
        watch.note(done)
    found = watch.rate(done)
    await consumer.stop()
    client.close()
    return found


def _tallied(
    polled: dict[Any, list[Any]],
) -> tuple[list[dict[str, Any]], list[UpdateOne], list[UpdateOne]]:
    rows: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()
    nexts: list[UpdateOne] = []
    for place, records in polled.items():
        after = {"$max": {"next": records[-1].offset + 1}}
        key = f"{place.topic}/{place.partition}"
        nexts.append(UpdateOne({"_id": key}, after, upsert=True))
        for record in records:
            event = ConversationUnresolved.model_validate_json(record.value)
            hour = event.occurred_at.replace(minute=0, second=0)
            rows.append(
                {
                    "_id": event.request_id,
                    "app_id": event.app_id,
                    "conversation_id": event.conversation_id,
                    "at": event.occurred_at,
                    "reason": str(event.reason),
                    "text": event.text,
                }
            )
            for step in ("hour", "day"):
                counts[f"{event.app_id}:{step}:{hour}:outcome"] += 1
                counts[f"{event.app_id}:{step}:{hour}:{event.reason}"] += 1
    bumps = [
        UpdateOne({"_id": key}, {"$inc": {"n": n}}, upsert=True)
        for key, n in counts.items()
    ]
    return rows, bumps, nexts


async def _transact(
    client: Any,
    database: Database,
    rows: list[dict[str, Any]],
    updates: list[list[UpdateOne]],
) -> None:
    async with await client.start_session() as session, session.start_transaction():
        await database["rows"].insert_many(rows, session=session)
        for name, changes in zip(("counters", "offsets"), updates, strict=True):
            await database[name].bulk_write(changes, session=session)


async def textbook(
    settings: KafkaSettings, *, source: str, target: str, count: int, group: str
) -> Rate:
    """Return the rate of FastStream as its documentation begins: a message a call."""
    broker = KafkaBroker(
        settings.bootstrap_servers.split(","),
        enable_idempotence=settings.idempotent,
        acks="all",
        logger=None,
    )
    watch, done = Stopwatch(count), 0
    finished = asyncio.Event()

    @broker.subscriber(
        source, group_id=group, auto_offset_reset="earliest", ack_policy=AckPolicy.ACK
    )
    @broker.publisher(target)
    async def handle(event: MessageReceived) -> MessageReceived:
        nonlocal done
        done += 1
        watch.note(done)
        if done == count:
            finished.set()
        return event

    await broker.start()
    await finished.wait()
    found = watch.rate(done)
    await broker.stop()
    return found
