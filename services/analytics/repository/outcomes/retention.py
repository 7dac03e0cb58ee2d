"""What is kept of outcomes, how long, and whose it is."""

from datetime import timedelta

from services.analytics.repository.outcomes.schema import (
    CONVERSATIONS,
    LEASES,
    NEWS,
    OUTCOMES,
)
from shared.mongo.stored import (
    Expiry,
    OfUser,
    StoredCollection,
    by_app_id,
    by_user_or_conversation,
)

FACTS_DAYS = "ANALYTICS_FACTS_DAYS"


def collections(*, facts_days: int) -> tuple[StoredCollection, ...]:
    """Return the collections of outcomes.

    An erased conversation stays as it was judged: of emptied facts nothing can be told.
    """
    days = str(facts_days)
    end = (Expiry("expire_at", timedelta(0), FACTS_DAYS),)
    return (
        StoredCollection(
            CONVERSATIONS,
            "which conversations were judged, and when to look again",
            "after it was judged, as set at that time",
            end,
            default=days,
            of_app=by_app_id,
            of_user=OfUser(
                by_user_or_conversation("user_id"),
                blank={
                    "$set": {"user_id": None, "erased": True, "look_again_at": None},
                    "$inc": {"judged": 1},
                },
            ),
        ),
        StoredCollection(
            OUTCOMES,
            "what came of each request, with its first 300 characters",
            "after it was judged, as set at that time",
            end,
            default=days,
            of_app=by_app_id,
            of_user=OfUser(
                by_user_or_conversation("user_id"),
                blank={"$set": {"text": "", "user_id": None}},
            ),
        ),
        StoredCollection(
            NEWS,
            "conversations with news that were not judged yet",
            "until judged",
            of_app=by_app_id,
            impersonal="ids of conversations, for seconds",
        ),
        StoredCollection(
            LEASES,
            "which instance judges conversations now",
            "as long as the service",
            impersonal="an instance, and until when",
        ),
    )
