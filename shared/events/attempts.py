"""Attempts: what was tried before people were asked."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import Model, Object


class AttemptOutcome(StrEnum):
    """How one attempt ended."""

    NO_MATCH = "no_match"
    BELOW_THRESHOLD = "below_threshold"
    ASKED = "asked"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    DENIED = "denied"
    REJECTED_BY_USER = "rejected_by_user"
    ERROR = "error"
    TIMED_OUT = "timed_out"


class Reason(StrEnum):
    """Why nothing answered."""

    NO_MATCH = "no_match"
    LOW_CONFIDENCE = "low_confidence"
    ANSWER_REJECTED = "answer_rejected"
    ACTION_FAILED = "action_failed"
    ACTION_DENIED = "action_denied"
    ASKED_FOR_PERSON = "asked_for_person"
    REPEATED_QUESTION = "repeated_question"
    POLICY = "policy"
    TURN_LIMIT = "turn_limit"
    RESOLVER_ERROR = "resolver_error"


# A later version may know more of these, and an earlier one reads its events.
AnyOutcome = Annotated[AttemptOutcome | str, Field(union_mode="left_to_right")]
AnyReason = Annotated[Reason | str, Field(union_mode="left_to_right")]


class Attempt(Model):
    """One action or passage tried, near misses included."""

    kind: Literal["action", "document"] = Field(description="What was tried")
    name: str = Field(description="Action name or document id")
    title: str = Field(default="", description="What a person would call it")
    score: float = Field(description="How well it matched, 0 to 1")
    threshold: float = Field(description="The score it needed, 0 to 1")
    outcome: AnyOutcome = Field(description="How it ended")
    detail: str | None = Field(default=None, description="Passage, error or output")
    arguments: Object | None = Field(
        default=None, description="What an action was run with, or was to be"
    )
    started_at: AwareDatetime = Field(description="When it began")
    duration_ms: float = Field(default=0.0, description="How long it took, ms")
