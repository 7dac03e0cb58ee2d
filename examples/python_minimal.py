# ruff: noqa: INP001, T201 - an example is no package, and prints
"""A chat platform in a page: publish one message over Kafka, show what comes back.

Needs `make run` in another terminal, and aiokafka: python examples/python_minimal.py
"""

import asyncio
import json
import os
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

RUN = Path(os.environ.get("RUN", Path(__file__).parents[1] / "build" / "run.json"))
PATIENCE = 15


async def ask(servers: str, app_id: str, text: str) -> dict[str, object]:
    """Publish *text* as a user's message and return the first reply."""
    conversation_id = f"python-{uuid.uuid4().hex[:8]}"
    event = {
        "event_id": f"{conversation_id}-1",
        "type": "message",
        "app_id": app_id,
        "conversation_id": conversation_id,
        "occurred_at": datetime.now(UTC).isoformat(),
        "message": {"role": "user", "text": text},
        "user": {"id": "u-7"},
    }
    consumer = AIOKafkaConsumer("conversation.replies", bootstrap_servers=servers)
    producer = AIOKafkaProducer(bootstrap_servers=servers)
    await consumer.start()
    await producer.start()
    try:
        # Read from here on; what was said before is of no interest.
        await consumer.seek_to_end()
        key = f"{app_id}:{conversation_id}".encode()
        value = json.dumps(event).encode()
        await producer.send_and_wait("conversation.events", value, key=key)
        async with asyncio.timeout(PATIENCE):
            async for record in consumer:
                reply: dict[str, object] = json.loads(record.value)
                if reply["conversation_id"] == conversation_id:
                    return reply
        raise TimeoutError
    finally:
        await producer.stop()
        await consumer.stop()


def main() -> None:
    """Ask, and print the answer."""
    try:
        run = json.loads(RUN.read_text())
    except OSError:
        sys.exit(f"No {RUN}: start `make run` in another terminal.")
    text = "Error 500 when I upload files larger than 10MB"
    try:
        reply = asyncio.run(ask(run["kafka"], run["app"]["app_id"], text))
    except TimeoutError:
        sys.exit(f"No reply within {PATIENCE} s: build/logs/resolver.log may say why.")
    print(f"user:      {text}")
    print(f"assistant: {reply['text']}")


if __name__ == "__main__":
    main()
