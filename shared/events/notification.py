"""`notification.*`: an escalation's news, or a report, on its way to a destination."""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import Id, Published, Text
from shared.events.digests import Digest
from shared.events.escalation import EscalationOpened
from shared.events.reports import Report


class FailureReason(StrEnum):
    """Why a delivery was given up."""

    RETRIES_EXHAUSTED = "retries_exhausted"
    NO_DESTINATION = "no_destination"
    RECIPIENT_REFUSED = "recipient_refused"
    SENDER_REFUSED = "sender_refused"
    CONTENT_REFUSED = "content_refused"
    INVALID_ADDRESS = "invalid_address"
    SMTPUTF8_UNSUPPORTED = "smtputf8_unsupported"
    MESSAGE_TOO_LARGE = "message_too_large"
    GONE = "gone"
    DESTINATION_NOT_ALLOWED = "destination_not_allowed"
    UNSAFE_HEADERS = "unsafe_headers"


# A later version may know more of these, and an earlier one reads its events.
AnyFailureReason = Annotated[FailureReason | str, Field(union_mode="left_to_right")]


class Notification(Published):
    """Common to a notification and what became of it."""

    delivery_id: str = Field(
        description="Derived from escalation, destination and revision"
    )
    escalation_id: str = Field(description="The escalation")
    number: str = Field(default="", description="Short and human: `ESC-1042`")
    destination_id: str = Field(description="Where the team receives")

    @property
    def identity(self) -> str:
        """Return the delivery's id."""
        return self.delivery_id


class NotificationRequested(Notification):
    """Send this to that destination."""

    TYPE: ClassVar[str] = "handrail.notification.requested.v1"

    kind: Literal[
        "opened",
        "message_added",
        "reopened",
        "resolved",
        "answered",
        "digest",
        "report",
    ] = Field(default="opened", description="What the news is")
    digest: Digest | None = Field(
        default=None,
        description="Of kind `digest`: what it lists. `escalation_id` and "
        "`conversation_id` are then the digest's own",
    )
    report: Report | None = Field(
        default=None,
        description="Of kind `report`: what it tells. `escalation_id` and "
        "`conversation_id` are then the report's own",
    )
    revision: int = Field(default=0, description="The escalation's revision it tells")
    requested_at: AwareDatetime = Field(description="When it was asked for")
    packet: EscalationOpened = Field(description="Everything the team needs")
    text: Text | None = Field(default=None, description="What was added, if anything")
    news: str = Field(
        default="",
        max_length=64,
        pattern=r"^[a-z_]*$",
        description="The news in one exact word, where `kind` has only the nearest: "
        "`unclaimed`, `released`, `snooze_ended`, `withdrawn`, `expired`, `consulted`, "
        "`handed_back` …",
    )

    @property
    def exact(self) -> str:
        """Return the news in its exact word."""
        return self.news or self.kind


class NotificationDelivered(Notification):
    """Accepted by the far side, with the proof."""

    TYPE: ClassVar[str] = "handrail.notification.delivered.v1"

    channel: str = Field(description="`email` or `webhook`")
    delivered_at: AwareDatetime = Field(description="When the far side accepted it")
    proof: str = Field(description="The far side's own words, such as `250 2.0.0 Ok`")
    message_id: str = Field(default="", description="Message-ID or webhook id")
    attempts: int = Field(description="Tries it took")
    recipients: list[str] = Field(default_factory=list, description="Who received it")
    refused: list[str] = Field(
        default_factory=list, description="Recipients given up for good"
    )


class NotificationFailed(Notification):
    """Given up, with the reason."""

    TYPE: ClassVar[str] = "handrail.notification.failed.v1"

    channel: str = Field(description="`email` or `webhook`")
    failed_at: AwareDatetime = Field(description="When it was given up")
    reason: AnyFailureReason = Field(description="Why, in a stable word")
    error: str = Field(default="", description="The far side's last words")
    attempts: int = Field(description="Tries that were made")


class NotificationReplyReceived(Notification):
    """A teammate answered by e-mail or button."""

    TYPE: ClassVar[str] = "handrail.notification.reply-received.v1"

    reply_event_id: Id = Field(description="Unique id of the answer")
    author: str = Field(description="Who answered")
    text: Text = Field(default="", description="The answer")
    command: str | None = Field(default=None, description="`resolve`, `acknowledge` …")

    @property
    def identity(self) -> str:
        """Return the answer's id."""
        return self.reply_event_id
