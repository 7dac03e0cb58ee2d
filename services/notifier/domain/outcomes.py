"""What a far side can say to one message, and the words for why."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Reason(StrEnum):
    """Why a delivery stands where it stands; the same word everywhere."""

    QUEUED = "queued"
    ACCEPTED = "accepted"
    REDRIVEN = "redriven"
    BEHIND_EARLIER = "behind_earlier"
    NO_DESTINATION = "no_destination"
    CIRCUIT_OPEN = "circuit_open"
    RETRIES_EXHAUSTED = "retries_exhausted"
    UNEXPECTED_ERROR = "unexpected_error"
    CANNOT_RENDER = "cannot_render"
    UNSAFE_HEADERS = "unsafe_headers"
    TOO_LARGE = "message_too_large"
    # The far side as a whole.
    CONNECT_FAILED = "connect_failed"
    CONNECT_REFUSED = "connect_refused"
    TIMED_OUT = "timed_out"
    DISCONNECTED = "disconnected"
    TLS_FAILED = "tls_failed"
    AUTHENTICATION_FAILED = "authentication_failed"
    SERVICE_UNAVAILABLE = "service_unavailable"
    # One message or recipient.
    AMBIGUOUS = "ambiguous"
    PROTOCOL_ERROR = "protocol_error"
    TEMPORARY_FAILURE = "temporary_failure"
    MAILBOX_FULL = "mailbox_full"
    SENDER_REFUSED = "sender_refused"
    RECIPIENT_REFUSED = "recipient_refused"
    CONTENT_REFUSED = "content_refused"
    INVALID_ADDRESS = "invalid_address"
    SMTPUTF8_UNSUPPORTED = "smtputf8_unsupported"
    THROTTLED = "throttled"
    HTTP_ERROR = "http_error"
    REDIRECTED = "redirected"
    GONE = "gone"
    NOT_ALLOWED = "destination_not_allowed"
    SECRET_UNREADABLE = "secret_unreadable"  # noqa: S105 - a reason, not a secret


WHOLE_SIDE = frozenset(
    {
        Reason.CONNECT_FAILED,
        Reason.CONNECT_REFUSED,
        Reason.TIMED_OUT,
        Reason.DISCONNECTED,
        Reason.TLS_FAILED,
        Reason.AUTHENTICATION_FAILED,
        Reason.SERVICE_UNAVAILABLE,
        Reason.SECRET_UNREADABLE,
    }
)
"""Nobody behind this far side can be reached: trying the next recipient is no use."""

CONFIGURATION = frozenset(
    {
        Reason.AUTHENTICATION_FAILED,
        Reason.TLS_FAILED,
        Reason.CONNECT_REFUSED,
        Reason.SENDER_REFUSED,
        Reason.SECRET_UNREADABLE,
    }
)
"""Somebody must change a setting before these can work."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The far side took it, and *proof* is what it said."""

    proof: str
    message_id: str = ""
    """What the far side knows the message by."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now; *retry_after* is how long the far side asked us to wait."""

    reason: Reason
    detail: str = ""
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Never: trying again would change nothing."""

    reason: Reason
    detail: str = ""


Outcome = Accepted | Deferred | Refused
