"""Connect to MongoDB with the guarantees that our promises rest on."""

from collections.abc import Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo.monitoring import CommandListener
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

Database = AsyncIOMotorDatabase[dict[str, Any]]


def connect(
    url: str, *, listeners: Sequence[CommandListener] = ()
) -> AsyncIOMotorClient[dict[str, Any]]:
    """Return a client; it connects when first used. *listeners* hear every command.

    Every write is acknowledged by a majority and its journal, alone or in a
    transaction: an effect that we publish must not be forgotten by a failover. What
    *url* says of it does not count.
    """
    return AsyncIOMotorClient(
        url,
        tz_aware=True,
        retryWrites=True,
        # On the client too, as a transaction takes them from there, and from nowhere
        # else: what its collections say does not count.
        w="majority",
        journal=True,
        readConcernLevel="majority",
        serverSelectionTimeoutMS=5_000,
        appname="handrail",
        event_listeners=list(listeners),
    )


def database_of(client: AsyncIOMotorClient[dict[str, Any]], name: str) -> Database:
    """Return database *name* with majority, journaled writes."""
    return client.get_database(
        name,
        write_concern=WriteConcern(w="majority", j=True),
        read_concern=ReadConcern("majority"),
    )


async def ping(database: Database) -> None:
    """Raise where no primary answers."""
    await database.command("ping")
