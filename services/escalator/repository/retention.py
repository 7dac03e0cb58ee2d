"""What the escalator keeps: each collection, how long, and whose it is."""

from datetime import timedelta

from services.escalator.escalate.drafting.beside import CONTEXTS
from services.escalator.escalate.drafting.documents import (
    CONSULTATIONS,
    ESCALATIONS,
    UPDATES,
)
from services.escalator.escalate.drafting.promised import PROMISES
from services.escalator.escalate.erasing import ERASED_SUMMARY
from services.escalator.escalate.grouping.digesting import DIGESTS
from services.escalator.repository.audit.log import FINDINGS, ROUNDS
from services.escalator.repository.noise.silences import COLLECTION as SILENCES
from services.escalator.repository.people.links import COLLECTION as SIGN_INS
from services.escalator.repository.people.links import TRIES as SIGN_IN_TRIES
from services.escalator.repository.people.offers import COLLECTION as OFFERS
from services.escalator.repository.people.teams import COLLECTION as MEMBERS
from services.escalator.repository.preferences.versions import (
    COLLECTION as SETTINGS_VERSIONS,
)
from services.escalator.repository.receipts import COLLECTION as RECEIPTS
from shared.mongo.stored import (
    Expiry,
    OfUser,
    StoredCollection,
    by_app_id,
    by_lanes,
    by_user_or_conversation,
    of_runtime,
)

FINDINGS_KEPT = timedelta(days=30)


def collections(
    *, retention_days: int, closed_days: int
) -> tuple[StoredCollection, ...]:
    """Return every collection of the escalator."""
    days = str(closed_days)
    return (
        *of_runtime("escalator", retention_days=retention_days),
        StoredCollection(
            ESCALATIONS,
            "the inbox: how each escalation stands, its user and summary",
            "after it was closed and changed last; an open one stays",
            setting="ESCALATOR_CLOSED_DAYS",
            default=days,
            of_app=by_app_id,
            of_user=OfUser(
                by_user_or_conversation("user.id"),
                blank={
                    "$set": {
                        "summary": ERASED_SUMMARY,
                        "words": [],
                        "user": {"id": None, "name": None, "email": None},
                        "contact": None,
                        "detail": None,
                        "because": "",
                        "pattern": None,
                        "consultations": [],
                    }
                },
            ),
        ),
        StoredCollection(
            UPDATES,
            "every change of an escalation, with notes and answers",
            "with its escalation",
            setting="ESCALATOR_CLOSED_DAYS",
            default=days,
            of_app=by_app_id,
            of_user=OfUser(
                lambda subject: {"escalation_id": {"$in": [*subject.escalation_ids]}},
                blank={
                    "$set": {"text": None, "attempts": [], "attachments": []},
                    "$unset": {"context": ""},
                },
            ),
        ),
        StoredCollection(
            PROMISES,
            "times that users were told, with the words, and how they ended",
            "with its escalation",
            setting="ESCALATOR_CLOSED_DAYS",
            default=days,
            of_app=by_app_id,
            of_user=OfUser(
                lambda subject: {"escalation_id": {"$in": [*subject.escalation_ids]}},
                blank={"$set": {"told_text": ""}},
            ),
        ),
        StoredCollection(
            CONSULTATIONS,
            "questions to people beside a conversation, and their answers",
            "after they were asked or answered",
            (Expiry("at", timedelta(days=retention_days), "HANDRAIL_RETENTION_DAYS"),),
            of_app=by_app_id,
            of_user=OfUser(by_lanes()),
        ),
        StoredCollection(
            CONTEXTS,
            "user, session and app state that are too large for a conversation's state",
            "after they came; of a request that waits, until it waits no longer",
            (Expiry("at", timedelta(days=retention_days), "HANDRAIL_RETENTION_DAYS"),),
            of_app=by_app_id,
            of_user=OfUser(by_lanes()),
        ),
        StoredCollection(
            RECEIPTS,
            "receipts of erasures and reports of purges, of every service",
            "after the request",
            (
                Expiry(
                    "requested_at",
                    timedelta(days=retention_days),
                    "HANDRAIL_RETENTION_DAYS",
                ),
            ),
            of_app=lambda app_id: {"app_id": app_id, "kind": "erasure"},
            impersonal="digests, counts and names of destinations",
        ),
        StoredCollection(
            SILENCES,
            "silences: what they match, who said so and why",
            "after it ended",
            (
                Expiry(
                    "until", timedelta(days=retention_days), "HANDRAIL_RETENTION_DAYS"
                ),
            ),
            of_app=by_app_id,
            impersonal="written by the app's people",
        ),
        StoredCollection(
            DIGESTS,
            "which escalations each digest lists",
            "after it was asked for",
            (Expiry("at", timedelta(days=retention_days), "HANDRAIL_RETENTION_DAYS"),),
            of_app=by_app_id,
            impersonal="ids of escalations; their words are in the digest itself",
        ),
        StoredCollection(
            FINDINGS,
            "what the auditor found missing and made good: ids and kinds",
            "after it was found last",
            (Expiry("at", FINDINGS_KEPT),),
            of_app=by_app_id,
            impersonal="ids, kinds and counts",
        ),
        StoredCollection(
            ROUNDS,
            "up to where the auditor looked",
            "as long as the service",
            impersonal="positions",
        ),
        StoredCollection(
            "escalator_numbers",
            "how many numbers an app has used",
            "as long as the app",
            of_app=lambda app_id: {"_id": app_id},
            impersonal="counts",
        ),
        StoredCollection(
            MEMBERS,
            "the people of an app, their roles, and who signed out",
            "as long as the app, or until its people remove them",
            of_app=lambda app_id: {"_id": app_id},
            impersonal="the app's own team; no user is in it",
        ),
        StoredCollection(
            OFFERS,
            "which member was given what last, unasked",
            "as long as the app",
            of_app=lambda app_id: {"_id": app_id},
            impersonal="ids of escalations, addresses of the app's own team",
        ),
        StoredCollection(
            SIGN_INS,
            "links that sign members in, by digest, with the member's address",
            "15 minutes after they were sent",
            (Expiry("expires_at", timedelta(0)),),
            impersonal="addresses of teams",
        ),
        StoredCollection(
            SIGN_IN_TRIES,
            "how many links an address asked for, as a digest",
            "15 minutes",
            (Expiry("expires_at", timedelta(0)),),
            impersonal="digests and counts",
        ),
        StoredCollection(
            SETTINGS_VERSIONS,
            "what an app's settings were: who changed them, when",
            "as long as the app",
            of_app=by_app_id,
            impersonal="written by the app's people",
        ),
        StoredCollection(
            "escalator_apps",
            "apps, settings and hashed keys; of a deleted app its id and version",
            "for good: a version may never come twice",
            impersonal="written by the operator and the app's people",
        ),
    )
