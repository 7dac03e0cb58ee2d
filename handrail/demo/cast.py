"""Who plays and what they say: the demo's data, and the events made of it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
BANK = {"app_id": "bank", "name": "Bank"}

Json = dict[str, Any]


@dataclass(frozen=True)
class Story:
    """The page's example: an upload of more than 10 MB fails."""

    app: Json
    user: Json
    session: Json
    app_state: Json
    available_actions: list[Json]
    documents: list[Json]
    lines: list[Json]
    """What is said, in order; the last one is what nothing answers."""

    def event(self, line: int, conversation_id: str) -> Json:
        """Return what the chat platform publishes for a line."""
        said = self.lines[line]
        event = message(
            self.app["app_id"], conversation_id, f"{conversation_id}-{line}", said
        )
        if said["role"] == "user":
            event["user"] = self.user
            event["session"] = self.session
            event["app_state"] = self.app_state
            event["assistant"] = {"available_actions": self.available_actions}
        return event


def story() -> Story:
    """Load the story."""
    return Story(**json.loads((DATA / "story.json").read_text()))


def rows(name: str) -> list[Json]:
    """Load `actions`, `documents` or `queries` of the bank."""
    lines = (DATA / f"{name}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def now() -> str:
    """Return the present moment as the contract writes it."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def event(kind: str, app_id: str, conversation_id: str, event_id: str) -> Json:
    """Return what every conversation event has."""
    return {
        "event_id": event_id,
        "type": kind,
        "app_id": app_id,
        "conversation_id": conversation_id,
        "occurred_at": now(),
    }


def message(app_id: str, conversation_id: str, event_id: str, said: Json) -> Json:
    """Return a message event."""
    return {**event("message", app_id, conversation_id, event_id), "message": said}


def question(number: int, text: str, conversation_id: str) -> Json:
    """Return what a customer of the bank asks."""
    app_id = BANK["app_id"]
    said = {"role": "user", "text": text}
    return {
        **message(app_id, conversation_id, f"{conversation_id}-m", said),
        "user": {"id": f"customer-{number}", "name": f"Customer {number}"},
        "app_state": {"route": "/accounts"},
    }


def action_result(call: Json) -> Json:
    """Return the chat platform's answer to an `action_call`: it worked."""
    call_id = call["call_id"]
    made = event("action_result", call["app_id"], call["conversation_id"], call_id)
    return {**made, "call_id": call_id, "status": "succeeded", "output": {"done": True}}


def person_please(reply: Json) -> Json:
    """Return what a user does who has no answer to a question: ask for a person."""
    conversation_id = reply["conversation_id"]
    event_id = f"{conversation_id}-person"
    return event("handoff_requested", reply["app_id"], conversation_id, event_id)
