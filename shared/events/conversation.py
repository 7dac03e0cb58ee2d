"""`conversation.events`: the conversation as it happens (contract.md §3)."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from shared.events.base import Event, Id, Model, Object, OpenModel, Text, null_is

Role = Literal["user", "assistant", "teammate"]


class Message(Model):
    """What was said, and by whom."""

    role: Role = Field(description="Who speaks")
    text: Text = Field(description="The words")


class User(OpenModel):
    """The end user; unknown fields are kept for the team."""

    id: Id = Field(description="The user's id in the app; `autogen_…` when anonymous")
    name: str | None = Field(default=None, max_length=512, description="Display name")
    email: str | None = Field(default=None, max_length=512, description="Address")
    traits: Annotated[Object, null_is(dict)] = Field(
        default_factory=dict, description="Plan, account and so on"
    )


class Session(OpenModel):
    """Where the user was; unknown fields are kept for the team."""

    id: str | None = Field(default=None, max_length=512, description="Session id")
    url: str | None = Field(default=None, max_length=4096, description="Page address")
    user_agent: str | None = Field(
        default=None, max_length=2048, description="Browser or client"
    )
    locale: str | None = Field(default=None, max_length=64, description="BCP 47 tag")
    timezone: str | None = Field(default=None, max_length=64, description="IANA zone")


class AvailableAction(Model):
    """An action of this conversation, in either published shape."""

    name: str = Field(min_length=1, max_length=256, description="Name to call it by")
    description: Annotated[str, null_is(str)] = Field(
        default="", max_length=8192, description="What it does"
    )
    options: Object | None = Field(
        default=None,
        description="Older shape: `{key: {type, description, required}}`",
    )
    inputSchema: Object | None = Field(  # noqa: N815 - the published name
        default=None, description="Newer shape: a JSON Schema object"
    )
    approvalRequired: Annotated[bool, null_is(bool)] = Field(  # noqa: N815 - the published name
        default=False, description="Whether the user must approve before it runs"
    )


class Assistant(Model):
    """What the assistant of this conversation may say and do."""

    escalation_message: str | None = Field(
        default=None, max_length=8192, description="Replaces the hand-off text"
    )
    available_actions: Annotated[list[AvailableAction], null_is(list)] = Field(
        default_factory=list,
        max_length=1000,
        description="Added to the app's stored actions for this conversation",
    )


class ConversationEvent(Event):
    """Common to everything on `conversation.events`."""

    event_id: Id = Field(description="Unique in the app; the same id twice is one")


class MessageReceived(ConversationEvent):
    """Somebody said something."""

    type: Literal["message"] = Field(default="message", description="Kind of event")
    message: Message = Field(description="What was said")
    user: User | None = Field(default=None, description="The end user")
    session: Session | None = Field(default=None, description="Where the user was")
    app_state: Object | None = Field(
        default=None, description="State of the app when it was said"
    )
    assistant: Assistant | None = Field(
        default=None, description="This conversation's texts and actions"
    )


class ActionResultReceived(ConversationEvent):
    """The chat platform ran an action that we called."""

    type: Literal["action_result"] = Field(
        default="action_result", description="Kind of event"
    )
    call_id: Id = Field(description="The `call_id` of the `action_call`")
    status: Literal["succeeded", "failed", "denied"] = Field(description="How it went")
    output: object = Field(default=None, description="What it returned")
    error: Text | None = Field(default=None, description="What went wrong")


class FeedbackGiven(ConversationEvent):
    """The user rated a reply."""

    type: Literal["feedback"] = Field(default="feedback", description="Kind of event")
    reply_id: Id = Field(description="The reply that was rated")
    rating: Literal["helpful", "unhelpful"] = Field(description="The verdict")
    comment: Text | None = Field(default=None, description="In the user's words")


class ContactProvided(ConversationEvent):
    """How to reach a user who had no address."""

    type: Literal["contact"] = Field(default="contact", description="Kind of event")
    email: str = Field(min_length=3, max_length=512, description="Address to write to")
    name: str | None = Field(default=None, max_length=512, description="Name")


class HandoffRequested(ConversationEvent):
    """The user pressed "talk to a person", perhaps before typing anything."""

    type: Literal["handoff_requested"] = Field(
        default="handoff_requested", description="Kind of event"
    )
    text: Text | None = Field(default=None, description="What they typed, if anything")
    user: User | None = Field(default=None, description="The end user")
    session: Session | None = Field(default=None, description="Where the user was")
    app_state: Object | None = Field(default=None, description="State of the app")
    assistant: Assistant | None = Field(
        default=None, description="This conversation's texts and actions"
    )


class ConversationClosed(ConversationEvent):
    """The chat ended."""

    type: Literal["closed"] = Field(default="closed", description="Kind of event")


AnyConversationEvent = (
    MessageReceived
    | ActionResultReceived
    | FeedbackGiven
    | ContactProvided
    | HandoffRequested
    | ConversationClosed
)

CONVERSATION_EVENT: TypeAdapter[AnyConversationEvent] = TypeAdapter(
    Annotated[AnyConversationEvent, Field(discriminator="type")]
)
"""Validates any record of `conversation.events`."""
