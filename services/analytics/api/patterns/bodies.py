"""What people send to steer patterns, and what is answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from shared.events.base import NO_CONTROL, Id

Label = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=NO_CONTROL
    ),
]
Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=256, pattern=NO_CONTROL
    ),
]
PatternId = Annotated[
    str, StringConstraints(min_length=1, max_length=64, pattern=NO_CONTROL)
]
Status = Literal["open", "in_progress", "fixed", "verified", "regressed", "ignored"]
MAX_MERGED = 50
MAX_SPLIT = 500
"""Escalations that one split moves: it is one transaction."""


class Steer(BaseModel):
    """Common to all: who does it."""

    app_id: str | None = Field(default=None, description="If given, the key's own app")
    actor: Name | None = Field(
        default=None,
        description="Who does it. Needed with a key; in a member's session it is that "
        "member",
    )


class Rename(Steer):
    """A name for the pattern."""

    label: Label = Field(description="What it is about, in people's words")


class AssignOwner(Steer):
    """Whose it is."""

    owner: Name | None = Field(description="Who takes care of it; null for nobody")


class Merge(Steer):
    """One of the three."""

    model_config = ConfigDict(populate_by_name=True)

    into: PatternId | None = Field(
        default=None, description="The pattern that this one becomes a part of"
    )
    with_: list[PatternId] = Field(
        default_factory=list,
        alias="with",
        max_length=MAX_MERGED,
        description="Patterns that become parts of this one",
    )
    refuse: list[PatternId] = Field(
        default_factory=list,
        max_length=MAX_MERGED,
        description="Patterns that are not the same: never propose them again",
    )

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if sum(map(bool, (self.into, self.with_, self.refuse))) != 1:
            raise PydanticCustomError(
                "one_of_three", "give one of `into`, `with` and `refuse`"
            )
        return self


class Split(Steer):
    """Which escalations leave."""

    escalation_ids: list[Id] = Field(
        min_length=1, max_length=MAX_SPLIT, description="Ids of its escalations"
    )
    label: Label | None = Field(
        default=None, description="What the new pattern is about; else its first words"
    )


class SetStatus(Steer):
    """How far people are."""

    status: Status = Field(description="`open`, `in_progress`, `fixed` or `ignored`")
    reason: str = Field(default="", max_length=1000, description="Why, for the history")


class SetKnownIssue(Steer):
    """What users are told."""

    known: bool = Field(description="Whether its users are told that you know")
    until: AwareDatetime | None = Field(
        default=None, description="When they will hear more (RFC 3339)"
    )
    label: Label | None = Field(
        default=None, description="What it is called for users; else the pattern's name"
    )


class KnownIssueView(BaseModel):
    """What users are told."""

    known: bool = Field(description="Whether they are told that you know")
    until: datetime | None = Field(default=None, description="When they hear more")
    label: str = Field(default="", description="Its name for users, if it has one")


class SteeredPattern(BaseModel):
    """A pattern after a change; `GET /v1/patterns/{id}` has the rest."""

    pattern_id: str = Field(description="Its id")
    version: int = Field(description="Of the algorithm that found it")
    label: str = Field(description="What it is about")
    labelled_by: str = Field(description="`handrail`, or who named it")
    size: int = Field(description="How many escalations it has")
    first_seen: datetime = Field(description="When its first one was opened")
    last_seen: datetime = Field(description="When its last one was opened")
    status: str = Field(description="How far people are with it")
    owner: str | None = Field(description="Who takes care of it")
    not_with: list[str] = Field(description="Patterns it stays apart from")
    known_issue: KnownIssueView = Field(description="What its users are told")
    history: list[dict[str, Any]] = Field(
        description="What people did to it, oldest first: `at`, `by`, `change`, …"
    )


def steered(row: Mapping[str, Any]) -> SteeredPattern:
    """Return the answer of a stored pattern."""
    return SteeredPattern(
        pattern_id=row["pattern_id"],
        version=row["version"],
        label=row["label"],
        labelled_by=row.get("labelled_by", "handrail"),
        size=row["size"],
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        status=row.get("status", "open"),
        owner=row.get("owner"),
        not_with=list(row.get("not_with") or ()),
        known_issue=KnownIssueView.model_validate(
            {
                name: value
                for name, value in (row.get("known_issue") or {"known": False}).items()
                if name in KnownIssueView.model_fields and value is not None
            }
        ),
        history=list(row.get("history") or ()),
    )
