"""What can come of one event: its reason, what the user reads, what is published."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.resolver.domain.conversation import (
    Attempt,
    Call,
    Conversation,
    Kind,
    Request,
)
from services.resolver.domain.ranking import Candidate
from shared import ids


class Why(StrEnum):
    """Why a record was decided as it was; the same word everywhere it shows."""

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

    DOCUMENT_ANSWERS = "document_answers"
    ACTION_SUCCEEDED = "action_succeeded"
    ACTION_CALLED = "action_called"
    ENDPOINT_CALLED = "endpoint_called"
    APPROVAL_ASKED = "approval_asked"
    PARAMETERS_ASKED = "parameters_asked"
    CONFIRMATION_ASKED = "confirmation_asked"
    REQUEST_WITHDRAWN = "request_withdrawn"

    ASKED_AGAIN = "asked_again"
    GREETED = "greeted"
    INVITED = "invited"
    SMALL_TALK = "small_talk"

    ANSWERED_MEANWHILE = "answered_meanwhile"
    STILL_WAITING = "still_waiting"
    PEOPLE_HAVE_IT = "people_have_it"
    RECORDED = "recorded"
    HELPFUL = "helpful"
    UNKNOWN_CALL = "unknown_call"
    UNKNOWN_REPLY = "unknown_reply"
    CALL_ENDED = "call_ended"
    CONVERSATION_CLOSED = "conversation_closed"
    PEOPLE_TOOK_IT = "people_took_it"
    PEOPLE_ARE_DONE = "people_are_done"
    HANDED_BACK = "handed_back"
    ESCALATION_KNOWN = "escalation_known"


@dataclass(slots=True)
class Context:
    """Who asked, from where, with the app in which state."""

    user: dict[str, Any] | None = None
    session: dict[str, Any] | None = None
    app_state: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Answering:
    """Show *text*; *citations* say where it comes from."""

    text: str
    citations: tuple[Candidate, ...] = ()
    meanwhile: bool = False
    """Whether people have the conversation, and keep it."""


@dataclass(frozen=True, slots=True)
class Calling:
    """Ask the platform to run an action."""

    text: str
    call: Call


@dataclass(frozen=True, slots=True)
class Asking:
    """Ask the user for what an action needs."""

    text: str
    missing: tuple[str, ...]
    why: Why | None = None
    """Why nothing answered, where we ask on in people's place; or that it was
    withdrawn."""
    tried: tuple[str, ...] = ()
    """Beside that: names of what was nearest, the nearest first."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Say that what the user wrote is with the team, and how it stands."""

    text: str
    escalation_id: str
    number: str


@dataclass(slots=True)
class Solved:
    """A request answered."""

    request: Request
    kind: Kind
    name: str
    title: str
    attempts: tuple[Attempt, ...]


@dataclass(slots=True)
class Unsolved:
    """A request for people."""

    request: Request
    why: Why
    attempts: tuple[Attempt, ...]
    detail: str | None = None
    """What the reason was found in: a topic's name, a promise."""
    language: str | None = None
    """The user's, as a BCP 47 tag, where it is known."""


@dataclass(slots=True)
class Step:
    """What one record means: the next state, and all that follows."""

    why: Why
    state: Conversation
    reply: Answering | Calling | Asking | Waiting | None = None
    result: Solved | Unsolved | None = None
    call: Call | None = None
    """An action that we run ourselves, at its endpoint."""

    @property
    def outcome(self) -> str:
        """Return the kind of outcome, for metrics and the dry run."""
        if isinstance(self.result, Unsolved):
            return "unresolved"
        if isinstance(self.result, Solved):
            return "resolved"
        if isinstance(self.reply, Waiting):
            return "waiting"
        silent = self.reply is None and self.call is None
        return "silent" if silent else "asked"


@dataclass(slots=True)
class Turn:
    """One thing to decide: which event, about which request, in which context."""

    app_id: str
    conversation_id: str
    event_id: str
    """The event that makes us decide; what we publish derives its ids from it."""
    request: Request
    context: Context
    now: datetime
    query: str = ""
    """What a follow-up is searched with: its words after those it goes on from."""

    @property
    def call_id(self) -> str:
        """Return the id of the call that this turn may make."""
        return ids.derive("call", self.app_id, self.event_id)

    @property
    def reply_id(self) -> str:
        """Return the id of the answer that this turn may give."""
        return self.reply_id_of("answer")

    def reply_id_of(self, kind: str) -> str:
        """Return the id of this turn's reply of *kind*."""
        return ids.derive("reply", self.app_id, self.event_id, kind)


@dataclass(slots=True)
class Decided:
    """A step, and the turn it answers where it says anything."""

    step: Step
    turn: Turn | None = None
    before: "tuple[Decided, ...]" = ()
    """What is said in the same breath to earlier messages, and said first."""


@dataclass(frozen=True, slots=True)
class GoOn:
    """An action is over without having helped: documents come next, then people."""

    state: Conversation
    turn: Turn
    """Its request is the one to search for, in whatever words the last message was."""
    tried: tuple[Attempt, ...]
    otherwise: Why
    """Why people get it where no document answers."""
