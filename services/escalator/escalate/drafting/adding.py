"""What is added to an open escalation, and passed on to those who have it."""

from dataclasses import replace

from services.escalator.domain.conversation import Escalation, Request
from services.escalator.escalate.drafting import packets
from services.escalator.escalate.drafting.draft import USER, Draft
from services.escalator.escalate.ports import History
from shared.events import Change


def add_request(draft: Draft, request: Request) -> Escalation:
    """Add what was tried for a further request to the open escalation."""
    current = draft.conversation.current
    assert current is not None
    return draft.update(
        replace(current, language=request.language or current.language),
        Change.MESSAGE_ADDED,
        actor=USER,
        reason=str(request.reason),
        text=request.text or None,
        request=request,
    )


async def add_message(
    draft: Draft, history: History, escalation: Escalation, text: str
) -> Escalation:
    """Add what the user said after the opening, and pass it on."""
    escalation = draft.update(
        escalation, Change.MESSAGE_ADDED, actor=USER, reason="message_added", text=text
    )
    return await add_news(draft, history, escalation, text)


async def add_news(
    draft: Draft, history: History, escalation: Escalation, text: str
) -> Escalation:
    """Have *text* sent to every destination, now or when it has accepted."""
    history.added.setdefault(escalation.escalation_id, []).append(text)
    escalation = draft.note_added(escalation, text)
    return await packets.send_news(draft, history, escalation)
