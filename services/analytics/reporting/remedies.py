"""Remedies as lines of text, from the adviser on patterns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.analytics.domain.gaps.next_steps.remedy_lines import (
    first_lines,
    first_step,
    nearest_passage,
)
from services.analytics.domain.profiles.pattern import Pattern
from services.analytics.reporting.gaps import Remedy

MAX_SHARED = 3


class AdviceOf(Protocol):
    """What the cases of a pattern say."""

    @property
    def shared_state(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def remedy(self) -> Mapping[str, Any] | None: ...


class Adviser(Protocol):
    """Reads a pattern's cases, and says what would end it."""

    async def advise(self, app_id: str, pattern: Pattern) -> AdviceOf: ...


class Patterns(Protocol):
    """Where patterns are read."""

    async def get(self, app_id: str, pattern_id: str) -> Pattern | None: ...


@dataclass(frozen=True, slots=True)
class AdvisedRemedies:
    """Asks the adviser that answers for one opened pattern."""

    patterns: Patterns
    adviser: Adviser

    async def of(self, app_id: str, pattern_id: str) -> Remedy:
        """Return what would end the pattern; nothing of one that is not there."""
        pattern = await self.patterns.get(app_id, pattern_id)
        if pattern is None:
            return Remedy()
        advice = await self.adviser.advise(app_id, pattern)
        shared = [f"{each['path']} = {each['value']}" for each in advice.shared_state]
        return Remedy(
            first_lines(advice.remedy),
            shared[:MAX_SHARED],
            first_step=first_step(advice.remedy),
            nearest=nearest_passage(advice.remedy),
        )
