"""The transcript: ordered, cut at the trigger, and small enough to be sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson

from services.escalator.domain.conversation import Line, Request

HEAD_SHARE = 0.25
"""Of a transcript that is too large, this share of the room goes to its beginning:
what the user first asked. The rest goes to what was said last."""
FOLLOW_UP_LINES = 50
"""A follow-up repeats so much of the conversation; the opening brought the rest."""
SUMMARY_CHARS = 160
LOOKED_AT = 1000
"""Characters of a message that its line of the summary is made from."""


_REPLY = "reply:"


@dataclass(frozen=True, slots=True)
class Cut:
    """A transcript in two: up to and with the trigger, and what came after it."""

    before: tuple[Line, ...]
    after: tuple[Line, ...]


def order_lines(lines: Iterable[Line]) -> list[Line]:
    """Return *lines* as they were said, ties as they arrived, each event once.

    A platform may send what we replied as a message of its own: it is shown once.
    """
    once: dict[str, Line] = {}
    for line in lines:
        once.setdefault(line.event_id, line)
    echoed = {
        (line.role, line.text)
        for line in once.values()
        if not line.event_id.startswith(_REPLY)
    }
    spoken = (
        line
        for line in once.values()
        if not line.event_id.startswith(_REPLY) or (line.role, line.text) not in echoed
    )
    return sorted(spoken, key=lambda line: line.occurred_at)


def reply_line_id(reply_id: str) -> str:
    """Return the id of the line that reply *reply_id* is."""
    return _REPLY + reply_id


def cut_at_trigger(lines: Sequence[Line], request: Request, *, reached: bool) -> Cut:
    """Return the ordered *lines* cut behind the event that *request* is about.

    An event without words (a button, a rating) has no line: the time cuts then. Where
    the event itself never came (*reached* is false), the request's own words stand in.
    """
    for index, line in enumerate(lines, start=1):
        if line.event_id == request.event_id:
            return Cut(tuple(lines[:index]), tuple(lines[index:]))
    before = [line for line in lines if line.occurred_at <= request.occurred_at]
    after = tuple(lines[len(before) :])
    if not reached and request.text:
        before.append(Line(request.event_id, "user", request.text, request.occurred_at))
    return Cut(tuple(before), after)


def fit_lines(lines: Sequence[Line], *, room: int) -> tuple[tuple[Line, ...], int]:
    """Return what fits into *room* bytes and how many lines the middle lost.

    The last line is always kept: it is what the request is about.
    """
    sizes = [len(orjson.dumps(line.text)) + 100 for line in lines]
    if sum(sizes) <= room:
        return tuple(lines), 0
    head = _fitting(sizes[:-1], room * HEAD_SHARE)
    left = room - sum(sizes[:head])
    tail = max(1, _fitting(sizes[:head:-1], left))
    return (*lines[:head], *lines[len(lines) - tail :]), len(lines) - head - tail


def _fitting(sizes: Sequence[int], room: float) -> int:
    count = 0
    for size in sizes:
        room -= size
        if room < 0:
            break
        count += 1
    return count


def summarize(lines: Sequence[Line], request: Request) -> str:
    """Return at most two lines in the user's own words.

    The trigger, and what began it: the first message since anybody last answered.
    """
    said: list[str] = []
    for line in lines:
        if line.role != "user":
            said.clear()
        elif text := _shorten(line.text):
            said.append(text)
    last = _shorten(request.text) or (said[-1] if said else "")
    if not last:
        return "The user asked for a person without typing a message."
    first = said[0] if said else last
    return last if first == last else f"{last}\n{first}"


def _shorten(text: str) -> str:
    """Return *text* on one line, printable, at most SUMMARY_CHARS long."""
    line = " ".join(text[:LOOKED_AT].split())
    if not line.isprintable():
        line = " ".join("".join(_printable(char) for char in line).split())
    return line if len(line) <= SUMMARY_CHARS else line[: SUMMARY_CHARS - 1] + "…"


def _printable(char: str) -> str:
    return char if char.isprintable() else " "
