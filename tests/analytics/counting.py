"""A worker process that counts a fixed stream until it is done or killed."""

import asyncio
import random
import sys

from services.analytics.counting.aggregate import Aggregator
from shared.mongo import connect, database_of
from tests.analytics.conftest import make_store
from tests.analytics.factories import BUILDERS, as_records, many_events

EVENTS = 3_000
BATCH = 100


def lanes_of(records):
    """Return every record as a lane of its own."""
    return [[each] for each in records]


async def count(url, name, *, seed=0):
    """Count the stream from its beginning, as after a lost acknowledgement."""
    client = connect(url)
    store = make_store(database_of(client, name))
    worker = Aggregator(facts=store, builders=BUILDERS, on_unexpected=lambda *_: None)
    records = as_records(many_events(EVENTS))
    random.Random(seed).shuffle(records)
    for start in range(0, EVENTS, BATCH):
        await worker.work(lanes_of(records[start : start + BATCH]))
    client.close()


if __name__ == "__main__":
    asyncio.run(count(sys.argv[1], sys.argv[2], seed=int(sys.argv[3])))
