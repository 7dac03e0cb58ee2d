"""`conversation.events`: the conversation as it happens."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from shared.events.base import (
    RESERVED,
    Event,
    Id,
    Model,
    Object,
    OpenModel,
    Text,
    null_is,
)


def _of_a_user(conversation_id: str) -> str:
    if conversation_id.startswith(RESERVED):
        raise ValueError(f"ids that begin with `{RESERVED}` are our own")
    return conversation_id


Role = Literal["user", "assistant", "teammate"]
_LABEL = r"[^\s@<>.-](?:[^\s@<>.]*[^\s@<>.-])?"
NEITHER = 3
"""The score in the middle; from here on an answer was of help."""
NOTHING_SAID = "nothing_said"
"""The type of the error of a message with neither words nor files."""


class Attachment(Model):
    """A file that was sent with a message. It is told of, never fetched."""

    type: str | None = Field(default=None, max_length=256, description="Media type")
    name: str | None = Field(default=None, max_length=512, description="File name")
    url: str | None = Field(
        default=None,
        max_length=4096,
        pattern=r"^[hH][tT][tT][pP][sS]?://[^\s\x00-\x1f\x7f<>\"]+$",
        description="Where it is: `https` or `http`, nothing else",
    )
    size: int | None = Field(default=None, ge=0, le=2**63 - 1, description="Bytes")


class Message(Model):
    """What was said, and by whom: words, files, or both."""

    role: Role = Field(description="Who speaks")
    text: Annotated[Text, null_is(str)] = Field(
        default="", description="The words; may be left out beside attachments"
    )
    attachments: Annotated[list[Attachment], null_is(list)] = Field(
        default_factory=list, max_length=20, description="Files that were sent with it"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        """Refuse a message that has no text at all; an empty one was sent so."""
        if "text" not in self.model_fields_set and not self.attachments:
            raise PydanticCustomError(NOTHING_SAID, "Field required")
        return self


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
    name: str | None = Field(
        default=None,
        max_length=200,
        description="Tells it from the app's other assistants; routes may look at it",
    )


class ConversationEvent(Event):
    """Common to everything on `conversation.events`."""

    conversation_id: Annotated[Id, AfterValidator(_of_a_user)] = Field(
        description="The conversation, unique in the app; ids that begin with "
        f"`{RESERVED}` are our own"
    )
    event_id: Id = Field(description="Unique in the app; the same id twice is one")
    occurred_at_sent: str | None = Field(
        default=None,
        max_length=64,
        description="What the publisher said where it cannot be when this happened; "
        "`occurred_at` is then when it reached us",
    )


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
    rating: Literal["helpful", "unhelpful"] = Field(
        description="The verdict; beside a `score` it may be left out"
    )
    score: int | None = Field(
        default=None,
        ge=1,
        le=5,
        description="How satisfied the user is, 1 to 5: the answer to the question "
        "that is asked once people are done",
    )
    comment: Text | None = Field(default=None, description="In the user's words")

    @model_validator(mode="before")
    @classmethod
    def _rated_by_score(cls, body: Any) -> Any:  # noqa: ANN401 - what a stranger sent
        """Read a score as a verdict where none is beside it."""
        if isinstance(body, dict) and body.get("rating") is None:
            score = body.get("score")
            if isinstance(score, int) and not isinstance(score, bool):
                rating = "helpful" if score >= NEITHER else "unhelpful"
                return body | {"rating": rating}
        return body


class ContactProvided(ConversationEvent):
    """How to reach a user who had no address."""

    type: Literal["contact"] = Field(default="contact", description="Kind of event")
    email: str = Field(
        min_length=3,
        max_length=512,
        pattern=rf"^[^\s@<>]{{1,64}}@{_LABEL}(?:\.{_LABEL})*$",
        description="Address to write to",
    )
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


class ConversationWithdrawn(ConversationEvent):
    """The user no longer wants what waits with people."""

    type: Literal["withdrawn"] = Field(default="withdrawn", description="Kind of event")
    text: Text | None = Field(default=None, description="What they typed, if anything")


class ConversationClosed(ConversationEvent):
    """The chat ended."""

    type: Literal["closed"] = Field(default="closed", description="Kind of event")


AnyConversationEvent = (
    MessageReceived
    | ActionResultReceived
    | FeedbackGiven
    | ContactProvided
    | HandoffRequested
    | ConversationWithdrawn
    | ConversationClosed
)

CONVERSATION_EVENT: TypeAdapter[AnyConversationEvent] = TypeAdapter(
    Annotated[AnyConversationEvent, Field(discriminator="type")]
)
"""Validates any record of `conversation.events`."""
