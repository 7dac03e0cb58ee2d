"""A trend store of its own for each test."""

import uuid
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from services.analytics.counting.report import Reporter
from services.analytics.repository import schema
from services.analytics.repository.counts import MongoCounts
from services.analytics.repository.documents.validators import apply_validators
from services.analytics.repository.facts import MongoFacts
from services.analytics.repository.sessions import MongoSessions
from services.analytics.repository.transactions import Transactions
from shared.clock import SystemClock
from shared.mongo import connect, database_of


@asynccontextmanager
async def empty_database(mongo_url):
    """Make a prepared database and drop it at the end."""
    client = connect(mongo_url)
    name = f"analytics_{uuid.uuid4().hex[:12]}"
    database = database_of(client, name)
    await schema.prepare(database)
    await apply_validators(database)
    yield database
    await client.drop_database(name)
    client.close()


@pytest.fixture
async def database(mongo_url):
    """Give an empty, prepared database."""
    async with empty_database(mongo_url) as database:
        yield database


def make_store(database):
    """Return the store as the service makes it."""
    clock = SystemClock()
    return MongoFacts(
        database,
        transactions=Transactions(MongoSessions(database, clock=clock)),
        clock=clock,
        retention=timedelta(days=400),
    )


@pytest.fixture
def store(database):
    """Give the store as the service makes it."""
    return make_store(database)


@pytest.fixture
def reporter(database):
    """Give the reports as the service makes them."""
    return Reporter(MongoCounts(database))
