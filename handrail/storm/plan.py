"""What is said in a run, and what must come of it: pure."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]

Outcome = Literal["answer", "handoff", "receipt"]
"""The type of the reply that an event must have."""

DOCUMENTS: dict[str, tuple[str, str]] = {
    "upload-limits": ("How big may a file be?", "A file may be 5 gigabytes."),
    "invoices": (
        "How do I export my invoices as CSV?",
        "Open Billing and choose Export.",
    ),
    "address": (
        "Where do I change my billing address?",
        "The billing address is changed under Billing, Address.",
    ),
    "projects": (
        "How do I rename a project?",
        "Open the project and choose Rename.",
    ),
    "browsers": (
        "Which browsers are supported?",
        "The two latest versions of Firefox, Chrome, Edge and Safari.",
    ),
}
"""Id to the one question that it answers, and its text."""

STORY = "I'm getting error 500 when I try to upload files larger than 10MB"
STILL_THERE = "Hello? Still there?"
QUESTIONS = tuple(question for question, _text in DOCUMENTS.values())

ESCALATED_OF = 20
"""One conversation with people for so many events."""
REPEATED_OF = 33
"""One event of so many is published twice."""
DOOR_OF = 20
"""One conversation of so many comes over HTTP."""
LARGE_CHARS = 150_000
"""App state that makes a packet larger than the lowered limit of its topic."""


@dataclass(frozen=True)
class Said:
    """One message of a user."""

    event_id: str
    text: str
    outcome: Outcome
    times: int = 1
    """How often it is published, with the same id."""


@dataclass(frozen=True)
class Talk:
    """One conversation: its messages in order, and how they are published."""

    conversation_id: str
    said: tuple[Said, ...]
    is_escalated: bool
    is_over_http: bool = False
    app_state: Json = field(default_factory=lambda: {"route": "/files"})

    def events(self, app_id: str, occurred_at: str) -> Iterator[tuple[Said, Json]]:
        """Yield each message with the event that carries it."""
        for said in self.said:
            yield (
                said,
                {
                    "event_id": said.event_id,
                    "type": "message",
                    "app_id": app_id,
                    "conversation_id": self.conversation_id,
                    "occurred_at": occurred_at,
                    "message": {"role": "user", "text": said.text},
                    "user": {"id": f"u-{self.conversation_id}", "name": "Ana"},
                    "app_state": self.app_state,
                },
            )


def plan(events: int, seed: int) -> list[Talk]:
    """Return conversations that hold exactly *events* events, in random order."""
    draw = random.Random(seed)  # noqa: S311 - a load, no secret
    escalated = max(1, events // ESCALATED_OF)
    talks = [_escalated(f"p-{number}", draw) for number in range(escalated)]
    left = events - sum(len(talk.said) for talk in talks)
    number = 0
    while left > 0:
        count = min(left, len(QUESTIONS))
        is_over_http = number % DOOR_OF == 0
        talks.append(_answered(f"a-{number}", count, draw, is_over_http=is_over_http))
        left -= count
        number += 1
    draw.shuffle(talks)
    return talks


def large(count: int, seed: int) -> list[Talk]:
    """Return *count* conversations whose packets are large."""
    draw = random.Random(seed)  # noqa: S311 - a load, no secret
    noise = draw.randbytes(LARGE_CHARS // 2).hex()
    return [
        Talk(
            f"l-{number}",
            (Said(f"e-l-{number}-0", STORY, "handoff"),),
            is_escalated=True,
            app_state={"route": "/files", "trace": noise},
        )
        for number in range(count)
    ]


def _escalated(name: str, draw: random.Random) -> Talk:
    more: Sequence[tuple[str, Outcome]] = (
        (f"It happens with every file, also with e-{name}-1", "receipt"),
        (draw.choice(QUESTIONS), "answer"),
        (STILL_THERE, "receipt"),
    )
    said = [Said(f"e-{name}-0", STORY, "handoff", _times(draw))]
    said += [
        Said(f"e-{name}-{number}", text, outcome, _times(draw))
        for number, (text, outcome) in enumerate(more, 1)
    ]
    return Talk(name, tuple(said), is_escalated=True)


def _answered(
    name: str, count: int, draw: random.Random, *, is_over_http: bool
) -> Talk:
    said = [
        Said(f"e-{name}-{number}", text, "answer", _times(draw))
        for number, text in enumerate(draw.sample(QUESTIONS, count))
    ]
    return Talk(name, tuple(said), is_escalated=False, is_over_http=is_over_http)


def _times(draw: random.Random) -> int:
    return 2 if draw.randrange(REPEATED_OF) == 0 else 1
