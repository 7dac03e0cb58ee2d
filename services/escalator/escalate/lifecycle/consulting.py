"""A person is asked and the user is answered; the assistant keeps the conversation."""

from dataclasses import dataclass, replace
from typing import Literal

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.domain.lifecycle.consultations import (
    LASTS,
    MAX_OPEN,
    Consultation,
    ConsultationState,
    count_open,
    find,
    put,
)
from services.escalator.domain.transcripts.projection import Observation, observe
from services.escalator.escalate.drafting import documents, packets, replies, written
from services.escalator.escalate.drafting.draft import HANDRAIL, Draft
from services.escalator.escalate.lifecycle.orders import Task
from services.escalator.escalate.ports import Fresh, History, Ports, to_json
from shared import ids
from shared.errors import Permanent
from shared.events import Change, Model, NotificationReplyReceived, Reason, User
from shared.kafka.deciding.decisions import Decision, Timer
from shared.kafka.records import Record

CONSULTATION_END = "consultation_end"
CONSULTED = "consulted"
ANSWERED = "consultation_answered"
EXPIRED = "consultation_expired"


class OpenQuestion(Model):
    """A question beside a conversation that no people have, until it is asked."""

    kind: Literal["open_question"] = "open_question"
    consultation_id: str
    actor: str
    question: str
    destination: str
    user: User | None = None


class OpenAnswer(Model):
    """The answer to such a question."""

    kind: Literal["open_answer"] = "open_answer"
    consultation_id: str
    actor: str
    author: str = ""
    answer: str


async def consult(task: Task) -> None:
    """Ask somebody about the escalation; who has it does not change."""
    order = task.order
    asked = task.change(
        Change.CONSULTED, CONSULTED, text=f"{order.destination}: {order.text}"
    )
    name = consultation_id_of(task.escalation.escalation_id, order.key)
    one = _new(
        task.draft,
        asked,
        name,
        question=order.text,
        to=order.destination,
        by=order.actor,
    )
    await _ask(task.draft, await task.history(), asked, one)


async def answer(task: Task) -> None:
    """Give the user the answer, in the name of who was asked."""
    order, draft = task.order, task.draft
    one = _open(draft.conversation, order.consultation_id)
    answered = task.change(Change.CONSULTED, ANSWERED, text=order.text)
    _keep(draft, one.answered(order.text, by=order.actor, at=draft.now))
    replies.answer(draft, answered, author=order.said_by, text=order.text)


@dataclass(frozen=True, slots=True)
class Consulting:
    """Questions that no order to an escalation brings."""

    ports: Ports

    async def on_open_question(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        """Ask somebody about a conversation that is the assistant's."""
        order: OpenQuestion = record.event
        seen = Observation(record.source_id, user=to_json(order.user))
        draft = self.ports.draft(observe(state, seen), record)
        number = await self.ports.numbers.next(state.app_id)
        name = order.consultation_id
        one = _new(
            draft,
            _stand_in(draft, name, f"ASK-{number}", order.question),
            name,
            question=order.question,
            to=order.destination,
            by=order.actor,
        )
        one = replace(one, escalation_id="", number=f"ASK-{number}")
        history = await self.ports.history(draft, fresh)
        history.asked[name] = {
            "session": written.to_session(state.session),
            "app_state": state.app_state,
        }
        await _ask(draft, history, _carrier(draft, one), one)
        return draft.decision(CONSULTED)

    async def on_open_answer(
        self, state: Conversation, record: Record, _: Fresh
    ) -> Decision[Conversation]:
        """Give the user the answer to such a question."""
        order: OpenAnswer = record.event
        draft = self.ports.draft(state, record)
        one = _open(state, order.consultation_id)
        author = order.author or order.actor
        _answer_open(draft, one, order.answer, actor=order.actor, author=author)
        return draft.decision(ANSWERED)

    async def on_consultation_over(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        """Wait for the answer no longer, and tell those who have the escalation."""
        timer: Timer = record.event
        one = find(state.consultations, timer.payload["consultation_id"])
        if one is None or one.state is not ConsultationState.OPEN:
            return Decision("already_answered", state)
        draft = self.ports.draft(state, record)
        _keep(
            draft, replace(one, state=ConsultationState.EXPIRED, answered_at=draft.now)
        )
        escalation = state.find(one.escalation_id)
        if escalation is not None and not escalation.closed:
            said = f"{one.to} has not answered: {one.question}"
            expired = draft.update(
                escalation, Change.CONSULTED, actor=HANDRAIL, reason=EXPIRED, text=said
            )
            history = await self.ports.history(draft, fresh)
            await packets.send_again(draft, history, expired, kind=EXPIRED, text=said)
        return draft.decision(EXPIRED)


def answer_by_mail(draft: Draft, event: NotificationReplyReceived) -> bool:
    """Give the user what somebody wrote back to a question; False where it is none.

    An answer that comes too late is no answer to the question: its words go the way of
    any other.
    """
    one = find(draft.conversation.consultations, event.delivery_id)
    spoken = event.text.strip()
    if one is None or one.state is not ConsultationState.OPEN or not spoken:
        return False
    escalation = draft.conversation.find(one.escalation_id)
    if escalation is None:
        _answer_open(draft, one, event.text, actor=event.author, author=event.author)
        return True
    if escalation.closed:
        return False
    answered = draft.update(
        escalation,
        Change.CONSULTED,
        actor=event.author,
        reason=ANSWERED,
        text=event.text,
    )
    _keep(draft, one.answered(event.text, by=event.author, at=draft.now))
    replies.answer(draft, answered, author=event.author, text=event.text)
    return True


def consultation_id_of(subject: str, key: str) -> str:
    """Return the id of the question that the order of *key* asks."""
    return ids.derive("consultation", subject, key)


def _answer_open(
    draft: Draft, one: Consultation, text: str, *, actor: str, author: str
) -> None:
    answered = one.answered(text, by=actor, at=draft.now)
    _keep(draft, answered)
    replies.answer(draft, _carrier(draft, answered), author=author, text=text)


def _open(state: Conversation, consultation_id: str) -> Consultation:
    one = find(state.consultations, consultation_id)
    if one is None:
        raise Permanent("unknown_consultation", "There is no such question.")
    if one.state is not ConsultationState.OPEN:
        raise Permanent("consultation_over", f"The question is {one.state} already.")
    return one


def _new(
    draft: Draft, escalation: Escalation, name: str, *, question: str, to: str, by: str
) -> Consultation:
    if count_open(draft.conversation.consultations) >= MAX_OPEN:
        raise Permanent(
            "too_many_consultations",
            f"{MAX_OPEN} questions of this conversation wait for an answer.",
        )
    revision = escalation.revision
    return Consultation(
        consultation_id=name,
        question=question,
        to=to,
        delivery_id=documents.delivery_id_of(escalation, to, revision),
        asked_by=by,
        asked_at=draft.now,
        expires_at=draft.now + LASTS,
        escalation_id=escalation.escalation_id,
        number=escalation.number,
    )


async def _ask(
    draft: Draft, history: History, escalation: Escalation, one: Consultation
) -> None:
    _keep(draft, one)
    packet = await packets.latest(draft, history, escalation)
    # A silence keeps back what nobody asked for; here a person asks a person.
    aloud = replace(escalation, silenced_by=None)
    packets.send(draft, aloud, one.to, packet, kind=CONSULTED, text=one.question)
    draft.later(
        CONSULTATION_END,
        one.expires_at,
        one.consultation_id,
        consultation_id=one.consultation_id,
    )


def _keep(draft: Draft, one: Consultation) -> None:
    conversation = draft.conversation
    kept = put(conversation.consultations, one)
    draft.conversation = conversation.having(consultations=kept)
    draft.stored.append(documents.of_consultation(conversation, one, now=draft.now))


def _carrier(draft: Draft, one: Consultation) -> Escalation:
    return _stand_in(draft, one.consultation_id, one.number, one.question)


def _stand_in(draft: Draft, name: str, number: str, question: str) -> Escalation:
    """Return what carries a question where people have no escalation."""
    return Escalation(
        escalation_id=name,
        number=number,
        trigger_event_id=name,
        reason=Reason.ASKED_FOR_PERSON,
        summary=question,
        occurred_at=draft.now,
        opened_at=draft.now,
        opened_by="",
    )
