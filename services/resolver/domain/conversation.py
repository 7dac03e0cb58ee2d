"""The resolver's memory of one conversation: small, bounded, rebuilt from events."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from services.resolver.domain.catalogue import Action
from services.resolver.domain.course.escalation import Escalation
from services.resolver.domain.words.plain import folded
from shared.codec import Unknown

MAX_ANSWERS = 3
"""Answers that may still be rated or asked again; older ones are past caring."""
MAX_CALLS = 5
MAX_GIVEN = 12
"""Passages that are remembered as given while people have the conversation."""
MAX_ESCALATIONS = 8
"""Enough to recognise a late word about an escalation that is over."""
PATIENCE = timedelta(minutes=10)
"""How long we stay silent on our own hand-off before any escalation was heard of.
A user who is still unheard by then is handed on again rather than left alone; the
escalator adds it to the escalation if there is one after all."""


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


Kind = Literal["action", "document"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One candidate, and what became of it."""

    kind: Kind
    name: str
    title: str
    score: float
    threshold: float
    outcome: AttemptOutcome
    detail: str | None
    started_at: datetime
    duration_ms: float = 0.0
    arguments: dict[str, Any] | None = None
    """What an action was run with, or was to be, as far as it was known."""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)


@dataclass(slots=True)
class Request:
    """The user's words that wait for an answer."""

    event_id: str
    text: str
    at: datetime
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """An action that is run: by the platform, or by us where it has an endpoint."""

    call_id: str
    action: str
    title: str
    arguments: dict[str, Any]
    approval_required: bool
    request: Request
    attempt: Attempt
    due_at: datetime
    endpoint: str | None = None
    caused_by: str = ""
    """The event that made us call it: the request, its last answer, or the approval."""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Question:
    """What an action still needs, asked of the user.

    Where nothing is missing it is their approval: of these very arguments.
    """

    action: Action
    arguments: dict[str, Any]
    missing: tuple[str, ...]
    rounds: int
    request: Request
    attempt: Attempt
    mention: str = ""
    """Why the request may be none, where the user is asked whether it is one."""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer of ours that may be rejected or asked for again."""

    reply_id: str
    asked: str
    """The question, normalised."""
    request: Request
    attempts: tuple[Attempt, ...]
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Progress:
    """How the conversation goes since it began, or since people had it."""

    request: Request | None = None
    """The latest request; a follow-up needs its words."""
    topic: str = ""
    """The words that a follow-up is searched with: what the request was about."""
    turns: int = 0
    """The user's messages since the last resolution that they let stand."""
    failed: int = 0
    """How many of those turns failed."""
    settled: bool = False
    """Whether the last turn was answered."""
    said: tuple[int, ...] = ()
    """Marks of what we said last: a platform may send it back as the assistant's."""
    over_at: datetime | None = None
    """When people were done last; what was said before is theirs."""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)

    @property
    def unknown(self) -> Unknown:
        """Return what only a newer version knows; a copy has to keep it."""
        return self._unknown


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What the user was told since our hand-off, until a person takes it."""

    asked: str = ""
    """The words that were handed off: the same again is no new question."""
    given: tuple[int, ...] = ()
    """Marks of the passages that the user has been given; they are not given again."""
    acknowledged_at: datetime | None = None
    """When the message was said that was acknowledged last."""
    owed: Request | None = None
    """A message to acknowledge as soon as the escalation's number is known."""
    owed_before: tuple[Request, ...] = ()
    """Messages before it that are owed the same, oldest first."""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)

    @property
    def owing(self) -> tuple[Request, ...]:
        """Return the messages to acknowledge, oldest first."""
        return self.owed_before if self.owed is None else (*self.owed_before, self.owed)


@dataclass(slots=True)
class Conversation:
    """Everything the next decision depends on."""

    user: dict[str, Any] | None = None
    session: dict[str, Any] | None = None
    app_state: dict[str, Any] | None = None
    actions: tuple[Action, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    handed_off_at: datetime | None = None
    """Set by our own hand-off until an escalation of it is heard of."""
    calls: tuple[Call, ...] = ()
    question: Question | None = None
    answers: tuple[Answered, ...] = ()
    progress: Progress | None = None
    meanwhile: Meanwhile | None = None
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)

    @property
    def unknown(self) -> Unknown:
        """Return what only a newer version knows; a copy has to keep it."""
        return self._unknown

    def people_have_it(self, now: datetime) -> bool:
        """Return whether people have it, or are about to."""
        if self.handed_off_at is not None and now - self.handed_off_at < PATIENCE:
            return True
        return any(not each.over for each in self.escalations)

    @property
    def held(self) -> Escalation | None:
        """Return the newest escalation that is not over."""
        return next((each for each in self.escalations[::-1] if not each.over), None)

    @property
    def taken(self) -> bool:
        """Return whether a person took what people have: then only people speak."""
        return any(each.taken for each in self.escalations)

    def call(self, call_id: str) -> Call | None:
        """Return the running call of *call_id*."""
        return next((each for each in self.calls if each.call_id == call_id), None)

    def answer(self, reply_id: str) -> Answered | None:
        """Return the answer that was *reply_id*."""
        return next((each for each in self.answers if each.reply_id == reply_id), None)


def without_call(state: Conversation, call: Call) -> Conversation:
    """Return *state* after *call* has ended."""
    return replace(state, calls=tuple(c for c in state.calls if c is not call))


def with_answer(state: Conversation, answered: Answered) -> Conversation:
    """Return *state* with one more answer, the oldest forgotten."""
    return replace(
        state, question=None, answers=(*state.answers, answered)[-MAX_ANSWERS:]
    )


def handed_off(
    state: Conversation, now: datetime, meanwhile: Meanwhile | None = None
) -> Conversation:
    """Return *state* with people in charge; what the assistant was doing ends."""
    return _afresh(state, now, meanwhile)


def fresh_start(state: Conversation) -> Conversation:
    """Return *state* with nothing left of what was asked before.

    Old context would make the next message look like a repeat and hand it off again.
    """
    return _afresh(state, None)


def _afresh(
    state: Conversation,
    handed_off_at: datetime | None,
    meanwhile: Meanwhile | None = None,
) -> Conversation:
    # Spelled out: `replace` costs as much as all else that a message costs us.
    return Conversation(
        user=state.user,
        session=state.session,
        app_state=state.app_state,
        actions=state.actions,
        escalations=state.escalations,
        handed_off_at=handed_off_at,
        meanwhile=meanwhile,
        _unknown=state.unknown,
    )


def with_progress(state: Conversation, progress: Progress | None) -> Conversation:
    """Return *state* with *progress* made."""
    return Conversation(
        user=state.user,
        session=state.session,
        app_state=state.app_state,
        actions=state.actions,
        escalations=state.escalations,
        handed_off_at=state.handed_off_at,
        calls=state.calls,
        question=state.question,
        answers=state.answers,
        progress=progress,
        meanwhile=state.meanwhile,
        _unknown=state.unknown,
    )


def normalised(text: str) -> str:
    """Return *text* without case, punctuation and spacing, to compare questions by."""
    return " ".join(folded(text).split())
