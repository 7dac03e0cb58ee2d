"""Profiles: what is said of a pattern, from its newest cases and counts of all."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
import pytest

from services.analytics.domain.gaps.cases import Case
from services.analytics.domain.profiles.making import cost_of, median_minutes
from services.analytics.patterns.browsing.ranking import Ranking
from services.analytics.patterns.profile import MAX_CASES, Profiler
from tests.analytics.factories import NOON
from tests.analytics.profiles.fakes import (
    DAY,
    FakePatternCounters,
    member,
    pattern,
    profile,
)
from tests.support.fakes import FakeClock

TEXTS = (
    "hi, my card has not arrived yet",
    "card not arrived",
    "still waiting for my card to arrive",
)


@dataclass
class Missed:
    kind: str = "document"
    name: str = "cards"
    title: str = "Cards"
    score: float = 0.5
    count: int = 2


@dataclass
class Chosen:
    kind: str = "documentation"
    code: str = "doc_miss_soft"
    because: str = "“Cards” was near 2 of 3."
    evidence: dict = field(default_factory=lambda: {"cases": 3})
    confidence: float = 0.8
    near_misses: tuple = (Missed(),)


class FakeProfiles:
    """Patterns that are due, their members, and what was kept."""

    def __init__(self, *patterns, texts=TEXTS):
        self.patterns = list(patterns)
        self.members = [
            member(
                f"e-{i}",
                text=text,
                vector=np.asarray([100, i], dtype=np.int8).tobytes(),
            )[0]
            for i, text in enumerate(texts)
        ]
        self.kept = {}
        self.labels = {}
        self.changed = False
        self.asked = []
        self.counts = 0

    async def due(self, *, now, limit):
        return [("acme", each) for each in self.patterns][:limit]

    async def newest(self, app_id, pattern_id, *, limit, also=""):
        self.asked.append((limit, also))
        return self.members[:limit]

    async def count_users(self, app_id, pattern_id):
        self.counts += 1
        return 2

    async def keep(self, app_id, pattern, profile, label):
        if self.changed:
            return False
        self.kept[pattern.pattern_id] = profile
        self.labels[pattern.pattern_id] = label
        return True


class FakeCases:
    """A case of each escalation, with minutes."""

    def __init__(self, *minutes):
        self.minutes = minutes

    async def of(self, app_id, escalation_ids):
        return [
            Case(each, NOON, "text", "no_match", people_minutes=minutes)
            for each, minutes in zip(escalation_ids, self.minutes, strict=False)
        ]


def profiler(profiles, *, opened=(), minutes=(4.0, 6.0, None)):
    return Profiler(
        profiles=profiles,
        cases=FakeCases(*minutes),
        ranking=Ranking(FakePatternCounters(*opened)),
        choose_cause=lambda _: Chosen(),
        clock=FakeClock(NOON),
    )


async def test_a_profile_says_what_a_pattern_is_about_and_what_it_costs():
    profiles = FakeProfiles(pattern("p-1", size=10))
    opened = [("p-1", NOON - DAY, "u")] * 6 + [("p-1", NOON - 40 * DAY, "u")] * 2

    await profiler(profiles, opened=opened).round()

    kept = profiles.kept["p-1"]
    assert (kept.cause, kept.cause_code, kept.confidence) == (
        "documentation",
        "doc_miss_soft",
        0.8,
    )
    assert (kept.users, kept.growth, kept.cases) == (2, round(4 / 12, 4), 3)
    assert (kept.minutes_per_escalation, kept.cost_minutes) == (5.0, 50.0)
    assert set(kept.exemplars) == {"e-0", "e-1", "e-2"}
    assert [each.title for each in kept.near_misses] == ["Cards"]
    assert kept.as_of == NOON
    assert profiles.labels["p-1"] == "Card not arrived"
    assert kept.label_from == "e-1"
    assert profiles.asked == [(MAX_CASES, "")]


async def test_the_two_periods_meet_at_an_hour_and_share_nothing():
    profiles = FakeProfiles(pattern("p-1"))
    border = NOON - 30 * DAY
    opened = [
        ("p-1", border, "u"),
        ("p-1", border - timedelta(seconds=1), "u"),
        ("p-1", border - timedelta(seconds=1), "u"),
    ]

    await profiler(profiles, opened=opened).round()

    assert profiles.kept["p-1"].growth == round(-1 / 12, 4)


async def test_a_label_that_people_gave_stays():
    profiles = FakeProfiles(pattern("p-1", labelled_by="sam", label="Cards"))

    await profiler(profiles).round()

    assert profiles.labels["p-1"] is None


async def test_a_label_stays_with_its_source_while_it_is_right():
    known = profile(label_from="e-1")
    profiles = FakeProfiles(pattern("p-1", label="Card not arrived", profile=known))

    await profiler(profiles).round()

    assert profiles.labels["p-1"] is None
    assert profiles.kept["p-1"].label_from == "e-1"
    assert profiles.asked == [(MAX_CASES, "e-1")]


async def test_a_label_whose_source_was_erased_goes():
    known = profile(label_from="e-0")
    profiles = FakeProfiles(
        pattern("p-1", label="My card has not arrived yet", profile=known)
    )
    profiles.members[0] = replace(profiles.members[0], text="", vector=b"")

    await profiler(profiles).round()

    assert profiles.labels["p-1"] is not None
    assert profiles.kept["p-1"].label_from != "e-0"


async def test_what_changed_meanwhile_is_not_stored():
    profiles = FakeProfiles(pattern("p-1"))
    profiles.changed = True

    stored = await profiler(profiles).work("acme", profiles.patterns[0])

    assert not stored


async def test_without_words_and_minutes_a_profile_says_so():
    profiles = FakeProfiles(pattern("p-1"), texts=("", ""))

    await profiler(profiles, minutes=(None, None)).round()

    kept = profiles.kept["p-1"]
    assert (kept.minutes_per_escalation, kept.cost_minutes) == (None, None)
    assert (kept.exemplars, profiles.labels["p-1"]) == ((), None)


@pytest.mark.parametrize(
    ("size", "minutes", "counts"), [(50_001, 59, 0), (50_001, 60, 1), (50_000, 1, 1)]
)
async def test_users_of_a_large_pattern_are_counted_once_an_hour(size, minutes, counts):
    known = profile(users=7, users_as_of=NOON - timedelta(minutes=minutes))
    profiles = FakeProfiles(pattern("p-1", size=size, profile=known))

    await profiler(profiles).round()

    kept = profiles.kept["p-1"]
    assert profiles.counts == counts
    assert kept.users == (2 if counts else 7)
    assert kept.users_as_of == (NOON if counts else known.users_as_of)


def test_cost_is_the_median_times_all():
    cases = [
        Case(str(i), NOON, "", "no_match", people_minutes=minutes)
        for i, minutes in enumerate([1.0, 2.0, 90.0, None])
    ]

    assert median_minutes(cases) == 2.0
    assert cost_of(2.0, 30) == 60.0
    assert cost_of(None, 30) is None
