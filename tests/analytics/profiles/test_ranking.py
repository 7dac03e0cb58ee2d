"""Patterns of a period: the largest without reading all, and nothing miscounted."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from services.analytics.domain.periods import Step, buckets, floor_to
from services.analytics.domain.profiles.counting.counters import is_settled
from services.analytics.patterns.browsing import ranking as ranking_module
from services.analytics.patterns.browsing.ranking import Ranking
from tests.analytics.profiles.fakes import FakePatternCounters

START = datetime(2026, 9, 12, 7, 20, tzinfo=UTC)


def scattered(patterns=60, escalations=4_000, seed=3, days=80):
    """Return escalations of many patterns, some of them much larger than others."""
    chance = random.Random(seed)
    weights = [1 / (rank + 1) for rank in range(patterns)]
    return [
        (f"p-{chance.choices(range(patterns), weights)[0]:02}", at, "u")
        for at in (
            START - timedelta(days=20) + timedelta(days=days * chance.random())
            for _ in range(escalations)
        )
    ]


def expected(opened, start, end):
    return Counter(each for each, at, _ in opened if start <= at < end)


@pytest.mark.parametrize("days", [0.02, 0.5, 3, 31, 77])
async def test_the_largest_of_a_period_are_those_that_a_recount_says(days, monkeypatch):
    monkeypatch.setattr(ranking_module, "LEAST_READ", 6)
    opened, end = scattered(), START + timedelta(days=days)
    counters = FakePatternCounters(*opened)

    found = await Ranking(counters).largest("acme", START, end, limit=5)

    recount = expected(opened, START, end)
    assert sorted(found.values(), reverse=True) == list(found.values())
    assert list(found.values()) == [n for _, n in recount.most_common(5)]
    assert all(recount[each] == n for each, n in found.items())


async def test_where_few_are_large_not_all_are_read():
    large = [("p-large", START + timedelta(minutes=i), "u") for i in range(500)]
    small = [(f"p-{i:04}", START + timedelta(minutes=i), "u") for i in range(3_000)]
    counters = FakePatternCounters(*large, *small)
    month = datetime(2026, 9, 1, tzinfo=UTC)

    found = await Ranking(counters).largest(
        "acme", month, month + timedelta(days=30), limit=1
    )

    assert found == {"p-large": 500}
    assert counters.read == 200


async def test_totals_are_of_every_pattern():
    opened, end = scattered(), START + timedelta(days=50, minutes=7)
    counters = FakePatternCounters(*opened)

    found = await Ranking(counters).totals("acme", START, end)

    assert found == expected(opened, START, end)


@pytest.mark.parametrize("step", [Step.DAY, Step.HOUR, Step.WEEK])
async def test_lines_are_a_recount_of_every_bucket(step):
    opened, end = scattered(), START + timedelta(days=33, minutes=50)
    ranking = Ranking(FakePatternCounters(*opened))

    lines = await ranking.lines("acme", ["p-00", "p-07"], START, end, step=step)

    for name in ("p-00", "p-07"):
        recount = Counter(
            floor_to(at, step)
            for each, at, _ in opened
            if each == name and START <= at < end
        )
        assert lines[name] == [recount[at] for at in buckets(START, end, step)]


def test_what_was_not_read_cannot_be_larger_than_what_settles():
    totals = {"a": 10, "b": 7}

    assert is_settled(totals, 2, [4, 3])
    assert not is_settled(totals, 2, [4, 4])
    assert not is_settled(totals, 3, [1])
    assert is_settled(totals, 3, [0, 0])
