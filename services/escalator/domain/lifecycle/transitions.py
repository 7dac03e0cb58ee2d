"""What people may do with an escalation, and what becomes of it."""

from collections.abc import Mapping
from enum import StrEnum

from shared.events import ENDED_STATUSES
from shared.events import EscalationStatus as Status


class Command(StrEnum):
    """What may be asked of an escalation: by people, its user, or the clock."""

    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    REPLY = "reply"
    NOTE = "note"
    SNOOZE = "snooze"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    MERGE = "merge"
    SPLIT = "split"
    PRIORITY = "priority"
    TAG = "tag"
    CLAIM = "claim"
    UNASSIGN = "unassign"
    HAND_BACK = "hand-back"
    CONSULT = "consult"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    RELEASE = "release"
    KNOWN_ISSUE = "known-issue"


_ANY = tuple(Status)
_UNRESOLVED = tuple(status for status in Status if status not in ENDED_STATUSES)
_ENDED = tuple(status for status in Status if status in ENDED_STATUSES)
_UNCLAIMED = (Status.OPEN, Status.REOPENED)


def _to(status: Status, *sources: Status) -> dict[Status, Status]:
    return dict.fromkeys(sources, status)


def _stay(sources: tuple[Status, ...]) -> dict[Status, Status]:
    return {status: status for status in sources}


TRANSITIONS: Mapping[Command, Mapping[Status, Status]] = {
    Command.ACKNOWLEDGE: _to(Status.ACKNOWLEDGED, *_UNCLAIMED),
    Command.ASSIGN: _stay(_UNRESOLVED),
    # A late answer still reaches the user, but takes nothing up again.
    Command.REPLY: _to(Status.ANSWERED, *_UNRESOLVED) | _stay(_ENDED),
    Command.NOTE: _stay(_ANY),
    Command.SNOOZE: _stay(_UNRESOLVED),
    Command.RESOLVE: _to(Status.RESOLVED, *_UNRESOLVED),
    Command.REOPEN: _to(Status.REOPENED, *_ENDED),
    # It is as little resolved as what it was merged into.
    Command.MERGE: _stay(_UNRESOLVED),
    Command.SPLIT: _stay(_UNRESOLVED),
    Command.PRIORITY: _stay(_ANY),
    Command.TAG: _stay(_ANY),
    Command.CLAIM: _stay(_UNRESOLVED) | _to(Status.ACKNOWLEDGED, *_UNCLAIMED),
    Command.UNASSIGN: _stay(_UNRESOLVED) | _to(Status.OPEN, Status.ACKNOWLEDGED),
    Command.HAND_BACK: _to(Status.RESOLVED, *_UNRESOLVED),
    Command.CONSULT: _stay(_UNRESOLVED),
    Command.ANSWER: _stay(_UNRESOLVED),
    Command.WITHDRAW: _to(Status.WITHDRAWN, *_UNRESOLVED),
    # What a person has never ends by itself.
    Command.EXPIRE: _to(Status.EXPIRED, *_UNCLAIMED),
    Command.KNOWN_ISSUE: _stay(_UNRESOLVED),
    Command.RELEASE: _stay(_UNCLAIMED) | _to(Status.OPEN, Status.ACKNOWLEDGED),
}
"""Every possible change; what is not listed is impossible."""


CARRIED: Mapping[Command, Mapping[Status, Status]] = {
    Command.REPLY: _to(Status.ANSWERED, *_UNRESOLVED),
    Command.NOTE: _stay(_UNRESOLVED),
    Command.REOPEN: _to(Status.REOPENED, *_UNRESOLVED),
    Command.WITHDRAW: _to(Status.WITHDRAWN, *_UNRESOLVED),
}
"""The same of what was merged: all else is done with the one that carries on."""


def decide_transition(
    command: Command, status: Status, *, carried: bool = False
) -> Status | None:
    """Return the status after *command*, or None where it is impossible."""
    table = CARRIED if carried else TRANSITIONS
    return table.get(command, {}).get(status)


DONE: Mapping[Command, str] = {
    Command.ACKNOWLEDGE: "acknowledged",
    Command.ASSIGN: "assigned",
    Command.REPLY: "answered",
    Command.NOTE: "noted",
    Command.SNOOZE: "snoozed",
    Command.RESOLVE: "resolved",
    Command.REOPEN: "reopened",
    Command.MERGE: "merged",
    Command.SPLIT: "split",
    Command.PRIORITY: "prioritized",
    Command.TAG: "tagged",
    Command.CLAIM: "claimed",
    Command.UNASSIGN: "unassigned",
    Command.HAND_BACK: "handed back",
    Command.CONSULT: "asked about",
    Command.ANSWER: "answered for",
    Command.WITHDRAW: "withdrawn",
    Command.EXPIRE: "expired",
    Command.RELEASE: "released",
    Command.KNOWN_ISSUE: "joined to a known issue",
}


def describe_impossible(
    command: Command, status: Status, number: str, *, carried: bool = False
) -> str:
    """Return why *command* is impossible, for the person who ordered it."""
    if carried:
        return (
            f"{number} is merged into another escalation; what is done with that one"
            " is done with both. Reopen it to take it apart."
        )
    return f"{number} is {status.value}; it cannot be {DONE[command]} now."
