"""A process that groups until nothing waits, and says what it publishes: to be killed.

`python -m tests.analytics.patterns.grouping_process MONGO_URL DATABASE OWNER`
"""

import asyncio
import sys

import orjson

from shared.errors import Transient
from shared.mongo import connect, database_of
from tests.analytics.patterns.grouping_factories import Instance


class Spoken:
    """A publisher whose records are lines on standard output."""

    async def publish(self, outputs):
        for each in outputs:
            event = orjson.loads(each.value)
            if "assignment_id" in event:
                sys.stdout.write(f"{event['escalation_id']} {event['assignment_id']}\n")
        sys.stdout.flush()


async def main(mongo_url, name, owner):
    client = connect(mongo_url)
    # So small that a process dies between batches, not only within one.
    one = Instance(database_of(client, name), owner=owner, told=Spoken(), batch=7)
    while await one.queue.apps_waiting():
        try:
            await one.grouper.round()
        except Transient as error:
            sys.stderr.write(f"again: {error.reason}\n")
    client.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
