"""`app.settings`: what every service must know of an app."""

from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import AppId, Model, Object
from shared.events.sense import Reasons, Replies

DEFAULT_HANDOFF = (
    "I wasn't able to find a solution for this. I've sent your issue to our team "
    "with the conversation details. They'll follow up with you shortly."
)
"""The text the product promises."""


class Scope(StrEnum):
    """What a key may do."""

    INGEST = "ingest"
    READ = "read"
    MANAGE = "manage"


class AppKey(Model):
    """A credential of one app; the secret itself is never stored."""

    key_id: str = Field(description="Public part of the key")
    hash: str = Field(description="SHA-256 of the 256-bit secret, hexadecimal")
    scopes: list[Scope] = Field(description="What it may do")
    label: str = Field(default="", description="What it is for")
    created_at: AwareDatetime = Field(description="When it was made")


class Messages(Model):
    """What users are told; variables `{number} {expected_by} {reason} {app}`."""

    handoff: str = Field(
        default=DEFAULT_HANDOFF, max_length=8192, description="Sent to people"
    )
    saved: str = Field(
        default=(
            "I wasn't able to find a solution for this. Your issue is saved as "
            "{number} for our team. I'll tell you here as soon as it has reached them."
        ),
        max_length=8192,
        description="Kept, but no destination has accepted it yet",
    )
    delivered: str = Field(
        default="Your issue {number} has reached our team.",
        max_length=8192,
        description="A destination accepted it later",
    )
    acknowledged: str = Field(
        default="Somebody on our team is looking at {number}.",
        max_length=8192,
        description="A person took it",
    )
    resolved: str = Field(
        default="Our team marked {number} as resolved.",
        max_length=8192,
        description="People are done",
    )
    delayed: str = Field(
        default=(
            "We could not deliver {number} to our team automatically. It is saved, "
            "and they find it in their inbox."
        ),
        max_length=8192,
        description="Delivery was given up for every destination",
    )
    waiting: str | None = Field(
        default=None,
        max_length=8192,
        description="To a user who writes before a person takes it; null is our text "
        "in the user's language",
    )


class Route(Model):
    """Where escalations that match go."""

    match: Object = Field(
        default_factory=dict, description="Field and value pairs; empty matches all"
    )
    destinations: list[str] = Field(
        default_factory=lambda: ["default"], description="Destination ids"
    )


class Thresholds(Model):
    """How sure the resolver must be, 0 to 1."""

    action: float | None = Field(default=None, ge=0, le=1, description="To act")
    document: float | None = Field(default=None, ge=0, le=1, description="To answer")
    near_miss: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="`low_confidence` from here, else `no_match`",
    )
    lead: float | None = Field(
        default=None, ge=0, le=1, description="By how much an action beats the next"
    )


class Preferences(Model):
    """Settings → Escalation."""

    messages: Messages = Field(default_factory=Messages, description="Texts")
    routes: list[Route] = Field(
        default_factory=lambda: [Route()], description="First match wins"
    )
    thresholds: Thresholds = Field(
        default_factory=Thresholds, description="How sure the resolver must be"
    )
    hours: Object = Field(default_factory=dict, description="Business hours")
    targets: Object = Field(default_factory=dict, description="Response targets")
    while_waiting: Literal["help", "acknowledge", "silent"] = Field(
        default="help",
        description="Until a person takes a request, its user's messages are answered "
        "from documents or acknowledged, only acknowledged, or neither",
    )
    action_timeout_seconds: float = Field(
        default=30.0, gt=0, le=3600, description="Wait for an `action_result`, s"
    )
    reasons: Reasons = Field(
        default_factory=Reasons, description="When requests go to people"
    )
    replies: Replies = Field(
        default_factory=Replies, description="What the resolver says of its own"
    )


class AppSettings(Model):
    """Compacted by `app_id`: the latest record is the truth."""

    TYPE: ClassVar[str] = "handrail.app.settings.v1"

    app_id: AppId = Field(description="The app")
    name: str = Field(default="", description="What people call it")
    status: Literal["active", "deleted"] = Field(
        default="active", description="A deleted app's records are refused"
    )
    version: int = Field(default=1, description="Counts changes; higher is newer")
    updated_at: AwareDatetime = Field(description="When it changed")
    created_at: AwareDatetime | None = Field(
        default=None,
        description="When it was made, again where it was deleted: what a topic holds "
        "from before is not read a second time; null is unknown",
    )
    keys: list[AppKey] = Field(default_factory=list, description="Its credentials")
    preferences: Preferences = Field(
        default_factory=Preferences, description="Settings → Escalation"
    )

    @property
    def identity(self) -> str:
        """Return the id of this version."""
        return f"{self.app_id}.{self.version}"


class AppDestinations(Model):
    """Compacted by `app_id`: where the app's teams receive, by id alone."""

    TYPE: ClassVar[str] = "handrail.app.destinations.v1"

    app_id: AppId = Field(description="The app")
    destination_ids: list[str] = Field(description="All that there are, in order")
    updated_at: AwareDatetime = Field(description="When this was said")

    @property
    def identity(self) -> str:
        """Return the id of this statement."""
        return f"{self.app_id}.{self.updated_at.isoformat()}"


class ResponseEstimate(Model):
    """How long people really take, per app."""

    TYPE: ClassVar[str] = "handrail.response.estimates.v1"

    app_id: AppId = Field(description="The app")
    updated_at: AwareDatetime = Field(description="When it was computed")
    samples: int = Field(description="Escalations it was computed from")
    p50_seconds: float = Field(description="Median first response, s")
    p80_seconds: float = Field(description="80th percentile of it, s")

    @property
    def identity(self) -> str:
        """Return the id of this computation."""
        return f"{self.app_id}.{self.updated_at.isoformat()}"


class GapVerificationRequested(Model):
    """Replay a gap's original questions."""

    TYPE: ClassVar[str] = "handrail.gap.verification-requested.v1"

    verification_id: str = Field(description="This replay")
    gap_id: str = Field(description="The gap")
    app_id: AppId = Field(description="The app")
    questions: list[str] = Field(description="The users' own words")

    @property
    def identity(self) -> str:
        """Return the replay's id."""
        return self.verification_id


class GapVerified(Model):
    """What the replay showed."""

    TYPE: ClassVar[str] = "handrail.gap.verified.v1"

    verification_id: str = Field(description="This replay")
    gap_id: str = Field(description="The gap")
    app_id: AppId = Field(description="The app")
    resolved: int = Field(description="Questions that are answered now")
    unresolved: int = Field(description="Questions that are not")

    @property
    def identity(self) -> str:
        """Return the replay's id."""
        return self.verification_id
