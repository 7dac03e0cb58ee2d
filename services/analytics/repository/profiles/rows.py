"""Patterns, profiles and members: documents and what they are read as."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.analytics.domain.profiles.asking import Sketch
from services.analytics.domain.profiles.growth import Flags
from services.analytics.domain.profiles.pattern import (
    UNCLEAR,
    Member,
    NearMiss,
    Pattern,
    Profile,
)

Row = Mapping[str, Any]
NO_STATE = {"state": 0, "vector": 0}
"""What grouping keeps for itself, and is large."""


def read_pattern(row: Row) -> Pattern:
    """Return a stored pattern; what an earlier version left out has its default."""
    return Pattern(
        pattern_id=row["pattern_id"],
        version=row.get("version", 1),
        label=row.get("label", ""),
        labelled_by=row.get("labelled_by", "handrail"),
        size=row.get("size", 0),
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        status=row.get("status", "open"),
        revision=row.get("revision"),
        owner=row.get("owner"),
        language=row.get("language"),
        representative=row.get("representative", ""),
        merged_into=row.get("merged_into"),
        again_count=row.get("again_count", 0),
        known_issue=row.get("known_issue") or {},
        proposals=row.get("proposals") or (),
        history=row.get("history") or (),
        not_with=row.get("not_with") or (),
        profile=read_profile(row.get("profile")),
    )


def read_sketch(row: Row) -> Sketch:
    """Return as much of a stored pattern as ranking needs."""
    profile = row.get("profile") or {}
    return Sketch(
        row["pattern_id"],
        profile.get("cause", UNCLEAR),
        row.get("status", "open"),
        profile.get("minutes_per_escalation"),
        row.get("merged_into"),
        row.get("label", ""),
    )


def read_profile(row: Row | None) -> Profile | None:
    """Return a stored profile; None where there is none yet."""
    if not row or "as_of" not in row:
        return None
    flags = row.get("flags") or {}
    return Profile(
        as_of=row["as_of"],
        users=row.get("users", 0),
        users_as_of=row.get("users_as_of"),
        growth=row.get("growth", 0.0),
        cause=row.get("cause", UNCLEAR),
        cause_code=row.get("cause_code", UNCLEAR),
        because=row.get("because", ""),
        evidence=row.get("evidence") or {},
        confidence=row.get("confidence", 0.0),
        near_misses=[
            NearMiss(
                each["kind"], each["name"], each["title"], each["score"], each["count"]
            )
            for each in row.get("near_misses") or ()
        ],
        exemplars=row.get("exemplars") or (),
        minutes_per_escalation=row.get("minutes_per_escalation"),
        cost_minutes=row.get("cost_minutes"),
        cases=row.get("cases", 0),
        flags=Flags(
            emerging=flags.get("emerging", False),
            vanishing=flags.get("vanishing", False),
        ),
        label_from=row.get("label_from", ""),
    )


def profile_row(profile: Profile) -> dict[str, Any]:
    """Return the document of a profile."""
    row = asdict(profile)
    row["near_misses"] = [asdict(each) for each in profile.near_misses]
    row["exemplars"] = list(profile.exemplars)
    row["evidence"] = dict(profile.evidence)
    return row


def read_member(row: Row) -> Member:
    """Return a stored member."""
    return Member(
        escalation_id=row["_id"],
        number=row.get("number", ""),
        at=row["at"],
        text=row.get("text", ""),
        language=row.get("language"),
        because=row.get("because", ""),
        similarity=row.get("similarity", 0.0),
        user_id=row.get("user_id"),
        conversation_id=row.get("conversation_id", ""),
        vector=bytes(row.get("vector") or b""),
    )
