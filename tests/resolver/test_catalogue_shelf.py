"""What is in memory is what is stored, a second later, whatever its size."""

import asyncio

import pytest

from services.resolver.catalogue import builder, embedding
from services.resolver.catalogue.vectors import found_in, keys_of, packed
from tests.resolver.minds import (
    REFUND,
    RESET,
    FakeCatalogues,
    FakeEncoder,
    FakeVectors,
    catalogue,
    document,
    ranker,
    until,
)


def many(count):
    return [
        document(f"d-{at}", f"Passage number {at} of all.", questions=())
        for at in range(count)
    ]


async def test_a_changed_catalogue_is_seen_and_an_unchanged_one_is_kept():
    catalogues = FakeCatalogues(a=catalogue(1, actions=[RESET]))
    ranks = ranker(catalogues)
    await ranks.rank("a", "I forgot my password", ())
    await ranks._shelf.look()
    catalogues.catalogues["a"] = catalogue(2, actions=[REFUND])
    await ranks._shelf.look()
    await until(lambda: not ranks._shelf._builds)

    found = await ranks.rank("a", "I want my money back", ())

    assert catalogues.loads == ["a", "a"]
    assert found.actions[0].name == "refund_order"
    ranks.close()


async def test_a_change_is_live_in_every_instance_within_two_looks():
    catalogues = FakeCatalogues(a=catalogue(1, actions=[RESET]))
    instances = [ranker(catalogues, check_seconds=0.05) for _ in range(2)]
    for each in instances:
        await each.rank("a", "x", ())
    catalogues.catalogues["a"] = catalogue(2, actions=[REFUND])

    async with asyncio.timeout(30):
        for each in instances:
            while (await each.rank("a", "money back", ())).actions[0].score == 0 or (
                await each.rank("a", "money back", ())
            ).actions[0].name != "refund_order":
                await asyncio.sleep(0.01)

    for each in instances:
        each.close()


async def test_while_a_changed_catalogue_is_built_the_old_one_answers():
    catalogues = FakeCatalogues(a=catalogue(1, actions=[RESET]))
    encoder = FakeEncoder()
    ranks = ranker(catalogues, encoder=encoder)
    await ranks.rank("a", "x", ())
    gate = asyncio.Event()
    load = catalogues.load

    async def slow(app_id):
        await gate.wait()
        return await load(app_id)

    catalogues.load = slow
    catalogues.catalogues["a"] = catalogue(2, actions=[REFUND])
    await ranks._shelf.look()

    meanwhile = await ranks.rank("a", "I forgot my password", ())
    gate.set()
    await ranks.refresh("a")
    later = await ranks.rank("a", "I forgot my password", ())

    assert [each.name for each in meanwhile.actions] == ["reset_password"]
    assert [each.name for each in later.actions] == ["refund_order"]
    ranks.close()


async def test_a_large_app_under_construction_delays_no_other():
    encoder = FakeEncoder(seconds=0.01)
    catalogues = FakeCatalogues(
        large=catalogue(documents=many(30)), small=catalogue(actions=[RESET])
    )
    ranks = ranker(catalogues, encoder=encoder)
    large = asyncio.create_task(ranks.rank("large", "passage number 3", ()))
    await asyncio.sleep(0.05)

    await ranks.rank("small", "I forgot my password", ())

    assert not large.done()
    assert (await large).passages
    ranks.close()


async def test_who_changes_a_catalogue_here_has_it_built_before_anybody_asks():
    catalogues = FakeCatalogues(a=catalogue(1, actions=[RESET]))
    ranks = ranker(catalogues)
    ranks.has_changed("a")
    await ranks._shelf.look()
    await until(lambda: ranks._shelf.get("a") is not None)

    assert catalogues.loads == ["a"]
    ranks.close()


async def test_a_dry_run_matches_by_what_is_stored_now():
    catalogues = FakeCatalogues(a=catalogue(1, actions=[RESET]))
    ranks = ranker(catalogues)
    await ranks.rank("a", "x", ())
    catalogues.catalogues["a"] = catalogue(2, actions=[REFUND])

    await ranks.refresh("a")

    assert (await ranks.rank("a", "money", ())).actions[0].name == "refund_order"
    ranks.close()


async def test_a_dry_run_that_waits_for_vectors_matches_by_them():
    ranks = ranker(
        FakeCatalogues(a=catalogue(documents=many(builder.AT_ONCE + 100))),
        encoder=FakeEncoder(seconds=0.0005),
        check_seconds=0.5,
    )

    await ranks.refresh("a")
    found = await ranks.rank("a", "passage number 77", ())

    assert (found.encoder, found.waiting_for) == ("fake", 0)
    ranks.close()


@pytest.mark.parametrize("limits", [{"apps": 2}, {"size": 16_000}])
async def test_what_is_used_least_is_forgotten_first(limits):
    catalogues = FakeCatalogues(**{name: catalogue(actions=[RESET]) for name in "abc"})
    ranks = ranker(catalogues, **limits)
    for name in "abaca":
        await ranks.rank(name, "password", ())

    assert catalogues.loads == ["a", "b", "c"]
    assert list(ranks._shelf._shelved) == ["c", "a"]
    ranks.close()


async def test_a_store_that_fails_fails_only_the_app_that_is_not_ready():
    catalogues = FakeCatalogues(a=catalogue(actions=[RESET]))
    ranks = ranker(catalogues)
    await ranks.rank("a", "password", ())
    catalogues.failing = RuntimeError("down")

    assert (await ranks.rank("a", "I forgot my password", ())).actions
    with pytest.raises(RuntimeError, match="down"):
        await ranks.rank("b", "hello", ())
    catalogues.failing = None
    assert (await ranks.rank("b", "hello", ())).actions == ()
    ranks.close()


async def test_a_catalogue_that_cannot_be_built_is_not_tried_again_at_once():
    catalogues = FakeCatalogues(a=catalogue(1, actions=[RESET]))
    encoder = FakeEncoder()
    encoder.failing = RuntimeError("no memory")
    ranks = ranker(catalogues, encoder=encoder)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="no memory"):
            await ranks.rank("a", "hello", ())
    encoder.failing = None
    with pytest.raises(RuntimeError, match="no memory"):
        await ranks.rank("a", "hello", ())

    catalogues.catalogues["a"] = catalogue(2, actions=[RESET])

    assert (await ranks.rank("a", "password", ())).actions
    ranks.close()


async def test_a_text_is_encoded_once_whoever_asks_and_however_often_it_starts():
    vectors, encoder = FakeVectors(), FakeEncoder()
    catalogues = FakeCatalogues(a=catalogue(1, actions=[RESET]))
    first = ranker(catalogues, vectors, encoder=encoder)
    await first.rank("a", "x", ())
    first.close()
    encoder.encoded.clear()
    catalogues.catalogues["a"] = catalogue(2, actions=[RESET, REFUND])
    second = ranker(catalogues, vectors, encoder=encoder)

    await second.rank("a", "x", ())

    assert "I forgot my password" not in encoder.encoded
    assert "I want my money back" in encoder.encoded
    second.close()


async def test_vectors_of_texts_that_are_gone_are_forgotten():
    vectors = FakeVectors()
    catalogues = FakeCatalogues(a=catalogue(1, actions=[RESET, REFUND]))
    ranks = ranker(catalogues, vectors, encoder=FakeEncoder())
    await ranks.rank("a", "x", ())
    before = len(vectors.rows[("a", "fake")])
    catalogues.catalogues["a"] = catalogue(2, actions=[REFUND])

    await ranks.refresh("a")

    assert len(vectors.rows[("a", "fake")]) == before / 2
    ranks.close()


async def test_a_large_import_is_matched_by_words_until_its_vectors_are_there():
    vectors, encoder = FakeVectors(), FakeEncoder(seconds=0.0005)
    ranks = ranker(
        FakeCatalogues(a=catalogue(documents=many(builder.AT_ONCE + 100))),
        vectors,
        encoder=encoder,
    )

    at_first = await ranks.rank("a", "passage number 77", ())
    embedding_ = ranks._shelf._embedding
    await until(lambda: embedding_.left("a") < at_first.waiting_for)
    meanwhile = await ranks.rank("a", "passage number 77", ())
    await until(lambda: not embedding_.is_running("a"))
    await until(lambda: not ranks._shelf._builds)
    later = await ranks.rank("a", "passage number 77", ())

    assert (at_first.encoder, later.encoder) == (None, "fake")
    assert at_first.passages[0].name == later.passages[0].name == "d-77"
    assert at_first.waiting_for > builder.AT_ONCE + 100
    assert meanwhile.waiting_for < at_first.waiting_for
    assert later.waiting_for == 0
    ranks.close()


async def test_of_two_instances_one_computes_and_both_match(monkeypatch):
    monkeypatch.setattr(embedding, "LOOK_AGAIN_SECONDS", 0.01)
    vectors = FakeVectors()
    catalogues = FakeCatalogues(a=catalogue(documents=many(builder.AT_ONCE * 2)))
    encoders = [FakeEncoder(seconds=0.001), FakeEncoder(seconds=0.001)]
    instances = [
        ranker(catalogues, vectors.of(f"i-{at}"), encoder=encoder)
        for at, encoder in enumerate(encoders)
    ]
    for each in instances:
        await each.rank("a", "x", ())

    async with asyncio.timeout(30):
        for each in instances:
            while (await each.rank("a", "passage", ())).encoder is None:
                await asyncio.sleep(0.01)

    passages = [
        sum(text.startswith("Passage") for text in encoder.encoded)
        for encoder in encoders
    ]
    assert sorted(passages) == [0, builder.AT_ONCE * 2]
    for each in instances:
        each.close()


async def test_a_store_that_fails_while_vectors_are_computed_holds_nothing_up(
    monkeypatch,
):
    monkeypatch.setattr(embedding, "LOOK_AGAIN_SECONDS", 0.01)
    vectors = FakeVectors()
    vectors.failing = RuntimeError("down")
    ranks = ranker(
        FakeCatalogues(a=catalogue(documents=many(builder.AT_ONCE + 1))),
        vectors,
        encoder=FakeEncoder(),
    )
    assert (await ranks.rank("a", "passage number 3", ())).passages
    await asyncio.sleep(0.05)
    vectors.failing = None

    async with asyncio.timeout(30):
        while (await ranks.rank("a", "passage", ())).encoder is None:
            await asyncio.sleep(0.01)
    ranks.close()


def test_a_stored_vector_is_read_back_and_one_of_another_size_is_not():
    encoder = FakeEncoder()
    keys = keys_of(["one two", "three"])
    stored = packed(dict(zip(keys, encoder.encode(list(keys)), strict=True)))
    stored[keys["three"]] = stored[keys["three"]][:-2]

    found = found_in(stored, keys, dimensions=encoder.dimensions)

    assert list(found) == ["one two"]
    assert abs(found["one two"] - encoder.encode(["one two"])[0]).max() < 1e-3
    assert found_in({}, keys, dimensions=16) == {}
