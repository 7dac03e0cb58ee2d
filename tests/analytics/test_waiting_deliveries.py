"""A delivery waits until its end is heard of, in whatever order the two come."""

import asyncio
from datetime import timedelta

import pytest

from services.analytics.repository.counts import MongoCounts
from tests.analytics.conftest import make_store
from tests.analytics.factories import (
    NOON,
    batch_of,
    delivered,
    failed,
    record,
    requested,
)

pytestmark = pytest.mark.integration
LATER = NOON + timedelta(days=1)


async def waiting(database, app_id="acme", end=LATER):
    return await MongoCounts(database).waiting(app_id, end=end)


async def test_five_that_nobody_receives_wait(database, store):
    await store.add(batch_of(*(record(requested(f"d-{n}"), n) for n in range(5))))

    assert await waiting(database) == 5
    assert await waiting(database, "other") == 0
    assert await waiting(database, end=NOON) == 0


@pytest.mark.parametrize("end", [delivered, failed])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["asked", "ended"])
@pytest.mark.parametrize("together", [True, False])
async def test_what_ended_waits_no_more_in_any_order(
    database, store, end, order, together
):
    both = [record(requested()), record(end())]
    first, second = (both[place] for place in order)
    for batch in [[first, second]] if together else [[first], [second], [first]]:
        await store.add(batch_of(*batch))

    assert await waiting(database) == 0


async def test_an_end_of_before_requests_were_read_is_found(database, store):
    await store.add(batch_of(record(delivered())))
    await database.analytics_delivery_requests.delete_many({})  # as it was then

    await store.add(batch_of(record(requested())))

    assert await waiting(database) == 0


async def test_two_instances_that_meet_at_one_delivery_agree(database):
    one, other = make_store(database), make_store(database)
    for n in range(20):
        await asyncio.gather(
            one.add(batch_of(record(requested(f"d-{n}"), n))),
            other.add(batch_of(record(delivered(f"d-{n}"), n))),
        )

    assert await waiting(database) == 0


async def test_a_redelivered_request_does_not_wait_again(database, store):
    await store.add(batch_of(record(requested())))
    await store.add(batch_of(record(failed())))

    await store.add(batch_of(record(requested())))

    assert await waiting(database) == 0
