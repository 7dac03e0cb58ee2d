"""The resolver with the model, against the bare model on the same texts.

The bare loop is a process of its own that encodes all messages in one call, sorted by
length: the most that this model gives on one core. The service reads the same messages
from Kafka, each of them a conversation of its own, matches them in an app of fifty
actions and publishes what it decided.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from time import perf_counter, process_time
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer

from benchmarks import catalogue, load, rates
from benchmarks.ground import APP, Ground, fill, ground
from services.resolver.catalogue.vectors import encoded, packed
from services.resolver.matching.knowledge import texts_of
from services.resolver.repository.catalogue import MongoCatalogues
from services.resolver.repository.vectors import MongoVectors
from shared.clock import SystemClock
from shared.encoding.encoder import Encoder
from shared.encoding.load import load_encoder
from shared.mongo.connect import connect, database_of

TOPIC = "conversation.events"
ACTIONS = 50
Step = Callable[[str], None]


async def measure(step: Step, *, count: int) -> dict[str, Any]:
    """Return both rates, and their ratio within this run."""
    with ground() as here:
        await here.prepare()
        await _register(here)
        step("resolver with the model: filling the topic")
        await fill(here.kafka, TOPIC, _events(count))
        await _wake_coordinator(here)
        step("bare model")
        before = _bare(count)
        step("resolver with the model")
        found = await rates.measure(here, "resolver", [TOPIC], RESOLVER_ENCODER="bge")
        step("bare model")
        after = _bare(count)
    runs = [before["texts_per_s"], after["texts_per_s"]]
    bare, cpu = sum(runs) / 2, (before["cpu_us"] + after["cpu_us"]) / 2
    return {
        "events_per_s": round(found.events_per_s, 1),
        "bare_texts_per_s": round(bare, 1),
        "bare_runs": runs,
        "ratio": round(found.events_per_s / bare, 3),
        "cpu_us": round(found.cpu_us),
        "bare_cpu_us": round(cpu),
        "ratio_cpu": round(cpu / found.cpu_us, 3),
        "memory_mb": found.memory_mb,
    }


def one_message() -> dict[str, Any]:
    """Return what `benchmarks.matching` finds, in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.matching"], capture_output=True, check=True
    )
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def _events(count: int) -> Iterator[tuple[bytes, bytes]]:
    for number, text in enumerate(catalogue.messages(count)):
        event = load.message(number, number, text)
        yield load.key_of(number), orjson.dumps(event)


async def _register(here: Ground) -> None:
    client = connect(here.mongod.url)
    database = database_of(client, "handrail")
    store = MongoCatalogues(database)
    entries: list[dict[str, Any]] = [
        {
            "name": each.name,
            "description": each.description,
            "parameters": {"type": "object", "properties": {}},
            "examples": list(each.examples),
            "approvalRequired": False,
            "endpoint": None,
        }
        for each in catalogue.actions(ACTIONS)
    ]
    await store.prepare()
    await store.actions.put(APP, entries, now=SystemClock().now())
    # What a resolver does in the background; until then it would match by words.
    knowledge = (await store.load(APP)).knowledge
    vectors = MongoVectors(database, clock=SystemClock())
    await vectors.prepare()
    encoder = _encoder()
    rows = packed(encoded(encoder, texts_of(knowledge)))
    await vectors.add(APP, encoder.name, rows)
    client.close()


async def _wake_coordinator(here: Ground) -> None:
    """Join any group: on a fresh broker the first one waits for its topic."""
    consumer = AIOKafkaConsumer(
        TOPIC, bootstrap_servers=here.kafka.bootstrap_servers, group_id="first"
    )
    await consumer.start()
    await consumer.stop()


def _bare(count: int) -> dict[str, float]:
    """Return what the bare model does, in a process of its own."""
    ran = subprocess.run(  # noqa: S603 - this very file
        [sys.executable, "-m", "benchmarks.embedding", str(count)],
        capture_output=True,
        check=True,
    )
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def _encoder() -> Encoder:
    encoder = load_encoder("bge")
    if encoder is None:
        raise RuntimeError("the model does not load: see the log above")
    return encoder


def main() -> None:
    """Encode, and print texts a second and the CPU time of one."""
    encoder = _encoder()
    texts = catalogue.messages(int(sys.argv[1]))
    encoder.encode(texts[:50])
    began, cpu = perf_counter(), process_time()
    encoder.encode(texts)
    took, cpu = perf_counter() - began, process_time() - cpu
    found = {
        "texts_per_s": round(len(texts) / took, 1),
        "cpu_us": round(cpu / len(texts) * 1e6),
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
