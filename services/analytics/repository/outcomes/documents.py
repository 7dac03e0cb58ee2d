"""An outcome as it is stored, and as another conversation's judgement reads it."""

from collections.abc import Mapping
from typing import Any

from services.analytics.domain.outcomes.history import Asking, Elsewhere
from services.analytics.domain.outcomes.outcome import ClaimOut, Outcome

Row = Mapping[str, Any]
OF_THE_STORE = ("expire_at",)
"""Fields that say nothing of the outcome."""
MAX_CLAIMS = 50
MAX_TEXT = 300


def document_of(outcome: Outcome) -> dict[str, Any]:
    """Return *outcome* as it is stored."""
    return {
        "_id": f"{outcome.app_id}:{outcome.request_id}",
        "app_id": outcome.app_id,
        "conversation_id": outcome.conversation_id,
        "request_id": outcome.request_id,
        "at": outcome.at,
        "last_at": outcome.last_at,
        "user_id": outcome.user_id,
        "text": outcome.text[:MAX_TEXT],
        "language": outcome.language,
        "tried": list(outcome.tried),
        "asked_times": outcome.asked_times,
        "claims": [_claim(each) for each in outcome.claims[-MAX_CLAIMS:]],
        "claimed": outcome.claimed.value,
        "claimed_name": outcome.claimed_name,
        "claimed_title": outcome.claimed_title,
        "false_claim": outcome.false_claim,
        "came_of_it": outcome.came_of_it.value,
        "because": outcome.because,
        "dead_end": outcome.dead_end,
        "missed": outcome.missed,
        "needless": outcome.needless,
        "asked_for_person": outcome.asked_for_person,
        "told_at": outcome.told_at,
        "reached_at": outcome.reached_at,
        "people_resolved_at": outcome.people_resolved_at,
        "returned_at": outcome.returned_at,
        "returned_as": outcome.returned_as,
        "durable": outcome.durable,
        "escalation_id": outcome.escalation_id,
        "number": outcome.number,
        "reason": outcome.reason,
        "route": outcome.route,
        "destinations": list(outcome.destinations),
    }


def _claim(claim: ClaimOut) -> dict[str, Any]:
    return {
        "at": claim.at,
        "claim": claim.claim.value,
        "name": claim.name,
        "title": claim.title,
        "stood": claim.stood,
    }


def is_as_stored(document: Row, stored: Row | None) -> bool:
    """Return whether *stored* says the same; what a newer version added is left out."""
    if stored is None:
        return False
    return all(
        stored.get(name) == value
        for name, value in document.items()
        if name not in OF_THE_STORE
    )


def asked_in(row: Row) -> tuple[Any, ...]:
    """Return what judgements of other conversations see of a stored outcome."""
    return (
        row["request_id"],
        row["at"],
        row.get("text"),
        tuple(row.get("tried") or ()),
        row.get("language"),
        row.get("user_id"),
    )


def elsewhere_of(row: Row) -> Elsewhere:
    """Return a request of the same user as another conversation sees it."""
    return Elsewhere(
        row["request_id"],
        Asking(
            row["at"],
            "",
            row.get("text") or "",
            tuple(row.get("tried") or ()),
            row.get("language"),
        ),
    )
