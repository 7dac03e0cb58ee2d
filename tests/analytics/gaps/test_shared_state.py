"""A value that a pattern's users share is found; where there is none, none is named."""

import dataclasses
import random

import numpy as np
import pytest
from scipy.stats import fisher_exact

from services.analytics.domain.gaps.shared_state import find_shared, holm
from tests.analytics.gaps.app_states import crowd
from tests.analytics.gaps.trace_cases import case

SIZES = (5, 6, 8, 10, 12, 15, 20, 30, 40, 50)


@pytest.mark.parametrize("seed", range(20))
def test_a_planted_value_is_found_in_a_pattern_of_any_size(seed):
    chance = random.Random(seed)
    size = SIZES[seed % len(SIZES)]
    planted = {"last_request.error_code": "E_QUOTA"}
    inside = crowd(chance, size, prefix="in", planted=planted, share=0.9)
    outside = crowd(chance, 300, prefix="out", planted=planted, share=0.03)

    found = find_shared(inside, outside)

    assert found, "nothing was found"
    assert (found[0].path, found[0].value) == ("last_request.error_code", "E_QUOTA")
    assert found[0].inside > found[0].outside
    assert [each.path for each in found] == ["last_request.error_code"]


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_named_where_nothing_is_shared(seed):
    chance = random.Random(1000 + seed)
    inside = crowd(chance, SIZES[seed % len(SIZES)], prefix="in")

    assert find_shared(inside, crowd(chance, 300, prefix="out")) == []


def test_chance_alone_names_a_value_in_one_pattern_of_a_hundred_at_most():
    named = 0
    for seed in range(200):
        chance = random.Random(5000 + seed)
        inside = crowd(chance, SIZES[seed % len(SIZES)], prefix="in")
        named += bool(find_shared(inside, crowd(chance, 100, prefix="out")))

    assert named <= 2


def test_a_common_value_that_becomes_the_only_one_is_found():
    chance = random.Random(7)
    inside = crowd(chance, 25, prefix="in", planted={"app.version": "4.2.1"})
    outside = crowd(chance, 300, prefix="out")

    found = find_shared(inside, outside)

    assert ("app.version", "4.2.1") in {(each.path, each.value) for each in found}


def test_errors_come_before_versions_and_versions_before_the_rest():
    planted = {"flags.new": "on", "app.version": "9", "error.code": "E7"}
    chance = random.Random(3)
    inside = crowd(chance, 20, prefix="in", planted=planted)

    found = find_shared(inside, crowd(chance, 200, prefix="out"))

    assert [each.path for each in found] == ["error.code", "app.version", "flags.new"]


def test_the_order_of_cases_changes_nothing():
    chance = random.Random(4)
    inside = crowd(chance, 20, prefix="in", planted={"a": "1", "b": "2"})
    outside = crowd(chance, 200, prefix="out")

    assert find_shared(inside, outside) == find_shared(inside[::-1], outside[::-1])


def test_one_user_who_wrote_ten_times_is_one_user():
    inside = [
        case(at=at, user_id="u-1", app_state={"tenant": "north"}) for at in range(10)
    ]
    outside = crowd(random.Random(5), 200, prefix="out")

    assert find_shared(inside, outside) == []


def test_what_users_of_the_pattern_wrote_elsewhere_is_not_held_against_it():
    chance = random.Random(6)
    inside = crowd(chance, 12, prefix="in", planted={"error.code": "E7"})
    elsewhere = [dataclasses.replace(each, escalation_id="x") for each in inside]

    found = find_shared(inside, [*elsewhere, *crowd(chance, 200, prefix="out")])

    assert found[0].path == "error.code"
    assert found[0].outside == 0


def test_cases_without_a_state_say_nothing():
    inside = crowd(random.Random(8), 10, prefix="in", planted={"error.code": "E7"})
    silent = [case(at=at) for at in range(500)]

    assert find_shared(inside, silent) == []
    assert find_shared([], inside) == []
    assert find_shared(silent, inside) == []


def test_the_test_is_fishers_and_the_correction_holms():
    chance = random.Random(9)
    inside = [
        case(at=at, escalation_id=f"i{at}", app_state={"e": "1" if at < 9 else "2"})
        for at in range(10)
    ]
    outside = [
        case(at=at, escalation_id=f"o{at}", app_state={"e": chance.choice("12222")})
        for at in range(90)
    ]
    there = sum(each.app_state["e"] == "1" for each in outside)

    (found,) = find_shared(inside, outside)

    expected = fisher_exact([[9, there], [1, 90 - there]], alternative="greater")
    assert found.p_value == pytest.approx(2 * expected.pvalue)


def test_holm_steps_down_and_never_below_a_smaller_one():
    assert holm(np.array([0.04, 0.01, 0.03])).tolist() == pytest.approx(
        [0.06, 0.03, 0.06]
    )
