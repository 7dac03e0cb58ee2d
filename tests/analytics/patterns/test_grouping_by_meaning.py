"""What the shipped encoders and settings do with the first escalations of an app."""

import numpy as np
import pytest

from services.analytics.domain.patterns.index import PatternIndex
from services.analytics.domain.patterns.items import Item
from services.analytics.domain.patterns.rules import prior_mean, rules_of, scale_of
from shared.encoding.encoder import Encoder
from shared.encoding.ngrams import NgramEncoder
from shared.encoding.pair import SideBySide, load_pair
from shared.encoding.static import load_wordllama

PARAPHRASES = [
    ("My card still has not arrived", "When will the card you sent me get here?"),
    ("I was charged twice for one order", "There is a double charge on my statement"),
    ("The export button does nothing", "Nothing happens when I click on export"),
    ("How do I reset my password?", "I forgot my password and cannot log in"),
    ("Please delete my account", "I want my account closed and removed"),
]


@pytest.fixture(scope="module")
def pair():
    encoder = load_pair()
    assert isinstance(encoder, SideBySide)
    return encoder


def _assigned(encoder: Encoder, texts):
    index = PatternIndex(encoder.name, encoder.dimensions)
    rows = encoder.encode(texts)
    return [
        index.assign(Item(f"e{at}", text, None, row)).pattern_id
        for at, (text, row) in enumerate(zip(texts, rows, strict=True))
    ]


@pytest.mark.parametrize(("one", "other"), PARAPHRASES)
def test_the_second_escalation_joins_the_first_if_it_asks_the_same(pair, one, other):
    first, second = _assigned(pair, [one, other])

    assert first == second


def test_the_first_escalations_of_different_topics_stay_apart(pair):
    firsts = [one for one, _ in PARAPHRASES]

    assert len(set(_assigned(pair, firsts))) == len(firsts)


def test_all_paraphrases_together_are_as_many_patterns_as_topics(pair):
    found = _assigned(pair, [text for both in PARAPHRASES for text in both])

    assert found[::2] == found[1::2]
    assert len(set(found)) == len(PARAPHRASES)


@pytest.mark.parametrize("text", ["", " ", "?!", "🙂", "カードが届きません" * 200])
def test_any_text_is_grouped(pair, text):
    first, second = _assigned(pair, [text, text])

    assert first == second


def test_side_by_side_has_rows_of_length_one_and_names_both(pair):
    rows = pair.encode(["I forgot my password"])

    assert rows.shape == (1, pair.dimensions)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert pair.name.count("+") == 1


def test_what_is_shipped_is_for_the_encoders_that_ship(pair):
    for name in (pair.name, *pair.name.split("+")):
        width = pair.dimensions if "+" in name else pair.dimensions // 2

        assert np.linalg.norm(prior_mean(name, width)) > 0.1
    assert np.square(scale_of(pair.name, pair.dimensions)).mean() == pytest.approx(1)
    assert rules_of(pair.name) != rules_of("unknown")


@pytest.mark.parametrize("encoder", [load_wordllama(), NgramEncoder()])
def test_lesser_encoders_still_find_the_same_words_in_another_order(encoder):
    first, second, other = _assigned(
        encoder,
        ["card has not arrived yet", "not arrived yet my card", "invoice total wrong"],
    )

    assert first == second
    assert other != first


def test_pieces_of_words_know_any_language():
    encoder = NgramEncoder()
    rows = encoder.encode(["Meine Karte ist nicht da", "Karten nicht da", "", "届き"])

    assert rows.shape == (4, encoder.dimensions)
    assert float(rows[0] @ rows[1]) > 0.4
    assert not rows[2].any()
    assert np.isfinite(rows).all()
