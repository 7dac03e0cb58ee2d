"""What people's changes do to what an index keeps."""

import numpy as np
import pytest

from services.analytics.domain.patterns.items import PatternState, quantise
from services.analytics.domain.patterns.spaces import Space
from services.analytics.patterns.states import (
    Kept,
    Words,
    merge_states,
    represent_by,
    split_state,
)

ENGLISH, GERMAN = (Space("acme", each, "topics") for each in ("en", "de"))


def vector(place, *, width=4):
    row = np.zeros(width, dtype=np.float32)
    row[place] = 0.25
    return quantise(row)


def kept(pattern_id, *vectors, space=ENGLISH):
    rows = np.array([np.frombuffer(each, dtype=np.int8) for each in vectors])
    state = PatternState(
        pattern_id,
        len(vectors),
        rows.astype(np.int32).sum(axis=0).astype("<i4").tobytes(),
        vectors[0],
        "text",
    )
    return Kept(pattern_id, space, state.to_bytes(), "text")


def sums(content):
    state = PatternState.from_bytes("p", content, representative_text="")
    return state.count, np.frombuffer(state.centroid_sum, dtype="<i4").tolist()


def test_a_merge_adds_up_and_keeps_the_first_representative():
    content = merge_states(kept("p-1", vector(0)), kept("p-2", vector(1), vector(1)))

    assert sums(content) == (3, [64, 128, 0, 0])
    state = PatternState.from_bytes("p-1", content, representative_text="")
    assert state.representative == vector(0)


def test_what_cannot_be_compared_adds_nothing():
    into = kept("p-1", vector(0))
    other_language = kept("p-2", vector(1), space=GERMAN)
    erased = Kept("p-3", ENGLISH, b"", "")

    assert merge_states(into, other_language) == into.content
    assert merge_states(into, erased) == into.content
    assert merge_states(erased, into) == b""


def test_a_split_takes_out_what_it_gives_to_the_new_one():
    whole = kept("p-1", vector(0), vector(1), vector(1))

    left, own = split_state(whole, "p-new", [Words("moved", vector(1))])

    assert sums(left) == (2, [64, 64, 0, 0])
    assert sums(own) == (1, [0, 64, 0, 0])


@pytest.mark.parametrize(
    "members",
    [
        [],
        [Words("erased", b"")],
        [Words("of another encoder", vector(0, width=8))],
        [Words("all", vector(0)), Words("of them", vector(1))],
    ],
)
def test_a_split_that_cannot_be_computed_leaves_the_old_one_as_it_is(members):
    whole = kept("p-1", vector(0), vector(1))

    assert split_state(whole, "p-new", members) == (whole.content, b"")


def test_another_member_stands_for_a_pattern_or_nobody_does():
    whole = kept("p-1", vector(0), vector(1))

    content = represent_by(whole, Words("other", vector(1)))

    state = PatternState.from_bytes("p-1", content, representative_text="")
    assert state.representative == vector(1)
    assert sums(content) == sums(whole.content)
    assert represent_by(whole, None) == b""
    assert represent_by(whole, Words("x", vector(0, width=8))) == b""
