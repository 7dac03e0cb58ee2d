"""The packet of an opening, small enough for all who carry it."""

import orjson

from services.escalator.domain.conversation import Escalation, Json, Request
from services.escalator.domain.transcripts.packing import (
    PACKET_BYTES,
    Packet,
    is_long,
    shorten,
)
from services.escalator.escalate.drafting import packets
from services.escalator.escalate.drafting.draft import Draft


def fitting_packet(
    draft: Draft, escalation: Escalation, request: Request, packet: Packet
) -> Json:
    """Return the packet as it is sent, small enough for whoever has to carry it."""
    if is_long(packet):
        room = PACKET_BYTES - _weight(request)
        packet = shorten(packet, room=room)
    return packets.opened(draft, escalation, request, packet)


def _weight(request: Request) -> int:
    """Return about how many bytes a packet has besides its transcript."""
    parts = (
        request.user,
        request.session,
        request.app_state,
        request.attempts,
        request.detail,
        request.text,
    )
    return len(orjson.dumps(parts, option=orjson.OPT_NON_STR_KEYS)) + 4096
