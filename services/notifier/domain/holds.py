"""When a delivery may not be tried yet, and how it waits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.notifier.domain.delivery import (
    OPEN,
    RECHECK,
    Delivery,
    Recipient,
    RecipientStatus,
    Status,
)
from services.notifier.domain.outcomes import Reason


@dataclass(frozen=True, slots=True)
class Earlier:
    """A delivery of the same lane to the same destination, before the one at hand."""

    delivery_id: str
    status: Status
    due_at: datetime
    pending: frozenset[str]
    """Addresses it has not reached yet."""
    reached: frozenset[str]
    """Addresses whose far side accepted it."""


@dataclass(frozen=True, slots=True)
class Held:
    """Who must not get the later news before the earlier: everybody, or *addresses*."""

    until: datetime | None = None
    """Set when the whole delivery waits."""
    addresses: frozenset[str] = frozenset()


def decide_hold(earlier: Sequence[Earlier], *, now: datetime) -> Held:
    """Return who waits behind *earlier*. A dead one holds nobody up.

    An open one that reached nobody holds everybody; one that reached somebody holds
    only those it has not reached, so that a full mailbox delays nobody else.
    """
    still_open = [each for each in earlier if each.status in OPEN]
    blocking = [each for each in still_open if not each.reached]
    if blocking:
        latest = max(each.due_at for each in blocking)
        return Held(until=max(latest, now) + RECHECK)
    return Held(addresses=frozenset().union(*(each.pending for each in still_open)))


def hold_behind(delivery: Delivery, until: datetime) -> Delivery:
    """Return *delivery* put back behind an earlier one; no try is counted."""
    return replace(
        delivery, status=Status.PENDING, reason=Reason.BEHIND_EARLIER, due_at=until
    )


def hold_for_destination(delivery: Delivery) -> Delivery:
    """Return *delivery* waiting for its destination to exist."""
    return replace(delivery, status=Status.WAITING, reason=Reason.NO_DESTINATION)


def give_up_waiting(delivery: Delivery, now: datetime) -> Delivery:
    """Return *delivery* given up: nobody ever made its destination."""
    return replace(
        delivery, status=Status.DEAD, reason=Reason.NO_DESTINATION, closed_at=now
    )


def hold_for_circuit(delivery: Delivery, until: datetime) -> Delivery:
    """Return *delivery* put back until the far side may be probed again."""
    return replace(
        delivery, status=Status.RETRY, reason=Reason.CIRCUIT_OPEN, due_at=until
    )


def redrive(delivery: Delivery, *, now: datetime) -> Delivery:
    """Return a dead *delivery* with fresh tries; who has it already keeps it."""
    return replace(
        delivery,
        status=Status.PENDING,
        reason=Reason.REDRIVEN,
        due_at=now,
        step=0,
        closed_at=None,
        redriven=delivery.redriven + 1,
        recipients=tuple(
            Recipient(each.address) if each.status is RecipientStatus.DEAD else each
            for each in delivery.recipients
        ),
    )
