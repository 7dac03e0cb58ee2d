"""Whether a request becomes an escalation now, and with which conversation in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from services.escalator.domain.conversation import Conversation, Request
from services.escalator.domain.lifecycle.waiting import find_reopenable, is_withdrawn
from services.escalator.domain.transcripts.line import Line
from services.escalator.domain.transcripts.transcript import (
    Cut,
    cut_at_trigger,
    fit_lines,
    order_with_marks,
    summarize,
)
from shared import ids

PACKET_BYTES = 6 * 1024 * 1024
"""Most that one packet may weigh: below what a topic takes (8 MiB)."""
DECISION_BYTES = 12 * 1024 * 1024
"""Most that the packets of one decision may weigh together: the ledger keeps them in
one document of at most 16 MB. Destinations beyond that are asked one by one."""

LONG = 16_000
"""Characters. The middle of a shorter conversation is not worth leaving out."""


class Readiness(StrEnum):
    """What to do with a request."""

    ALREADY_OPENED = "already_opened"
    WAITING_FOR_TRIGGER = "waiting_for_trigger"
    ADD_TO_OPEN = "added_to_open"
    REOPEN = "reopened"
    OPEN = "opened"


@dataclass(frozen=True, slots=True)
class Packet:
    """The conversation as it goes into a packet."""

    lines: tuple[Line, ...]
    omitted: int
    summary: str
    after: tuple[Line, ...]
    """What was said after the trigger: it is added to the escalation at once."""


def decide_readiness(
    conversation: Conversation, request: Request, *, reached: bool, within: timedelta
) -> Readiness:
    """Return what to do with *request*; *reached*: its event is projected.

    *within*: so soon after the end it takes up what was resolved.
    """
    if conversation.opened_by(request.event_id) is not None:
        return Readiness.ALREADY_OPENED
    if not reached:
        return Readiness.WAITING_FOR_TRIGGER
    if conversation.current is not None:
        return Readiness.ADD_TO_OPEN
    if is_withdrawn(conversation, request):
        return Readiness.OPEN
    if find_reopenable(conversation, request.occurred_at, within) is not None:
        return Readiness.REOPEN
    return Readiness.OPEN


def escalation_id_of(conversation: Conversation, event_id: str) -> str:
    """Return the one id that an escalation of this trigger can have."""
    return ids.derive(
        "escalation", conversation.app_id, conversation.conversation_id, event_id
    )


def prepare_packet(lines: Sequence[Line], request: Request, *, reached: bool) -> Packet:
    """Return what the packet says of the conversation, all of it."""
    cut: Cut = cut_at_trigger(order_with_marks(lines), request, reached=reached)
    return Packet(
        lines=cut.before,
        omitted=0,
        summary=summarize(cut.before[: cut.asked], request),
        after=tuple([line for line in cut.after if line.role == "user"]),
    )


def is_long(packet: Packet) -> bool:
    """Return whether the conversation can be what makes *packet* too large."""
    return sum([line.chars + 100 for line in packet.lines]) > LONG


def shorten(packet: Packet, *, room: int) -> Packet:
    """Return *packet* without the middle of a conversation that needs more *room*."""
    kept, omitted = fit_lines(packet.lines, room=room)
    return replace(packet, lines=kept, omitted=omitted)
