"""`conversation.resolved` and `conversation.unresolved`."""

from typing import ClassVar, Literal

from pydantic import Field

from shared.events.attempts import AnyReason, Attempt
from shared.events.base import Id, Object, Published, Text
from shared.events.conversation import Session, User


class Resolution(Published):
    """A request, and what was tried for it."""

    request_id: str = Field(description="Derived from the triggering event")
    event_id: Id = Field(description="The event that asked")
    text: Text = Field(default="", description="The user's words")
    user: User | None = Field(default=None, description="The end user")
    session: Session | None = Field(default=None, description="Where the user was")
    app_state: Object | None = Field(
        default=None, description="State of the app at the time of the issue"
    )
    attempts: list[Attempt] = Field(
        default_factory=list, description="What was tried, in order"
    )

    @property
    def identity(self) -> str:
        """Return the request's id."""
        return self.request_id


class ConversationResolved(Resolution):
    """A request answered."""

    TYPE: ClassVar[str] = "handrail.conversation.resolved.v1"

    kind: Literal["action", "document"] = Field(description="What answered")
    name: str = Field(description="Action name or document id")
    title: str = Field(default="", description="What a person would call it")
    reply_id: str | None = Field(default=None, description="The reply that answered")


class ConversationUnresolved(Resolution):
    """A request that nothing answered."""

    TYPE: ClassVar[str] = "handrail.conversation.unresolved.v1"

    reason: AnyReason = Field(description="Why nothing answered")
    detail: str | None = Field(
        default=None, description="What it was found in: a topic's name, a promise"
    )
    language: str | None = Field(
        default=None,
        description="The user's language (BCP 47): of their words where these are "
        "clear, else of their browser; null where neither tells",
    )
