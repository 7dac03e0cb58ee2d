"""`pattern.assigned` and `app.known-issues`: what analytics knows of patterns."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.events.base import AppId, Model, Published
from shared.events.escalation import PatternRef


class PatternAssigned(Published):
    """An escalation belongs to a pattern, or to none any more."""

    TYPE: ClassVar[str] = "handrail.pattern.assigned.v1"

    assignment_id: str = Field(
        description="Derived from escalation, pattern and the grouping's version"
    )
    escalation_id: str = Field(description="The escalation")
    pattern: PatternRef | None = Field(description="Its pattern; null is none")
    because: str = Field(default="", description="What it has in common with them")

    @property
    def identity(self) -> str:
        """Return the id of this assignment."""
        return self.assignment_id


class KnownIssue(Model):
    """A pattern that people know of and work on."""

    pattern_id: str = Field(max_length=256, description="The pattern")
    label: str = Field(default="", max_length=500, description="What it is about")
    since: AwareDatetime = Field(description="When its first escalation was opened")
    count: int = Field(default=0, ge=0, description="How many escalations it has")
    until: AwareDatetime | None = Field(
        default=None, description="When its users will hear more, if anybody said so"
    )


class AppKnownIssues(Model):
    """Compacted by `app_id`: which patterns of the app are known issues now."""

    TYPE: ClassVar[str] = "handrail.app.known-issues.v1"

    app_id: AppId = Field(description="The app")
    issues: list[KnownIssue] = Field(description="All that there are; none is over")
    updated_at: AwareDatetime = Field(description="When this was said")

    @property
    def identity(self) -> str:
        """Return the id of this statement."""
        return f"{self.app_id}.{self.updated_at.isoformat()}"
