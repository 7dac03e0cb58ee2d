"""What a dry run says of a gap: whether its question is answered now."""

from services.resolver.domain.outcome import Why
from services.resolver.resolve.trial import Trial
from shared.events import CaseVerdict, GapCase

HELPED = frozenset(
    {
        Why.DOCUMENT_ANSWERS,
        Why.ACTION_CALLED,
        Why.ENDPOINT_CALLED,
        Why.APPROVAL_ASKED,
        Why.PARAMETERS_ASKED,
    }
)
"""A document answers, or an action is under way: run, or begun with the question that
its parameters or the user's approval need. An action that the message may only mention
is none of these."""
LOADING = "catalogue_loading"
"""Texts of the catalogue have no embedding yet: what is found is not the last word."""


def verdict_of(case: GapCase, trial: Trial) -> CaseVerdict:
    """Return what *trial* says of *case*."""
    known = {
        "case_id": case.case_id,
        "text": case.text,
        "reason": trial.reason,
    }
    if trial.reason == Why.RESOLVER_ERROR:
        return CaseVerdict(**known, outcome="failed")
    if trial.reason in HELPED:
        outcome, found = "resolved", trial.chosen
    else:
        outcome, found = "unresolved", None
    if found is None and trial.candidates:
        found = trial.candidates[0]
    if outcome == "unresolved" and trial.waiting_for:
        outcome, known["reason"] = "failed", LOADING
    if found is None:
        return CaseVerdict(**known, outcome=outcome)
    return CaseVerdict(
        **known,
        outcome=outcome,
        kind=found.kind,
        name=found.name,
        title=found.title,
        score=found.probability,
    )
