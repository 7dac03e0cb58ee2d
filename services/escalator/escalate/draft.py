"""One decision in the making: each change with all that it publishes and stores."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from services.escalator.domain.conversation import (
    Conversation,
    Escalation,
    Json,
    Line,
    Told,
)
from services.escalator.domain.messages import Variables, choose_handoff, render
from services.escalator.domain.projection import merge_user, should_ask_for_contact
from services.escalator.domain.telling import Tell
from services.escalator.domain.transcript import reply_line_id
from services.escalator.escalate import documents, written
from shared import ids
from shared.events import (
    DEFAULT_HANDOFF,
    AppSettings,
    Change,
    EscalationStatus,
)
from shared.kafka.deciding.decisions import Decision, Document, Timer
from shared.kafka.records import Outgoing, Record, outgoing_body
from shared.topics import (
    CONVERSATION_REPLIES,
    ESCALATION_OPENED,
    ESCALATION_UPDATED,
    NOTIFICATION_REQUESTED,
    Topic,
)

HANDRAIL = "handrail"
"""Who acts when no person does."""
USER = "user"
MAX_TEXT = 100_000
"""What a contract's text may hold."""


@dataclass(slots=True)
class Draft:
    """Collects what one record causes; `decision` closes it."""

    conversation: Conversation
    record: Record
    now: datetime
    app: AppSettings
    public_url: str
    fact: Json = field(default_factory=dict)
    outputs: list[Outgoing] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    cancels: list[str] = field(default_factory=list)
    stored: list[Document] = field(default_factory=list)
    touched: dict[str, bool] = field(default_factory=dict)
    """Escalations that this decision changes, and whether it opens them."""

    def decision(self, reason: str) -> Decision[Conversation]:
        """Return the decision, with a document of every escalation it changed."""
        self.stored += [
            documents.of_escalation(self.conversation, found, now=self.now, new=new)
            for escalation_id, new in self.touched.items()
            if (found := self.conversation.find(escalation_id)) is not None
        ]
        return Decision(
            reason=reason,
            state=self.conversation,
            outputs=tuple(self.outputs),
            timers=tuple(self.timers),
            cancels=tuple(self.cancels),
            documents=tuple(self.stored),
            fact=self.fact or None,
        )

    def put(self, escalation: Escalation) -> Escalation:
        """Keep *escalation* as it is now."""
        self.conversation = self.conversation.put(escalation)
        self.touched.setdefault(escalation.escalation_id, False)
        return escalation

    def say(self, line: Line) -> None:
        """Remember *line* as a part of the conversation."""
        self.fact.setdefault("lines", []).append(line.to_fact())
        self.conversation = self.conversation.say(line)

    def announce(self, escalation: Escalation, packet: Json) -> bytes:
        """Publish a new escalation; return its packet as it was written."""
        self.touched[escalation.escalation_id] = True
        self.put(escalation)
        self._publish(ESCALATION_OPENED, packet, identity=escalation.escalation_id)
        return self.outputs[-1].value

    def update(
        self,
        escalation: Escalation,
        change: Change,
        *,
        actor: str,
        reason: str,
        to: EscalationStatus | None = None,
        text: str | None = None,
        attempts: tuple[Json, ...] = (),
    ) -> Escalation:
        """Make one published change of *escalation* and return it changed."""
        after = replace(
            escalation,
            revision=escalation.revision + 1,
            status=to or escalation.status,
        )
        update_id = ids.derive("update", after.escalation_id, str(after.revision))
        event = self._common() | {
            "update_id": update_id,
            "escalation_id": after.escalation_id,
            "number": after.number,
            "revision": after.revision,
            "change": change.value,
            "from": escalation.status.value,
            "to": after.status.value,
            "actor": actor,
            "at": self.now,
            "reason": reason,
            "text": text,
            "opened_at": after.opened_at,
        }
        self._publish(ESCALATION_UPDATED, event, identity=update_id)
        self.stored.append(documents.of_update(event, attempts))
        return self.put(after)

    def note_added(self, escalation: Escalation, text: str) -> Escalation:
        """Count *text* among what destinations have yet to be sent."""
        self.fact.setdefault("added", []).append([escalation.escalation_id, text])
        return self.put(replace(escalation, added=escalation.added + 1))

    def request(
        self,
        escalation: Escalation,
        destination_id: str,
        packet: bytes,
        *,
        kind: str = "opened",
        text: str | None = None,
    ) -> None:
        """Ask for *packet* to be sent to one destination."""
        revision = 0 if kind == "opened" else escalation.revision
        delivery_id = documents.delivery_id_of(escalation, destination_id, revision)
        event = self._common() | {
            "delivery_id": delivery_id,
            "escalation_id": escalation.escalation_id,
            "number": escalation.number,
            "destination_id": destination_id,
            "kind": kind,
            "revision": revision,
            "requested_at": self.now,
            "packet": written.whole(packet),
            "text": text[:MAX_TEXT] if text else None,
        }
        self._publish(NOTIFICATION_REQUESTED, event, identity=delivery_id)

    def tell(self, escalation: Escalation, what: Tell) -> Escalation:
        """Tell the user *what* there is to say of the way to the team."""
        match what:
            case Tell.NOTHING:
                return escalation
            case Tell.HANDOFF_SAVED:
                return self._hand_off(escalation, Told.SAVED)
            case Tell.HANDOFF_DELIVERED:
                return self._hand_off(escalation, Told.DELIVERED)
            case Tell.RECEIPT_DELIVERED:
                self.receipt(escalation, "delivered")
                return self.put(replace(escalation, told=Told.DELIVERED))
            case Tell.RECEIPT_DELAYED:
                self.receipt(escalation, "delayed")
                return self.put(replace(escalation, delayed=True))
            case Tell.SAVED_AND_DELAYED:
                saved = self._hand_off(escalation, Told.SAVED)
                self.receipt(saved, "delayed")
                return self.put(replace(saved, delayed=True))

    def _hand_off(self, escalation: Escalation, told: Told) -> Escalation:
        """Say once that people have the request, or that it is kept for them."""
        texts = self.app.preferences.messages
        if told is Told.SAVED:
            template = texts.saved
        else:
            template = choose_handoff(
                conversation=self.conversation.escalation_message,
                app=texts.handoff,
                default=DEFAULT_HANDOFF,
            )
        user = merge_user(self.conversation.user, None, self.conversation.contact)
        reply = self._reply(escalation, "handoff") | {
            "type": "handoff",
            "text": self._render(template, escalation),
            "number": escalation.number,
            "status": told.value,
            "expected_by": None,
            "contact_needed": should_ask_for_contact(user),
        }
        self._speak("assistant", reply)
        return self.put(replace(escalation, told=told, told_at=self.now))

    def receipt(self, escalation: Escalation, status: str) -> None:
        """Tell the user what became of the escalation, in the app's words."""
        template = getattr(self.app.preferences.messages, status)
        reply = self._reply(escalation, "receipt", status, str(escalation.revision)) | {
            "type": "receipt",
            "text": self._render(template, escalation),
            "number": escalation.number,
            "status": status,
            "expected_by": None,
        }
        self._reply_with(reply)

    def answer(self, escalation: Escalation, *, author: str, text: str) -> None:
        """Give the user a person's answer."""
        reply = self._reply(escalation, "teammate_reply", str(escalation.revision)) | {
            "type": "teammate_reply",
            "text": text,
            "author": {"name": author},
        }
        self._speak("teammate", reply)

    def _speak(self, role: str, reply: Json) -> None:
        """Publish *reply* and remember it as said: nobody has to read it back."""
        self._reply_with(reply)
        if reply["text"]:
            line_id = reply_line_id(reply["reply_id"])
            self.say(Line(line_id, role, reply["text"], self.now))

    def _reply_with(self, reply: Json) -> None:
        self._publish(CONVERSATION_REPLIES, reply, identity=reply["reply_id"])

    def later(
        self,
        kind: str,
        due_at: datetime,
        *parts: str,
        lane: str | None = None,
        **payload: str,
    ) -> None:
        """Set a timer; *parts* make its id."""
        self.timers.append(
            Timer(
                timer_id=_timer_id(kind, *parts),
                lane=lane or self.record.lane,
                due_at=due_at,
                kind=kind,
                payload=dict(payload),
            )
        )

    def cancel(self, kind: str, *parts: str) -> None:
        """Let the timer of that kind and *parts* not fire, if it has not yet."""
        self.cancels.append(_timer_id(kind, *parts))

    def _publish(self, topic: Topic, body: Json, *, identity: str) -> None:
        self.outputs.append(
            outgoing_body(
                topic, body, identity=identity, source="escalator", cause=self.record
            )
        )

    def _common(self) -> Json:
        return {
            "schema_version": 1,
            "app_id": self.conversation.app_id,
            "conversation_id": self.conversation.conversation_id,
            "occurred_at": self.now,
            "causation_id": self.record.source_id,
        }

    def _reply(self, escalation: Escalation, *parts: str) -> Json:
        return self._common() | {
            "reply_id": ids.derive("reply", escalation.escalation_id, *parts),
            "in_reply_to": escalation.trigger_event_id,
            "escalation_id": escalation.escalation_id,
        }

    def _render(self, template: str, escalation: Escalation) -> str:
        return render(
            template,
            Variables(
                number=escalation.number,
                reason=escalation.reason.value,
                app=self.app.name or self.app.app_id,
            ),
        )


def _timer_id(kind: str, *parts: str) -> str:
    return ids.derive("timer", kind, *parts)
