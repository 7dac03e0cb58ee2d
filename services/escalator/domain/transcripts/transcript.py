"""The transcript: ordered, cut at the trigger, and small enough to be sent."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from services.escalator.domain.conversation import Request
from services.escalator.domain.transcripts.line import Line
from shared.text import cut, without_unseen, words_only

HEAD_SHARE = 0.25
"""Of a transcript that is too large, this share of the room goes to its beginning:
what the user first asked. The rest goes to what was said last."""
FOLLOW_UP_LINES = 50
"""A follow-up repeats so much of the conversation; the opening brought the rest."""
SUMMARY_CHARS = 160
NOTHING_TYPED = "The user asked for a person without typing a message."
LOOKED_AT = 1000
"""Characters of a message that its line of the summary is made from."""

_REPLY = "reply:"
_MARK = ""
"""Role of an event without words: it only says where a reply or a trigger stands."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A transcript in two: what people were asked about, and what came after it."""

    before: tuple[Line, ...]
    after: tuple[Line, ...]
    asked: int = 0
    """How many lines of *before* end with the event that asked."""


def mark(event_id: str, at: datetime) -> Line:
    """Return the mark of an event that has no words."""
    return Line(event_id, _MARK, "", at)


def order_lines(lines: Iterable[Line]) -> list[Line]:
    """Return what was said, in the order of the log."""
    return _spoken(order_with_marks(lines))


def order_with_marks(lines: Iterable[Line]) -> list[Line]:
    """Return *lines* and marks in the order of the log, each event once.

    The platform's clock may be wrong, so its times order nothing: its events stand as
    they came, and a reply behind the event it answers. What the platform sends of our
    own words is left out; what we said twice stays twice.
    """
    once: dict[str, Line] = {}
    for line in lines:
        once.setdefault(line.event_id, line)
    ours = {words_only(line.text) for line in once.values() if _is_reply(line)}
    ordered: list[Line] = []
    behind: dict[str, list[Line]] = {}
    for line in once.values():
        if _is_reply(line) and line.after in once:
            behind.setdefault(line.after or "", []).append(line)
        elif _is_reply(line) and line.after is None:
            _put_by_time(ordered, line)
        elif not _is_reply(line) and _is_echo(line, ours):
            ordered.append(mark(line.event_id, line.occurred_at))
        else:
            ordered.append(line)
    if not behind:
        return ordered
    return [each for line in ordered for each in (line, *behind.get(line.event_id, ()))]


def _spoken(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.role != _MARK]


def reply_line_id(reply_id: str) -> str:
    """Return the id of the line that reply *reply_id* is."""
    return _REPLY + reply_id


def _is_reply(line: Line) -> bool:
    return line.event_id.startswith(_REPLY)


def _is_echo(line: Line, ours: Container[str]) -> bool:
    """Return whether the platform sent what we said as a message of its own."""
    return line.role not in {"user", _MARK} and words_only(line.text) in ours


def _put_by_time(ordered: list[Line], reply: Line) -> None:
    """Put a reply of which no more is known than its time."""
    at = len(ordered)
    while at and ordered[at - 1].occurred_at > reply.occurred_at:
        at -= 1
    ordered.insert(at, reply)


def cut_at_trigger(lines: Sequence[Line], request: Request, *, reached: bool) -> Cut:
    """Return the ordered *lines* cut behind the event at which the resolver gave up.

    That is the event that *request* is about or a later one: the question that was
    asked about it and the user's answer are part of its history. Where the event itself
    never came (*reached* is false), the request's own words stand in.
    """
    asked = _place_behind(lines, request.event_id)
    caused = _place_behind(lines, request.cause)
    if asked is None and caused is None:
        asked = _place_by_time(lines, request)
    place = max(asked or 0, caused or 0)
    before, after = _spoken(lines[:place]), tuple(_spoken(lines[place:]))
    if not reached and request.text and _place_behind(lines, request.event_id) is None:
        before.append(Line(request.event_id, "user", request.text, request.occurred_at))
    of_asked = len(before) if asked is None else len(_spoken(lines[:asked]))
    return Cut(tuple(before), after, of_asked)


def _place_behind(lines: Sequence[Line], event_id: str) -> int | None:
    for index, line in enumerate(lines, start=1):
        if line.event_id == event_id:
            return index
    return None


def _place_by_time(lines: Sequence[Line], request: Request) -> int:
    """Return the place behind the last line that is not later than *request*."""
    times = [line.occurred_at for line in lines]
    return max(
        (at for at, time in enumerate(times, 1) if time <= request.occurred_at),
        default=0,
    )


def fit_lines(lines: Sequence[Line], *, room: int) -> tuple[tuple[Line, ...], int]:
    """Return what fits into *room* bytes and how many lines the middle lost.

    The last line is always kept: it is what the request is about.
    """
    sizes = [len(orjson.dumps((line.text, line.attachments))) + 100 for line in lines]
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
        elif text := _shorten(line.said):
            said.append(text)
    last = _shorten(request.text) or (said[-1] if said else "")
    if not last:
        return NOTHING_TYPED
    first = said[0] if said else last
    return last if first == last else f"{last}\n{first}"


def _shorten(text: str) -> str:
    """Return *text* on one line, printable, at most SUMMARY_CHARS long."""
    line = " ".join(without_unseen(text[:LOOKED_AT]).split())
    return cut(line, SUMMARY_CHARS)
