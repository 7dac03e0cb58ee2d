"""The few that stand for a pattern."""

import numpy as np

from services.analytics.domain.profiles.exemplars import choose_exemplars
from services.analytics.domain.profiles.pattern import Member
from tests.analytics.factories import NOON


def member(name, text, *numbers):
    vector = np.asarray(numbers, dtype=np.int8).tobytes()
    return Member(name, "", NOON, text, "en", "", 1.0, vector=vector)


def test_the_first_is_the_nearest_to_what_all_share():
    members = [
        member("far", "a", 0, 100),
        member("middle", "b", 70, 70),
        member("other", "c", 100, 20),
    ]

    assert choose_exemplars(members)[0].escalation_id == "middle"


def test_the_others_are_not_all_alike():
    members = [
        *(member(f"alike-{i}", f"text {i}", 100, i) for i in range(6)),
        member("different", "something else", 60, 80),
    ]

    chosen = [each.escalation_id for each in choose_exemplars(members, limit=3)]

    assert "different" in chosen
    assert len(chosen) == 3


def test_one_wording_is_shown_once_and_what_was_erased_never():
    members = [
        member("a", "Where is my card?", 100, 0),
        member("b", "where is my CARD", 100, 1),
        member("erased", "", 100, 0),
        Member("bare", "", NOON, "no vector", "en", "", 1.0),
    ]

    assert [each.escalation_id for each in choose_exemplars(members)] == ["a"]
    assert choose_exemplars([]) == []
