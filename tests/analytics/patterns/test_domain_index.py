"""The index groups by meaning, remembers exactly, and obeys people."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.domain.patterns.index import PatternIndex
from services.analytics.domain.patterns.items import (
    MAX_ABSORBED,
    Item,
    PatternState,
    quantise,
)

WIDTH = 16
TOPICS = np.linalg.qr(np.random.default_rng(7).normal(size=(WIDTH, WIDTH)))[0]


def _item(
    name: str, topic: int, *, noise: float = 0.2, text: str | None = None
) -> Item:
    seed = int.from_bytes(name.encode(), "little") % 2**32
    rng = np.random.default_rng(seed)
    vector = TOPICS[topic % WIDTH] + rng.normal(size=WIDTH) * noise / np.sqrt(WIDTH)
    vector = (vector / np.linalg.norm(vector)).astype(np.float32)
    return Item(name, text or f"text {name}", "en", vector)


def _index() -> PatternIndex:
    return PatternIndex("fake+fake", WIDTH)


def _states(index: PatternIndex, ids: set[str]) -> dict[str, PatternState]:
    return {each: index.state_of(each) for each in ids}


def test_two_paraphrases_are_one_pattern_and_a_third_topic_is_another():
    index = _index()
    first = index.assign(_item("e1", 0, text="Where is my card?"))
    second = index.assign(_item("e2", 0, text="My card has not come"))
    third = index.assign(_item("e3", 5, text="Change my address"))

    assert first.founded
    assert (second.pattern_id, second.founded) == (first.pattern_id, False)
    assert third.founded
    assert third.pattern_id != first.pattern_id


def test_the_reason_names_words_that_both_have():
    index = _index()
    index.assign(_item("e1", 0, text="Where is my new card?"))
    joined = index.assign(_item("e2", 0, text="My cards never came"))

    assert "“cards”" in joined.because
    assert "% alike" in joined.because


def test_the_same_words_join_whatever_their_vector_says():
    index = _index()
    first = index.assign(_item("e1", 0, text="Card lost!"))
    again = index.assign(_item("e2", 9, text="card  lost"))

    assert again.pattern_id == first.pattern_id
    assert again.similarity == 1.0


def test_numbers_tell_wordings_apart():
    index = _index()
    index.assign(_item("e1", 0, text="error 500"))

    assert index.assign(_item("e2", 9, text="error 404")).founded


def test_ids_are_stable_and_come_from_the_first_escalation():
    one, two = _index(), _index()

    assert (
        one.assign(_item("e1", 0)).pattern_id == two.assign(_item("e1", 3)).pattern_id
    )
    assert one.assign(_item("e9", 4)).pattern_id.startswith("p-")


ARRIVALS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9)), max_size=40)


@settings(deadline=None, max_examples=60)
@given(arrivals=ARRIVALS, stop=st.integers(0, 40), seed=st.randoms())
def test_a_restored_index_goes_on_as_one_that_never_stopped(arrivals, stop, seed):
    items = [
        _item(f"e{at}", topic, noise=0.9, text=f"wording {words}")
        for at, (topic, words) in enumerate(arrivals)
    ]
    whole, before = _index(), _index()
    expected = [whole.assign(each) for each in items]
    found = [before.assign(each) for each in items[:stop]]
    kept = list(_states(before, {each.pattern_id for each in found}).values())
    seed.shuffle(kept)
    after = _index()
    after.restore(
        PatternState.from_bytes(
            each.pattern_id,
            each.to_bytes(),
            representative_text=each.representative_text,
        )
        for each in kept
    )
    found += [after.assign(each) for each in items[stop:]]

    assert found == expected
    ids = {each.pattern_id for each in found}
    assert _states(after, ids) == _states(whole, ids)


STEPS = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=30)


@settings(deadline=None, max_examples=60)
@given(steps=STEPS, stop=st.integers(0, 30), order=st.randoms())
def test_merges_by_people_survive_a_restart_at_any_step(steps, stop, order):
    whole, other = _index(), _index()
    names: list[str] = []
    for at, (topic, merges) in enumerate(steps):
        if at == stop:
            kept = [whole.state_of(each) for each in names]
            order.shuffle(kept)
            other = _index()
            other.restore(kept)
        item = _item(f"e{at}", topic, noise=0.9)
        found = whole.assign(item)

        assert other.assign(item) == found
        if found.founded:
            names.append(found.pattern_id)
        if merges and len(names) > 1:
            gone = names.pop(topic % (len(names) - 1) + 1)
            whole.merge(names[0], gone)
            other.merge(names[0], gone)

    members = sum(whole.state_of(each).count for each in names)
    assert members == len(steps)
    assert _states(whole, set(names)) == _states(other, set(names))


def test_a_merge_sends_what_follows_to_the_pattern_that_stays():
    index = _index()
    for topic in range(6, 16):
        index.assign(_item(f"other {topic}", topic))
    first = index.assign(_item("e1", 0)).pattern_id
    second = index.assign(_item("e2", 5)).pattern_id
    index.merge(first, second)

    assert second not in index
    assert index.state_of(first).count == 2
    assert index.assign(_item("e3", 5)).pattern_id == first
    assert index.assign(_item("e4", 0)).pattern_id == first


def test_a_merge_of_a_large_and_a_small_pattern_does_not_come_apart():
    index = _index()
    for topic in range(6, 16):
        index.assign(_item(f"other {topic}", topic))
    large = index.assign(_item("e1", 0)).pattern_id
    for at in range(60):
        index.assign(_item(f"like e1 {at}", 0))
    small = index.assign(_item("e2", 5)).pattern_id
    index.merge(large, small)
    size = index.state_of(large).count
    again = _index()
    again.restore(_states(index, {large}).values())

    for each in (index, again):
        assert each.assign(_item("e3", 5)).pattern_id == large
        assert each.state_of(large).count == size + 1


def test_a_pattern_of_many_merges_is_bounded_and_counts_all_members():
    index = _index()
    names = [index.assign(_item(f"e{topic}", topic)).pattern_id for topic in range(14)]
    for each in names[1:]:
        index.merge(names[0], each)
    state = index.state_of(names[0])
    content = state.to_bytes()

    assert (state.count, len(state.absorbed)) == (14, MAX_ABSORBED)
    assert PatternState.from_bytes(
        names[0], content, representative_text=state.representative_text
    ) == state  # fmt: skip


def test_who_is_split_from_a_merged_pattern_is_taken_out_of_its_sum():
    index = _index()
    items = [_item(f"e{at}", at) for at in range(3)]
    names = [index.assign(each).pattern_id for each in items]
    index.merge(names[0], names[1])
    index.merge(names[0], names[2])
    leaves = [items[0], items[2]]
    index.split(
        names[0],
        "p-new",
        [quantise(each.vector) for each in leaves],
        texts=[each.text for each in leaves],
    )

    assert index.state_of(names[0]).count == 1
    assert index.state_of(names[0]).centroid_sum == (
        np.frombuffer(quantise(items[1].vector), np.int8).astype("<i4").tobytes()
    )
    assert index.state_of("p-new").count == 2


def test_a_split_undoes_a_merge_exactly():
    index = _index()
    one, two = _item("e1", 0), _item("e2", 5)
    first, second = index.assign(one).pattern_id, index.assign(two).pattern_id
    before = _states(index, {first, second})
    index.merge(first, second)
    index.split(first, second, [quantise(two.vector)], texts=[two.text])

    assert _states(index, {first, second}) == before


def test_a_pattern_cannot_be_merged_with_itself_nor_lose_all_its_members():
    index = _index()
    item = _item("e1", 0)
    first = index.assign(item).pattern_id

    with pytest.raises(ValueError, match="itself"):
        index.merge(first, first)
    with pytest.raises(ValueError, match="moved"):
        index.split(first, "p-new", [quantise(item.vector)], texts=[item.text])


def test_what_is_kept_of_a_pattern_does_not_grow_with_its_members():
    index = _index()
    name = index.assign(_item("e0", 0)).pattern_id
    sizes = []
    for at in range(1, 400):
        index.assign(_item(f"e{at}", 0, noise=0.01, text=f"wording {at}"))
        sizes.append(len(index.state_of(name).to_bytes()))

    assert sizes[-1] == sizes[200]


def test_a_state_of_another_version_is_refused():
    index = _index()
    name = index.assign(_item("e0", 0)).pattern_id
    content = index.state_of(name).to_bytes()

    with pytest.raises(ValueError, match="version"):
        PatternState.from_bytes(name, b"\xff" + content[1:], representative_text="")
