"""Ten thousand passages are taken in while the event loop goes on as if nothing were."""

import asyncio
import time

import pytest

from benchmarks.catalogue import knowledge
from services.resolver.catalogue.shelf import Catalogue
from shared.encoding.load import load_encoder
from tests.resolver.minds import FakeCatalogues, FakeVectors, ranker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

HEARTBEAT_SECONDS = 3.0
"""Of the Kafka client; the group waits ten times as long before it gives up on us."""


async def worst_lag(stop):
    worst = 0.0
    while not stop.is_set():
        began = time.perf_counter()
        await asyncio.sleep(0.02)
        worst = max(worst, time.perf_counter() - began - 0.02)
    return worst


async def test_ten_thousand_passages_are_built_and_embedded_beside_the_loop():
    encoder = load_encoder("auto")
    vectors = FakeVectors()
    large = Catalogue(1, knowledge(actions_=200, passages=10_000))
    ranks = ranker(
        FakeCatalogues(large=large), vectors, encoder=encoder, timeout_seconds=120.0
    )
    stop = asyncio.Event()
    lag = asyncio.create_task(worst_lag(stop))

    found = await ranks.rank("large", "How do I change my invoice?", ())
    while len(vectors.rows.get(("large", encoder.name), {})) < 128:
        await asyncio.sleep(0.1)
    meanwhile = await ranks.rank("large", "please cancel my delivery", ())
    stop.set()

    assert found.encoder is None
    assert found.waiting_for > 10_000
    assert found.actions[0].name == "change_invoice"
    assert meanwhile.actions[0].name == "cancel_delivery"
    assert await lag < HEARTBEAT_SECONDS
    ranks.close()
