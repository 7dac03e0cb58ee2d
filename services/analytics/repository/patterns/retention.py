"""What is kept of patterns, how long, and whose it is."""

from datetime import timedelta

from services.analytics.repository.patterns.schema import GROUPINGS, MEMBERS, PATTERNS
from shared.mongo.stored import (
    Expiry,
    OfUser,
    StoredCollection,
    by_app_id,
    by_user_or_conversation,
)

FACTS_DAYS = "ANALYTICS_FACTS_DAYS"
FORGOTTEN_MEMBER = {
    "text": "",
    "because": "",
    "user_id": None,
    "vector": b"",
    "erased": True,
}
"""A member is emptied, never deleted: it is what keeps its escalation counted once."""


def collections(*, facts_days: int) -> tuple[StoredCollection, ...]:
    """Return the collections of patterns."""
    days = str(facts_days)
    end = (Expiry("expire_at", timedelta(0), FACTS_DAYS),)
    return (
        StoredCollection(
            MEMBERS,
            "which pattern each escalation belongs to, with the user's words",
            "after it was grouped, as set at that time",
            end,
            default=days,
            of_app=by_app_id,
            of_user=OfUser(
                by_user_or_conversation("user_id"), blank={"$set": FORGOTTEN_MEMBER}
            ),
        ),
        StoredCollection(
            PATTERNS,
            "patterns: size, label, status, and the words of the first escalation",
            "after the last escalation of it, as set at that time",
            end,
            default=days,
            of_app=by_app_id,
            # Of many users at once, so it is in nobody's export.
            impersonal="each user's words in it are a member's too; an erasure puts "
            "another member's in their place",
        ),
        StoredCollection(
            GROUPINGS,
            "which instance groups an app's escalations now",
            "as long as the app",
            of_app=by_app_id,
            impersonal="instances and counts",
        ),
    )
