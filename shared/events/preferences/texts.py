"""What users are told."""

from pydantic import Field

from shared.events.base import Model
from shared.events.preferences.routes import Match

MAX_CHARS = 8192

DEFAULT_HANDOFF = (
    "I wasn't able to find a solution for this. I've sent your issue to our team "
    "with the conversation details. They'll follow up with you shortly."
)
"""The text the product promises."""


class MessageTexts(Model):
    """Texts that replace others; null leaves a text as it is."""

    handoff: str | None = Field(
        default=None, max_length=MAX_CHARS, description="Sent to people"
    )
    saved: str | None = Field(
        default=None, max_length=MAX_CHARS, description="Kept, not accepted yet"
    )
    delivered: str | None = Field(
        default=None, max_length=MAX_CHARS, description="A destination accepted it"
    )
    acknowledged: str | None = Field(
        default=None, max_length=MAX_CHARS, description="A person took it"
    )
    answered: str | None = Field(
        default=None, max_length=MAX_CHARS, description="A person answered"
    )
    resolved: str | None = Field(
        default=None, max_length=MAX_CHARS, description="People are done"
    )
    delayed: str | None = Field(
        default=None, max_length=MAX_CHARS, description="Delivery was given up"
    )
    waiting: str | None = Field(
        default=None, max_length=MAX_CHARS, description="To a user who writes meanwhile"
    )
    rescheduled: str | None = Field(
        default=None, max_length=MAX_CHARS, description="A promised time was missed"
    )
    withdrawn: str | None = Field(
        default=None, max_length=MAX_CHARS, description="The user took it back"
    )
    expired: str | None = Field(
        default=None, max_length=MAX_CHARS, description="Nobody took it for too long"
    )
    handed_back: str | None = Field(
        default=None, max_length=MAX_CHARS, description="The assistant speaks again"
    )
    known_issue: str | None = Field(
        default=None, max_length=MAX_CHARS, description="Others have it, people know"
    )
    contact: str | None = Field(
        default=None, max_length=MAX_CHARS, description="Asks for an address"
    )
    contact_added: str | None = Field(
        default=None, max_length=MAX_CHARS, description="The user gave an address"
    )
    satisfaction: str | None = Field(
        default=None, max_length=MAX_CHARS, description="Asks how satisfied they are"
    )


class MessageRule(Model):
    """Texts for what matches; the first rule that has a text gives it."""

    match: Match = Field(default_factory=dict, description="Empty matches all")
    texts: MessageTexts = Field(
        default_factory=MessageTexts, description="The texts that it has"
    )


class Messages(Model):
    """What users are told; variables `{number} {expected_by} {reason} {app}`."""

    handoff: str = Field(
        default=DEFAULT_HANDOFF, max_length=MAX_CHARS, description="Sent to people"
    )
    saved: str = Field(
        default=(
            "I wasn't able to find a solution for this. Your issue is saved as "
            "{number} for our team. I'll tell you here as soon as it has reached them."
        ),
        max_length=MAX_CHARS,
        description="Kept, but no destination has accepted it yet",
    )
    delivered: str = Field(
        default="Your issue {number} has reached our team.",
        max_length=MAX_CHARS,
        description="A destination accepted it later",
    )
    acknowledged: str = Field(
        default="Somebody on our team is looking at {number}.",
        max_length=MAX_CHARS,
        description="A person took it",
    )
    resolved: str = Field(
        default="Our team marked {number} as resolved.",
        max_length=MAX_CHARS,
        description="People are done",
    )
    delayed: str = Field(
        default=(
            "We could not deliver {number} to our team automatically. It is saved, "
            "and they find it in their inbox."
        ),
        max_length=MAX_CHARS,
        description="Delivery was given up for every destination",
    )
    waiting: str | None = Field(
        default=None,
        max_length=MAX_CHARS,
        description="To a user who writes before a person takes it; null is our text "
        "in the user's language",
    )
    answered: str | None = Field(
        default=None,
        max_length=MAX_CHARS,
        description="A person answered; null says nothing beside the answer",
    )
    rescheduled: str | None = Field(
        default=None,
        max_length=MAX_CHARS,
        description="A promised time was missed, `{expected_by}` is the new one; null "
        "is our text in the user's language",
    )
    withdrawn: str | None = Field(
        default=None,
        max_length=MAX_CHARS,
        description="The user took it back; null is our text in the user's language",
    )
    expired: str | None = Field(
        default=None,
        max_length=MAX_CHARS,
        description="Nobody took it for too long; null is our text in the user's "
        "language",
    )
    handed_back: str | None = Field(
        default=None,
        max_length=MAX_CHARS,
        description="A person gave the conversation back without words of their own; "
        "null is our text in the user's language",
    )
    known_issue: str | None = Field(
        default=None,
        max_length=MAX_CHARS,
        description="Others have it too, and people know; also `{since}`, `{count}` "
        "(others) and `{until}`; null is our text in the user's language",
    )
    contact: str | None = Field(
        default=None,
        max_length=MAX_CHARS,
        description="Added to the hand-off of a user without an address; null adds "
        "ours to our texts, and nothing to the app's own",
    )
    contact_added: str | None = Field(
        default=None,
        max_length=MAX_CHARS,
        description="The user gave an address; null is our text in their language",
    )
    satisfaction: str | None = Field(
        default=None,
        max_length=MAX_CHARS,
        description="Asks for 1 to 5 once people are done; null is our text in the "
        "user's language",
    )
    rules: list[MessageRule] = Field(
        default_factory=list,
        description="Other texts by reason, hours, language; the first that has one",
    )
