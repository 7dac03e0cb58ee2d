"""What the resolver keeps: each collection, how long, and whose it is."""

from collections.abc import Callable
from datetime import timedelta

from services.resolver.resolve.calls import COLLECTION as CALLS
from shared.mongo.stored import (
    Expiry,
    Filter,
    OfUser,
    StoredCollection,
    Subject,
    by_app_id,
    by_lanes,
    by_prefix,
    of_runtime,
)

REPLIES_KEPT = timedelta(days=7)
"""As long as the topic keeps them."""
CALLS_KEPT = timedelta(days=1)
"""Past their time; what is left by then is nobody's."""
CLAIMS_KEPT = timedelta(days=1)
UNTIL_CHANGED = "until the app's people delete it"


def collections(*, retention_days: int) -> tuple[StoredCollection, ...]:
    """Return every collection of the resolver."""
    return (
        *of_runtime("resolver", retention_days=retention_days),
        *_of_conversations(timedelta(days=retention_days)),
        *_of_catalogues(),
    )


def _of_conversations(kept: timedelta) -> tuple[StoredCollection, ...]:
    return (
        StoredCollection(
            "resolver_replies",
            "replies for the HTTP door",
            "after they were stored",
            (Expiry("stored_at", REPLIES_KEPT),),
            of_app=by_prefix("lane"),
            of_user=OfUser(by_lanes()),
        ),
        StoredCollection(
            CALLS,
            "calls of actions' endpoints, with their arguments",
            "until told, or after their time was over",
            (Expiry("due_at", CALLS_KEPT),),
            of_app=by_app_id,
            of_user=OfUser(_calls_of),
        ),
        StoredCollection(
            "resolver_tokens",
            "what a browser's token stands for",
            "until the token expires",
            (Expiry("expires_at", timedelta(0), "RESOLVER_TOKEN_SECONDS"),),
            of_app=by_app_id,
            of_user=OfUser(_tokens_of),
        ),
        StoredCollection(
            "resolver_owners",
            "whose token began a conversation",
            "after it began",
            (Expiry("claimed_at", kept, "HANDRAIL_RETENTION_DAYS"),),
            of_app=by_prefix("_id"),
            of_user=OfUser(_owners_of),
        ),
    )


def _of_catalogues() -> tuple[StoredCollection, ...]:
    def of_the_catalogue(
        name: str, holds: str, *, find: Callable[[str], Filter] = by_app_id
    ) -> StoredCollection:
        return StoredCollection(
            name,
            holds,
            UNTIL_CHANGED,
            of_app=find,
            impersonal="written by the app's people",
        )

    return (
        of_the_catalogue(
            "resolver_catalogues", "versions of catalogues", find=lambda a: {"_id": a}
        ),
        of_the_catalogue("resolver_actions", "actions"),
        of_the_catalogue("resolver_documents", "documents and their passages"),
        of_the_catalogue(
            "resolver_history", "past messages with their right outcome, by no user"
        ),
        of_the_catalogue("resolver_action_secrets", "actions' secrets, sealed"),
        of_the_catalogue("resolver_vectors", "embeddings of the catalogue"),
        StoredCollection(
            "resolver_vector_claims",
            "which instance computes embeddings",
            "after the claim ended",
            (Expiry("until", CLAIMS_KEPT),),
            of_app=by_prefix("_id"),
            impersonal="names of instances",
        ),
    )


def _calls_of(subject: Subject) -> Filter:
    return {
        "app_id": subject.app_id,
        "conversation_id": {"$in": subject.conversation_ids},
    }


def _tokens_of(subject: Subject) -> Filter:
    return {"app_id": subject.app_id, "user_id": subject.user_id}


def _owners_of(subject: Subject) -> Filter:
    of_app = by_prefix("_id")(subject.app_id)
    mine = {"$or": [{"user_id": subject.user_id}, {"_id": {"$in": [*subject.lanes]}}]}
    return {**of_app, **mine}
