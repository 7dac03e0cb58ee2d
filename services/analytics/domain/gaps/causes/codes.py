"""What one escalation was missing, read from its trace by a table of rules."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from services.analytics.domain.gaps.cases import Case
from services.analytics.domain.gaps.causes.near_misses import NEAR


class CauseKind(StrEnum):
    """What would end a pattern."""

    DOCUMENTATION = "documentation"
    ACTION = "action"
    BUG = "bug"
    PERSON = "person"
    """Nothing that is written or built: people are wanted, or a rule wants them."""
    UNCLEAR = "unclear"


class CauseCode(StrEnum):
    """What a trace says; the same word in the store, the API and the pages."""

    DOC_MISS_HARD = "doc_miss_hard"
    """A question, and no document was near it."""
    DOC_MISS_SOFT = "doc_miss_soft"
    """A question, and a document was near it, and not near enough."""
    DOC_FOUND_REJECTED = "doc_found_rejected"
    """A document was shown, and did not help."""
    NO_ACTION = "no_action"
    """Something is to be done, and no action does it."""
    ACTION_ERROR = "action_error"
    """An action was run, and failed or never came back."""
    ACTION_INCOMPLETE = "action_incomplete"
    """An action was given up: what it needs was asked for and never told."""
    APPROVAL_DENIED = "approval_denied"
    """An action was ready, and its user did not approve it."""
    ASKED_HUMAN = "asked_human"
    POLICY = "policy"
    RESOLVER_FAILURE = "resolver_failure"
    """Handrail itself could not decide."""
    PROBLEM_REPORTED = "problem_reported"
    """Something does not work, by the user's words; nothing matched them."""
    UNCLEAR = "unclear"


AFTER_ANSWER = frozenset({"asked_for_person", "repeated_question", "turn_limit"})
"""Reasons that, where a document was shown, say that it did not help."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one case was missing, and what would have ended it."""

    code: CauseCode
    kind: CauseKind


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: the first that applies to a case decides it."""

    code: CauseCode
    kind: CauseKind
    applies: Callable[[Case], bool]


def _tried(case: Case, kind: str, *outcomes: str) -> bool:
    return any(each.kind == kind and each.outcome in outcomes for each in case.attempts)


def _because(*reasons: str) -> Callable[[Case], bool]:
    return lambda case: case.reason in reasons


def _is_error(case: Case) -> bool:
    return _tried(case, "action", "failed", "error", "timed_out")


def _is_denied(case: Case) -> bool:
    return case.reason == "action_denied" or _tried(case, "action", "denied")


def _is_rejected_document(case: Case) -> bool:
    if _tried(case, "document", "rejected_by_user"):
        return True
    if case.reason == "answer_rejected":
        return not _tried(case, "action", "succeeded", "rejected_by_user")
    shown = _tried(case, "document", "succeeded")
    return shown and case.reason in AFTER_ANSWER


def _is_rejected_action(case: Case) -> bool:
    if case.reason == "answer_rejected":
        return True
    return _tried(case, "action", "rejected_by_user")


RULES = (
    Rule(CauseCode.RESOLVER_FAILURE, CauseKind.BUG, _because("resolver_error")),
    Rule(CauseCode.POLICY, CauseKind.PERSON, _because("policy")),
    Rule(CauseCode.ACTION_ERROR, CauseKind.BUG, _is_error),
    Rule(CauseCode.APPROVAL_DENIED, CauseKind.ACTION, _is_denied),
    # Users cannot tell its parameters: the definition is what has to change.
    Rule(CauseCode.ACTION_INCOMPLETE, CauseKind.ACTION, _because("action_failed")),
    Rule(CauseCode.DOC_FOUND_REJECTED, CauseKind.DOCUMENTATION, _is_rejected_document),
    # An action ran, and its user says that another one was wanted.
    Rule(CauseCode.NO_ACTION, CauseKind.ACTION, _is_rejected_action),
    Rule(CauseCode.ASKED_HUMAN, CauseKind.PERSON, _because("asked_for_person")),
)
"""In order: what happened counts before what was asked, a failure before a refusal."""


def verdict_of(case: Case) -> Verdict | None:
    """Return what the trace of *case* says; None where it says that nothing matched."""
    for rule in RULES:
        if rule.applies(case):
            return Verdict(rule.code, rule.kind)
    return None


def verdict_by_words(case: Case, kind: CauseKind) -> Verdict:
    """Return the verdict of a *case* that nothing matched, its words being *kind*."""
    match kind:
        case CauseKind.DOCUMENTATION:
            near = _tried(case, "document", NEAR)
            return Verdict(
                CauseCode.DOC_MISS_SOFT if near else CauseCode.DOC_MISS_HARD, kind
            )
        case CauseKind.ACTION:
            return Verdict(CauseCode.NO_ACTION, kind)
        case CauseKind.BUG:
            return Verdict(CauseCode.PROBLEM_REPORTED, kind)
        case _:
            return Verdict(CauseCode.UNCLEAR, CauseKind.UNCLEAR)
