"""The settings' parts, where a field that does not exist is a mistake.

A misspelt setting that is silently dropped would be a setting that never works.
"""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from shared.events import (
    ForbiddenTopic,
    Messages,
    Reasons,
    Replies,
    Route,
    Thresholds,
)
from shared.events.base import Id
from shared.events.sense import (
    AnswerRejected,
    AskedForPerson,
    BrokenPromise,
    HandOver,
    Policy,
    RepeatedQuestion,
    TurnLimit,
)

MAX_DESTINATIONS = 20
"""Of one route: each is sent the whole packet."""
EXACT = ConfigDict(extra="forbid")

Phrase = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"\w", max_length=200)
]
"""At least one letter or digit: a phrase of nothing would forbid everything."""


class ExactMessages(Messages):
    """Texts, where an unknown one is a mistake."""

    model_config = EXACT


class ExactThresholds(Thresholds):
    """Thresholds, where an unknown one is a mistake."""

    model_config = EXACT


class ExactReplies(Replies):
    """The resolver's texts, where an unknown one is a mistake."""

    model_config = EXACT


class ExactRoute(Route):
    """A route that can be worked."""

    model_config = EXACT

    destinations: list[Id] = Field(
        default_factory=lambda: ["default"],
        max_length=MAX_DESTINATIONS,
        description="Destination ids; none keeps it in the inbox alone",
    )


class ExactHandOver(HandOver):
    """A reason, where an unknown switch is a mistake."""

    model_config = EXACT


class _AnswerRejected(AnswerRejected):
    model_config = EXACT


class _AskedForPerson(AskedForPerson):
    model_config = EXACT


class _RepeatedQuestion(RepeatedQuestion):
    model_config = EXACT


class _ForbiddenTopic(ForbiddenTopic):
    model_config = EXACT

    phrases: list[Phrase] = Field(
        min_length=1, max_length=200, description="Whole words in this order"
    )


class _Policy(Policy):
    model_config = EXACT

    topics: list[_ForbiddenTopic] = Field(  # type: ignore[assignment]
        default_factory=list, max_length=50, description="The forbidden topics"
    )


class _TurnLimit(TurnLimit):
    model_config = EXACT


class _BrokenPromise(BrokenPromise):
    model_config = EXACT


class ExactReasons(Reasons):
    """Reasons, where an unknown one is a mistake."""

    model_config = EXACT

    no_match: ExactHandOver = Field(default_factory=ExactHandOver)
    low_confidence: ExactHandOver = Field(default_factory=ExactHandOver)
    answer_rejected: _AnswerRejected = Field(default_factory=_AnswerRejected)
    action_failed: ExactHandOver = Field(default_factory=ExactHandOver)
    action_denied: ExactHandOver = Field(default_factory=ExactHandOver)
    asked_for_person: _AskedForPerson = Field(default_factory=_AskedForPerson)
    repeated_question: _RepeatedQuestion = Field(default_factory=_RepeatedQuestion)
    policy: _Policy = Field(default_factory=_Policy)
    turn_limit: _TurnLimit = Field(default_factory=_TurnLimit)
    broken_promise: _BrokenPromise = Field(default_factory=_BrokenPromise)
