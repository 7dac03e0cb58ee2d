"""Texts cover a request as BM25 has it, however the sum is come by."""

import math
import random

import bm25s
import numpy as np
import pytest

from services.resolver.matching.evidence import Runs
from services.resolver.matching.lexical import words
from services.resolver.matching.lexical.coverage import (
    BACKGROUND,
    COMMON,
    K1,
    B,
    TextIndex,
)

RARE = [f"w{rank}" for rank in range(2000)]
ODD = ["größe", "تذكرة", "注文", "\u017fpace", "0", "x" * 300]


def texts_of(count, *, seed=3):
    """Return texts that share a few words and hold many rare ones; some are empty."""
    draw = random.Random(seed)
    weights = [1 / (rank + 1) for rank in range(len(RARE))]
    return [
        [
            *draw.choices(RARE, weights, k=draw.randrange(60)),
            *draw.choices(ODD, k=at % 2),
        ]
        for at in range(count)
    ]


def by_definition(texts, query):
    """Return the coverage from bm25s' own scores."""
    length = max(1, round(sum(map(len, texts)) / max(1, len(texts))))
    blank = [["\x00"] * length] * BACKGROUND
    index = bm25s.BM25(method="lucene", k1=K1, b=B)
    index.index([text or ["\x00"] for text in texts] + blank, show_progress=False)
    held = {word: sum(word in text for text in texts) for word in set(query)}
    known = [word for word in held if held[word]]
    if not known:
        return np.zeros(len(texts))
    total = len(texts) + BACKGROUND
    full = sum(
        math.log(1 + (total - count + 0.5) / (count + 0.5)) / (1 + K1)
        for count in held.values()
    )
    return index.get_scores(known)[: len(texts)] / full


@pytest.mark.parametrize("count", [1, 2, 7, 400], ids=lambda count: f"{count}-texts")
@pytest.mark.parametrize(
    "query",
    [
        ["w0"],
        ["w0", "w1", "w2", "w3", "w0"],
        ["w1999", "w1998", "nobody"],
        ["w0", "w700", "w1", "w3", "unheard", *ODD],
        RARE,
        ["unheard"],
        [],
    ],
    ids=["common", "commons", "rare", "mixed", "very-long", "unknown", "empty"],
)
def test_a_request_is_covered_as_bm25s_scores_it(count, query):
    texts = texts_of(count)

    covered = TextIndex(texts).coverage(query)

    assert covered.dtype == np.float32
    assert covered == pytest.approx(by_definition(texts, query), rel=1e-5, abs=1e-7)


def test_a_word_counts_the_same_on_both_sides_of_being_common():
    texts = [["fill", f"only{at}"] for at in range(COMMON * 10)]
    for text in texts[:10]:
        text.append("rare")
    for text in texts[:11]:
        text.append("common")

    index = TextIndex(texts)

    for word in ("rare", "common"):
        expected = by_definition(texts, [word])
        assert index.coverage([word]) == pytest.approx(expected, rel=1e-5)


def test_one_request_leaves_nothing_behind_for_the_next():
    index = TextIndex(texts_of(50))
    first = index.coverage(["w0", "w9", "w30"]).copy()

    index.coverage(RARE)

    assert index.coverage(["w0", "w9", "w30"]).tolist() == first.tolist()


@pytest.mark.parametrize("texts", [[], [[]], [[], []]], ids=["none", "one", "two"])
def test_texts_without_a_word_cover_nothing(texts):
    assert TextIndex(texts).coverage(["w0"]).tolist() == [0] * len(texts)


@pytest.mark.parametrize("most", [1, 2, 5, 16, 40])
def test_the_best_of_each_owner_is_found_by_doubling(most):
    draw = np.random.default_rng(most)
    counts = draw.integers(1, most + 1, 900)
    starts = np.cumsum(counts) - counts
    scores = draw.standard_normal(counts.sum(), dtype=np.float32)

    runs = Runs.over(starts, len(scores))

    assert (runs is None) == (most == 40)  # then, numpy's own way is as fast
    if runs is not None:
        assert (
            runs.best(scores).tolist() == np.maximum.reduceat(scores, starts).tolist()
        )


def test_stems_are_forgotten_before_they_are_too_many(monkeypatch):
    monkeypatch.setattr(words, "MOST_STEMS", 3)
    english = words.Words("english")

    stems = [english.of(f"refunds orders number{at} cancelled") for at in range(5)]

    assert stems == [["refund", "order", f"number{at}", "cancel"] for at in range(5)]
