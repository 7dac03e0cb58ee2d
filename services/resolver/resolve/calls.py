"""Calls of endpoints: what is stored to be run, and the news that one has ended."""

from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field

from services.resolver.domain.conversation import Call
from services.resolver.domain.outcome import Turn
from shared.events import rfc3339

COLLECTION = "resolver_calls"
TOLD_OF_USER = ("id", "name", "email", "traits")
"""What an endpoint hears of the user; whatever else a platform sends stays here."""


class CallEnded(BaseModel):
    """An endpoint was called and is done with: a command, worked like any record."""

    model_config = ConfigDict(frozen=True)

    app_id: str = Field(description="The app")
    conversation_id: str = Field(description="The conversation")
    call_id: str = Field(description="The call")
    status: Literal["succeeded", "failed", "timed_out"] = Field(
        description="How it went"
    )
    output: Any = Field(default=None, description="What the endpoint answered")
    error: str | None = Field(default=None, description="What went wrong")


def call_row(call: Call, turn: Turn) -> dict[str, Any]:
    """Return *call* as it waits to be run. Its body is the same at every try."""
    user = turn.context.user or {}
    body = {
        "type": "action.call",
        "timestamp": rfc3339(turn.now),
        "data": {
            "call_id": call.call_id,
            "app_id": turn.app_id,
            "conversation_id": turn.conversation_id,
            "action": call.action,
            "arguments": call.arguments,
            "approved": call.approval_required,
            "user": {name: user[name] for name in TOLD_OF_USER if name in user} or None,
        },
    }
    return {
        "_id": call.call_id,
        "revision": 1,
        "app_id": turn.app_id,
        "conversation_id": turn.conversation_id,
        "action": call.action,
        "url": call.endpoint,
        "body": orjson.dumps(body),
        "tries": 0,
        "next_at": turn.now,
        "due_at": call.due_at,
    }
