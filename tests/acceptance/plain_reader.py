"""A Kafka reader as a stranger writes it: `pip install aiokafka`, nothing of ours.

`python plain_reader.py SERVERS TOPIC...` reads each topic from its beginning to where
it ends now, and prints one JSON object: the codecs this environment can read, and each
topic's values.
"""

import asyncio
import importlib.util
import json
import sys
from typing import Any

from aiokafka import AIOKafkaConsumer, codec

SECONDS = 60


async def read(servers: str, topic: str) -> list[Any]:
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=servers, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        while not (places := consumer.assignment()):
            await asyncio.sleep(0.1)
        ends = await consumer.end_offsets(places)
        values: list[Any] = []
        while any([await consumer.position(place) < ends[place] for place in places]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                values += [json.loads(record.value) for record in records]
        return values
    finally:
        await consumer.stop()


async def main(servers: str, *topics: str) -> None:
    async with asyncio.timeout(SECONDS):
        values = {topic: await read(servers, topic) for topic in topics}
    found = {
        "codecs": {
            "gzip": codec.has_gzip(),
            "snappy": codec.has_snappy(),
            "lz4": codec.has_lz4(),
            "zstd": codec.has_zstd(),
        },
        "modules": [
            name
            for name in ("cramjam", "zstandard", "shared", "services", "handrail")
            if importlib.util.find_spec(name)
        ],
        "values": values,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
