"""Settling on a real database."""

from datetime import timedelta

import pytest

from services.analytics.counting.settle import Settler
from services.analytics.repository.outcomes.settling import MongoOutcomes
from services.analytics.repository.sessions import MongoSessions
from services.analytics.repository.transactions import Transactions
from tests.analytics.conftest import empty_database
from tests.support.fakes import FakeClock


@pytest.fixture
async def database(mongo_url):
    """Give an empty, prepared database."""
    async with empty_database(mongo_url) as database:
        yield database


def make_settler(database, now):
    """Return a settler as the service makes it, at *now*, by words alone."""
    clock = FakeClock(now)
    outcomes = MongoOutcomes(
        database,
        transactions=Transactions(MongoSessions(database, clock=clock)),
        clock=clock,
        retention=timedelta(days=400),
    )
    return Settler(outcomes=outcomes, clock=clock)


async def settle(database, now):
    """Judge all that is due at *now*, and let others settle; return what changed."""
    settler = make_settler(database, now)
    changed = await settler.round()
    await settler.outcomes.release()
    return changed
