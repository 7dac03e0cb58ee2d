"""The records of many conversations, as the other services would publish them: pure."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]

EVENTS = "conversation.events"
REPLIES = "conversation.replies"
RESOLVED = "conversation.resolved"
UNRESOLVED = "conversation.unresolved"
OPENED = "escalation.opened"
UPDATED = "escalation.updated"
REQUESTED = "notification.requested"
DELIVERED = "notification.delivered"
FAILED = "notification.failed"
TOPICS = (
    EVENTS,
    REPLIES,
    RESOLVED,
    UNRESOLVED,
    OPENED,
    UPDATED,
    REQUESTED,
    DELIVERED,
    FAILED,
)

APPS = ("recount-a", "recount-b", "recount-c")
REASONS = (
    "no_match",
    "low_confidence",
    "answer_rejected",
    "action_failed",
    "asked_for_person",
    "policy",
)
DESTINATIONS = ("team-mail", "hook", "on:call")
ROUTES = ("", "billing", "night")
PATH = ("acknowledged", "answered", "resolved", "reopened", "acknowledged", "resolved")
USERS = 10_000
"""In each app: a part of them asks twice within the time."""
SPAN = timedelta(days=3)
"""Over how long the conversations began."""
SHUFFLED = 400
"""Records among which the order of the log is anybody's: topics have no common one."""
REPEATED = 0.05
"""Share of the records that come a second time."""
RESOLVED_SHARE = 0.4
FAILED_SHARE = 0.1
TIMED_SHARE = 0.9
"""Of escalations, whose changes know when they were opened."""

_THINGS = (
    "my invoice",
    "the upload",
    "my password",
    "the export",
    "a refund",
    "the app",
)
_TROUBLES = (
    "{} fails with error {}",
    "I cannot find {} for order {}",
    "please cancel {} number {}",
    "how long does {} take, case {}?",
    "{} ist kaputt seit Auftrag {}",
)


@dataclass(frozen=True)
class Said:
    """One record, ready to be published."""

    topic: str
    key: bytes
    value: bytes


def tell(count: int, seed: int, *, now: datetime | None = None) -> list[Said]:
    """Return *count* records, repeats included, in the order they are published."""
    draw = random.Random(seed)  # noqa: S311 - a load, no secret
    end = (now or datetime.now(UTC)).replace(microsecond=0) - timedelta(hours=12)
    told: list[Said] = []
    number = 0
    while len(told) < count:
        life = _Life(draw, f"{seed}-{number}", end - SPAN * draw.random())
        for topic, body in life.records():
            said = Said(topic, life.key, json.dumps(body).encode())
            told.append(said)
            if draw.random() < REPEATED:
                told.append(said)
        number += 1
    return _shuffled(told[:count], draw)


def _shuffled(told: list[Said], draw: random.Random) -> list[Said]:
    mixed: list[Said] = []
    for start in range(0, len(told), SHUFFLED):
        some = told[start : start + SHUFFLED]
        draw.shuffle(some)
        mixed += some
    return mixed


class _Life:
    """One conversation: a request, and where nothing answers it, an escalation."""

    def __init__(self, draw: random.Random, name: str, at: datetime) -> None:
        self._draw = draw
        self._name = name
        self._app = draw.choice(APPS)
        self._user = f"u-{draw.randrange(USERS)}"
        self._at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        self._text = draw.choice(_TROUBLES).format(
            draw.choice(_THINGS), draw.randrange(1000)
        )
        self.key = f"{self._app}:c-{name}".encode()

    def records(self) -> Iterator[tuple[str, Json]]:
        """Yield topic and body of everything that is published of it."""
        message = {"role": "user", "text": self._text}
        yield (
            EVENTS,
            self._common()
            | {
                "event_id": f"e-{self._name}",
                "type": "message",
                "message": message,
                "user": {"id": self._user},
            },
        )
        if self._draw.random() < RESOLVED_SHARE:
            yield RESOLVED, self._resolution() | {"kind": "document", "name": "faq"}
            yield REPLIES, self._reply("answer", self._later(2))
            return
        reason = self._draw.choice(REASONS)
        yield UNRESOLVED, self._resolution() | {"reason": reason, "language": "en"}
        yield from self._escalation(reason)

    def _escalation(self, reason: str) -> Iterator[tuple[str, Json]]:
        opened_at = self._later(3)
        named = {"escalation_id": f"s-{self._name}", "number": f"ESC-{self._name}"}
        packet = (
            self._common()
            | named
            | {
                "request_id": f"r-{self._name}",
                "opened_at": _text(opened_at),
                "reason": reason,
                "summary": self._text,
                "text": self._text,
                "conversation": [],
                "route": self._draw.choice(ROUTES),
                "user": {"id": self._user},
                "app_state": {"last": {"status": self._draw.choice((200, 500))}},
                "attempts": [self._attempt()],
            }
        )
        yield OPENED, packet
        told_at = {"asked_at": _text(self._at), "status": "saved"}
        yield REPLIES, self._reply("handoff", self._later(9)) | named | told_at
        yield from self._changes(opened_at, named)
        yield from self._delivery(opened_at, named, packet)

    def _changes(self, opened_at: datetime, named: Json) -> Iterator[tuple[str, Json]]:
        before, at = "open", opened_at
        is_timed = self._draw.random() < TIMED_SHARE
        for revision, after in enumerate(PATH[: self._draw.randrange(7)], 1):
            at += timedelta(milliseconds=self._draw.randrange(1_000_000))
            yield (
                UPDATED,
                self._common()
                | named
                | {
                    "update_id": f"v-{self._name}-{revision}",
                    "revision": revision,
                    "change": "status",
                    "from": before,
                    "to": after,
                    "actor": "Ben",
                    "at": _text(at),
                    "reason": after,
                    "opened_at": _text(opened_at) if is_timed else None,
                    "promise": self._promise(at) if revision == 1 else None,
                },
            )
            before = after
        if before == "resolved":
            rated = {"change": "rated", "score": self._draw.randint(1, 5)}
            yield (
                UPDATED,
                {
                    **self._common(),
                    **named,
                    **rated,
                    "update_id": f"v-{self._name}-rated",
                    "revision": 9,
                    "from": before,
                    "to": before,
                    "actor": "user",
                    "at": _text(at + timedelta(minutes=1)),
                    "reason": "rated",
                },
            )

    def _promise(self, at: datetime) -> Json:
        return {
            "promise_id": f"p-{self._name}",
            "kind": "first_response",
            "promised_at": _text(self._at),
            "due_at": _text(at),
            "state": self._draw.choice(("kept", "broken", "rescheduled")),
        }

    def _delivery(
        self, opened_at: datetime, named: Json, packet: Json
    ) -> Iterator[tuple[str, Json]]:
        common = (
            self._common()
            | named
            | {
                "delivery_id": f"d-{self._name}",
                "destination_id": self._draw.choice(DESTINATIONS),
            }
        )
        yield REQUESTED, common | {"requested_at": _text(opened_at), "packet": packet}
        at = _text(opened_at + timedelta(milliseconds=self._draw.randrange(60_000)))
        ended = common | {"channel": "email", "attempts": 1}
        if self._draw.random() < FAILED_SHARE:
            yield FAILED, ended | {"failed_at": at, "reason": "gone"}
        else:
            yield DELIVERED, ended | {"delivered_at": at, "proof": "250 2.0.0 Ok"}

    def _common(self) -> Json:
        return {
            "app_id": self._app,
            "conversation_id": f"c-{self._name}",
            "occurred_at": _text(self._at),
        }

    def _resolution(self) -> Json:
        return self._common() | {
            "request_id": f"r-{self._name}",
            "event_id": f"e-{self._name}",
            "text": self._text,
            "attempts": [self._attempt() for _ in range(self._draw.randrange(3))],
        }

    def _reply(self, kind: str, at: datetime) -> Json:
        return self._common() | {
            "reply_id": f"a-{self._name}-{kind}",
            "type": kind,
            "in_reply_to": f"e-{self._name}",
            "occurred_at": _text(at),
            "text": "We are on it.",
        }

    def _attempt(self) -> Json:
        return {
            "kind": self._draw.choice(("action", "document")),
            "name": f"n-{self._draw.randrange(20)}",
            "score": round(self._draw.random(), 3),
            "threshold": 0.6,
            "outcome": "below_threshold",
            "started_at": _text(self._at),
        }

    def _later(self, seconds: int) -> datetime:
        return self._at + timedelta(milliseconds=self._draw.randrange(seconds * 1000))


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
