"""What the user is told of an escalation, as it is published."""

from dataclasses import replace

from services.escalator.domain.conversation import Escalation, Json, Told
from services.escalator.domain.projection import merge_user, should_ask_for_contact
from services.escalator.domain.receipts.told import Tell
from services.escalator.escalate.drafting.draft import Draft
from services.escalator.escalate.drafting.wording import HANDOFF, text_for
from shared import ids
from shared.events import Author, Handoff, Receipt, TeammateReply


def tell(draft: Draft, escalation: Escalation, what: Tell) -> Escalation:
    """Tell the user *what* there is to say of the way to the team."""
    match what:
        case Tell.NOTHING:
            return escalation
        case Tell.HANDOFF_SAVED:
            return hand_off(draft, escalation, Told.SAVED)
        case Tell.HANDOFF_DELIVERED:
            return hand_off(draft, escalation, Told.DELIVERED)
        case Tell.RECEIPT_DELIVERED:
            receipt(draft, escalation, "delivered")
            return draft.put(replace(escalation, told=Told.DELIVERED))
        case Tell.RECEIPT_DELAYED:
            receipt(draft, escalation, "delayed")
            return draft.put(replace(escalation, delayed=True))
        case Tell.SAVED_AND_DELAYED:
            saved = hand_off(draft, escalation, Told.SAVED)
            receipt(draft, saved, "delayed")
            return draft.put(replace(saved, delayed=True))


def hand_off(draft: Draft, escalation: Escalation, told: Told) -> Escalation:
    """Say once that people have the request, or that it is kept for them."""
    conversation = draft.conversation
    kind = "saved" if told is Told.SAVED else HANDOFF
    user = merge_user(conversation.user, None, conversation.contact)
    reply = Handoff(
        **_common(draft, escalation, "handoff"),
        text=text_for(draft, escalation, kind) or "",
        number=escalation.number,
        status=told.value,
        expected_by=escalation.expected_by,
        contact_needed=should_ask_for_contact(user),
    )
    draft.reply(reply, role="assistant")
    return draft.put(replace(escalation, told=told, told_at=draft.now))


def receipt(draft: Draft, escalation: Escalation, status: str) -> None:
    """Tell the user what became of the escalation; nothing where no text says it."""
    text = text_for(draft, escalation, status)
    if text is None:
        return
    parts = ("receipt", status, str(escalation.revision))
    draft.reply(
        Receipt(
            **_common(draft, escalation, *parts),
            text=text,
            number=escalation.number,
            status=status,
            expected_by=None if escalation.closed else escalation.expected_by,
        )
    )


def answer(draft: Draft, escalation: Escalation, *, author: str, text: str) -> None:
    """Give the user a person's answer."""
    parts = ("teammate_reply", str(escalation.revision))
    reply = TeammateReply(
        **_common(draft, escalation, *parts), text=text, author=Author(name=author)
    )
    draft.reply(reply, role="teammate")


def handed_back_text(draft: Draft, escalation: Escalation) -> str:
    """Return what the user reads when a person gives the conversation back."""
    return text_for(draft, escalation, "handed_back") or ""


def _common(draft: Draft, escalation: Escalation, *parts: str) -> Json:
    return draft.common() | {
        "reply_id": ids.derive("reply", escalation.escalation_id, *parts),
        "in_reply_to": escalation.asked_by,
        "escalation_id": escalation.escalation_id,
    }
