"""Where the time of one request goes: from record to record, by when each was logged.

The stamp of a record is its producer's clock at the moment it is handed over (the
topics keep Kafka's default), all on this machine: a hop is all between two of them,
the waiting for the batch before included.
"""

import asyncio
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer

Stamps = dict[str, float]
"""A conversation's first record of one kind: when it was logged, ms."""

STEPS = (
    ("event", "unresolved", "resolver: event to unresolved"),
    ("unresolved", "requested", "escalator: unresolved to notification"),
    ("requested", "delivered", "notifier: notification to delivered"),
    ("delivered", "handoff", "escalator: delivered to hand-off"),
    ("event", "handoff", "event to hand-off, as logged"),
)
KINDS = {
    "conversation.events": "event",
    "conversation.unresolved": "unresolved",
    "notification.requested": "requested",
    "notification.delivered": "delivered",
    "conversation.replies": "handoff",
}


@dataclass
class Seen:
    """When the records of each conversation were logged."""

    stamps: dict[str, Stamps] = field(default_factory=dict)

    def note(self, topic: str, value: bytes, timestamp: int) -> None:
        """Keep the first record of its kind."""
        event = orjson.loads(value)
        if topic == "conversation.replies" and event["type"] != "handoff":
            return
        stamps = self.stamps.setdefault(event["conversation_id"], {})
        stamps.setdefault(KINDS[topic], timestamp)


async def listen(bootstrap: str, seen: Seen) -> None:
    """Note every record of a request, until cancelled."""
    consumer = AIOKafkaConsumer(
        *KINDS, bootstrap_servers=bootstrap, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        async for record in consumer:
            seen.note(record.topic, record.value, record.timestamp)
    except asyncio.CancelledError:
        return
    finally:
        await consumer.stop()


def table(seen: Seen, counted: list[str]) -> dict[str, dict[str, Any]]:
    """Return p50 and p99 of each hop over the *counted* conversations, ms."""
    found: dict[str, dict[str, Any]] = {}
    for begin, end, name in STEPS:
        took = [
            stamps[end] - stamps[begin]
            for each in counted
            if (stamps := seen.stamps.get(each, {})).keys() >= {begin, end}
        ]
        if len(took) > 1:
            found[name] = {
                "p50": round(median(took), 1),
                "p99": round(quantiles(took, n=100)[98], 1),
                "records": len(took),
            }
    return found
