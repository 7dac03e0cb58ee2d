"""Requests are ranked together, off the loop, and each hears what became of it."""

import asyncio
import time

import pytest

from services.resolver.catalogue import batches, pending
from services.resolver.catalogue.pending import NotReadyError
from services.resolver.domain.catalogue import Action
from services.resolver.matching.matcher import Matched
from tests.resolver.minds import (
    REFUND,
    RESET,
    FakeCatalogues,
    FakeEncoder,
    catalogue,
    document,
    ranker,
)


async def test_requests_that_come_together_are_encoded_together_and_get_their_own():
    encoder = FakeEncoder()
    ranks = ranker(
        FakeCatalogues(
            a=catalogue(actions=[RESET, REFUND]), b=catalogue(documents=[document()])
        ),
        encoder=encoder,
    )
    await asyncio.gather(ranks.rank("a", "x", ()), ranks.rank("b", "x", ()))
    encoder.calls.clear()

    mine, yours = await asyncio.gather(
        ranks.rank("a", "I forgot my password", ()),
        ranks.rank("b", "How big may a file be?", ()),
    )

    assert encoder.calls == [2]
    assert mine.actions[0].name == "reset_password"
    assert mine.passages == ()
    assert mine.encoder == "fake"
    assert yours.passages[0].name == "upload-limits"
    ranks.close()


async def test_a_flood_is_worked_in_bounded_batches():
    encoder = FakeEncoder()
    ranks = ranker(
        FakeCatalogues(a=catalogue(actions=[RESET])), encoder=encoder, batch=5
    )
    await ranks.rank("a", "x", ())
    encoder.calls.clear()

    await asyncio.gather(*(ranks.rank("a", f"word {n}", ()) for n in range(18)))

    assert encoder.calls == [5, 5, 5, 3]
    ranks.close()


async def test_waiting_for_others_is_no_failure():
    encoder = FakeEncoder(seconds=0.04)
    ranks = ranker(
        FakeCatalogues(a=catalogue(actions=[RESET])),
        encoder=encoder,
        batch=5,
        timeout_seconds=0.9,
    )
    await ranks.refresh("a")

    began = time.perf_counter()
    found = await asyncio.gather(*(ranks.rank("a", f"w {n}", ()) for n in range(25)))

    assert time.perf_counter() - began > 0.9
    assert all(each.actions for each in found)
    ranks.close()


@pytest.mark.parametrize("batch", [4, 100])
async def test_a_slow_machine_is_no_failure(batch):
    encoder = FakeEncoder(seconds=0.02)  # 0.16 s from one sign of life to the next
    ranks = ranker(
        FakeCatalogues(a=catalogue(actions=[RESET])),
        encoder=encoder,
        batch=batch,
        timeout_seconds=0.5,
    )
    await ranks.refresh("a")

    began = time.perf_counter()
    found = await asyncio.gather(*(ranks.rank("a", f"w {n}", ()) for n in range(60)))

    assert time.perf_counter() - began > 1
    assert all(each.actions for each in found)
    ranks.close()


async def test_without_an_encoder_words_alone_rank():
    ranks = ranker(FakeCatalogues(a=catalogue(actions=[RESET, REFUND])))

    found = await ranks.rank("a", "I forgot my password", ())

    assert found.actions[0].name == "reset_password"
    assert found.encoder is None
    ranks.close()


async def test_an_app_without_a_catalogue_costs_nothing_after_the_first_look():
    ranks = ranker(FakeCatalogues())
    await ranks.rank("a", "hello", ())

    coroutine = ranks.rank("a", "hello", ())

    with pytest.raises(StopIteration) as stopped:
        coroutine.send(None)
    assert stopped.value.value.actions == ()
    ranks.close()


async def test_nothing_is_ranked_when_it_is_off():
    catalogues = FakeCatalogues(a=catalogue(actions=[RESET]))
    ranks = ranker(catalogues, enabled=False)

    found = await ranks.rank("a", "I forgot", (RESET,))
    ranks.has_changed("a")
    await ranks.refresh("a")

    assert found.actions == ()
    assert catalogues.loads == []
    ranks.close()


@pytest.mark.parametrize("encoder", [None, FakeEncoder()])
@pytest.mark.parametrize("registered", [[], [RESET]])
async def test_a_conversations_own_actions_are_ranked_with_the_apps(
    encoder, registered
):
    ranks = ranker(FakeCatalogues(a=catalogue(actions=registered)), encoder=encoder)

    found = await ranks.rank(
        "a", "cancel my plan", (Action("cancel_plan", "Cancel the plan"),)
    )

    assert found.actions[0].name == "cancel_plan"
    ranks.close()


async def test_a_conversations_own_actions_are_learned_once():
    encoder = FakeEncoder()
    ranks = ranker(FakeCatalogues(a=catalogue(actions=[RESET])), encoder=encoder)
    own = (Action("cancel_plan", "Cancel the plan"),)
    await asyncio.gather(*(ranks.rank("a", "cancel", own) for _ in range(5)))
    encoder.encoded.clear()

    await ranks.rank("a", "cancel it", own)

    assert encoder.encoded == ["cancel it"]
    ranks.close()


async def test_an_encoder_that_fails_fails_the_request_and_not_the_next():
    encoder = FakeEncoder()
    ranks = ranker(FakeCatalogues(a=catalogue(actions=[RESET])), encoder=encoder)
    await ranks.rank("a", "x", ())
    encoder.failing = RuntimeError("no memory")

    with pytest.raises(RuntimeError, match="no memory"):
        await ranks.rank("a", "password", ())

    encoder.failing = None
    assert (await ranks.rank("a", "password", ())).actions
    ranks.close()


async def test_a_search_that_hangs_is_given_up_and_the_next_has_a_thread_of_its_own():
    encoder = FakeEncoder()
    ranks = ranker(
        FakeCatalogues(a=catalogue(actions=[RESET])),
        encoder=encoder,
        timeout_seconds=0.3,
    )
    await ranks.refresh("a")
    encoder.seconds = 1.0
    with pytest.raises(TimeoutError):
        await ranks.rank("a", "password", ())
    encoder.seconds = 0.0

    assert (await ranks.rank("a", "password", ())).actions
    ranks.close()


async def test_behind_a_search_that_hangs_nobody_waits_for_ever():
    encoder = FakeEncoder()
    ranks = ranker(
        FakeCatalogues(a=catalogue(actions=[RESET])),
        encoder=encoder,
        batch=1,
        timeout_seconds=0.3,
    )
    await ranks.refresh("a")
    encoder.seconds = 1.0

    found = await asyncio.gather(
        *(ranks.rank("a", "password", ()) for _ in range(4)), return_exceptions=True
    )

    assert [type(each) for each in found] == [TimeoutError] * 4
    ranks.close()


async def test_an_app_that_loads_slowly_is_asked_for_again_and_then_answers():
    catalogues, gate = FakeCatalogues(a=catalogue(actions=[RESET])), asyncio.Event()
    load = catalogues.load

    async def slow(app_id):
        await gate.wait()
        return await load(app_id)

    catalogues.load = slow
    ranks = ranker(catalogues, timeout_seconds=0.5)
    with pytest.raises(NotReadyError):
        await ranks.rank("a", "I forgot my password", ())
    began = time.perf_counter()
    with pytest.raises(NotReadyError):  # nobody waits for it any more
        await ranks.rank("a", "I forgot my password", ())
    assert time.perf_counter() - began < 0.4
    gate.set()
    await ranks.refresh("a")

    assert (await ranks.rank("a", "I forgot my password", ())).actions
    assert catalogues.loads == ["a"]
    ranks.close()


async def test_own_actions_that_take_long_are_asked_for_again_and_then_answer():
    encoder = FakeEncoder()
    ranks = ranker(
        FakeCatalogues(a=catalogue(actions=[RESET])),
        encoder=encoder,
        timeout_seconds=0.5,
    )
    own = (Action("cancel_plan", "Cancel the plan"),)
    await ranks.refresh("a")
    encoder.seconds = 1.5
    with pytest.raises(NotReadyError):
        await ranks.rank("a", "cancel my plan", own)
    encoder.seconds = 0.0
    await asyncio.sleep(1.5)

    assert (await ranks.rank("a", "cancel my plan", own)).actions[0].name == own[0].name
    assert encoder.encoded.count("cancel plan: Cancel the plan") == 1
    ranks.close()


async def test_a_store_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(pending, "LONGEST_SECONDS", 0.05)
    catalogues = FakeCatalogues()

    async def never(app_id):
        await asyncio.sleep(60)

    catalogues.load = never
    ranks = ranker(catalogues, timeout_seconds=0.1)

    with pytest.raises(NotReadyError):
        await ranks.rank("a", "hello", ())
    with pytest.raises(TimeoutError):
        await ranks.rank("a", "hello", ())
    ranks.close()


async def test_more_than_can_wait_is_refused_at_once(monkeypatch):
    monkeypatch.setattr(batches, "MOST_WAITING", 3)
    ranks = ranker(FakeCatalogues(a=catalogue(actions=[RESET])))
    await ranks.rank("a", "x", ())

    found = await asyncio.gather(
        *(ranks.rank("a", "password", ()) for _ in range(5)), return_exceptions=True
    )

    assert [type(each).__name__ for each in found] == [
        *["Ranking"] * 3,
        *["OverloadedError"] * 2,
    ]
    ranks.close()


async def test_the_loop_goes_on_while_requests_are_encoded():
    encoder = FakeEncoder(seconds=0.2)
    ranks = ranker(FakeCatalogues(a=catalogue(actions=[RESET])), encoder=encoder)
    ranking = asyncio.create_task(ranks.rank("a", "password", ()))
    ticks = 0
    while not ranking.done():
        await asyncio.sleep(0.01)
        ticks += 1

    assert ticks > 20
    ranks.close()


class Picky:
    """A matcher that cannot match one text."""

    def match(self, texts, vectors=None):
        if "bad" in texts:
            raise ValueError("bad")
        return [Matched() for _ in texts]


def test_a_request_that_cannot_be_matched_fails_alone():
    matcher = Picky()
    batch = [
        batches.Wanted(matcher, False, text, answer=None)
        for text in ("one", "bad", "two")
    ]

    found = batches.matched(batch, None, lambda: None)

    assert [type(each) for each in found] == [batches.Found, ValueError, batches.Found]
