"""Silences: what matches one is not told to people until it ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.escalator.domain.routing.facts import Facts
from services.escalator.domain.routing.rules import should_match


@dataclass(frozen=True, slots=True)
class Silence:
    """One silence: of what, until when, and who said so."""

    silence_id: str
    app_id: str
    match: Mapping[str, Any]
    until: datetime
    author: str
    reason: str
    created_at: datetime
    ended_by: str | None = None
    """Who ended it before its time; *until* is then when."""

    def is_in_force(self, now: datetime) -> bool:
        """Return whether it holds at *now*."""
        return now < self.until


def choose_silence(
    silences: Iterable[Silence], facts: Facts, *, now: datetime
) -> Silence | None:
    """Return the silence that keeps *facts* from people; of several the longest."""
    found = [
        each
        for each in silences
        if each.is_in_force(now) and should_match(each.match, facts)
    ]
    return max(found, key=lambda each: each.until, default=None)
