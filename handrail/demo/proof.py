"""Does the team's mail hold everything a person needs? Read from the mail itself."""

import html
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from handrail.demo.cast import Story
from handrail.demo.mailbox import Letter

PARTS = ("conversation", "user", "app_state", "attempts", "occurred_at")
_TAG = re.compile(r"<(style|script)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


def readable(markup: str) -> str:
    """Return what a person sees of HTML, in one line."""
    return squeezed(html.unescape(_TAG.sub(" ", markup)))


def squeezed(text: str) -> str:
    """Return *text* with every run of white space as one space."""
    return " ".join(text.split())


def mail_has(letter: Letter, story: Story, occurred_at: datetime) -> dict[str, bool]:
    """Tell for each promised part whether text, HTML and transcript.json have it."""
    seen = (squeezed(letter.text), readable(letter.html))
    data = letter.transcript
    said = [line["text"] for line in story.lines]
    person = [story.user[key] for key in ("id", "name", "email")]
    attempts = data.get("attempts") or []
    return {
        "conversation": _shown(said, seen) and _in_order(said, data),
        "user": _shown(person, seen) and _person(data) == person,
        "app_state": _shown(state_words(story), seen)
        and data.get("app_state") == story.app_state,
        "attempts": bool(attempts) and _shown(_attempt_words(attempts), seen),
        "occurred_at": _shown(_moment(occurred_at), seen)
        and _same_moment(data.get("occurred_at"), occurred_at),
    }


def missing(has: dict[str, bool]) -> list[str]:
    """Name the parts that the mail lacks."""
    return [part for part in PARTS if not has.get(part)]


def state_words(story: Story) -> list[str]:
    """Return what must be read of the app's state."""
    request = story.app_state["last_request"]
    return [story.app_state["route"], str(request["status"]), request["request_id"]]


def _shown(words: Sequence[str], seen: Sequence[str]) -> bool:
    return all(squeezed(word) in text for text in seen for word in words)


def _in_order(said: list[str], data: dict[str, Any]) -> bool:
    texts = iter(line["text"] for line in data.get("conversation", []))
    return all(any(text == each for text in texts) for each in said)


def _person(data: dict[str, Any]) -> list[Any]:
    user = data.get("user") or {}
    return [user.get(key) for key in ("id", "name", "email")]


def _attempt_words(attempts: list[dict[str, Any]]) -> list[str]:
    return [
        word
        for each in attempts
        for word in (each.get("title") or each["name"], f"{each['score']:.2f}")
    ]


def _moment(at: datetime) -> list[str]:
    utc = at.astimezone(UTC)
    return [f"{utc.day} {utc:%b %Y}", f"{utc:%H:%M:%S}"]


def _same_moment(said: object, at: datetime) -> bool:
    return isinstance(said, str) and datetime.fromisoformat(said) == at
