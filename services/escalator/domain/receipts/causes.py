"""What a failed delivery means for its user: the cause decides the words."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from shared.events import FailureReason as Cause


class CauseKind(StrEnum):
    """What kind of failure it was."""

    REFUSED = "refused"
    """The far side will not take it, now or later."""
    UNREACHABLE = "unreachable"
    """It was tried as often as it is, and never accepted."""
    OTHER = "other"
    """There was nowhere or nothing to send, or a later version knows why."""


KINDS: Mapping[str, CauseKind] = {
    Cause.RECIPIENT_REFUSED: CauseKind.REFUSED,
    Cause.SENDER_REFUSED: CauseKind.REFUSED,
    Cause.CONTENT_REFUSED: CauseKind.REFUSED,
    Cause.INVALID_ADDRESS: CauseKind.REFUSED,
    Cause.SMTPUTF8_UNSUPPORTED: CauseKind.REFUSED,
    Cause.MESSAGE_TOO_LARGE: CauseKind.REFUSED,
    Cause.GONE: CauseKind.REFUSED,
    Cause.DESTINATION_NOT_ALLOWED: CauseKind.REFUSED,
    Cause.RETRIES_EXHAUSTED: CauseKind.UNREACHABLE,
    Cause.NO_DESTINATION: CauseKind.OTHER,
    Cause.UNSAFE_HEADERS: CauseKind.OTHER,
}
UNKNOWN = "unknown"
"""Label of a cause that a later version of ours may have."""


def kind_of(cause: str) -> CauseKind:
    """Return what kind of failure *cause* is."""
    return KINDS.get(cause, CauseKind.OTHER)


def label_of(cause: str) -> str:
    """Return *cause*, or one word for all that we do not know: labels are bounded."""
    return cause if cause in KINDS else UNKNOWN


def choose_kind(causes: Iterable[str]) -> CauseKind | None:
    """Return the kind that all *causes* have in common, or None."""
    kinds = {kind_of(cause) for cause in causes}
    return kinds.pop() if len(kinds) == 1 else None
