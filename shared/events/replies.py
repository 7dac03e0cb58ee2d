"""`conversation.replies`: what to show the user."""

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from shared.events.base import Id, Model, Object, Published, Text
from shared.events.conversation import Attachment


class Citation(Model):
    """Where an answer comes from."""

    document_id: str = Field(description="The document's id")
    title: str = Field(default="", description="The document's title")
    url: str | None = Field(default=None, description="Where to read it whole")
    passage: str = Field(description="The words that answered")
    score: float = Field(description="How well it matched, 0 to 1")


class Author(Model):
    """A teammate as the user sees them."""

    name: str = Field(description="Display name")


class Reply(Published):
    """Common to every reply."""

    TYPE: ClassVar[str] = "handrail.conversation.reply.v1"

    reply_id: str = Field(description="Derived: a repeat has the same one")
    in_reply_to: Id = Field(description="The event it answers")
    text: Text = Field(description="What to show")

    @property
    def identity(self) -> str:
        """Return the reply's id."""
        return self.reply_id


class Answer(Reply):
    """A passage, or the result of an action, that answers."""

    type: Literal["answer"] = Field(default="answer", description="Kind of reply")
    citations: list[Citation] = Field(default_factory=list, description="Sources")
    meanwhile: bool = Field(
        default=False, description="Said while people have the conversation"
    )


class ActionCall(Reply):
    """Asks the chat platform to run an action and send its `action_result`."""

    type: Literal["action_call"] = Field(
        default="action_call", description="Kind of reply"
    )
    call_id: str = Field(description="To be repeated in the `action_result`")
    action: str = Field(description="The action's name")
    arguments: Object = Field(default_factory=dict, description="Its arguments")
    approval_required: bool = Field(
        default=False, description="Whether the user must approve first"
    )


class Question(Reply):
    """Asks for what an action needs, or for the yes to one that Handrail runs."""

    type: Literal["question"] = Field(default="question", description="Kind of reply")
    missing: list[str] = Field(
        description="Names of the missing parameters, `address.city` in an object; "
        "`approval` where only the user's yes is; `score` where it asks how satisfied "
        "the user is: answered by `feedback` with `score`"
    )
    reason: str | None = Field(
        default=None,
        description="Of a request that nothing answered, and people were not asked: "
        "why nothing did; `request_withdrawn`: the user took it back",
    )
    tried: list[str] = Field(
        default_factory=list,
        description="Beside `reason`: names of the actions and documents that were "
        "nearest to it, the nearest first",
    )
    escalation_id: str | None = Field(
        default=None, description="The escalation that `score` is asked of"
    )
    number: str = Field(default="", description="Its number: `ESC-1042`")


class Handoff(Reply):
    """The request is with people."""

    type: Literal["handoff"] = Field(default="handoff", description="Kind of reply")
    escalation_id: str = Field(description="The escalation")
    number: str = Field(description="Short and human: `ESC-1042`")
    status: Literal["saved", "delivered"] = Field(
        description="`delivered` only after a destination accepted it"
    )
    expected_by: AwareDatetime | None = Field(
        default=None, description="When an answer is promised"
    )
    asked_at: AwareDatetime | None = Field(
        default=None, description="When the user said what people now have"
    )
    contact_needed: bool = Field(
        default=False, description="Whether we have no way to reach this user"
    )
    contact_text: str | None = Field(
        default=None,
        description="Asks for an address, in the user's language, where one is needed "
        "and `text` does not ask itself; show it beside a field",
    )


class Receipt(Reply):
    """News of an escalation."""

    type: Literal["receipt"] = Field(default="receipt", description="Kind of reply")
    escalation_id: str = Field(description="The escalation")
    number: str = Field(default="", description="Short and human: `ESC-1042`")
    status: Literal[
        "delivered",
        "acknowledged",
        "answered",
        "resolved",
        "delayed",
        "waiting",
        "rescheduled",
        "withdrawn",
        "expired",
        "contact_added",
        "known_issue",
        "fixed",
    ] = Field(
        description="What became of it; `waiting`: what the user wrote since is with "
        "the team, and nobody has taken it yet; `rescheduled`: a new time; "
        "`withdrawn`: by its user; `expired`: nobody took it in time; `known_issue`: "
        "others have it too, and people know; `contact_added`: the team has the "
        "address that the user gave; `fixed`: what the user asked works now"
    )
    expected_by: AwareDatetime | None = Field(
        default=None, description="When an answer is promised"
    )
    cause: str | None = Field(
        default=None,
        description="Of `delayed`: why it was given up, the `reason` of the last "
        "`notification.failed`",
    )


class TeammateReply(Reply):
    """A person answers."""

    type: Literal["teammate_reply"] = Field(
        default="teammate_reply", description="Kind of reply"
    )
    escalation_id: str = Field(description="The escalation")
    author: Author = Field(description="Who answers")
    attachments: list[Attachment] = Field(
        default_factory=list,
        description="Files that were sent with it: links, told of and never fetched",
    )


AnyReply = Answer | ActionCall | Question | Handoff | Receipt | TeammateReply


class LaterReply(Reply):
    """A reply that only a newer version knows whole: it is shown all the same."""

    type: str = Field(description="Kind of reply")


REPLY: TypeAdapter[AnyReply | LaterReply] = TypeAdapter(
    Annotated[
        Annotated[AnyReply, Field(discriminator="type")] | LaterReply,
        Field(union_mode="left_to_right"),
    ]
)
"""Validates any record of `conversation.replies`, also one of a newer version."""
