"""What the user is told of an escalation, as it is published."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.escalator.domain.conversation import Escalation, Json, Told
from services.escalator.domain.lifecycle.waiting import asking_of
from services.escalator.domain.receipts.causes import choose_kind
from services.escalator.domain.receipts.told import Tell
from services.escalator.domain.transcripts.line import described
from services.escalator.domain.transcripts.projection import (
    merge_user,
    should_ask_for_contact,
)
from services.escalator.escalate.drafting.draft import Draft
from services.escalator.escalate.drafting.wording import (
    HANDOFF,
    hand_off_texts,
    text_for,
)
from services.escalator.escalate.promises.promising import (
    promise,
    with_expectation,
    without_past_time,
)
from shared import ids
from shared.events import (
    Attachment,
    Author,
    EscalationStatus,
    Handoff,
    Question,
    Receipt,
    TeammateReply,
)

SATISFACTION = "satisfaction"


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
            return _delay(draft, escalation)
        case Tell.SAVED_AND_DELAYED:
            saved = hand_off(draft, escalation, Told.SAVED, "saved_undelivered")
            return _delay(draft, saved)


def hand_off(
    draft: Draft, escalation: Escalation, told: Told, exact: str = ""
) -> Escalation:
    """Say once that people have the request, or that it is kept for them.

    *exact* is the kind of our text that says more of how it is kept.
    """
    conversation = draft.conversation
    escalation = with_expectation(draft, escalation)
    kind = "saved" if told is Told.SAVED else HANDOFF
    user = merge_user(conversation.user, None, conversation.contact)
    contact_needed = should_ask_for_contact(user)
    text, ask = hand_off_texts(
        draft, escalation, kind, exact, contact_needed=contact_needed
    )
    reply = Handoff(
        **_common(draft, escalation, "handoff", *asking_of(escalation)[1:]),
        text=text,
        number=escalation.number,
        status=told.value,
        expected_by=escalation.expected_by,
        asked_at=escalation.waiting_since
        if escalation.asked
        else escalation.occurred_at,
        contact_needed=contact_needed,
        contact_text=ask,
    )
    draft.reply(reply, role="assistant")
    promised = promise(draft, escalation, reply.text)
    return draft.put(replace(promised, told=told, told_at=draft.now))


def _delay(draft: Draft, escalation: Escalation) -> Escalation:
    """Say that no destination has it, in the words of why."""
    failed = sorted(
        escalation.deliveries.values(), key=lambda each: each.at or draft.now
    )
    kind = choose_kind(each.proof for each in failed)
    exact = f"delayed_{kind}" if kind else ""
    receipt(draft, escalation, "delayed", exact, cause=failed[-1].proof)
    return draft.put(replace(escalation, delayed=True))


def receipt(
    draft: Draft,
    escalation: Escalation,
    status: str,
    exact: str = "",
    *,
    cause: str | None = None,
) -> str | None:
    """Return what the user is told of the escalation; None where no text says it.

    *exact* is the kind of our text that says more than *status*, *cause* why.
    """
    escalation = without_past_time(escalation, now=draft.now)
    text = text_for(draft, escalation, status, exact)
    if text is not None:
        _publish(draft, escalation, status, text, cause)
    return text


def _publish(
    draft: Draft, escalation: Escalation, status: str, text: str, cause: str | None
) -> None:
    parts = ("receipt", status, str(escalation.revision))
    draft.reply(
        Receipt(
            **_common(draft, escalation, *parts),
            text=text,
            number=escalation.number,
            status=status,
            expected_by=escalation.expected_by,
            cause=cause,
        )
    )


KNOWN_ISSUE = "known_issue"
KNOWN_ISSUE_TEXTS = (
    "known_issue_count_until",
    "known_issue_until",
    "known_issue_count",
)
"""Our own texts, the one that says most first: without a value it is passed over."""


def known_issue(
    draft: Draft,
    escalation: Escalation,
    *,
    since: datetime,
    until: datetime | None,
    count: str,
) -> None:
    """Tell the user since when people know of the problem, and how many have it."""
    escalation = without_past_time(escalation, now=draft.now)
    text = text_for(
        draft,
        escalation,
        KNOWN_ISSUE,
        *KNOWN_ISSUE_TEXTS,
        times={"since": since, "until": until},
        count=count,
    )
    if text is not None:
        _publish(draft, escalation, KNOWN_ISSUE, text, None)


def fixed(draft: Draft, escalation: Escalation, *, note_id: str, text: str) -> None:
    """Tell the user that what they asked works now, in words that quote it."""
    draft.reply(
        Receipt(
            **_common(draft, escalation, "receipt", "fixed", note_id),
            text=text,
            number=escalation.number,
            status="fixed",
        )
    )


def answer(
    draft: Draft,
    escalation: Escalation,
    *,
    author: str,
    text: str,
    files: Sequence[Attachment] = (),
) -> None:
    """Give the user a person's answer.

    Files without words are named in words: not every chat shows attachments.
    """
    parts = ("teammate_reply", str(escalation.revision))
    reply = TeammateReply(
        **_common(draft, escalation, *parts),
        text=text or described([each.model_dump() for each in files]),
        author=Author(name=author),
        attachments=list(files),
    )
    draft.reply(reply, role="teammate")


def handed_back_text(draft: Draft, escalation: Escalation) -> str:
    """Return what the user reads when a person gives the conversation back."""
    return text_for(draft, escalation, "handed_back") or ""


def ask_satisfaction(draft: Draft, escalation: Escalation) -> Escalation:
    """Ask once, now that people are done, how satisfied the user is, if the app does.

    A part that the team split off is the same matter to its user.
    """
    wanted = draft.app.preferences.satisfaction.ask and escalation.split_from is None
    if not wanted or escalation.satisfaction_asked:
        return escalation
    text = text_for(draft, escalation, "satisfaction") or ""
    question = Question(
        **_common(draft, escalation, SATISFACTION),
        text=text,
        missing=["score"],
        number=escalation.number,
    )
    draft.reply(question)
    return draft.put(replace(escalation, satisfaction_asked=True))


def satisfaction_reply_id(escalation: Escalation) -> str:
    """Return the id of the one question that *escalation*'s user is asked."""
    return ids.derive("reply", escalation.escalation_id, SATISFACTION)


def first_answer(draft: Draft, before: Escalation, after: Escalation) -> None:
    """Say that a person answered, where the app has words for it beside the answer."""
    answered = EscalationStatus.ANSWERED
    if after.status is answered and before.status is not answered:
        receipt(draft, after, "answered")


def _common(draft: Draft, escalation: Escalation, *parts: str) -> Json:
    return draft.common() | {
        "reply_id": ids.derive("reply", escalation.escalation_id, *parts),
        "in_reply_to": escalation.asked_by,
        "escalation_id": escalation.escalation_id,
    }
