"""What proves that a gap is closed: questions chosen, counted and judged."""

import pytest

from services.analytics.domain.gaps.cases import flatten_state
from services.analytics.domain.gaps.closing import (
    GapStatus,
    Outcome,
    Score,
    Verdict,
    choose_cases,
    decide_status,
    nest_state,
    score_of,
    split_parts,
)
from tests.analytics.closing.fakes import case, cases

OPEN, FIXED, VERIFIED, REGRESSED, IGNORED = map(
    GapStatus, ("open", "fixed", "verified", "regressed", "ignored")
)


@pytest.mark.parametrize("before", list(GapStatus))
def test_a_gap_whose_every_question_is_answered_is_verified(before):
    assert decide_status(before, Score(3, 0, 0)) is VERIFIED


@pytest.mark.parametrize("score", [Score(2, 1, 0), Score(2, 0, 1), Score(0, 0, 0)])
@pytest.mark.parametrize("before", [OPEN, FIXED, REGRESSED, IGNORED])
def test_nothing_less_than_every_question_verifies_a_gap(before, score):
    assert decide_status(before, score) is before


def test_one_question_that_is_not_answered_takes_the_proof_away():
    assert decide_status(VERIFIED, Score(9, 1, 0)) is REGRESSED


def test_a_search_that_failed_takes_no_proof_away():
    assert decide_status(VERIFIED, Score(9, 0, 1)) is VERIFIED


def test_a_replay_is_counted_by_outcome():
    verdicts = [
        Verdict("a", Outcome.RESOLVED),
        Verdict("b", Outcome.UNRESOLVED),
        Verdict("c", Outcome.FAILED),
        Verdict("d", Outcome.RESOLVED),
    ]

    assert score_of(verdicts) == Score(2, 1, 1)


def test_the_suite_comes_first_then_exemplars_then_the_newest():
    kept, exemplar, newest = case("kept"), case("exemplar"), case("newest")

    assert choose_cases([kept], [exemplar], [newest], limit=2) == [kept, exemplar]


def test_the_same_words_are_asked_once():
    first = case("How big may a file be?")
    again = case("how big  may a file BE?", 2)

    assert choose_cases([], [], [first, again]) == [first]


@pytest.mark.parametrize(
    "reason", ["asked_for_person", "policy", "action_denied", "resolver_error"]
)
def test_what_no_document_could_have_spared_proves_nothing(reason):
    assert choose_cases([], [], [case("I want a person", reason=reason)]) == []


def test_erased_words_are_no_question():
    assert choose_cases([case(" ")], [], [case("")]) == []


def test_a_replay_larger_than_one_record_is_split_and_loses_nothing():
    found = cases(45)

    parts = split_parts(found, max_cases=20)

    assert [len(part) for part in parts] == [20, 20, 5]
    assert [each for part in parts for each in part] == found


def test_long_questions_are_split_by_their_size():
    found = [case("x" * 1_000 + str(n), n) for n in range(10)]

    parts = split_parts(found, max_bytes=20_000)

    assert len(parts) == 5
    assert [each for part in parts for each in part] == found


def test_one_question_always_has_a_record_of_its_own():
    huge = case("x" * 100_000)

    assert split_parts([huge, case("small")], max_bytes=10) == [[huge], [case("small")]]


def test_the_state_of_an_app_is_nested_again():
    state = {"route": "/files", "last": {"request": {"status": "500"}, "id": "7"}}

    assert nest_state(flatten_state(state)) == state


def test_a_path_that_runs_through_a_value_is_left_out():
    assert nest_state({"a": "1", "a.b": "2"}) == {"a": "1"}
    assert nest_state({"a.b": "2", "a": "1"}) == {"a": {"b": "2"}}
