"""What is kept of gaps, how long, and whose it is."""

from datetime import timedelta

from services.analytics.repository.gaps.schema import (
    CASES,
    NOTES,
    OPT_OUTS,
    VERIFICATIONS,
)
from shared.mongo.stored import (
    Expiry,
    Filter,
    OfUser,
    StoredCollection,
    Subject,
    by_app_id,
    by_user_or_conversation,
)

FACTS_DAYS = "ANALYTICS_FACTS_DAYS"


def collections(*, facts_days: int) -> tuple[StoredCollection, ...]:
    """Return the collections of gaps."""
    days = str(facts_days)
    end = (Expiry("expire_at", timedelta(0), FACTS_DAYS),)
    return (
        StoredCollection(
            CASES,
            "questions of gaps in their users' words, asked again by each replay",
            "after the last replay, as set at that time",
            end,
            default=days,
            of_app=by_app_id,
            of_user=OfUser(by_user_or_conversation("user_id")),
        ),
        StoredCollection(
            VERIFICATIONS,
            "replays of gaps and what they showed, without users' words",
            "after it was asked for, as set at that time",
            end,
            default=days,
            of_app=by_app_id,
            impersonal="ids, times and names of documents and actions",
        ),
        StoredCollection(
            NOTES,
            "who was told that a gap is closed; the words until they are sent",
            "as long as the app: nobody is told twice",
            of_app=by_app_id,
            of_user=OfUser(
                by_user_or_conversation("user_id"),
                blank={"$set": {"text": "", "user_id": None, "erased": True}},
            ),
        ),
        StoredCollection(
            OPT_OUTS,
            "users who want no such notes",
            "until they want them again, or are erased",
            of_app=by_app_id,
            of_user=OfUser(_of_named_user),
        ),
    )


def _of_named_user(subject: Subject) -> Filter:
    return {"app_id": subject.app_id, "user_id": subject.user_id}
