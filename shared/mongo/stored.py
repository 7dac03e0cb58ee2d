"""What a collection holds, how long, and whose it is: declared once for each.

Everything that deletes reads this: the TTL indexes, the purge of a deleted app, the
erasure and the export of a user, and the table in docs/operations.md. A collection
that is not declared fails the tests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

Filter = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """One user of one app, and the conversations that are known to be theirs."""

    app_id: str
    user_id: str
    lanes: tuple[str, ...] = ()
    """Each `app_id:conversation_id`."""
    escalation_ids: tuple[str, ...] = ()

    @property
    def conversation_ids(self) -> list[str]:
        """Return the conversations without their app."""
        return [lane.removeprefix(f"{self.app_id}:") for lane in self.lanes]


@dataclass(frozen=True, slots=True)
class Expiry:
    """A TTL index: documents are deleted *after* the moment that *field* holds.

    Where the field holds no moment, or *where* does not match, a document stays.
    """

    field: str
    after: timedelta
    setting: str = ""
    """The environment variable that *after* comes from; empty where it is fixed."""
    where: Mapping[str, Any] | None = None
    name: str = ""
    """Of the index; needed where two are on the same field."""

    @property
    def index_name(self) -> str:
        """Return the index's name, the server's own where none is given."""
        return self.name or f"{self.field}_1"


@dataclass(frozen=True, slots=True)
class OfUser:
    """Which documents are a user's, and what erasing does to them."""

    find: Callable[[Subject], Filter]
    blank: Mapping[str, Any] | None = None
    """The update that takes the user out; None deletes the documents."""
    by_ledger: bool = False
    """Whether the ledger deletes them itself: it keeps a lane's newest entry, which
    fences those who still hold an old state."""


@dataclass(frozen=True, slots=True)
class StoredCollection:
    """One collection of one service."""

    name: str
    holds: str
    kept: str
    """Until when, in words, for the table."""
    expiries: tuple[Expiry, ...] = ()
    setting: str = ""
    """The setting behind *kept* where a job of the service deletes, not an index."""
    default: str = ""
    of_app: Callable[[str], Filter] | None = None
    """Finds an app's documents; None where they are of no app."""
    of_user: OfUser | None = None
    impersonal: str = ""
    """Why nothing in it is of a user."""

    def __post_init__(self) -> None:
        """Refuse a declaration that leaves open whether users are in it."""
        if (self.of_user is None) == (not self.impersonal):
            raise ValueError(f"{self.name}: say whose it is: `of_user` or `impersonal`")


def by_app_id(app_id: str) -> Filter:
    """Find by the field that most documents have."""
    return {"app_id": app_id}


def by_prefix(field: str, separator: str = ":") -> Callable[[str], Filter]:
    """Return what finds an app by the beginning of *field*, `<app>:…`.

    No app's id holds the separator, so no app finds another's.
    """
    after = chr(ord(separator) + 1)

    def find(app_id: str) -> Filter:
        return {field: {"$gte": f"{app_id}{separator}", "$lt": f"{app_id}{after}"}}

    return find


def by_lanes(field: str = "lane") -> Callable[[Subject], Filter]:
    """Return what finds a user's documents by their conversations."""

    def find(subject: Subject) -> Filter:
        return {field: {"$in": list(subject.lanes)}}

    return find


def by_user_or_conversation(user_field: str) -> Callable[[Subject], Filter]:
    """Return what finds by *user_field*, and by `conversation_id`."""

    def find(subject: Subject) -> Filter:
        return {
            "app_id": subject.app_id,
            "$or": [
                {user_field: subject.user_id},
                {"conversation_id": {"$in": subject.conversation_ids}},
            ],
        }

    return find


def of_runtime(service: str, *, retention_days: int) -> tuple[StoredCollection, ...]:
    """Return the collections that every *service* has of the runtime."""
    setting = "HANDRAIL_RETENTION_DAYS"
    kept = timedelta(days=retention_days)
    return (
        StoredCollection(
            f"{service}_ledger",
            "decisions: texts, packets, replies; of each conversation the newest state",
            "after the decision; an open escalation's are renewed",
            (Expiry("at", kept, setting),),
            of_app=by_prefix("k"),
            of_user=OfUser(by_lanes("k"), by_ledger=True),
        ),
        StoredCollection(
            f"{service}_timers",
            "what is to be decided later, and commands under way",
            "until fired",
            of_app=by_prefix("lane"),
            of_user=OfUser(by_lanes()),
        ),
        StoredCollection(
            f"{service}_parked",
            "records that failed and wait to be tried again",
            "until worked or dead-lettered, about two hours",
            of_app=by_prefix("lane"),
            of_user=OfUser(by_lanes()),
        ),
        StoredCollection(
            f"{service}_erasures",
            "who was erased, as digests; while it runs, the request",
            "after the request",
            (Expiry("requested_at", kept, setting),),
            of_app=by_app_id,
            impersonal="digests; the request goes when it is done",
        ),
        StoredCollection(
            f"{service}_purges",
            "which deleted apps were purged, and of how much",
            "after the last pass",
            (Expiry("due_at", kept, setting),),
            impersonal="ids of apps, and counts",
        ),
        StoredCollection(
            f"{service}_watermarks",
            "up to where each partition was worked",
            "as long as the topic",
            impersonal="positions",
        ),
        StoredCollection(
            f"{service}_instances",
            "which process has an instance name",
            "after it was seen last",
            (Expiry("seen_at", timedelta(days=1)),),
            impersonal="processes",
        ),
    )
