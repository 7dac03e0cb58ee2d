"""A user asks again what was resolved, or took back what nobody has heard of yet."""

from dataclasses import replace

from services.escalator.domain.conversation import Escalation, Request, Told
from services.escalator.domain.lifecycle.asked import Asked
from services.escalator.domain.lifecycle.transitions import Command, decide_transition
from services.escalator.domain.receipts.delivery import Delivery
from services.escalator.escalate.drafting import packets, replies
from services.escalator.escalate.drafting.draft import USER, Draft
from services.escalator.escalate.lifecycle.taking import hold_or_wait
from services.escalator.escalate.ports import History
from shared.events import Change

REOPENED = "reopened"
WITHDRAWN = "withdrawn"


async def take_up_again(
    draft: Draft, history: History, escalation: Escalation, request: Request
) -> Escalation:
    """Ask the same people for *request*, with its own context.

    The user is told as at an opening: only what a destination accepts is sent. Whom it
    was assigned to has it again; who was merged into it was served, and is not asked
    for anew.
    """
    to = decide_transition(Command.REOPEN, escalation.status)
    revision = escalation.revision + 1
    reopened = draft.update(
        replace(
            escalation,
            asked=Asked(request.event_id, request.occurred_at, revision),
            told=Told.NONE,
            told_at=None,
            delayed=False,
            deliveries={
                each: Delivery(added=escalation.added) for each in escalation.deliveries
            },
            merged=(),
            merged_into=None,
            merged_into_lane=None,
            acknowledged_by=None,
            unclaimed_since=draft.now,
            language=request.language or escalation.language,
        ),
        Change.STATUS,
        actor=USER,
        reason=REOPENED,
        to=to,
        text=request.text or None,
        request=request,
    )
    reopened = hold_or_wait(draft, reopened)
    draft.remember_asked(reopened, packets.of_request(request))
    history.asked[reopened.escalation_id] = packets.of_request(request)
    packet = await packets.latest(draft, history, reopened)
    for destination_id in reopened.deliveries:
        packets.send(
            draft,
            reopened,
            destination_id,
            packet,
            kind=REOPENED,
            text=request.text or None,
        )
    return reopened


def withdraw_unheard(draft: Draft, escalation: Escalation) -> Escalation:
    """End at once what its user took back before it was opened: nobody is asked."""
    ended = draft.update(
        escalation,
        Change.STATUS,
        actor=USER,
        reason=WITHDRAWN,
        to=decide_transition(Command.WITHDRAW, escalation.status),
    )
    replies.receipt(draft, ended, WITHDRAWN)
    return ended
