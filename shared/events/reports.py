"""What a report tells: an app's figures, its patterns, and what to do next."""

from collections.abc import Collection
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import RESERVED, Model

REPORT = f"{RESERVED}report:"
"""How the conversation ids of reports begin; the destination follows."""


def is_report(conversation_id: str) -> bool:
    """Return whether a notification of *conversation_id* is a report's."""
    return conversation_id.startswith(REPORT)


class ReportFigure(Model):
    """One number of the period, and of the one before."""

    name: str = Field(description="`requests`, `resolved`, `escalations` …")
    label: str = Field(description="The same for a person")
    unit: str = Field(
        default="count",
        description="`count`, `share` (from 0 to 1) or `ms`; a later version may know "
        "more",
    )
    now: float | None = Field(description="In the period; null is not known")
    before: float | None = Field(default=None, description="In the one before")
    good: Literal["up", "down", ""] = Field(
        default="", description="Which way is better, if either"
    )


class ReportPattern(Model):
    """A pattern of the period."""

    pattern_id: str = Field(description="The pattern")
    label: str = Field(description="What it is about")
    count: int = Field(description="Escalations in the period")
    before: int | None = Field(default=None, description="In the one before")
    cause: str = Field(default="unclear", description="`documentation`, `action` …")
    because: str = Field(default="", description="What says so")
    status: str = Field(default="open", description="Of the gap: `open`, `fixed` …")
    remedy: str = Field(default="", description="What its remedy begins with")


class ReportStep(Model):
    """One thing to do next."""

    pattern_id: str = Field(description="The pattern it would end")
    sentence: str = Field(description="What to do, why and what it saves")
    first_step: str = Field(default="", description="What its remedy begins with")
    saves_minutes: int = Field(
        description="Of people's time, in a period as long as this one"
    )
    assumed: bool = Field(
        default=False, description="Whether the minutes of each are assumed"
    )


class Report(Model):
    """One period of one app."""

    start: AwareDatetime = Field(description="Beginning; in the period")
    end: AwareDatetime = Field(description="End; not in the period")
    timezone: str = Field(default="UTC", description="The app's, IANA")
    figures: list[ReportFigure] = Field(default_factory=list, description="In order")
    patterns: list[ReportPattern] = Field(
        default_factory=list, description="The largest first"
    )
    next: list[ReportStep] = Field(
        default_factory=list, description="What to do next, most saving first"
    )
    note: str = Field(default="", description="Why there are not three, if so")
    conversation_ids: list[str] = Field(
        default_factory=list,
        description="Whose words a pattern may quote, in the order of `patterns`",
    )


def blank_words(report: dict[str, Any], conversation_ids: Collection[str]) -> bool:
    """Take the words of these conversations' users out of *report*, in place.

    Returns whether it quoted any.
    """
    quoted = {
        pattern["pattern_id"]
        for pattern, conversation_id in zip(
            report["patterns"], report.get("conversation_ids", ()), strict=False
        )
        if conversation_id in conversation_ids
    }
    for pattern in report["patterns"]:
        if pattern["pattern_id"] in quoted:
            pattern.update(label="", because="", remedy="")
    for step in report["next"]:
        if step["pattern_id"] in quoted:
            step.update(sentence="", first_step="")
    return bool(quoted)
