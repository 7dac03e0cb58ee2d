"""What analytics keeps: each collection, how long, and whose it is."""

from datetime import timedelta

from services.analytics.domain.facts import Collection
from services.analytics.repository.gaps import retention as gaps
from services.analytics.repository.outcomes import retention as outcomes
from services.analytics.repository.patterns import retention as patterns
from services.analytics.repository.reporting.sent import COLLECTION as REPORTS
from services.analytics.repository.reporting.sent import KEPT as REPORTS_KEPT
from services.analytics.repository.schema import COUNTERS, OFFSETS
from services.analytics.repository.sessions import COLLECTION as SESSIONS
from shared.mongo.stored import (
    Expiry,
    OfUser,
    StoredCollection,
    by_app_id,
    by_user_or_conversation,
    of_runtime,
)

SESSIONS_KEPT = timedelta(days=7)
FACTS_DAYS = "ANALYTICS_FACTS_DAYS"
WRITTEN = "after it was written, as set at that time"


def collections(
    *, retention_days: int, facts_days: int
) -> tuple[StoredCollection, ...]:
    """Return every collection of analytics."""
    days = str(facts_days)
    end = (Expiry("expire_at", timedelta(0), FACTS_DAYS),)

    def of_facts(name: Collection, holds: str, **blank: object) -> StoredCollection:
        # A fact is emptied, never deleted: it is what makes a repeat recognisable.
        return StoredCollection(
            name.value,
            holds,
            WRITTEN,
            end,
            default=days,
            of_app=by_app_id,
            of_user=OfUser(by_user_or_conversation("user_id"), blank={"$set": blank}),
        )

    def of_nobody(name: Collection, holds: str) -> StoredCollection:
        return StoredCollection(
            name.value,
            holds,
            WRITTEN,
            end,
            default=days,
            of_app=by_app_id,
            impersonal="ids, times and stable words; of people only the team",
        )

    return (
        *of_runtime("analytics", retention_days=retention_days),
        of_facts(
            Collection.REQUESTS,
            "requests with their first 1,000 characters, and what was tried",
            text="",
            detail=None,
            tried=[],
            user_id=None,
        ),
        of_facts(
            Collection.ESCALATIONS,
            "escalations: the user's words, what was tried and the app's state",
            summary="",
            text="",
            attempts=[],
            app_state=[],
            detail=None,
            user_id=None,
        ),
        # Behind the escalations they are made from: what is grouped while a user is
        # erased is found here afterwards.
        *patterns.collections(facts_days=facts_days),
        *gaps.collections(facts_days=facts_days),
        of_facts(
            Collection.TURNS,
            "turns of conversations: who, when, the first words",
            text="",
            user_id=None,
        ),
        *outcomes.collections(facts_days=facts_days),
        of_nobody(Collection.CHANGES, "changes of escalations"),
        of_nobody(Collection.DELIVERIES, "ends of deliveries"),
        of_nobody(Collection.DELIVERY_REQUESTS, "deliveries, and which of them wait"),
        StoredCollection(
            COUNTERS,
            "counts by hour (expiring) and by day",
            "hourly after the last count; daily for good",
            end,
            default=days,
            of_app=by_app_id,
            impersonal="counts",
        ),
        StoredCollection(
            OFFSETS,
            "up to where each partition was counted",
            "as long as the topic",
            impersonal="positions",
        ),
        StoredCollection(
            REPORTS,
            "which reports were asked for, and when",
            "after they were asked for",
            (Expiry("at", REPORTS_KEPT),),
            of_app=by_app_id,
            impersonal="ids of apps and destinations",
        ),
        StoredCollection(
            SESSIONS,
            "sessions of transactions",
            "after they were recorded",
            (Expiry("at", SESSIONS_KEPT),),
            impersonal="ids of the database's own",
        ),
    )
