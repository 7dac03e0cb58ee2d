"""What the inbox answers, as it is described; `views` makes the documents."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.escalator.domain.lifecycle.consultations import ConsultationState
from shared.events import (
    AnyReason,
    Attachment,
    Attempt,
    Change,
    EscalationStatus,
    Session,
    TranscriptLine,
    User,
)
from shared.events.base import Object
from shared.events.escalation import PacketAssistant, PatternRef
from shared.events.preferences import Priority


class Person(BaseModel):
    """The end user, in a list."""

    id: str | None = Field(default=None, description="The user's id in the app")
    name: str | None = Field(default=None, description="Display name")
    email: str | None = Field(default=None, description="Address")


class ContactGiven(BaseModel):
    """How the user wants to be reached."""

    email: str = Field(description="Address")
    name: str | None = Field(default=None, description="Name")


class DeliveryState(BaseModel):
    """What became of the packet at one destination."""

    status: str = Field(description="`requested`, `delivered` or `failed`")
    proof: str = Field(description="The far side's own words, or why it failed")
    at: AwareDatetime | None = Field(description="When that was")


class KnownIssueJoined(BaseModel):
    """A pattern that people know of, as the user was told."""

    pattern_id: str = Field(description="The pattern")
    since: AwareDatetime = Field(description="Since when people know of it")


class Consulted(BaseModel):
    """A question that was asked beside it."""

    consultation_id: str = Field(description="Its id")
    question: str = Field(description="What was asked")
    to: str = Field(description="The destination that was asked")
    state: ConsultationState = Field(
        description="`withdrawn`: the escalation is over before it was answered"
    )
    asked_by: str = Field(description="Who asked")
    asked_at: AwareDatetime = Field(description="When")
    expires_at: AwareDatetime = Field(description="Until when an answer is waited for")
    answer: str | None = Field(description="The answer")
    answered_by: str | None = Field(description="Who answered")
    answered_at: AwareDatetime | None = Field(description="When it was over")


class EscalationItem(BaseModel):
    """How an escalation stands."""

    escalation_id: str = Field(description="Its id")
    number: str = Field(description="Short and human: `ESC-1042`")
    app_id: str = Field(description="The app")
    conversation_id: str = Field(description="The conversation")
    status: EscalationStatus = Field(description="Where it stands")
    reason: AnyReason = Field(description="Why nothing answered")
    detail: str | None = Field(description="What the reason was found in")
    summary: str = Field(description="Two lines, in the user's own words")
    user: Person | None = Field(description="The end user")
    contact: ContactGiven | None = Field(description="Given in the conversation")
    assignee: str | None = Field(description="Who takes care of it")
    acknowledged_by: str | None = Field(
        default=None, description="Who took it without being assigned"
    )
    unclaimed_since: AwareDatetime | None = Field(
        default=None,
        description="Since when nobody has it again; null: since it was opened",
    )
    consultations: list[Consulted] = Field(
        default_factory=list, description="Questions that were asked beside it"
    )
    snoozed_until: AwareDatetime | None = Field(description="Until when it rests")
    deliveries: dict[str, DeliveryState] = Field(description="By destination")
    told: str = Field(description="What the user was told: `none`, `saved`, …")
    told_at: AwareDatetime | None = Field(description="When they were told")
    merged_into: str | None = Field(description="The escalation that carries on")
    merged: list[str] = Field(description="Escalations that were merged into it")
    split_from: str | None = Field(description="The escalation it was a part of")
    priority: Priority = Field(default="normal", description="How urgent it is")
    tags: list[str] = Field(default_factory=list, description="By route and by hand")
    pattern: PatternRef | None = Field(default=None, description="Known pattern")
    language: str | None = Field(default=None, description="The user's, BCP 47")
    score: int | None = Field(
        default=None, description="How satisfied its user is, 1 to 5, once they said so"
    )
    route: str = Field(default="", description="The route that it was sent by")
    because: str = Field(default="", description="Why that route")
    expected_by: AwareDatetime | None = Field(
        default=None, description="The time that the user was promised last"
    )
    waiting_since: AwareDatetime | None = Field(
        default=None, description="Since when the user waits for a person's words"
    )
    first_response_by: AwareDatetime | None = Field(
        default=None, description="When people mean to have answered, by their target"
    )
    resolution_by: AwareDatetime | None = Field(
        default=None, description="When they mean to be done"
    )
    due_at: AwareDatetime | None = Field(
        default=None, description="The next of these that people have not met yet"
    )
    overdue: bool = Field(default=False, description="Whether that has passed")
    silenced_by: str | None = Field(
        default=None, description="The silence that keeps it from notifications"
    )
    known_issue: KnownIssueJoined | None = Field(
        default=None, description="The known issue that its user was told of"
    )
    revision: int = Field(description="Counts its changes")
    occurred_at: AwareDatetime = Field(description="When the user asked")
    opened_at: AwareDatetime = Field(description="When people were asked")
    updated_at: AwareDatetime = Field(description="When it changed last")
    closed_at: AwareDatetime | None = Field(
        default=None, description="Since when it is closed"
    )


class Update(BaseModel):
    """One change."""

    model_config = ConfigDict(populate_by_name=True)

    update_id: str = Field(description="Its id")
    escalation_id: str = Field(description="The escalation")
    app_id: str = Field(description="The app")
    revision: int = Field(description="Counts the escalation's changes")
    change: Change = Field(description="What changed")
    from_: EscalationStatus = Field(alias="from", description="Status before")
    to: EscalationStatus = Field(description="Status after")
    actor: str = Field(description="Who did it: a person, `user` or `handrail`")
    at: AwareDatetime = Field(description="When")
    reason: str = Field(description="Why, in a stable word")
    text: str | None = Field(description="Words that came with it")
    attachments: list[Attachment] = Field(
        default_factory=list, description="Files that came with an answer"
    )


class Note(BaseModel):
    """What somebody noted for the team."""

    actor: str = Field(description="Who")
    at: AwareDatetime = Field(description="When")
    text: str | None = Field(description="The words")


class EscalationDocument(EscalationItem):
    """An escalation with all there is of it.

    The packet's own fields are absent once the retention of decisions has passed.
    """

    user: User | None = Field(description="The end user")  # type: ignore[assignment]
    request_id: str | None = Field(default=None, description="The unresolved request")
    trigger_event_id: str | None = Field(default=None, description="What asked")
    conversation: list[TranscriptLine] | None = Field(
        default=None, description="The whole history up to the trigger, in order"
    )
    conversation_omitted: int | None = Field(
        default=None, description="Lines left out of the middle"
    )
    session: Session | None = Field(default=None, description="Where the user was")
    app_state: Object | None = Field(default=None, description="State of the app")
    links: dict[str, str] | None = Field(default=None, description="Where to act")
    text: str | None = Field(default=None, description="Words that nothing answered")
    destinations: list[str] | None = Field(
        default=None, description="Where its routes sent it"
    )
    assistant: PacketAssistant | None = Field(
        default=None, description="The assistant it left"
    )
    settings_version: int | None = Field(
        default=None, description="Version of the settings that decided this"
    )
    priority_before: Priority | None = Field(
        default=None, description="Priority before its routes set one"
    )
    attempts: list[Attempt] = Field(description="What was tried")
    updates: list[Update] = Field(description="Its changes, in order")
    notes: list[Note] = Field(description="What was noted")
