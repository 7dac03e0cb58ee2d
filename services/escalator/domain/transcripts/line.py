"""One line of a conversation: its words, and the files that were sent with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.text import cut, size_of, without_unseen

Json = dict[str, Any]

NAME_CHARS = 120
MAX_LINES = 20
MAX_CHARS = 4000
"""Of a transcript at hand; tens of thousands of conversations are."""


@dataclass(slots=True)
class Line:
    """One line of the conversation, or the mark of an event that has no words."""

    event_id: str
    role: str
    """Who spoke; empty for a mark."""
    text: str
    occurred_at: datetime
    after: str | None = None
    """Of a reply: the event it answers, or nothing where it stands as it came. None of
    what the platform sent, and of replies that are kept from before this was."""
    attachments: tuple[Json, ...] = ()
    occurred_at_sent: str | None = None
    """What the platform's clock said where that cannot be."""

    @property
    def said(self) -> str:
        """Return the words, and the files in words."""
        if not self.attachments:
            return self.text
        return "\n".join(filter(None, (self.text, described(self.attachments))))

    @property
    def chars(self) -> int:
        """Return about how many characters it has, its files included."""
        if not self.attachments:
            return len(self.text)
        return len(self.text) + len(str(self.attachments))

    def to_fact(self) -> Json:
        """Return it as the ledger keeps it."""
        fact: Json = {
            "event_id": self.event_id,
            "role": self.role,
            "text": self.text,
            "occurred_at": self.occurred_at.isoformat(),
        }
        if self.after is not None:
            fact["after"] = self.after
        if self.attachments:
            fact["attachments"] = list(self.attachments)
        if self.occurred_at_sent is not None:
            fact["occurred_at_sent"] = self.occurred_at_sent
        return fact

    @classmethod
    def from_fact(cls, fact: Json) -> "Line":
        """Return the line that the ledger kept."""
        return cls(
            event_id=fact["event_id"],
            role=fact["role"],
            text=fact["text"],
            occurred_at=datetime.fromisoformat(fact["occurred_at"]),
            after=fact.get("after"),
            attachments=tuple(fact.get("attachments", ())),
            occurred_at_sent=fact.get("occurred_at_sent"),
        )


def lengthen(lines: tuple[Line, ...] | None, line: Line) -> tuple[Line, ...] | None:
    """Return *lines* and *line*, or None where that is too much to keep at hand."""
    if lines is None or len(lines) >= MAX_LINES:
        return None
    longer = (*lines, line)
    return longer if sum(each.chars for each in longer) <= MAX_CHARS else None


def described(attachments: Iterable[Mapping[str, Any]]) -> str:
    """Return a line for each file: `[error.png (image/png, 48 kB) https://…]`."""
    return "\n".join(f"[{_described(each)}]" for each in attachments)


def _described(attachment: Mapping[str, Any]) -> str:
    name, kind, size, url = map(attachment.get, ("name", "type", "size", "url"))
    facts = [_plain(kind)] if kind else []
    if size is not None:
        facts.append(size_of(size))
    beside = f" ({', '.join(facts)})" if facts else ""
    return f"{_plain(name or '') or 'a file'}{beside}{f' {url}' if url else ''}"


def _plain(text: str) -> str:
    return cut(" ".join(without_unseen(text).split()), NAME_CHARS)
