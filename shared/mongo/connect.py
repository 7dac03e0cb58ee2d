"""Connect to MongoDB with the guarantees that our promises rest on."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

Database = AsyncIOMotorDatabase[dict[str, Any]]


def connect(url: str) -> AsyncIOMotorClient[dict[str, Any]]:
    """Return a client; it connects when first used.

    Every write is acknowledged by a majority and its journal: an effect that we
    publish must not be forgotten by a failover.
    """
    return AsyncIOMotorClient(
        url,
        tz_aware=True,
        retryWrites=True,
        serverSelectionTimeoutMS=5_000,
        appname="handrail",
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
