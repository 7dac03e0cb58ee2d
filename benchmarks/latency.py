"""From an event to the user's hand-off and to the team's mail, at a steady rate."""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from time import time
from typing import Any

import httpx
import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from benchmarks import hops, load
from benchmarks.ground import APP, memory_mb
from benchmarks.hops import Seen
from handrail.stack.local import LocalStack
from handrail.stack.run import create_app

WARM_UP = 60
"""Conversations whose times are not counted; of few, a quarter."""
SETTLE_SECONDS = 60


@dataclass
class Meter:
    """One running system, ready to be measured at one rate after another."""

    stack: LocalStack
    sent: int = 0
    """Conversations so far: each rate has its own."""


async def meter(stack: LocalStack) -> Meter:
    """Give the app its destination; nothing else is needed of it."""
    key = create_app(stack, app_id=APP, name="Bench")
    async with httpx.AsyncClient(base_url=stack.origin, trust_env=False) as client:
        answer = await client.put(
            "/notifier/v1/destinations/default",
            json={"kind": "email", "to": ["team@acme.test"]},
            headers={"Authorization": f"Bearer {key}"},
        )
        answer.raise_for_status()
    return Meter(stack)


async def measure(meter: Meter, *, per_second: float, count: int) -> dict[str, Any]:
    """Return `latency_ms`, `hops_ms` and `memory_mb`.

    Over *count* conversations, each of one message that nothing answers. The first ones
    warm the services up and are not counted.
    """
    stack, seen = meter.stack, Seen()
    told: dict[str, float] = {}
    conversations: dict[str, str] = {}
    readers = [
        asyncio.create_task(_read_handoffs(stack.kafka, told, conversations)),
        asyncio.create_task(hops.listen(stack.kafka, seen)),
    ]
    await asyncio.sleep(1)
    sent = await _send(meter, per_second=per_second, count=count)
    deadline = time() + SETTLE_SECONDS
    delivered: dict[str, float] = {}
    while time() < deadline and not (sent.keys() <= told.keys() & delivered.keys()):
        await asyncio.sleep(0.5)
        mails = _mails(Path(stack.mail_dir))
        delivered = {conversations.get(each, each): at for each, at in mails.items()}
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)
    counted = sorted(sent, key=lambda each: sent[each])[warm_up(count) :]
    return {
        "latency_ms": {
            **_shares("told", sent, told, counted),
            **_shares("delivered", sent, delivered, counted),
            "events_per_s": per_second,
            "sent": len(sent),
            "told": len(sent.keys() & told.keys()),
            "delivered": len(sent.keys() & delivered.keys()),
        },
        "hops_ms": hops.table(seen, counted),
        "memory_mb": {
            name: memory_mb(entry["pid"]) for name, entry in stack.services.items()
        },
    }


def warm_up(count: int) -> int:
    """Return how many of *count* conversations are not counted."""
    return min(WARM_UP, count // 4)


async def _send(meter: Meter, *, per_second: float, count: int) -> dict[str, float]:
    producer = AIOKafkaProducer(bootstrap_servers=meter.stack.kafka)
    await producer.start()
    sent: dict[str, float] = {}
    began = time()
    first, meter.sent = meter.sent, meter.sent + count
    for number in range(first, first + count):
        due = began + (number - first) / per_second
        await asyncio.sleep(max(0.0, due - time()))
        event = load.message(number, number)
        sent[event["conversation_id"]] = time()
        await producer.send(
            "conversation.events", orjson.dumps(event), key=load.key_of(number)
        )
    await producer.stop()
    return sent


async def _read_handoffs(
    bootstrap: str, told: dict[str, float], conversations: dict[str, str]
) -> None:
    consumer = AIOKafkaConsumer(
        "conversation.replies",
        bootstrap_servers=bootstrap,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=500,
    )
    await consumer.start()
    try:
        async for record in consumer:
            reply = orjson.loads(record.value)
            if reply["type"] == "handoff":
                told.setdefault(reply["conversation_id"], time())
                conversations[reply["escalation_id"]] = reply["conversation_id"]
    finally:
        await consumer.stop()


def _mails(folder: Path) -> dict[str, float]:
    """Return when each escalation's first mail was accepted."""
    found: dict[str, float] = {}
    for facts in folder.glob("*.json"):
        accepted = json.loads(facts.read_text())["accepted_at"]
        mail = facts.with_suffix(".eml").read_bytes()
        moment = datetime.fromisoformat(accepted).timestamp()
        found.setdefault(_escalation_of(mail), moment)
    return found


def _escalation_of(mail: bytes) -> str:
    for line in mail.split(b"\r\n\r\n", 1)[0].split(b"\r\n"):
        name, _, value = line.partition(b": ")
        if name.lower() == b"x-handrail-escalation":
            return value.decode()
    return ""


def _shares(
    name: str, sent: dict[str, float], seen: dict[str, float], counted: list[str]
) -> dict[str, float | None]:
    took = [(seen[each] - sent[each]) * 1000 for each in counted if each in seen]
    if len(took) < 2:
        return {f"{name}_p50": None, f"{name}_p99": None}
    return {
        f"{name}_p50": round(median(took), 1),
        f"{name}_p99": round(quantiles(took, n=100)[98], 1),
    }
