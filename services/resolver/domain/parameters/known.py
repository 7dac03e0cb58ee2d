"""What the platform says of a parameter: the user, the session, the app's state."""

# ruff: noqa: ANN401 - any JSON value

import re
from collections.abc import Iterator, Mapping
from typing import Any

from services.resolver.domain.parameters.checks import fits

MAX_DEPTH = 3
MAX_FACTS = 500
"""Of an app state; a larger one is not searched to its end."""
_WORD_CHARS = re.compile(r"[^a-z0-9]")
_OF_USER = {
    "email": "email",
    "useremail": "email",
    "emailaddress": "email",
    "accountemail": "email",
    "customeremail": "email",
    "currentemail": "email",
    "currentemailaddress": "email",
    "oldemail": "email",
    "oldemailaddress": "email",
    "name": "name",
    "fullname": "name",
    "displayname": "name",
    "customername": "name",
    "userid": "id",
    "enduserid": "id",
    "customerid": "id",
}
"""Parameter names that mean the user's own facts. A bare `id` is left out: it is as
often an order's, and `new_email` is not the address we know."""
_OF_SESSION = {
    "locale": "locale",
    "userlocale": "locale",
    "timezone": "timezone",
    "usertimezone": "timezone",
    "tz": "timezone",
    "sessionid": "id",
}
_TOO_BARE = frozenset({"id", "name", "type", "key", "value", "status", "code", "text"})
"""Inside a state these belong to what holds them: `order.id` is no user's id."""

Facts = Mapping[str, Any]


def known_of_user(
    name: str, spec: Facts, *, user: Facts | None, session: Facts | None
) -> Any | None:
    """Return what the user and their session are: surer than any words."""
    plain = plain_name(name)
    for table, facts in ((_OF_USER, user), (_OF_SESSION, session)):
        own = table.get(plain)
        if own is not None and facts:
            value = fitting(facts.get(own), spec)
            if value is not None:
                return value
    return None


def known_of_state(
    name: str, spec: Facts, *, user: Facts | None, app_state: Facts | None
) -> Any | None:
    """Return what the app's state or the user's traits say, where words say nothing."""
    plain = plain_name(name)
    traits = (user or {}).get("traits")
    for source in (app_state, traits if isinstance(traits, Mapping) else None):
        value = _in_state(name, plain, spec, source or {})
        if value is not None:
            return value
    return None


def fitting(value: object, spec: Facts) -> Any | None:
    """Return *value* as the type of *spec*, or None where it is not of it."""
    kind = spec.get("type", "string")
    if value is None or value == "":
        return None
    if kind in {"number", "integer"} and isinstance(value, str):
        value = _number(value)
    elif kind == "string" and isinstance(value, int | float):
        value = None if isinstance(value, bool) else str(value)
    if isinstance(value, float) and value.is_integer() and kind == "integer":
        value = int(value)
    return value if value is not None and fits(value, spec) else None


def plain_name(name: str) -> str:
    """Return *name* in one spelling: `orderId` and `order_id` are the same."""
    return _WORD_CHARS.sub("", name.lower())


def _in_state(name: str, plain: str, spec: Facts, state: Facts) -> Any | None:
    own = fitting(state.get(name), spec)
    if own is not None:
        return own
    values: list[Any] = []
    for count, (path, value) in enumerate(_facts(state, (), MAX_DEPTH)):
        if count >= MAX_FACTS:
            break
        last = plain_name(path[-1])
        whole = plain_name("".join(path[-2:]))
        if (last == plain and last not in _TOO_BARE) or whole == plain:
            fit = fitting(value, spec)
            if fit is not None and fit not in values:
                values.append(fit)
    return values[0] if len(values) == 1 else None


def _facts(
    state: Facts, path: tuple[str, ...], depth: int
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in state.items():
        here = (*path, str(key))
        yield here, value
        if isinstance(value, Mapping) and depth > 1:
            yield from _facts(value, here, depth - 1)


def _number(text: str) -> int | float | None:
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", text.strip()):
        return None
    value = float(text)
    return int(value) if value.is_integer() else value
