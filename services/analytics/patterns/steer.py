"""What people may do to a pattern, and what it becomes: decided here, stored elsewhere.

Each decision takes the pattern as it is and returns what changes, or None where it is
so already: a repeat does nothing and adds nothing to the history.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.analytics.patterns.labels import HANDRAIL
from shared.errors import Permanent

SETTABLE = ("open", "in_progress", "fixed", "ignored")
"""Statuses that people set; the others are proven."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Edit:
    """What changes of one pattern's document."""

    change: str
    """A stable word, for the history."""
    fields: Mapping[str, object]
    details: Mapping[str, object] = field(default_factory=dict)
    """For the history, beside who and when."""
    tells_issue: bool = False
    """Whether `app.known-issues` says something else from now on."""


Decide = Callable[[Row], Edit | None]


def rename(label: str, *, actor: str) -> Decide:
    """Give the pattern a name of people's own; it stays whatever joins."""

    def decide(pattern: Row) -> Edit | None:
        if (pattern.get("label"), pattern.get("labelled_by")) == (label, actor):
            return None
        return Edit(
            "renamed",
            {"label": label, "labelled_by": actor},
            # A label of ours is a user's words, and the history outlives them.
            {"from": pattern["label"] if is_labelled(pattern) else "", "to": label},
            tells_issue=is_known(pattern),
        )

    return decide


def assign(owner: str | None) -> Decide:
    """Make somebody take care of it; None: nobody."""

    def decide(pattern: Row) -> Edit | None:
        before = pattern.get("owner")
        if before == owner:
            return None
        return Edit("assigned", {"owner": owner}, {"from": before, "to": owner})

    return decide


def set_status(status: str, *, reason: str) -> Decide:
    """Say how far people are with it. Raises Permanent for what must be proven."""
    if status not in SETTABLE:
        raise Permanent(
            "proven_by_replay",
            f"Nobody can say that a pattern is {status}: `POST /v1/gaps/{{id}}/verify` "
            "replays its original questions, and its answer makes a gap `verified`; a "
            "case that fails later makes it `regressed`. Say `fixed`, then verify.",
        )

    def decide(pattern: Row) -> Edit | None:
        before = pattern.get("status", "open")
        if before == status and not pattern.get("again_count"):
            return None
        return Edit(
            "status",
            {"status": status, "again_count": 0, "again_since": None},
            {"from": before, "to": status, "because": reason},
        )

    return decide


def set_known_issue(
    *, known: bool, until: datetime | None, label: str | None, actor: str, now: datetime
) -> Decide:
    """Tell the users of the pattern that people know, and until when; or no more."""

    def decide(pattern: Row) -> Edit | None:
        before = pattern.get("known_issue") or {}
        said: dict[str, object] = {"known": known, "until": until, "label": label or ""}
        if all(before.get(name) == value for name, value in said.items()) or not (
            known or is_known(pattern)
        ):
            return None
        return Edit(
            "known_issue",
            {"known_issue": {**said, "by": actor, "at": now}},
            {"to": known, "until": until},
            tells_issue=True,
        )

    return decide


def refuse_merge(others: Sequence[str]) -> Decide:
    """Have these never be proposed again as the same pattern."""

    def decide(pattern: Row) -> Edit | None:
        proposals = [dict(each) for each in pattern.get("proposals") or ()]
        known = {each["with"]: each for each in proposals}
        new = [
            each for each in others if known.get(each, {}).get("status") != "refused"
        ]
        if not new:
            return None
        proposals += [{"with": each} for each in new if each not in known]
        for proposal in proposals:
            if proposal["with"] in new:
                proposal["status"] = "refused"
        return Edit("merge_refused", {"proposals": proposals}, {"to": new})

    return decide


def is_labelled(pattern: Row) -> bool:
    """Return whether a person gave it its name."""
    return bool(pattern.get("labelled_by", HANDRAIL) != HANDRAIL)


def is_known(pattern: Row) -> bool:
    """Return whether users are told of it."""
    return bool((pattern.get("known_issue") or {}).get("known"))


def check_mergeable(into: Row, absorbed: Row) -> None:
    """Raise Permanent where *absorbed* cannot become a part of *into*."""
    if into["pattern_id"] == absorbed["pattern_id"]:
        raise Permanent("same_pattern", "A pattern cannot be merged with itself.")
    for each in (into, absorbed):
        check_not_merged(each)


def check_not_merged(pattern: Row) -> None:
    """Raise Permanent where the pattern is a part of another one."""
    survivor = pattern.get("merged_into")
    if survivor is not None:
        raise Permanent(
            "merged", f"{pattern['pattern_id']} is a part of {survivor}: change that."
        )


def unknown_pattern(pattern_id: str) -> Permanent:
    """Return the refusal of a pattern that the app does not have."""
    return Permanent("unknown_pattern", f"This app has no pattern {pattern_id[:64]!r}.")
