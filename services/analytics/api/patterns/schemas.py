"""What is answered of patterns and gaps: an item of a list, and one pattern whole."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from services.analytics.domain.profiles.asking import cause_of
from services.analytics.domain.profiles.growth import is_again
from services.analytics.domain.profiles.items import Item
from services.analytics.domain.profiles.pattern import Member, Pattern

Cause = Literal["documentation", "action", "bug", "person", "unclear"]
Status = Literal["open", "in_progress", "fixed", "verified", "regressed", "ignored"]


class ExemplarOut(BaseModel):
    """An escalation that stands for the pattern."""

    escalation_id: str = Field(description="The escalation")
    text: str = Field(description="Its user's words")


class NearMissOut(BaseModel):
    """What almost answered."""

    kind: str = Field(description="`action` or `document`")
    name: str = Field(description="Action name or document id")
    title: str = Field(description="What a person would call it")
    score: float = Field(description="Mean score of those it was near to, 0 to 1")
    count: int = Field(description="How many of the newest 100 it was near to")


class PatternItem(BaseModel):
    """One pattern of a list."""

    pattern_id: str = Field(description="Stays, whatever joins")
    gap_id: str = Field(description="The same id: a pattern with a cause is a gap")
    version: int = Field(description="Of the algorithm that grouped it")
    label: str = Field(description="What it is about")
    labelled_by: str = Field(description="`handrail`, or the member who named it")
    size: int = Field(description="Escalations: of the period, or of all time")
    users: int | None = Field(
        description="Different users, likewise; null where a period has more "
        "escalations than are counted at once"
    )
    first_seen: datetime = Field(description="When its first escalation was opened")
    last_seen: datetime = Field(description="When its last escalation was opened")
    growth: float = Field(
        description="(now - before) / (before + 10), the period against the one of "
        "the same length before it; without a period 30 days"
    )
    trend: list[int] = Field(
        description="Escalations per day (UTC), oldest first: of the period, or of "
        "30 days, today included"
    )
    cause: Cause = Field(description="What would end it, from evidence")
    cause_code: str = Field(description="What its traces say, in a stable word")
    because: str = Field(description="Why that is its cause, in a sentence")
    status: Status = Field(description="What became of it")
    owner: str | None = Field(description="Who takes care of it")
    exemplars: list[ExemplarOut] = Field(description="At most five that stand for it")
    near_misses: list[NearMissOut] = Field(description="What almost answered")
    minutes_per_escalation: float | None = Field(
        description="Median minutes that people had one; null where none has ended"
    )
    cost_minutes: float | None = Field(description="That, times `size`")
    emerging: bool = Field(description="New, or doubled")
    vanishing: bool = Field(description="Half or less of what it was")
    again: bool = Field(description="Goes on after it was ignored, fixed or verified")
    known_issue: bool = Field(description="People said that they know of it")


class MemberOut(BaseModel):
    """One escalation of a pattern."""

    escalation_id: str = Field(description="The escalation")
    number: str = Field(description="Short and human: `ESC-1042`")
    conversation_id: str = Field(description="Its conversation")
    user_id: str | None = Field(description="Its user; null is unknown, or erased")
    at: datetime = Field(description="When it was opened")
    text: str = Field(description="Its user's words; empty where they were erased")
    language: str | None = Field(description="BCP 47; null is unknown")
    because: str = Field(description="Why it is in this pattern")
    similarity: float = Field(description="To the pattern when it joined, at most 1")


class SharedStateOut(BaseModel):
    """A value of the app's state that this pattern has and others have not."""

    path: str = Field(description="Dotted path in `app_state`")
    value: str = Field(description="Its value")
    inside: float = Field(description="Share of the pattern's users who have it")
    outside: float = Field(description="Share of the others who have it")
    p_value: float = Field(description="Of chance alone, corrected for all tried")


class PatternOut(PatternItem):
    """One pattern, with all that is known of it."""

    language: str | None = Field(description="Of its escalations; BCP 47")
    evidence: dict[str, int] = Field(description="How many cases say what")
    confidence: float = Field(description="Share of the evidence that is for the cause")
    cases: int = Field(description="How many of the newest escalations were looked at")
    members: list[MemberOut] = Field(description="The newest first, a page of them")
    next_cursor: str | None = Field(description="For the next page of members")
    shared_state: list[SharedStateOut] = Field(
        description="What its users share in `app_state` and others do not"
    )
    remedy: dict[str, Any] | None = Field(
        description="What would end it: of documentation `outline` and "
        "`closest_passage`; of an action `available_action` and `input_schema_form`; "
        "of a bug `shared_state` and `report`; null where there is none to offer"
    )
    proposals: list[dict[str, Any]] = Field(
        description="Patterns that look like the same: for a person to merge or refuse"
    )
    not_with: list[str] = Field(description="Patterns that people split from it")
    history: list[dict[str, Any]] = Field(description="What people did to it")


def to_item(item: Item) -> PatternItem:
    """Return one item of a list."""
    return PatternItem(**_item(item))


def to_pattern(
    item: Item,
    members: list[Member],
    *,
    next_cursor: str | None,
    shared_state: list[Mapping[str, Any]],
    remedy: Mapping[str, Any] | None,
) -> PatternOut:
    """Return one pattern whole."""
    pattern, profile = item.pattern, item.pattern.profile
    return PatternOut(
        **_item(item),
        language=pattern.language,
        evidence=dict(profile.evidence) if profile else {},
        confidence=profile.confidence if profile else 0.0,
        cases=profile.cases if profile else 0,
        members=[to_member(each) for each in members],
        next_cursor=next_cursor,
        shared_state=[SharedStateOut.model_validate(each) for each in shared_state],
        remedy=None if remedy is None else dict(remedy),
        proposals=[dict(each) for each in pattern.proposals],
        not_with=list(pattern.not_with),
        history=[dict(each) for each in pattern.history],
    )


def to_member(member: Member) -> MemberOut:
    """Return one escalation of a pattern."""
    return MemberOut.model_validate(member, from_attributes=True)


def _item(item: Item) -> dict[str, Any]:
    pattern, profile = item.pattern, item.pattern.profile
    flags = profile.flags if profile else None
    return {
        "pattern_id": pattern.pattern_id,
        "gap_id": pattern.pattern_id,
        "version": pattern.version,
        "label": pattern.label,
        "labelled_by": pattern.labelled_by,
        "size": item.size,
        "users": item.users,
        "first_seen": pattern.first_seen,
        "last_seen": pattern.last_seen,
        "growth": item.growth,
        "trend": list(item.trend),
        "cause": cause_of(pattern),
        "cause_code": profile.cause_code if profile else "unclear",
        "because": profile.because if profile else "",
        "status": pattern.status,
        "owner": pattern.owner,
        "exemplars": [
            {"escalation_id": each, "text": text} for each, text in item.exemplars
        ],
        "near_misses": _near_misses(pattern),
        "minutes_per_escalation": profile.minutes_per_escalation if profile else None,
        "cost_minutes": item.cost_minutes,
        "emerging": bool(flags and flags.emerging),
        "vanishing": bool(flags and flags.vanishing),
        "again": is_again(pattern.status, pattern.again_count),
        "known_issue": bool(pattern.known_issue.get("known")),
    }


def _near_misses(pattern: Pattern) -> list[NearMissOut]:
    missed = pattern.profile.near_misses if pattern.profile else ()
    return [NearMissOut.model_validate(each, from_attributes=True) for each in missed]
