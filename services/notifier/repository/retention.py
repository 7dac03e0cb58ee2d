"""What the notifier keeps: each collection, how long, and whose it is."""

from datetime import timedelta

from services.notifier.domain.delivery import Status
from services.notifier.repository.deliveries import COLLECTION as DELIVERIES
from services.notifier.repository.destinations import COLLECTION as DESTINATIONS
from services.notifier.repository.sign_ins import COLLECTION as SIGN_INS
from services.notifier.repository.sign_ins import KEPT as SIGN_INS_KEPT
from shared.mongo.stored import (
    Expiry,
    Filter,
    OfUser,
    StoredCollection,
    Subject,
    by_app_id,
    of_runtime,
)


def collections(*, retention_days: int, dead_days: int) -> tuple[StoredCollection, ...]:
    """Return every collection of the notifier."""
    return (
        *of_runtime("notifier", retention_days=retention_days),
        StoredCollection(
            DELIVERIES,
            "notifications with their packets, tries and proofs",
            "after it was delivered, or given up; one under way or waiting stays",
            (
                Expiry(
                    "closed_at",
                    timedelta(days=retention_days),
                    "HANDRAIL_RETENTION_DAYS",
                    where={"status": Status.DELIVERED.value},
                ),
                Expiry(
                    "closed_at",
                    timedelta(days=dead_days),
                    "NOTIFIER_DEAD_DAYS",
                    where={"status": Status.DEAD.value},
                    name="given_up",
                ),
            ),
            of_app=by_app_id,
            of_user=OfUser(deliveries_of),
        ),
        StoredCollection(
            DESTINATIONS,
            "where teams receive, secrets sealed",
            "until the app's people delete it",
            of_app=by_app_id,
            impersonal="addresses of teams",
        ),
        StoredCollection(
            SIGN_INS,
            "links to be mailed to members, sealed, and what came of it",
            "after they are over",
            (Expiry("expires_at", SIGN_INS_KEPT),),
            of_app=by_app_id,
            impersonal="addresses of teams",
        ),
    )


def deliveries_of(subject: Subject) -> Filter:
    """Find what holds anything of the user."""
    return {
        "app_id": subject.app_id,
        "$or": [{"user_id": subject.user_id}, {"lane": {"$in": [*subject.lanes]}}],
        # What tells the team of the erasure holds nothing of the user.
        "personal": {"$ne": False},
    }
