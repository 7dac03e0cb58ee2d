"""`escalation.opened` and `escalation.updated`."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from shared.events.attempts import AnyReason, Attempt
from shared.events.base import Model, Object, Published, Text
from shared.events.conversation import Attachment, Role, Session, User
from shared.events.preferences import Priority


class EscalationStatus(StrEnum):
    """Where an escalation stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


ENDED_STATUSES = frozenset(
    {EscalationStatus.RESOLVED, EscalationStatus.WITHDRAWN, EscalationStatus.EXPIRED}
)
"""Where nobody waits any longer: people are done, its user is, or nobody ever took it.
"""


class Change(StrEnum):
    """What an update changed."""

    STATUS = "status"
    MESSAGE_ADDED = "message_added"
    ASSIGNED = "assigned"
    NOTED = "noted"
    SNOOZED = "snoozed"
    MERGED = "merged"
    SPLIT = "split"
    DELIVERED = "delivered"
    DELIVERY_FAILED = "delivery_failed"
    FALLBACK_ASKED = "fallback_asked"
    CONTACT_ADDED = "contact_added"
    RATED = "rated"
    HANDED_BACK = "handed_back"
    PRIORITY = "priority"
    TAGGED = "tagged"
    NOTIFIED = "notified"
    CONSULTED = "consulted"
    SILENCED = "silenced"
    PATTERN = "pattern"
    PROMISE_MISSED = "promise_missed"


# A later version may know more of these, and an earlier one reads its events.
AnyStatus = Annotated[EscalationStatus | str, Field(union_mode="left_to_right")]
AnyChange = Annotated[Change | str, Field(union_mode="left_to_right")]


class TranscriptLine(Model):
    """One line of the conversation."""

    role: Role = Field(description="Who spoke")
    text: Text = Field(description="The words")
    occurred_at: AwareDatetime = Field(description="When they were said")
    occurred_at_sent: str | None = Field(
        default=None,
        description="What the publisher said where it cannot be when this was; "
        "`occurred_at` is then when it reached us",
    )
    attachments: list[Attachment] = Field(
        default_factory=list, description="Files that were sent with them"
    )


class PatternRef(Model):
    """The pattern an escalation belongs to, when one is known."""

    id: str = Field(description="The pattern's id")
    label: str = Field(description="What it is about")
    size: int = Field(description="How many escalations it has")


class PacketAssistant(Model):
    """What the conversation's own assistant said of itself."""

    name: str | None = Field(default=None, description="Its name")
    escalation_message: str | None = Field(
        default=None, description="Its words for the hand-off"
    )


class EscalationOpened(Published):
    """The full packet: everything a person needs, and what a destination receives."""

    TYPE: ClassVar[str] = "handrail.escalation.opened.v1"

    escalation_id: str = Field(description="Derived from app, conversation and trigger")
    number: str = Field(description="Short and human: `ESC-1042`")
    request_id: str = Field(default="", description="The unresolved request")
    trigger_event_id: str = Field(default="", description="The event that asked")
    opened_at: AwareDatetime = Field(description="When people were asked")
    reason: AnyReason = Field(description="Why nothing answered")
    detail: str | None = Field(
        default=None, description="What it was found in: a topic's name, a promise"
    )
    priority: Priority = Field(default="normal", description="How urgent it is")
    summary: str = Field(description="Two lines, in the user's own words")
    conversation: list[TranscriptLine] = Field(
        description="The whole history up to the trigger, in order"
    )
    conversation_omitted: int = Field(
        default=0,
        description="Lines left out of the middle because the packet grew too large",
    )
    user: User | None = Field(default=None, description="The end user")
    session: Session | None = Field(default=None, description="Where the user was")
    app_state: Object | None = Field(
        default=None, description="State of the app at the time of the issue"
    )
    attempts: list[Attempt] = Field(default_factory=list, description="What was tried")
    pattern: PatternRef | None = Field(default=None, description="Known pattern")
    links: dict[str, str] = Field(default_factory=dict, description="Where to act")
    tags: list[str] = Field(default_factory=list, description="What its routes added")
    language: str | None = Field(
        default=None, description="The user's (BCP 47); null is unknown"
    )
    route: str = Field(
        default="",
        description="The first route that matched; empty is the default route",
    )
    because: str = Field(
        default="", description="Why it goes where it goes: what its routes matched"
    )
    text: Text = Field(default="", description="The words that nothing answered")
    destinations: list[str] = Field(
        default_factory=list, description="Where its routes sent it"
    )
    assistant: PacketAssistant | None = Field(
        default=None, description="The assistant it left, where that said more"
    )
    settings_version: int | None = Field(
        default=None, description="Version of the app's settings that decided this"
    )
    priority_before: Priority = Field(
        default="normal", description="Priority before its routes set one"
    )
    waiting_since: AwareDatetime | None = Field(
        default=None, description="When the user said first what nobody answered"
    )
    first_response_by: AwareDatetime | None = Field(
        default=None, description="When people mean to have answered, by their target"
    )
    resolution_by: AwareDatetime | None = Field(
        default=None, description="When they mean to be done"
    )

    @property
    def identity(self) -> str:
        """Return the escalation's id."""
        return self.escalation_id


class PromiseUpdate(Model):
    """What became of a time that a user was told."""

    promise_id: str = Field(description="The promise")
    kind: str = Field(description="`first_response`, `resolution` or `reply`")
    promised_at: AwareDatetime = Field(description="When the user was told")
    due_at: AwareDatetime = Field(description="What they were told")
    state: str = Field(description="`kept`, `broken` or `rescheduled`")


class EscalationUpdated(Published):
    """One change of an escalation."""

    TYPE: ClassVar[str] = "handrail.escalation.updated.v1"

    update_id: str = Field(description="Derived from escalation and revision")
    escalation_id: str = Field(description="The escalation")
    number: str = Field(default="", description="Short and human: `ESC-1042`")
    revision: int = Field(description="Counts the escalation's changes from 1")
    change: AnyChange = Field(description="What changed")
    from_: AnyStatus = Field(alias="from", description="Status before")
    to: AnyStatus = Field(description="Status after")
    actor: str = Field(description="Who did it: a person, `user` or `handrail`")
    at: AwareDatetime = Field(description="When it changed")
    reason: str = Field(description="Why, in a stable word")
    text: str | None = Field(default=None, description="Words that came with it")
    opened_at: AwareDatetime | None = Field(
        default=None, description="When the escalation was opened"
    )
    promise: PromiseUpdate | None = Field(
        default=None, description="What its user was told, where this settled it"
    )
    score: int | None = Field(
        default=None, description="Of `rated`: how satisfied its user is, 1 to 5"
    )

    @property
    def identity(self) -> str:
        """Return the change's id."""
        return self.update_id
