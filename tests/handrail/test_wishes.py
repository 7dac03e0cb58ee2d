"""Messages are composed the same each time, and what is learned can be told from them."""

from math import inf

import numpy as np
import pytest

from handrail.wishes.__main__ import clues_of, packed
from handrail.wishes.compose import SAID, composed
from handrail.wishes.fit import fitted, rows_of
from services.resolver.domain.words.wishes import learned
from services.resolver.domain.words.wishes.clues import BUCKETS
from services.resolver.domain.words.wishes.learned import HEAD, likelihood

WISHES = ["talk to a human", "I need an agent", "let me speak to a person"]
OTHERS = ["where is my parcel", "the agent was rude", "how do I add a person"]


@pytest.fixture(scope="module")
def said():
    return composed()


def test_messages_are_composed_in_seventeen_languages(said):
    assert len(list(SAID.iterdir())) == 17
    assert sum(each.wish for each in said) > 10_000
    assert sum(not each.wish for each in said) > 5_000


def test_messages_are_the_same_each_time(said):
    assert composed() == said


def test_no_part_of_a_frame_is_left_unfilled(said):
    assert not [each.text for each in said if "{" in each.text or "|" in each.text]


def test_what_was_fitted_tells_the_messages_apart():
    rows = rows_of([clues_of(text) for text in WISHES + OTHERS])
    wished = np.array([True] * len(WISHES) + [False] * len(OTHERS))

    weights = fitted(rows, wished, np.ones(len(wished)))

    assert ((rows @ weights[:-1] + weights[-1] > 0) == wished).all()


def test_a_weight_is_packed_into_a_byte():
    weights = np.zeros(BUCKETS + 1)
    weights[3], weights[4], weights[-1] = 2.0, -1.0, -4.5

    data = packed(weights)

    step, bias = HEAD.unpack_from(data)
    kept = np.frombuffer(data, dtype=np.int8, offset=HEAD.size)
    assert len(kept) == BUCKETS
    assert bias == pytest.approx(-4.5)
    assert kept[3] * step == pytest.approx(2.0)
    assert kept[4] * step == pytest.approx(-1.0, rel=0.01)


@pytest.mark.parametrize(
    "text",
    [
        "I want to talk to a human",
        "可以找人工客服吗",
        "मुझे किसी इंसान से बात करनी है",
        "ben bir insanla konuşmak istiyorum, bu bot işe yaramıyor",
    ],
)
def test_the_service_weighs_the_clues_that_were_learned(text):
    clues = clues_of(text)
    weights = [learned._WEIGHTS[clue] for clue in clues]

    weighed = sum(weights) * learned._STEP * learned.SPREAD / len(clues) ** 0.5

    assert likelihood(text, least=-inf) == pytest.approx(weighed + learned._BIAS)
