"""Mend what the contract's models refuse, error by error, and try again.

Whatever optional field a model has, now or later, cannot cost the message: what its
error says is cut, read or set aside. Only what an event is nothing without is refused.
"""

import copy
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from shared.errors import Permanent
from shared.events import CONVERSATION_EVENT, AnyConversationEvent, rfc3339
from shared.text import cut
from shared.untrusted.notes import Done, Notes
from shared.untrusted.parse import parse
from shared.untrusted.people import MAX_ID_CHARS, read_id
from shared.untrusted.times import read_moment
from shared.untrusted.values import tidied

Item = dict[str, Any]
Path = tuple[int | str, ...]

ROUNDS = 8
"""Each round mends every error there is; a field set aside may uncover another."""
MAX_TEXT_CHARS = 100_000
TEXT_MARK = " […]"
"""Ends a text that was longer than the contract allows."""
_OPEN = frozenset({"user", "session"})
"""Models that keep what they do not know: there a field is set aside in sight."""
_GONE = object()


def validated(
    item: Item, notes: Notes, *, received_at: datetime
) -> tuple[Item, AnyConversationEvent]:
    """Return *item* as the contract allows it, and as its event.

    Raises the ValidationError of what nothing can be made of.
    """
    first: ValidationError | None = None
    for _ in range(ROUNDS):
        try:
            return item, CONVERSATION_EVENT.validate_python(item)
        except ValidationError as error:
            if first is None:
                first, item = error, copy.deepcopy(item)
            if not _Mending(item, notes, received_at).mend(error):
                # A value that was set aside is not missing: it was a wrong one.
                wrong = {each["loc"] for each in first.errors(include_url=False)}
                last = error.errors(include_url=False)
                known = wrong & {each["loc"] for each in last}
                raise (first if known else error) from None
    raise first or AssertionError


class _Mending:
    """One round on one item, which is changed in place."""

    def __init__(self, item: Item, notes: Notes, received_at: datetime) -> None:
        self._item = item
        self._notes = notes
        self._received_at = received_at
        self._lists: list[list[Any]] = []
        self._special: Mapping[str, Callable[[], bool]] = {
            "event_id": lambda: self._id("event_id"),
            "conversation_id": lambda: self._id("conversation_id"),
            "app_id": lambda: self._id("app_id"),
            "call_id": lambda: self._id("call_id"),
            "reply_id": lambda: self._id("reply_id"),
            "occurred_at": self._moment,
            "app_state": self._app_state,
            "message.text": self._text,
        }

    def mend(self, error: ValidationError) -> bool:
        """Mend all that *error* names; return False where something cannot be."""
        for each in error.errors(include_url=False):
            path = each["loc"][1:]
            field = ".".join(part for part in path if isinstance(part, str))
            special = self._special.get(field)
            done = special() if special else self._usual(path, field, each)
            if not done:
                return False
        for elements in self._lists:
            elements[:] = [each for each in elements if each is not _GONE]
        return True

    def _usual(self, path: Path, field: str, error: Any) -> bool:  # noqa: ANN401 - pydantic's
        if error["type"] == "missing":
            path = path[:-1]
        if not path or (path[0] == "message" and "attachments" not in path):
            return False
        parent: Any = self._item
        for part in path[:-1]:
            parent = parent[part]
            if parent is _GONE:
                return True
        name: Any = path[-1]
        value = parent[name]
        mended, done = _mended(value, field, error)
        self._notes.add(field, done)
        if mended is not _GONE:
            parent[name] = mended
        elif isinstance(parent, list):
            parent[name] = _GONE
            self._lists.append(parent)
        else:
            del parent[name]
            if path[0] in _OPEN and parent is self._item[path[0]]:
                parent[f"{name}_as_sent"] = value
        return True

    def _id(self, name: str) -> bool:
        """Write out an id that is a number, shorten one that is too long.

        Nothing else can be anybody's id.
        """
        value = self._item.get(name)
        is_long = isinstance(value, str) and len(value) > MAX_ID_CHARS
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (is_number or (is_long and name != "app_id")):
            return False
        self._item[name] = read_id(value)
        self._notes.add(name, Done.READ if is_number else Done.CUT)
        return True

    def _moment(self) -> bool:
        sent = self._item.get("occurred_at")
        read = read_moment(sent) if isinstance(sent, str) else None
        if read is None:
            use_our_time(self._item, self._notes, self._received_at)
        else:
            self._notes.add("occurred_at", Done.READ)
            self._item["occurred_at"] = rfc3339(read)
        return True

    def _app_state(self) -> bool:
        """Read a state that was written as a text; wrap whatever else it is."""
        sent = self._item["app_state"]
        read: Any = None
        if isinstance(sent, str):
            with suppress(Permanent):
                read, _ = parse(sent.encode(), self._notes)
        known = isinstance(read, dict)
        self._item["app_state"] = (
            tidied(read, self._notes, "app_state", 2) if known else {"value": sent}
        )
        self._notes.add("app_state", Done.READ)
        return True

    def _text(self) -> bool:
        """Read the words, however they were written; files may stand for them."""
        message = self._item["message"]
        sent = message["text"]
        words = words_of(sent)
        if words is None:
            if not message.get("attachments"):
                return False
            self._notes.add("message.text", Done.SET_ASIDE)
        elif words is not sent:
            self._notes.add("message.text", Done.READ)
        if words is not None and len(words) > MAX_TEXT_CHARS:
            self._notes.add("message.text", Done.CUT)
            words = cut(words, MAX_TEXT_CHARS, mark=TEXT_MARK)
        message["text"] = words or ""
        return True


def words_of(sent: object) -> str | None:
    """Return the words of a text that is no string: a number, or parts of a text."""
    match sent:
        case str():
            return sent
        case bool():
            return str(sent).lower()
        case int() | float():
            return str(sent)
        case {"text": part} | {"content": part}:
            return words_of(part) if not isinstance(part, dict) else None
        case list():
            parts = [words_of(each) for each in sent if not isinstance(each, list)]
            said = [each for each in parts if each]
            return "\n".join(said) if said else None
    return None


def use_our_time(item: Item, notes: Notes, received_at: datetime) -> None:
    """Put the time of receipt for one that cannot be, and keep what was said."""
    if (sent := item.get("occurred_at")) is not None:
        item["occurred_at_sent"] = cut(str(sent), 64)
    item["occurred_at"] = rfc3339(received_at)
    notes.add("occurred_at", Done.OUR_TIME)


def _mended(value: Any, field: str, error: Any) -> tuple[Any, Done]:  # noqa: ANN401 - a stranger's
    """Return what stands for *value* and what was done, or _GONE."""
    kind = error["type"]
    if field.endswith("approvalRequired"):
        return True, Done.READ  # what nobody can read must not run unasked
    if field.startswith(ATTACHMENTS) and (read := _attached(value, field)) is not None:
        return read, Done.READ
    if kind == "string_too_long" and field not in _WHOLE:
        return cut(value, error["ctx"]["max_length"]), Done.CUT
    if kind == "too_long":
        return value[: error["ctx"]["max_length"]], Done.CUT
    if kind == "string_type":
        words = words_of(value)
        if words is None and field in _SPOKEN:
            words = json.dumps(value, ensure_ascii=False)
        return (_GONE, Done.SET_ASIDE) if words is None else (words, Done.READ)
    return _GONE, Done.SET_ASIDE


ATTACHMENTS = "message.attachments"
_WHOLE = frozenset({f"{ATTACHMENTS}.url", "assistant.available_actions.name"})
"""Half of these is worth nothing."""
_SPOKEN = frozenset({"text", "comment", "error"})
"""Somebody's words, in events that are not messages."""
_WEB = re.compile(r"https?://", re.IGNORECASE)


def _attached(value: object, field: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return an attachment or its address that was written otherwise, or None."""
    if field == ATTACHMENTS and isinstance(value, str) and value.strip():
        return {"url": value} if _WEB.match(value) else {"name": value}
    if field == ATTACHMENTS and isinstance(value, dict):
        return [value]
    if field == f"{ATTACHMENTS}.url" and isinstance(value, str):
        quoted = quote(value.strip(), safe=":/?#[]@!$&'()*+,;=%~")
        return quoted if quoted != value and _WEB.match(quoted) else None
    return None
