"""What routes read and write by themselves, as it is described."""

from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from shared.events import CONVERSATION_EVENT, AnyReply
from shared.web.openapi.schemas import OPEN_BODY, PREFIX, described
from shared.web.pages import Page

Document = dict[str, Any]

COMPLETED = frozenset({"app_id", "event_id", "occurred_at"})
"""Fields of an event that the door adds where they are absent."""


def _replies() -> Document:
    page = described(
        TypeAdapter(Page[Annotated[AnyReply, Field(discriminator="type")]])
    )
    page["title"] = "Replies"
    definitions = page.pop("$defs") | {"Replies": page}
    return {"$defs": definitions, "$ref": f"{PREFIX}Replies"}


REPLIES: Document = {
    "description": "What was said, as a stream or as a list",
    "content": {
        "application/json": {"schema": _replies()},
        "text/event-stream": {"schema": {"type": "string"}},
    },
}
"""The answer of `GET …/replies`, by what was asked for."""


def events_body(*, max_events: int) -> Document:
    """Return the body of `POST /v1/events`: the union of events, one or an array."""
    event = described(CONVERSATION_EVENT)
    definitions = event.pop("$defs")
    for each in definitions.values():
        if "conversation_id" in each.get("properties", {}):
            needed = [name for name in each["required"] if name not in COMPLETED]
            # What a stranger's system adds beside the fields never costs the message.
            each |= {"required": needed, "additionalProperties": True}
    many = {"type": "array", "items": event, "minItems": 1, "maxItems": max_events}
    schema = {"$defs": definitions, "anyOf": [event, many]}
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}, **OPEN_BODY}
