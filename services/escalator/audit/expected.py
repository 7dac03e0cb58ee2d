"""Which timers a conversation waits for: each is stored, or it fires never.

Pure: a timer is named as the decision that set it named it, so that setting it again
is setting it once.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.escalator.audit.finding import Kind, asked_since
from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.domain.lifecycle.consultations import ConsultationState
from services.escalator.domain.lifecycle.waiting import asking_of, silent_since
from services.escalator.domain.promises.expectation import warn_at
from services.escalator.domain.receipts.told import Tell, decide_on_proof_wait_over
from services.escalator.escalate.acknowledgement.claims import CLAIM_END
from services.escalator.escalate.acknowledgement.levels import LEVEL_DUE, level_timer
from services.escalator.escalate.drafting.draft import timer_id
from services.escalator.escalate.drafting.promised import PROMISE_MISSED, PROMISE_NEAR
from services.escalator.escalate.lifecycle.consulting import CONSULTATION_END
from services.escalator.escalate.lifecycle.marking import SNOOZE_END
from services.escalator.escalate.opening import PROOF_WAIT, TRIGGER_WAIT
from services.escalator.escalate.promises.hours import calendar_of
from shared.events import Preferences
from shared.events.preferences import to_timedelta
from shared.kafka.deciding.decisions import Timer

MARGIN = timedelta(seconds=60)
"""How late a timer may be before what it should have done counts as missing."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A timer that must be stored: one of these *kinds* with this in its payload."""

    escalation_id: str
    kinds: frozenset[str]
    says: tuple[str, str]
    """A field of the payload, and what stands in it."""
    timer: Timer
    """What to store where there is none."""
    missing: Kind = Kind.TIMER_MISSING

    def is_met_by(self, timer: Timer) -> bool:
        """Return whether *timer* is it."""
        name, value = self.says
        return timer.kind in self.kinds and timer.payload.get(name) == value


@dataclass(frozen=True, slots=True)
class Rules:
    """What an app wants, as far as timers follow from it."""

    preferences: Preferences
    proof_wait: timedelta
    trigger_wait: timedelta


def expected_timers(
    conversation: Conversation,
    lane: str,
    rules: Rules,
    *,
    decided: Collection[str],
    now: datetime,
) -> Iterator[Expected]:
    """Yield each timer that *conversation* waits for; *decided*: timers that fired."""
    yield from _of_conversation(conversation, lane, now + rules.trigger_wait)
    for escalation in conversation.escalations:
        if decide_on_proof_wait_over(escalation) is Tell.HANDOFF_SAVED:
            yield _proof(escalation, lane, rules, now=now)
        if escalation.closed:
            continue
        if escalation.next_level_at is not None:
            yield _level(escalation, lane)
        if escalation.snoozed_until is not None:
            yield _snooze(escalation, lane)
        if escalation.promised is not None:
            yield _promise(escalation, lane, rules, decided=decided)
        if (claim := _claim(escalation, lane, rules, now=now)) is not None:
            yield claim


def _of_conversation(
    conversation: Conversation, lane: str, wait_until: datetime
) -> Iterator[Expected]:
    """Yield what requests and questions wait for, a request until *wait_until*."""
    for request in conversation.waiting:
        app_id, conversation_id = conversation.app_id, conversation.conversation_id
        parts = (app_id, conversation_id, request.event_id)
        said = ("event_id", request.event_id)
        yield _expect("", lane, TRIGGER_WAIT, parts, said, due_at=wait_until)
    for one in conversation.consultations:
        if one.state is ConsultationState.OPEN:
            name = one.consultation_id
            said = ("consultation_id", name)
            yield _expect(
                "", lane, CONSULTATION_END, (name,), said, due_at=one.expires_at
            )


def near_timers(conversation: Conversation) -> list[str]:
    """Return the ids of the timers that warn of promises, to see which have fired."""
    return [
        timer_id(PROMISE_NEAR, each.promised.promise_id)
        for each in conversation.escalations
        if each.promised is not None
    ]


def find_missing(
    expected: Iterator[Expected], stored: Sequence[Timer]
) -> list[Expected]:
    """Return what is expected and not stored."""
    return [
        each for each in expected if not any(each.is_met_by(timer) for timer in stored)
    ]


def _expect(
    escalation_id: str,
    lane: str,
    kind: str,
    parts: Sequence[str],
    says: tuple[str, str],
    *,
    due_at: datetime,
) -> Expected:
    payload = {says[0]: says[1]}
    if escalation_id:
        payload["escalation_id"] = escalation_id
    timer = Timer(timer_id(kind, *parts), lane, due_at, kind, payload)
    return Expected(escalation_id, frozenset({kind}), says, timer)


def _proof(
    escalation: Escalation, lane: str, rules: Rules, *, now: datetime
) -> Expected:
    name = escalation.escalation_id
    own = rules.preferences.proof_wait
    wait = rules.proof_wait if own is None else to_timedelta(own)
    due = asked_since(escalation) + wait
    says = ("escalation_id", name)
    found = _expect(name, lane, PROOF_WAIT, asking_of(escalation), says, due_at=due)
    untold = now > due + MARGIN
    missing = Kind.USER_UNTOLD if untold else Kind.TIMER_MISSING
    return Expected(name, found.kinds, found.says, found.timer, missing)


def _level(escalation: Escalation, lane: str) -> Expected:
    assert escalation.next_level_at is not None
    parts, moment = level_timer(escalation)
    name = escalation.escalation_id
    return _expect(
        name,
        lane,
        LEVEL_DUE,
        parts,
        ("moment", moment),
        due_at=escalation.next_level_at,
    )


def _snooze(escalation: Escalation, lane: str) -> Expected:
    due = escalation.snoozed_until
    assert due is not None
    name, until = escalation.escalation_id, due.isoformat()
    # Its own id holds the revision at which it was put to rest, which is not kept.
    parts = (name, until, "audit")
    return _expect(name, lane, SNOOZE_END, parts, ("until", until), due_at=due)


def _promise(
    escalation: Escalation, lane: str, rules: Rules, *, decided: Collection[str]
) -> Expected:
    """Return the warning of its promise, or the miss where the warning was given."""
    owed = escalation.promised
    assert owed is not None
    name, says = escalation.escalation_id, ("promise_id", owed.promise_id)
    near = _expect(
        name,
        lane,
        PROMISE_NEAR,
        (owed.promise_id,),
        says,
        due_at=warn_at(
            calendar_of(rules.preferences.hours),
            told_at=owed.promised_at,
            due_at=owed.due_at,
        ),
    )
    missed = _expect(
        name, lane, PROMISE_MISSED, (owed.promise_id, "audit"), says, due_at=owed.due_at
    )
    warned = near.timer.timer_id in decided
    timer = missed.timer if warned else near.timer
    return Expected(name, near.kinds | missed.kinds, says, timer)


def _claim(
    escalation: Escalation, lane: str, rules: Rules, *, now: datetime
) -> Expected | None:
    """Return what gives back a claim whose holder has been silent for too long.

    Before that its timer may have gone: the wish may be newer than the claim.
    """
    lasts = rules.preferences.acknowledgement.claim_for
    silent = silent_since(escalation)
    if not lasts or silent is None or now < silent + to_timedelta(lasts) + MARGIN:
        return None
    name, due = escalation.escalation_id, silent + to_timedelta(lasts)
    parts = (name, due.isoformat(), "audit")
    return _expect(name, lane, CLAIM_END, parts, ("escalation_id", name), due_at=due)
