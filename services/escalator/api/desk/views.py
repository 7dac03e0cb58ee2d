"""What the inbox answers: bodies and documents of the HTTP API."""

from datetime import UTC, datetime
from typing import Annotated, Any, Self

import orjson
from pydantic import (
    AwareDatetime,
    BaseModel,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from services.escalator.domain.inbox.filters import Found, Row
from shared.events import Attachment, Change
from shared.events.base import Id, null_is, rfc3339
from shared.events.preferences import Priority

Document = dict[str, Any]

MAX_TEXT = 50_000
"""More than anybody types; far below what one event may weigh."""


_INTERNAL = ("opened_by", "words")
_NOT_SHOWN = {"schema_version", "causation_id"}
_CHANGING = (
    "priority",
    "tags",
    "pattern",
    "waiting_since",
    "first_response_by",
    "resolution_by",
)
"""What the packet says of the opening and the inbox of now."""


class Body(BaseModel):
    """Common to every command: who does it."""

    app_id: str | None = Field(default=None, description="If given, the key's own app")
    actor: str | None = Field(
        default=None,
        min_length=1,
        max_length=256,
        pattern=r"^[^\x00-\x1f\x7f]+$",
        description="Who does it; users read this name beside an answer. Needed with a "
        "key; in a member's session it is that member",
    )
    text: Annotated[str, null_is(str)] = Field(
        default="",
        max_length=MAX_TEXT,
        description=(
            "Words. The user reads those of `reply` and `resolve`; those of every other"
            " command stay with the team"
        ),
    )


class Spoken(Body):
    """A command that is nothing without words."""

    text: str = Field(
        min_length=1, max_length=MAX_TEXT, pattern=r"\S", description="The words"
    )


class Enclosure(Attachment):
    """A file for the user: a link of your own, told of and never fetched."""

    url: str = Field(
        max_length=4096,
        pattern=r"^https://[^\s\x00-\x1f\x7f<>\"]+$",
        description="Where it is: `https`, nothing else",
    )


class Reply(Body):
    """An answer: words, files, or both."""

    attachments: Annotated[list[Enclosure], null_is(list)] = Field(
        default_factory=list, max_length=20, description="Files for the user"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.text.strip() and not self.attachments:
            raise PydanticCustomError("nothing_said", "give `text` or `attachments`")
        return self


class Assign(Body):
    """Whose it is."""

    assignee: str | None = Field(
        max_length=256, description="Who takes care of it; null for nobody"
    )


class Prioritize(Body):
    """How urgent it is."""

    priority: Priority = Field(description="`low`, `normal`, `high` or `urgent`")


Tags = Annotated[
    list[
        Annotated[
            str,
            StringConstraints(
                strip_whitespace=True,
                min_length=1,
                max_length=64,
                pattern=r"^[^\x00-\x1f\x7f]+$",
            ),
        ]
    ],
    null_is(list),
]


class Tag(Body):
    """Which tags it has."""

    add: Tags = Field(default_factory=list, max_length=50, description="Tags to put on")
    tags: Tags = Field(default_factory=list, max_length=50, description="As `add`")
    remove: Tags = Field(
        default_factory=list, max_length=50, description="Tags to take off"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.add or self.tags or self.remove):
            raise ValueError("give `add` or `remove`: which tags?")
        return self


class Snooze(Body):
    """Until when it may rest."""

    until: AwareDatetime = Field(description="When it is due again (RFC 3339)")

    @field_validator("until")
    @classmethod
    def _in_utc(cls, until: datetime) -> datetime:
        """Return it as it is stored; the last hours of year 9999 may not be."""
        try:
            return until.astimezone(UTC)
        except OverflowError:
            raise ValueError("must be before the year 10000 in UTC") from None


class KnownIssueBody(Body):
    """Which issue that people know of it is."""

    pattern: Id | None = Field(
        description="The pattern that it belongs to; null splits a wrong match"
    )


class Merge(Body):
    """Where it goes on."""

    into: Id = Field(description="Id or number of the escalation that carries on")


class Split(Body):
    """Which part becomes an escalation of its own."""

    message_ids: list[Id] = Field(
        default_factory=list, max_length=200, description="`event_id`s of its messages"
    )


def to_item(row: Row, *, now: datetime) -> Document:
    """Return how an escalation stands, as a list shows it."""
    due_at = row.get("due_at")
    item: Document = _plain(row)
    item["overdue"] = due_at is not None and due_at < now
    item["escalation_id"] = item.pop("_id")
    item.setdefault("detail", None)  # older than the field
    item["deliveries"] = {
        each.pop("destination_id"): each for each in item["deliveries"]
    }
    for internal in _INTERNAL:
        item.pop(internal, None)
    return item


def to_document(found: Found, *, now: datetime) -> Document:
    """Return an escalation with its packet and all its changes."""
    packet = {
        key: value for key, value in found.packet.items() if key not in _NOT_SHOWN
    }
    item = to_item(found.row, now=now)
    current = {name: item[name] for name in _CHANGING if name in item}
    later = _asked_last(found.updates) | _added_later(packet, found.updates)
    return item | packet | current | later


def _asked_last(updates: list[Row]) -> Document:
    """Return where the user was when they last asked again, if they did."""
    contexts = [each["context"] for each in updates if "context" in each]
    last: Document = orjson.loads(contexts[-1]) if contexts else {}
    return last


def _added_later(packet: Row, updates: list[Row]) -> Document:
    """Return what came after the opening: attempts, notes and all changes."""
    shown = [_plain(update) for update in updates]
    attempts = [_attempt(one) for update in shown for one in update.pop("attempts")]
    for each in shown:
        each["update_id"] = each.pop("_id")
        each.pop("context", None)
    return {
        "attempts": [*packet.get("attempts", []), *attempts],
        "updates": shown,
        "notes": [
            {key: each[key] for key in ("actor", "at", "text")}
            for each in shown
            if each["change"] == Change.NOTED
        ],
    }


def _attempt(stored: Document) -> Document:
    """Return an attempt as the packet has it: its arguments are stored as JSON."""
    arguments = stored.get("arguments")
    if not isinstance(arguments, str):
        return stored
    return stored | {"arguments": orjson.loads(arguments)}


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a document holds
    """Return *value* with its moments as RFC 3339, as they are in the packet."""
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value
