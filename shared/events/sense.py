"""When an app's requests go to people, and what is said where they do not."""

from pydantic import Field

from shared.events.base import Model


class HandOver(Model):
    """One reason to hand a request to people."""

    enabled: bool = Field(
        default=True, description="Whether this is a reason at all for this app"
    )
    times: int = Field(
        default=1,
        ge=1,
        le=10,
        description="How many turns must have failed, of whatever reason, before it is",
    )


class AnswerRejected(HandOver):
    """The user turned an answer down."""

    in_words: bool = Field(
        default=True, description='"That didn\'t help" counts like a thumb down'
    )


class AskedForPerson(Model):
    """The user asks for a person in words; the button always hands over."""

    enabled: bool = Field(default=True, description="Whether the words are listened to")


class RepeatedQuestion(Model):
    """The user asks the same again after an answer to it."""

    enabled: bool = Field(default=True, description="Whether it is a reason")
    times: int = Field(
        default=2, ge=2, le=4, description="The asking that goes to people"
    )
    similarity: float = Field(
        default=0.8,
        ge=0.5,
        le=1,
        description="Share of the words that must be the same, by their length",
    )


class ForbiddenTopic(Model):
    """What the assistant must leave to people."""

    name: str = Field(min_length=1, max_length=100, description="What people call it")
    phrases: list[str] = Field(
        min_length=1,
        max_length=200,
        description="Whole words in this order; `*` ends a beginning: `lawsuit*`",
    )


class Policy(Model):
    """Topics that go to people before anything is searched."""

    enabled: bool = Field(default=True, description="Whether topics are looked for")
    topics: list[ForbiddenTopic] = Field(
        default_factory=list, max_length=50, description="The forbidden topics"
    )


class TurnLimit(Model):
    """The user has written so often and nothing is resolved."""

    enabled: bool = Field(default=True, description="Whether it is a reason")
    turns: int = Field(
        default=8, ge=1, le=100, description="User messages without a resolution"
    )


class BrokenPromise(Model):
    """The chat's assistant promises a person, and nobody was asked."""

    enabled: bool = Field(default=True, description="Whether promises are kept for it")


class Reasons(Model):
    """When requests go to people; `resolver_error` always is a reason."""

    no_match: HandOver = Field(default_factory=HandOver, description="Nothing is near")
    low_confidence: HandOver = Field(
        default_factory=HandOver, description="Something is near, not near enough"
    )
    answer_rejected: AnswerRejected = Field(
        default_factory=AnswerRejected, description="The answer did not help"
    )
    action_failed: HandOver = Field(
        default_factory=HandOver, description="An action failed or never came back"
    )
    action_denied: HandOver = Field(
        default_factory=HandOver, description="The user did not approve an action"
    )
    asked_for_person: AskedForPerson = Field(
        default_factory=AskedForPerson, description="In words, in many languages"
    )
    repeated_question: RepeatedQuestion = Field(
        default_factory=RepeatedQuestion, description="The same question again"
    )
    policy: Policy = Field(default_factory=Policy, description="A forbidden topic")
    turn_limit: TurnLimit = Field(
        default_factory=TurnLimit, description="Too many turns without a resolution"
    )
    broken_promise: BrokenPromise = Field(
        default_factory=BrokenPromise,
        description="Opens what the chat's own assistant promised (`asked_for_person`)",
    )


def _text(says: str) -> str | None:
    text: str | None = Field(default=None, max_length=2000, description=says)
    return text


class Replies(Model):
    """What the resolver says of its own; null is our text in the user's language."""

    greeting: str | None = _text("To a greeting")
    thanks: str | None = _text("To thanks or a farewell; null says nothing")
    no_match: str | None = _text("Nothing was found, and people are not asked")
    low_confidence: str | None = _text("Something is near: `{titles}`")
    answer_rejected: str | None = _text("An answer did not help")
    action_failed: str | None = _text("An action failed")
    action_denied: str | None = _text("An action was not approved")
