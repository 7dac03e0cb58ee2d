"""Patterns are tried on the app's newest escalations before they are stored."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel, Field

from services.escalator.api.preferences.changes.objects import objects_in
from services.escalator.domain.routing.patterns import PatternError, count_matches
from shared.web.exact import Wrong, refuse

NEWEST = 200
"""Escalations that a pattern is tried on."""
SECONDS = 0.5
"""Of a processor's time that a pattern may take for all of them and a long text."""
LONG_CHARS = 100_000
"""As long as a text can be."""
HEADER = "Handrail-Patterns-Found"
"""Of the answer that stored patterns: `routes.0.match.text=12/200`."""
WITH_RULES = ("routes", "messages", "targets")
"""The parts of the settings that hold rules."""


class Recent(Protocol):
    """The newest escalations."""

    async def summaries(self, app_id: str, *, limit: int) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Tried:
    """What one pattern found."""

    field: str
    pattern: str
    found: int
    of: int


class TriedView(BaseModel):
    """A pattern of the settings, tried on the newest escalations."""

    field: str = Field(description="Where it stands: `routes.0.match.text`")
    pattern: str = Field(description="The pattern")
    found: int = Field(description="Escalations whose summary has it")
    of: int = Field(description=f"Escalations that it was tried on, {NEWEST} at most")


async def try_patterns(recent: Recent, app_id: str, settings: BaseModel) -> list[Tried]:
    """Return what each pattern of *settings* finds; raise a 422 for one too slow."""
    patterns = list(patterns_in(settings))
    if not patterns:
        return []
    texts = await recent.summaries(app_id, limit=NEWEST)
    tried, wrong = await asyncio.to_thread(_try, patterns, texts)
    if wrong:
        raise refuse(wrong)
    return tried


def said_of(tried: Sequence[Tried]) -> dict[str, str]:
    """Return the header that says what was tried."""
    said = ", ".join(f"{each.field}={each.found}/{each.of}" for each in tried)
    return {HEADER: said} if said else {}


def patterns_in(settings: BaseModel) -> Iterator[tuple[str, str]]:
    """Yield each pattern of *settings*, and where it stands."""
    parts = settings.model_dump(include=set(WITH_RULES), exclude_none=True)
    for name in WITH_RULES:
        for at, found in objects_in(parts.get(name), name):
            wanted = (found.get("match") or {}).get("text")
            yield from _of_match(wanted, f"{at}.match.text")


def _of_match(wanted: object, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(wanted, str):
        yield at, wanted
    elif isinstance(wanted, list):
        yield from ((f"{at}.{place}", each) for place, each in enumerate(wanted))


def _try(
    patterns: Sequence[tuple[str, str]], texts: Sequence[str]
) -> tuple[list[Tried], list[Wrong]]:
    tried: list[Tried] = []
    wrong: list[Wrong] = []
    long = (" ".join(texts) or "the quick brown fox ")[:LONG_CHARS]
    longest = (long * (LONG_CHARS // len(long) + 1))[:LONG_CHARS]
    for field, pattern in patterns:
        try:
            count_matches(pattern, [longest], seconds=SECONDS)
            found = count_matches(pattern, texts, seconds=SECONDS)
        except PatternError as error:
            wrong.append({"field": f"body.{field}", "message": f"`text`: {error}"})
        else:
            tried.append(Tried(field, pattern, found, len(texts)))
    return tried, wrong
