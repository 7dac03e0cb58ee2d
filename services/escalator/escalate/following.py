"""The conversation goes on: project each event, and pass news to the people."""

from dataclasses import dataclass, replace

from services.escalator.domain.conversation import Conversation, Json, Request
from services.escalator.domain.receipts.contact import Contact, address_in
from services.escalator.domain.transcripts.line import Line
from services.escalator.domain.transcripts.projection import (
    Observation,
    merge_user,
    observe,
    should_ask_for_contact,
)
from services.escalator.domain.transcripts.transcript import mark, reply_line_id
from services.escalator.escalate.drafting import replies
from services.escalator.escalate.drafting.adding import add_news
from services.escalator.escalate.drafting.beside import MAX_PART_BYTES, keep_context
from services.escalator.escalate.drafting.draft import MAX_TEXT, USER, Draft
from services.escalator.escalate.lifecycle.closing import WITHDRAWN, withdraw
from services.escalator.escalate.lifecycle.marking import wake
from services.escalator.escalate.lifecycle.merging import pass_on
from services.escalator.escalate.opening import Opening
from services.escalator.escalate.ports import Fresh, History, Ports, to_json
from services.escalator.escalate.receipts.rating import RATED, find_rated, rate
from shared.events import (
    ActionResultReceived,
    AnyConversationEvent,
    AnyReply,
    Change,
    ContactProvided,
    ConversationWithdrawn,
    FeedbackGiven,
    Handoff,
    HandoffRequested,
    MessageReceived,
    Question,
    Receipt,
    TeammateReply,
)
from shared.kafka.deciding.decisions import Decision, Document
from shared.kafka.records import Record

PROJECTED = "projected"
NOT_SPOKEN = "not_spoken"
CONTACT_ADDED = "contact_added"
OURS = (Handoff, Receipt, TeammateReply)
MARKED = (ActionResultReceived, FeedbackGiven, HandoffRequested)
"""What may make the resolver give up without a word of the user."""


@dataclass(frozen=True, slots=True)
class Following:
    """Keeps a projection of every conversation.

    Nearly every record ends at the first `return`: no look-up, no output.
    """

    ports: Ports
    opening: Opening

    async def on_conversation_event(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        """Project one event and do what waited for it."""
        event: AnyConversationEvent = record.event
        line = line_of(event)
        fact = _fact_of(line)
        seen = to_observation(event, record.source_id, line)
        if (contact := _given_in_chat(state, event)) is not None:
            seen = replace(seen, contact=contact)
        after = observe(state, seen)
        large: tuple[Document, ...] = ()
        if state.beside or len(record.value) > MAX_PART_BYTES:
            after, large = keep_context(after, seen, now=self.ports.clock.now())
        if isinstance(event, ConversationWithdrawn):
            return await self._withdraw(after, record, fresh, fact, large)
        waited = [each for each in after.waiting if each.cause == event.event_id]
        news = _news(after, event, line)
        rated = find_rated(after, event)
        if not waited and not news and rated is None:
            return Decision(PROJECTED, after, fact=fact, documents=large)
        draft = self.ports.draft(after, record)
        draft.stored += large
        draft.fact = fact or {}
        if isinstance(event, FeedbackGiven) and rated is not None:
            rate(draft, rated, event)
            return draft.decision(RATED)
        new_contact = after.contact != state.contact
        return await self._go_on(draft, fresh, waited, news, new_contact=new_contact)

    async def _withdraw(
        self,
        state: Conversation,
        record: Record,
        fresh: Fresh,
        fact: Json | None,
        large: tuple[Document, ...],
    ) -> Decision[Conversation]:
        draft = self.ports.draft(state.having(withdrawn=record.source_id), record)
        draft.stored += large
        draft.fact = fact or {}
        text = record.event.text or ""
        ended = await withdraw(self.ports, draft, fresh, text)
        return draft.decision(WITHDRAWN if ended else PROJECTED)

    async def _go_on(
        self,
        draft: Draft,
        fresh: Fresh,
        waited: list[Request],
        news: str,
        *,
        new_contact: bool,
    ) -> Decision[Conversation]:
        history = await self.ports.history(draft, fresh)
        reason = PROJECTED
        if news:
            reason = await add_to_open(draft, history, news)
        if new_contact and (current := draft.conversation.current) is not None:
            replies.receipt(draft, current, CONTACT_ADDED)
        for request in waited:
            readiness = await self.opening.settle(draft, history, request, reached=True)
            reason = readiness.value
        return draft.decision(reason)


async def on_reply(
    state: Conversation, record: Record, _: Fresh
) -> Decision[Conversation]:
    """Keep what the resolver said: people must see both sides of the conversation.

    What we said ourselves was kept with the decision to say it.
    """
    reply: AnyReply = record.event
    ours = isinstance(reply, OURS) or _is_survey(reply)
    if ours or not reply.text:
        return Decision(NOT_SPOKEN, state, regardless=True)
    line = Line(
        reply_line_id(reply.reply_id),
        "assistant",
        reply.text,
        reply.occurred_at,
        after=reply.in_reply_to,
    )
    return Decision(PROJECTED, state.say(line), fact={"lines": [line.to_fact()]})


def _is_survey(reply: AnyReply) -> bool:
    """Return whether it is our question how satisfied the user is."""
    return isinstance(reply, Question) and reply.escalation_id is not None


def _fact_of(line: Line | None) -> Json | None:
    if line is None:
        return None
    if line.role:
        return {"lines": [line.to_fact()]}
    # Apart: an older process would read a line that nobody said.
    return {"marks": [[line.event_id, line.occurred_at.isoformat()]]}


def line_of(event: AnyConversationEvent) -> Line | None:
    """Return what *event* adds to the transcript, or the mark of where it stands."""
    if isinstance(event, MessageReceived):
        return _line_of_message(event)
    if isinstance(event, HandoffRequested | ConversationWithdrawn) and event.text:
        role, text = "user", event.text
    elif isinstance(event, MARKED):
        return mark(event.event_id, event.occurred_at)
    else:
        return None
    return Line(event.event_id, role, text, event.occurred_at)


def _line_of_message(event: MessageReceived) -> Line:
    message = event.message
    return Line(
        event.event_id,
        message.role,
        message.text,
        event.occurred_at,
        attachments=tuple(each.model_dump() for each in message.attachments),
        occurred_at_sent=event.occurred_at_sent,
    )


def to_observation(
    event: AnyConversationEvent, source_id: str, line: Line | None
) -> Observation:
    """Return what *event* says of the user, the session and the app."""
    if isinstance(event, MessageReceived | HandoffRequested):
        return Observation(
            source_id=source_id,
            user=to_json(event.user),
            session=to_json(event.session),
            app_state=event.app_state,
            escalation_message=(
                event.assistant.escalation_message if event.assistant else None
            ),
            line=line,
            assistant=event.assistant.name if event.assistant else None,
        )
    if isinstance(event, ContactProvided):
        return Observation(source_id, contact=Contact(event.email, event.name))
    return Observation(source_id, line=line)


def _given_in_chat(
    conversation: Conversation, event: AnyConversationEvent
) -> Contact | None:
    """Return the address that a user who was asked for one typed as a message."""
    if not isinstance(event, MessageReceived) or event.message.role != "user":
        return None
    address = address_in(event.message.text)
    if address is None or conversation.current is None:
        return None
    user = merge_user(conversation.user, None, conversation.contact)
    return Contact(address) if should_ask_for_contact(user) else None


def _news(
    conversation: Conversation, event: AnyConversationEvent, line: Line | None
) -> str:
    """Return the words that the people who have this conversation must hear."""
    if conversation.current is None or conversation.opened_by(event.event_id):
        return ""
    if isinstance(event, ContactProvided):
        name = f" ({event.name})" if event.name else ""
        return f"Contact: {event.email}{name}"
    return line.said if line is not None and line.role == "user" else ""


async def add_to_open(draft: Draft, history: History, news: str) -> str:
    """Add what the user said to what people have; return the outcome."""
    escalation = draft.conversation.current
    assert escalation is not None
    if escalation.snoozed_until is not None:
        escalation = wake(draft, escalation, actor=USER)
    change, text = Change.MESSAGE_ADDED, news
    if isinstance(draft.record.event, ContactProvided):
        change, text = Change.CONTACT_ADDED, draft.record.event.email
    escalation = draft.update(
        escalation, change, actor=USER, reason=change.value, text=text
    )
    if escalation.carried:
        user = draft.conversation.user or {}
        who = user.get("name") or user.get("email") or user.get("id")
        source = f"{escalation.number}, {who}" if who else escalation.number
        pass_on(
            draft,
            escalation,
            f"[{source}] {news}"[:MAX_TEXT],
            source=draft.record.source_id,
        )
    else:
        await add_news(draft, history, escalation, news)
    return change.value
