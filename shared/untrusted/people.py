"""Read who the user is and where: what pydantic would take, and nobody could use."""

import hashlib
import re
from typing import Any

from shared.text import MARK
from shared.untrusted.locales import is_tag, is_zone, read_locale, read_zone
from shared.untrusted.notes import Done, Notes

Item = dict[str, Any]

MAX_ID_CHARS = 256
AUTOMATIC_USER = "autogen_"
"""The prefix of a user whom nobody named."""
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\/]{1,255}")
_IN_ANGLES = re.compile(r"<([^<>]*)>\s*$")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_URL = re.compile(r"https?://", re.IGNORECASE)


def read_address(text: str) -> str | None:
    """Return the mail address in *text*: bare, after `mailto:` or behind a name."""
    plain = text.strip()
    if _ADDRESS.fullmatch(plain):
        return plain
    angled = _IN_ANGLES.search(plain)
    plain = (angled[1] if angled else plain).strip()
    plain = plain.removeprefix("mailto:").partition("?")[0]
    return plain if _ADDRESS.fullmatch(plain) else None


def read_id(value: object) -> str | None:
    """Return *value* as an id, or None: numbers are written out.

    One that is too long or holds controls keeps its beginning and a digest, so that
    two that begin alike stay two.
    """
    if type(value) is int or type(value) is float:
        whole = type(value) is float and value.is_integer() and abs(value) < 2**53
        return str(int(value) if whole else value)
    if not isinstance(value, str) or not value.strip():
        return None
    if len(value) <= MAX_ID_CHARS and not _CONTROLS.search(value):
        return value
    digest = hashlib.sha256(value.encode()).hexdigest()[:32]
    kept = _CONTROLS.sub(" ", value)[: MAX_ID_CHARS - len(digest) - len(MARK)]
    return f"{kept}{MARK}{digest}"


def automatic_user(item: Item) -> str:
    """Return an id for the nameless user of the conversation that *item* is of."""
    whose = f"{item.get('app_id')}\x1f{item.get('conversation_id')}"
    return AUTOMATIC_USER + hashlib.sha256(whose.encode()).hexdigest()[:24]


def with_people_read(item: Item, notes: Notes) -> Item:
    """Return *item* with the user and the session read, itself where they are well."""
    user, session = item.get("user"), item.get("session")
    if user is not None:
        read = _user(user, item, notes)
        if read is not user:
            item = {**item, "user": read}
    if session is not None:
        read = _session(session, notes)
        if read is not session:
            item = {**item, "session": read}
    if item.get("type") == "contact" and type(item.get("email")) is str:
        address = read_address(item["email"])
        if address is not None and address != item["email"]:
            notes.add("email", Done.READ)
            item = {**item, "email": address}
    return item


def set_aside(parent: Item, name: str) -> Item:
    """Return *parent* without the field *name*: the team sees it under another."""
    kept = {key: each for key, each in parent.items() if key != name}
    return {**kept, f"{name}_as_sent": parent[name]}


def _user(user: Any, item: Item, notes: Notes) -> Any:  # noqa: ANN401 - a stranger's
    if not isinstance(user, dict):
        notes.add("user", Done.READ)
        named = read_id(user)
        return {"id": named} if named else {"id": automatic_user(item), "sent": user}
    known = user.get("id")
    if type(known) is not str or not 0 < len(known) <= MAX_ID_CHARS or _odd(known):
        user = _with_id(user, item, notes)
    email = user.get("email")
    if type(email) is str and not _ADDRESS.fullmatch(email):
        user = _with(user, "email", read_address(email), "user.email", notes)
    return user


def _odd(known: str) -> bool:
    return known.isspace() or _CONTROLS.search(known) is not None


def _with_id(user: Item, item: Item, notes: Notes) -> Item:
    sent = user.get("id")
    named = read_id(sent)
    notes.add("user.id", Done.READ if named else Done.SET_ASIDE)
    if named is not None:
        return {**user, "id": named}
    rest = set_aside(user, "id") if sent not in (None, "") else user
    return {**rest, "id": automatic_user(item)}


def _session(session: Any, notes: Notes) -> Any:  # noqa: ANN401 - a stranger's
    if not isinstance(session, dict):
        notes.add("session", Done.READ)
        if isinstance(session, str) and _URL.match(session):
            return {"url": session}
        named = read_id(session)
        return {"id": named} if named else {"sent": session}
    locale, zone = session.get("locale"), session.get("timezone")
    if type(locale) is str and not is_tag(locale):
        session = _with(session, "locale", read_locale(locale), "session.locale", notes)
    if type(zone) is str and not is_zone(zone):
        session = _with(session, "timezone", read_zone(zone), "session.timezone", notes)
    return session


def _with(parent: Item, name: str, read: str | None, field: str, notes: Notes) -> Item:
    """Return *parent* with the field as it was *read*, or set aside."""
    if read is not None:
        notes.add(field, Done.READ)
        return {**parent, name: read}
    if not parent[name].strip():
        return {**parent, name: None}
    notes.add(field, Done.SET_ASIDE)
    return set_aside(parent, name)
