"""Cases as traces leave them: what was tried, and how it ended."""

from datetime import UTC, datetime, timedelta

from services.analytics.domain.gaps.cases import Case, TriedAttempt

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NEAR = "below_threshold"
FAR = "no_match"


def document(outcome, name="upload-limits", score=0.41, **also):
    """Return a document that was tried."""
    also.setdefault("title", name.replace("-", " ").capitalize())
    return TriedAttempt(
        "document", name, score=score, threshold=0.6, outcome=outcome, **also
    )


def action(outcome, name="cancel_order", score=0.45, **also):
    """Return an action that was tried."""
    also.setdefault("title", name.replace("_", " ").capitalize())
    return TriedAttempt(
        "action", name, score=score, threshold=0.6, outcome=outcome, **also
    )


def case(text="How large may a file be?", reason="no_match", *attempts, at=0, **also):
    """Return a case; *at* is minutes after noon, and tells it from others."""
    return Case(
        escalation_id=also.pop("escalation_id", f"esc-{at}"),
        at=NOON + timedelta(minutes=at),
        text=text,
        reason=reason,
        attempts=attempts,
        **also,
    )
