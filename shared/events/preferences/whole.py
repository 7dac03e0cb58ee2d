"""All of an app's settings of escalation."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer

from shared.events.base import Model
from shared.events.preferences.durations import Duration
from shared.events.preferences.noise import Grouping
from shared.events.preferences.people import (
    Acknowledgement,
    Assignment,
    Redaction,
    Satisfaction,
)
from shared.events.preferences.reports import Reports
from shared.events.preferences.routes import DefaultRoute, Route
from shared.events.preferences.texts import Messages
from shared.events.preferences.times import Hours, Target
from shared.events.sense import Reasons, Replies


def _listed(value: Any) -> Any:  # noqa: ANN401 - what a JSON field holds
    """Read an object, `{}` from before there were targets, as none."""
    return [] if isinstance(value, dict) else value


def _as_before(targets: list[Target]) -> list[Target] | dict[str, Any]:
    """Write none as `{}`: the version before reads an object here, and nothing else.

    So services of both versions run side by side until an app has targets.
    """
    return targets or {}


class Thresholds(Model):
    """How sure the resolver must be, 0 to 1."""

    action: float | None = Field(default=None, ge=0, le=1, description="To act")
    document: float | None = Field(default=None, ge=0, le=1, description="To answer")
    near_miss: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="`low_confidence` from here, else `no_match`",
    )
    lead: float | None = Field(
        default=None, ge=0, le=1, description="By how much an action beats the next"
    )


class Preferences(Model):
    """Settings → Escalation."""

    messages: Messages = Field(default_factory=Messages, description="Texts")
    routes: list[Route] = Field(
        default_factory=lambda: [Route()], description="First match wins"
    )
    thresholds: Thresholds = Field(
        default_factory=Thresholds, description="How sure the resolver must be"
    )
    default_route: DefaultRoute = Field(
        default_factory=DefaultRoute, description="Takes what no route matches"
    )
    hours: Hours = Field(default_factory=Hours, description="Business hours")
    targets: Annotated[
        list[Target],
        BeforeValidator(_listed, json_schema_input_type=list[Target] | dict[str, Any]),
        PlainSerializer(_as_before, return_type=list[Target] | dict[str, Any]),
    ] = Field(default_factory=list, description="How soon people mean to answer")
    acknowledgement: Acknowledgement = Field(
        default_factory=Acknowledgement, description="Until a person takes it"
    )
    grouping: Grouping = Field(
        default_factory=Grouping, description="How notifications are folded"
    )
    while_waiting: Literal["help", "acknowledge", "silent"] = Field(
        default="help",
        description="Until a person takes a request, its user's messages are answered "
        "from documents or acknowledged, only acknowledged, or neither",
    )
    reopen_within: Duration = Field(
        default="72h",
        description="A new message so soon after the end reopens the escalation",
    )
    unclaimed_after: Duration | None = Field(
        default="14d",
        description="What nobody took for so long expires, with notice; null is never",
    )
    proof_wait: Duration | None = Field(
        default=None,
        description="How long the user waits for a destination to accept before "
        "hearing that the request is saved; null is the installation's",
    )
    redaction: Redaction = Field(
        default_factory=Redaction, description="What is blacked out"
    )
    satisfaction: Satisfaction = Field(
        default_factory=Satisfaction, description="The question at the end"
    )
    action_timeout_seconds: float = Field(
        default=30.0, gt=0, le=3600, description="Wait for an `action_result`, s"
    )
    reasons: Reasons = Field(
        default_factory=Reasons, description="When requests go to people"
    )
    replies: Replies = Field(
        default_factory=Replies, description="What the resolver says of its own"
    )
    reports: Reports = Field(
        default_factory=Reports, description="What people are told regularly"
    )
    assignment: Assignment = Field(
        default_factory=Assignment, description="Who is given what is handed off"
    )
