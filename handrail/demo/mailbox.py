"""The team's mail: what the mail catcher accepted, read as a mail program would."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Letter:
    """One mail, and when it was accepted."""

    message: EmailMessage
    recipients: tuple[str, ...]
    accepted_at: float

    @cached_property
    def transcript(self) -> dict[str, Any]:
        """Return the attachment for programs; empty where there is none."""
        for part in self.message.iter_attachments():
            if part.get_filename() == "transcript.json":
                content = part.get_content()
                found = json.loads(content)
                return found if isinstance(found, dict) else {}
        return {}

    @property
    def text(self) -> str:
        """Return the text part."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """Return the HTML part."""
        return self._part("html")

    @property
    def message_id(self) -> str:
        """Return the Message-ID."""
        return str(self.message["Message-ID"])

    @property
    def escalation_id(self) -> str:
        """Return which escalation it is about."""
        return str(self.transcript.get("escalation_id", ""))

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part is not None else ""


@dataclass
class Mailbox:
    """A mail folder, read on as mail arrives."""

    folder: Path
    letters: list[Letter] = field(default_factory=list)
    _read: set[str] = field(default_factory=set)

    def collect(self) -> list[Letter]:
        """Read what is new; return all there is."""
        for facts in sorted(self.folder.glob("[0-9]*.json")):
            if facts.name not in self._read:
                self._read.add(facts.name)
                self.letters.append(_letter(facts))
        return self.letters

    def of(self, escalation_id: str) -> list[Letter]:
        """Return the mails about one escalation."""
        return [each for each in self.letters if each.escalation_id == escalation_id]


def _letter(facts: Path) -> Letter:
    said = json.loads(facts.read_text())
    raw = facts.with_suffix(".eml").read_bytes()
    return Letter(
        message=message_from_bytes(raw, EmailMessage, policy=policy.default),
        recipients=tuple(said["rcpt_to"]),
        accepted_at=datetime.fromisoformat(said["accepted_at"]).timestamp(),
    )
