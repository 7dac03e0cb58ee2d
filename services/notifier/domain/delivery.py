"""A delivery and its states: waiting, pending, sending, retry, delivered, dead."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.notifier.domain.outcomes import (
    Accepted,
    Deferred,
    Outcome,
    Reason,
    Refused,
)
from services.notifier.domain.schedule import decide_wait
from shared.codec import Unknown
from shared.retry import Schedule
from shared.text import cut


class Status(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    PENDING = "pending"
    SENDING = "sending"
    RETRY = "retry"
    DELIVERED = "delivered"
    DEAD = "dead"


OPEN = (Status.WAITING, Status.PENDING, Status.SENDING, Status.RETRY)
"""Not over yet: whatever comes later for the same people waits."""

ATTEMPTS_KEPT = 50
DETAIL_CHARS = 500
"""Far sides can be talkative; a person needs the first lines."""
RECHECK = timedelta(seconds=1)
"""How soon a delivery looks again for one before it that is being sent."""


class RecipientStatus(StrEnum):
    """Where one recipient of a delivery stands."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address of a delivery; each gets a message of its own."""

    address: str
    status: RecipientStatus = RecipientStatus.PENDING
    reason: str = ""
    detail: str = ""
    """The far side's words: the proof, or the last error."""
    at: datetime | None = None
    message_id: str = ""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at one recipient."""

    number: int
    address: str
    at: datetime
    outcome: str
    reason: str
    detail: str
    seconds: float
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)


@dataclass(frozen=True, slots=True)
class Delivery:
    """The sending of one notification, over all tries."""

    delivery_id: str
    app_id: str
    lane: str
    conversation_id: str
    destination_id: str
    escalation_id: str
    number: str
    kind: str
    revision: int
    order: str
    """Sorts the deliveries of one lane to one destination as they happened."""
    request: bytes
    occurred_at: datetime
    created_at: datetime
    due_at: datetime
    status: Status = Status.PENDING
    reason: str = Reason.QUEUED
    channel: str = ""
    token: int = 0
    """Counts the owners; a write with an old one is refused."""
    tries: int = 0
    step: int = 0
    """Place in the retry schedule; back at 0 after a redrive."""
    recipients: tuple[Recipient, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    accepted_at: datetime | None = None
    closed_at: datetime | None = None
    announced: tuple[str, ...] = ()
    """Events already decided, so that none is published as news twice."""
    redriven: int = 0
    traceparent: bytes | None = None
    user_id: str = ""
    """Whose packet it is, where the packet says so."""
    personal: bool = True
    """Whether it holds anything of a user; the news of an erasure does not."""
    lists: tuple[str, ...] = ()
    """Of a digest or a report: the conversations that it tells of."""

    @property
    def pending(self) -> tuple[Recipient, ...]:
        """Return the recipients that are neither accepted nor given up."""
        return self._having(RecipientStatus.PENDING)

    @property
    def accepted(self) -> tuple[Recipient, ...]:
        """Return the recipients whose far side took it."""
        return self._having(RecipientStatus.ACCEPTED)

    @property
    def refused(self) -> tuple[Recipient, ...]:
        """Return the recipients given up for good."""
        return self._having(RecipientStatus.DEAD)

    @property
    def last_error(self) -> str:
        """Return the far side's last words of failure."""
        return next(
            (
                each.detail
                for each in reversed(self.attempts)
                if each.detail and each.outcome != RecipientStatus.ACCEPTED
            ),
            "",
        )

    def _having(self, status: RecipientStatus) -> tuple[Recipient, ...]:
        return tuple(each for each in self.recipients if each.status == status)


def plan_recipients(delivery: Delivery, addresses: Sequence[str]) -> Delivery:
    """Return *delivery* with the destination's present *addresses*.

    What was accepted or given up stays as it is; a pending address that the
    destination no longer has is dropped.
    """
    known = {each.address: each for each in delivery.recipients}
    settled = tuple(
        each
        for each in delivery.recipients
        if each.status is not RecipientStatus.PENDING and each.address not in addresses
    )
    present = tuple(
        known.get(address, Recipient(address)) for address in dict.fromkeys(addresses)
    )
    return replace(delivery, recipients=settled + present)


def note_outcome(
    delivery: Delivery,
    address: str,
    outcome: Outcome,
    *,
    now: datetime,
    seconds: float,
) -> Delivery:
    """Return *delivery* after one try at *address*."""
    status, reason, detail = _told(outcome)
    detail = cut(detail, DETAIL_CHARS)
    attempt = Attempt(
        number=delivery.tries,
        address=address,
        at=now,
        outcome="deferred" if status is RecipientStatus.PENDING else status,
        reason=reason,
        detail=detail,
        seconds=round(seconds, 3),
    )
    known_as = outcome.message_id if isinstance(outcome, Accepted) else ""
    recipients = tuple(
        replace(
            each,
            status=status,
            reason=reason,
            detail=detail,
            at=now,
            message_id=known_as,
        )
        if each.address == address
        else each
        for each in delivery.recipients
    )
    first = delivery.accepted_at
    if first is None and status is RecipientStatus.ACCEPTED:
        first = now
    return replace(
        delivery,
        recipients=recipients,
        attempts=(*delivery.attempts, attempt)[-ATTEMPTS_KEPT:],
        accepted_at=first,
    )


def _told(outcome: Outcome) -> tuple[RecipientStatus, str, str]:
    match outcome:
        case Accepted(proof):
            return RecipientStatus.ACCEPTED, Reason.ACCEPTED, proof
        case Refused(reason, detail):
            return RecipientStatus.DEAD, reason, detail
        case Deferred(reason, detail):
            return RecipientStatus.PENDING, reason, detail


def decide_next(
    delivery: Delivery,
    deferred: Sequence[Deferred],
    *,
    now: datetime,
    schedule: Schedule,
    chance: float,
) -> Delivery:
    """Return *delivery* after a pass over its recipients: over, or to be tried again.

    *deferred* holds what this pass could not settle. Without any, recipients can only
    be pending because an earlier notification has not reached them yet.
    """
    if not delivery.pending:
        return _closed(delivery, now)
    if not deferred:
        return replace(
            delivery,
            status=Status.PENDING,
            reason=Reason.BEHIND_EARLIER,
            due_at=now + RECHECK,
        )
    step = delivery.step + 1
    asked = [each.retry_after for each in deferred if each.retry_after is not None]
    wait = decide_wait(
        step, schedule, chance=chance, retry_after=max(asked, default=None)
    )
    last = deferred[-1]
    if wait is None:
        given_up = replace(delivery, step=step, recipients=_given_up(delivery))
        return _closed(given_up, now)
    return replace(
        delivery, status=Status.RETRY, reason=last.reason, step=step, due_at=now + wait
    )


def _given_up(delivery: Delivery) -> tuple[Recipient, ...]:
    return tuple(
        replace(each, status=RecipientStatus.DEAD, reason=Reason.RETRIES_EXHAUSTED)
        if each.status is RecipientStatus.PENDING
        else each
        for each in delivery.recipients
    )


def _closed(delivery: Delivery, now: datetime) -> Delivery:
    """Delivered when anybody has it; dead only when nobody does."""
    if delivery.accepted:
        return replace(
            delivery, status=Status.DELIVERED, reason=Reason.ACCEPTED, closed_at=now
        )
    reason = delivery.refused[-1].reason if delivery.refused else Reason.INVALID_ADDRESS
    return replace(delivery, status=Status.DEAD, reason=reason, closed_at=now)


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch of requests."""

    new: frozenset[str]
    """Ids that were not known before."""
    taken: tuple[Delivery, ...]
    """New ones that this instance owns already."""


@dataclass(frozen=True, slots=True)
class Search:
    """Which deliveries to list; None does not narrow."""

    app_id: str
    statuses: Sequence[Status] | None = None
    destination_id: str | None = None
    escalation_id: str | None = None
