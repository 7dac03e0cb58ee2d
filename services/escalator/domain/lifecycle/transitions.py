"""What people may do with an escalation, and what becomes of it."""

from collections.abc import Mapping
from enum import StrEnum

from shared.events import EscalationStatus as Status


class Command(StrEnum):
    """What people may ask of an escalation."""

    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    REPLY = "reply"
    NOTE = "note"
    SNOOZE = "snooze"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    MERGE = "merge"
    SPLIT = "split"


_ANY = tuple(Status)
_UNRESOLVED = tuple(status for status in Status if status is not Status.RESOLVED)


def _to(status: Status, *sources: Status) -> dict[Status, Status]:
    return dict.fromkeys(sources, status)


def _stay(sources: tuple[Status, ...]) -> dict[Status, Status]:
    return {status: status for status in sources}


TRANSITIONS: Mapping[Command, Mapping[Status, Status]] = {
    Command.ACKNOWLEDGE: _to(Status.ACKNOWLEDGED, Status.OPEN, Status.REOPENED),
    Command.ASSIGN: _stay(_UNRESOLVED),
    # A late answer still reaches the user, but takes nothing up again.
    Command.REPLY: _to(Status.ANSWERED, *_UNRESOLVED) | _stay((Status.RESOLVED,)),
    Command.NOTE: _stay(_ANY),
    Command.SNOOZE: _stay(_UNRESOLVED),
    Command.RESOLVE: _to(Status.RESOLVED, *_UNRESOLVED),
    Command.REOPEN: _to(Status.REOPENED, Status.RESOLVED),
    # It is as little resolved as what it was merged into.
    Command.MERGE: _stay(_UNRESOLVED),
    Command.SPLIT: _stay(_UNRESOLVED),
}
"""Every possible change; what is not listed is impossible."""


CARRIED: Mapping[Command, Mapping[Status, Status]] = {
    Command.REPLY: _to(Status.ANSWERED, *_UNRESOLVED),
    Command.NOTE: _stay(_UNRESOLVED),
    Command.REOPEN: _to(Status.REOPENED, *_UNRESOLVED),
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
