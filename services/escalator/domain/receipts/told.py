"""When the user is told what: "sent" only after a destination accepted."""

from enum import StrEnum

from services.escalator.domain.conversation import Escalation, Told
from services.escalator.domain.receipts.delivery import DeliveryStatus


class Tell(StrEnum):
    """What to tell the user now."""

    NOTHING = "nothing"
    HANDOFF_SAVED = "handoff_saved"
    HANDOFF_DELIVERED = "handoff_delivered"
    RECEIPT_DELIVERED = "receipt_delivered"
    RECEIPT_DELAYED = "receipt_delayed"
    SAVED_AND_DELAYED = "saved_and_delayed"


def decide_on_acceptance(escalation: Escalation) -> Tell:
    """Return what to tell when a destination has accepted."""
    if _should_stay_silent(escalation):
        return Tell.NOTHING
    match escalation.told:
        case Told.NONE:
            return Tell.HANDOFF_DELIVERED
        case Told.SAVED:
            return Tell.RECEIPT_DELIVERED
        case Told.DELIVERED:
            return Tell.NOTHING


def decide_on_proof_wait_over(escalation: Escalation) -> Tell:
    """Return what to tell when acceptance takes longer than the user should wait."""
    if _should_stay_silent(escalation) or escalation.told is not Told.NONE:
        return Tell.NOTHING
    return Tell.HANDOFF_SAVED


def decide_on_failure(escalation: Escalation) -> Tell:
    """Return what to tell when a destination was given up; *escalation* counts it."""
    if _should_stay_silent(escalation) or escalation.delayed:
        return Tell.NOTHING
    if not has_failed_everywhere(escalation) or escalation.held:
        return Tell.NOTHING
    match escalation.told:
        case Told.NONE:
            return Tell.SAVED_AND_DELAYED
        case Told.SAVED:
            return Tell.RECEIPT_DELAYED
        case Told.DELIVERED:
            return Tell.NOTHING


def choose_fallback(escalation: Escalation) -> tuple[str, ...]:
    """Return the destinations to ask now that every one of the route has failed.

    None is asked twice, and none for what nobody waits for any more.
    """
    if escalation.closed or not has_failed_everywhere(escalation):
        return ()
    return tuple(
        each
        for each in dict.fromkeys(escalation.fallback)
        if each not in escalation.deliveries
    )


def has_failed_everywhere(escalation: Escalation) -> bool:
    """Return whether no destination has it, and none is being tried."""
    return all(
        one.status is DeliveryStatus.FAILED for one in escalation.deliveries.values()
    )


def _should_stay_silent(escalation: Escalation) -> bool:
    """Return whether the user has no need to hear of deliveries.

    A part split off is the team's own business. One that was resolved was told so;
    one that was merged lives on, and its user still waits for the hand-off.
    """
    if escalation.split_from is not None:
        return True
    merged_long_ago = escalation.merged_into and not escalation.merged_into_lane
    return escalation.closed and not merged_long_ago
