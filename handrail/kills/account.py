"""What the topics show of each life, and what that amounts to: pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

OPENED = "escalation.opened"
UPDATED = "escalation.updated"
REPLIES = "conversation.replies"
READ = (OPENED, UPDATED, REPLIES)

CARRIES_ON = ("accepted", "acknowledged", "absorbed", "answered", "resolved")
"""Reasons of the changes that an escalation must show which another is merged into."""
MERGED = (
    "accepted",
    "snoozed",
    "snooze_ended",
    "merged",
    "merged_answered",
    "merged_resolved",
)
"""Those of the one that is merged into it."""
TOLD = ("handoff", "teammate_reply", "receipt resolved")
"""What every user must hear, each once."""


@dataclass(frozen=True)
class Life:
    """Two conversations of one app, whose requests people merge, answer and close."""

    carries_on: str
    """Conversation of the escalation that carries on."""
    merged: str
    """Conversation of the escalation that is merged into it."""

    @property
    def conversations(self) -> tuple[str, str]:
        """Return both."""
        return self.carries_on, self.merged

    def expected(self, conversation_id: str) -> Sequence[str]:
        """Return the reasons of the changes that its escalation must show."""
        return CARRIES_ON if conversation_id == self.carries_on else MERGED


@dataclass
class Account:
    """The records of one app, by the ids that they carry."""

    opened: dict[str, set[str]] = field(default_factory=dict)
    """Conversation to its escalations, of which there must be one."""
    changes: dict[str, dict[str, tuple[int, str]]] = field(default_factory=dict)
    """Escalation to its changes by their id: revision and reason."""
    told: dict[str, dict[str, str]] = field(default_factory=dict)
    """Conversation to what its user was told, by the reply's id."""

    def note(self, topic: str, value: Json) -> None:
        """Add one record; a repeat of one adds nothing."""
        conversation_id = value["conversation_id"]
        if topic == OPENED:
            known = self.opened.setdefault(conversation_id, set())
            known.add(value["escalation_id"])
        elif topic == UPDATED:
            changes = self.changes.setdefault(value["escalation_id"], {})
            changes[value["update_id"]] = (value["revision"], value["reason"])
        elif topic == REPLIES:
            said = f"{value['type']} {value.get('status') or ''}".strip()
            said = "handoff" if value["type"] == "handoff" else said
            self.told.setdefault(conversation_id, {})[value["reply_id"]] = said

    def escalation_of(self, conversation_id: str) -> str | None:
        """Return the escalation of a conversation, once it is open."""
        return next(iter(self.opened.get(conversation_id, ())), None)

    def has_changed(self, conversation_id: str, reason: str) -> bool:
        """Return whether a conversation's escalation shows a change of that reason."""
        escalation_id = self.escalation_of(conversation_id) or ""
        changes = self.changes.get(escalation_id, {})
        return any(reason == known for _, known in changes.values())


@dataclass(frozen=True)
class Reckoning:
    """What was broken, each in words; nothing of it may be."""

    lives: int
    lost: list[str]
    doubled: list[str]

    @property
    def is_whole(self) -> bool:
        """Return whether every promise was kept."""
        return not self.lost and not self.doubled


def reckon(lives: Iterable[Life], account: Account) -> Reckoning:
    """Return what *account* lacks, or has twice, of *lives*."""
    lost: list[str] = []
    doubled: list[str] = []
    count = 0
    for life in lives:
        count += 1
        for conversation_id in life.conversations:
            found = account.opened.get(conversation_id, set())
            if not found:
                lost.append(f"{conversation_id}: never opened")
            if len(found) > 1:
                doubled.append(f"{conversation_id}: opened {len(found)} times")
            told = Counter(account.told.get(conversation_id, {}).values())
            lost += _missing(conversation_id, told, TOLD)
            doubled += _twice(conversation_id, told)
            for escalation_id in found:
                lost += _gaps(conversation_id, account, escalation_id)
                reasons = _reasons(account, escalation_id)
                expected = life.expected(conversation_id)
                lost += _missing(conversation_id, reasons, expected)
                doubled += _twice(conversation_id, reasons)
    return Reckoning(count, lost, doubled)


def _reasons(account: Account, escalation_id: str) -> Counter[str]:
    changes = account.changes.get(escalation_id, {})
    return Counter(reason for _, reason in changes.values())


def _missing(name: str, found: Counter[str], expected: Sequence[str]) -> Iterator[str]:
    return (f"{name}: no {each}" for each in expected if not found[each])


def _twice(name: str, found: Counter[str]) -> Iterator[str]:
    return (f"{name}: {each} {n} times" for each, n in found.items() if n > 1)


def _gaps(name: str, account: Account, escalation_id: str) -> Iterator[str]:
    """Say which revisions are missing: changes are counted from 1, without a gap."""
    revisions = {revision for revision, _ in account.changes[escalation_id].values()}
    whole = set(range(1, max(revisions) + 1))
    return (f"{name}: no revision {each}" for each in sorted(whole - revisions))
