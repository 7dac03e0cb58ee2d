"""What a pattern's cause is: golden traces of each code, and mixtures of them."""

import dataclasses

import pytest

from services.analytics.domain.gaps.cause import choose_cause
from services.analytics.domain.gaps.causes.codes import CauseCode
from tests.analytics.gaps.trace_cases import FAR, NEAR, action, case, document

QUESTION = "How large may a file be?"
WISH = "Please cancel my order 48213"
PROBLEM = "The upload fails with error 500"

GOLDEN = [
    (
        "doc_miss_hard",
        "documentation",
        QUESTION,
        "no_match",
        [document(FAR, score=0.1)],
    ),
    ("doc_miss_hard", "documentation", QUESTION, "no_match", []),
    ("doc_miss_soft", "documentation", QUESTION, "low_confidence", [document(NEAR)]),
    (
        "doc_found_rejected",
        "documentation",
        QUESTION,
        "answer_rejected",
        [document("rejected_by_user", score=0.8)],
    ),
    (
        "doc_found_rejected",
        "documentation",
        QUESTION,
        "repeated_question",
        [document("succeeded", score=0.8)],
    ),
    (
        "doc_found_rejected",
        "documentation",
        "I want to talk to a person",
        "asked_for_person",
        [document("rejected_by_user", score=0.8)],
    ),
    ("no_action", "action", WISH, "no_match", [action(FAR, score=0.1)]),
    ("no_action", "action", WISH, "low_confidence", [action(NEAR)]),
    ("no_action", "action", WISH, "answer_rejected", [action("rejected_by_user")]),
    ("action_error", "bug", WISH, "action_failed", [action("failed", detail="503")]),
    ("action_error", "bug", WISH, "action_failed", [action("timed_out")]),
    ("action_error", "bug", WISH, "no_match", [action("error"), document(FAR)]),
    ("action_incomplete", "action", WISH, "action_failed", [action("asked")]),
    ("approval_denied", "action", WISH, "action_denied", [action("denied")]),
    ("approval_denied", "action", WISH, "no_match", [action("denied")]),
    ("asked_human", "person", "Get me a human", "asked_for_person", []),
    ("policy", "person", "I will sue you", "policy", [document(NEAR)]),
    ("resolver_failure", "bug", QUESTION, "resolver_error", []),
    ("problem_reported", "bug", PROBLEM, "no_match", [document(FAR)]),
    ("problem_reported", "bug", PROBLEM, "low_confidence", [document(NEAR)]),
]


@pytest.mark.parametrize(("code", "kind", "text", "reason", "tried"), GOLDEN)
def test_a_trace_is_typed_by_the_table(code, kind, text, reason, tried):
    cause = choose_cause([case(text, reason, *tried, at=at) for at in range(3)])

    assert (cause.code, cause.kind) == (code, kind)
    assert cause.evidence["cases"] == 3
    assert cause.evidence[code] == 3


def test_every_code_has_a_golden_trace():
    assert {code for code, *_ in GOLDEN} == set(CauseCode) - {CauseCode.UNCLEAR}


def test_the_sentence_counts_and_names_the_nearest_document():
    cases = [
        case(QUESTION, "low_confidence", document(NEAR, score=0.40), at=1),
        case(QUESTION, "low_confidence", document(NEAR, score=0.50), at=2),
        case(QUESTION, "no_match", document(FAR, score=0.05), at=3),
    ]

    cause = choose_cause(cases)

    assert cause.because == (
        "2 of 3 asked something that documents are near to, and not near enough, by "
        "their words, as nothing matched; nearest is document “Upload limits” (score "
        "0.45 of 0.60 needed, in 2)."
    )
    assert cause.evidence["near_documents"] == 2
    (near,) = cause.near_misses
    assert (near.name, near.score, near.count) == ("upload-limits", 0.45, 2)


def test_one_odd_case_is_outvoted():
    cases = [case(QUESTION, at=at) for at in range(6)]

    cause = choose_cause([*cases, case("Get me a human", "asked_for_person", at=9)])

    assert cause.kind == "documentation"
    assert cause.evidence["asked_human"] == 1


def test_a_pattern_torn_in_two_is_unclear_and_says_what_tears_it():
    cases = [
        case("x", "policy", at=1),
        case("x", "action_failed", action("failed"), at=2),
    ]

    cause = choose_cause(cases)

    assert (cause.kind, cause.code) == ("unclear", "unclear")
    assert "action_error 1, policy 1" in cause.because


def test_erased_words_leave_what_the_trace_says():
    cases = [
        case("", "no_match", at=1),
        case("", "action_failed", action("failed"), at=2),
    ]

    assert choose_cause(cases).kind == "bug"


def test_without_words_or_trace_the_cause_is_unclear():
    for cases in ([], [case("", "no_match")], [case("  ", "low_confidence")]):
        cause = choose_cause(cases)

        assert cause.kind == "unclear"
        assert cause.confidence == 0
        assert cause.because == (
            f"None of {len(cases)} has any evidence left to judge by."
        )


def test_the_order_of_cases_changes_nothing():
    cases = [
        case(QUESTION, "low_confidence", document(NEAR), at=1),
        case(WISH, at=2),
        case(PROBLEM, at=3),
        case(QUESTION, "answer_rejected", document("rejected_by_user"), at=4),
    ]

    first = choose_cause(cases)
    again = choose_cause(cases[::-1])

    assert dataclasses.replace(first, confidence=0) == dataclasses.replace(
        again, confidence=0
    )
    assert first.confidence == pytest.approx(again.confidence)
