"""Events as strangers send them: from the published schema, with junk beside it."""

from collections.abc import Callable
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.events import CONVERSATION_EVENT

Event = dict[str, Any]
Junk = st.SearchStrategy[Any]

MAX_TEXT = 300
KNOWN = CONVERSATION_EVENT.json_schema()["$defs"]
SPEAKING = ("MessageReceived", "HandoffRequested")
OWN = frozenset({"app_id", "event_id", "conversation_id"})
"""Set by the sender, so that each is a conversation of its own."""

_KEYS = st.one_of(
    st.sampled_from(
        ["$ref", "a.b", "", "__proto__", "$where", "_id", "id", "type", "x\x00"]
    ),
    st.text(max_size=20),
)
_SAID = [
    "❓", "🆘", "😭", "👩‍👩‍👧", "می‌خواهم", "\ud83d", "\x00", "x" * 120_000,
    "How do I export my data?", "{{ 7*7 }}", "=?utf-8?q?x?=", "a\r\nBcc: b@c.d",
]  # fmt: skip
_TEXTS = st.one_of(
    st.text(st.characters(codec=None), max_size=MAX_TEXT), st.sampled_from(_SAID)
)
_NUMBERS = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from([2**63, -(2**63) - 1, 10**40, 1e20, 1.8e308, float("nan")]),
)
JUNK: Junk = st.recursive(
    st.one_of(st.none(), st.booleans(), _NUMBERS, _TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(_KEYS, inner, max_size=4)
    ),
    max_leaves=12,
)


@cache
def of_model(name: str) -> Junk:
    """Return values of the model *name*, as its published schema allows them."""
    return of_schema(KNOWN[name])


def of_schema(schema: Event) -> Junk:
    """Return values that *schema*, of the contract, allows."""
    if "$ref" in schema:
        return of_model(schema["$ref"].rpartition("/")[2])
    for word, strategy in _BY_WORD.items():
        if word in schema:
            return strategy(schema[word])
    kind = _BY_TYPE.get(schema.get("type", ""))
    return kind(schema) if kind else JUNK


def _objects(schema: Event) -> Junk:
    properties = schema.get("properties")
    if properties is None:
        return st.dictionaries(_KEYS, JUNK, max_size=5)
    required = set(schema.get("required", ()))
    fields = {name: of_schema(each) for name, each in properties.items()}
    return st.fixed_dictionaries(
        {name: each for name, each in fields.items() if name in required},
        optional={name: each for name, each in fields.items() if name not in required},
    )


def _strings(schema: Event) -> Junk:
    if schema.get("format") == "date-time":
        return st.datetimes().map(lambda at: f"{at.isoformat()}Z")
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    most = min(schema.get("maxLength", MAX_TEXT), MAX_TEXT)
    return st.one_of(st.text(max_size=most), _TEXTS)


_BY_WORD: dict[str, Callable[[Any], Junk]] = {
    "const": st.just,
    "enum": st.sampled_from,
    "anyOf": lambda choices: st.one_of([of_schema(each) for each in choices]),
}
_BY_TYPE: dict[str, Callable[[Event], Junk]] = {
    "object": _objects,
    "array": lambda schema: st.lists(of_schema(schema["items"]), max_size=4),
    "string": _strings,
    "integer": lambda spec: st.integers(spec.get("minimum"), spec.get("maximum")),
    "boolean": lambda _: st.booleans(),
    "null": lambda _: st.none(),
}


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Draw an event of a user: some fields as published, some junk, some unknown."""
    kind = draw(st.sampled_from([*SPEAKING, "MessageReceived", "MessageReceived"]))
    event: Event = {**draw(of_model(kind))}
    event.setdefault("type", KNOWN[kind]["properties"]["type"]["const"])
    if kind == "MessageReceived":
        said = {"text": draw(_TEXTS)} if draw(st.integers(0, 9)) else {}
        event["message"] = {**said, **event["message"], "role": "user"}
    for place in draw(st.lists(st.sampled_from(_PLACES), max_size=3)):
        _put(event, place, draw(JUNK))
    for name, value in draw(st.dictionaries(_KEYS, JUNK, max_size=2)).items():
        if name not in OWN | {"type", "message"}:
            event[name] = value
    return event


_PLACES = [
    ("user",), ("session",), ("app_state",), ("assistant",), ("occurred_at",),
    ("message", "text"), ("message", "attachments"), ("message", "unknown"),
    *[("user", each) for each in KNOWN["User"]["properties"]],
    *[("session", each) for each in KNOWN["Session"]["properties"]],
    *[("assistant", each) for each in KNOWN["Assistant"]["properties"]],
    ("schema_version",), ("text",), ("occurred_at_sent",),
]  # fmt: skip


def _put(event: Event, place: tuple[str, ...], junk: Any) -> None:
    *above, name = place
    for each in above:
        inner = event.get(each)
        event[each] = dict(inner) if isinstance(inner, dict) else {}
        event = event[each]
    event[name] = junk


def draw_events(count: int) -> list[Event]:
    """Return *count* events, the same ones every time."""
    found: list[Event] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(events())
    def collect(event: Event) -> None:
        found.append(event)

    while len(found) < count:
        collect()
    return found[:count]
