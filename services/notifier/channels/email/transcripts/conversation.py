"""The conversation as the mail shows it: who said what, when, and on which day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.notifier.channels.email.fitting import Detail
from services.notifier.channels.email.transcripts.files import file_of
from services.notifier.channels.email.visible import bounded, visible, visible_line
from services.notifier.deliver.ports import Letter
from shared.events import EscalationOpened, TranscriptLine

ROLES = {"user": "User", "assistant": "Assistant", "teammate": "Teammate"}
Message = dict[str, Any]
"""One message for the templates; `day` is empty unless a day begins with it."""


def conversation_of(letter: Letter, detail: Detail) -> dict[str, Any]:
    """Return the templates' conversation: the last messages, and all for the text."""
    packet = letter.request.packet
    zone = zone_of(packet)
    today = letter.request.requested_at.astimezone(zone or UTC).date()
    last = packet.conversation[-detail.html_messages :]
    shown = [_message(each, zone, detail) for each in last]
    told = _transcript(packet, zone, detail)
    omitted = packet.conversation_omitted
    return {
        "messages": _with_days(shown, today),
        "messages_before": len(packet.conversation) - len(shown) + omitted,
        "transcript": _with_days(told, today),
        "transcript_left_out": len(packet.conversation) - len(told) + omitted,
    }


def zone_of(packet: EscalationOpened) -> ZoneInfo | None:
    """Return the user's time zone where it is known."""
    name = packet.session.timezone if packet.session else None
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):
        return None


def _transcript(
    packet: EscalationOpened, zone: ZoneInfo | None, detail: Detail
) -> list[Message]:
    """Return the last messages, as many as there is room for."""
    kept: list[Message] = []
    room = detail.text_chars
    for each in reversed(packet.conversation):
        line = _message(each, zone, detail)
        room -= len(line["text"]) + sum(len(file.value) for file in line["files"])
        if room < 0:
            break
        kept.append(line)
    return kept[::-1]


def _message(line: TranscriptLine, zone: ZoneInfo | None, detail: Detail) -> Message:
    at = line.occurred_at.astimezone(zone or UTC)
    return {
        "role": line.role,
        "who": ROLES[line.role],
        "said_on": at.date(),
        "at": f"{at:%H:%M:%S}{_sent(line)}",
        "text": bounded(visible(line.text).strip(), detail.message_chars),
        "files": [file_of(each) for each in line.attachments],
    }


def _sent(line: TranscriptLine) -> str:
    """Return what the platform's clock said where that cannot be."""
    return (
        f" (sent as {visible_line(line.occurred_at_sent)})"
        if line.occurred_at_sent
        else ""
    )


def _with_days(messages: Sequence[Message], today: date) -> list[Message]:
    """Return *messages*, the day with each that begins one, none if all are today."""
    days = [each["said_on"] for each in messages]
    if all(day == today for day in days):
        return [each | {"day": ""} for each in messages]
    before = [None, *days]
    return [
        each | {"day": day_of(day) if day != last else ""}
        for each, day, last in zip(messages, days, before, strict=False)
    ]


def day_of(day: date | datetime) -> str:
    """Return *day* as people write it: `Sun 22 Nov 2026`."""
    return f"{day:%a} {day.day} {day:%b %Y}"
