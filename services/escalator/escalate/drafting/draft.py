"""One decision in the making: each change with all that it publishes and stores."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import BaseModel

from services.escalator.domain.conversation import (
    Conversation,
    Escalation,
    Json,
    Request,
)
from services.escalator.domain.promises.expectation import NO_PAST, Past
from services.escalator.domain.promises.promise import Settlement
from services.escalator.domain.routing.facts import Hours
from services.escalator.domain.transcripts.line import Line
from services.escalator.domain.transcripts.transcript import reply_line_id
from services.escalator.escalate.drafting import documents, promised, written
from services.escalator.escalate.drafting.documents import UPDATES
from services.escalator.escalate.grouping.noise import Noise, NoNoise
from services.escalator.escalate.promises.waits import Moved, follow_wait
from shared import ids
from shared.events import (
    AppSettings,
    Attachment,
    Change,
    EscalationStatus,
    EscalationUpdated,
    PromiseUpdate,
    Reply,
)
from shared.kafka.deciding.decisions import Decision, Document, Timer
from shared.kafka.records import Outgoing, Record, outgoing, outgoing_body
from shared.topics import (
    CONVERSATION_REPLIES,
    ESCALATION_OPENED,
    ESCALATION_UPDATED,
    NOTIFICATION_REQUESTED,
    Topic,
)
from shared.wording.languages import Languages

HANDRAIL = "handrail"
"""Who acts when no person does."""
USER = "user"
NEAREST_KIND = {
    "unclaimed": "reopened",
    "released": "reopened",
    "snooze_ended": "reopened",
    "consulted": "message_added",
    "consultation_expired": "message_added",
    "withdrawn": "resolved",
    "expired": "resolved",
    "handed_back": "resolved",
}
"""News that an older notifier has no word for, and the word that it reads instead."""
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
    languages: Languages
    """Our texts, by language."""
    hours: Hours | None = None
    """Whether business hours are taken to be; None is as the clock has it."""
    past: Past = NO_PAST
    """How long the app's people took."""
    fact: Json = field(default_factory=dict)
    outputs: list[Outgoing] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    cancels: list[str] = field(default_factory=list)
    stored: list[Document] = field(default_factory=list)
    touched: dict[str, bool] = field(default_factory=dict)
    """Escalations that this decision changes, and whether it opens them."""
    noise: Noise = field(default_factory=NoNoise)

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
        identity = escalation.escalation_id
        self._publish_body(ESCALATION_OPENED, packet, identity=identity)
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
        request: Request | None = None,
    ) -> Escalation:
        """Make one published change of *escalation* and return it changed.

        *request* is what its user asked beside it, or asked again with it.
        """
        after = replace(
            escalation,
            revision=escalation.revision + 1,
            status=to or escalation.status,
        )
        # Here, since all that people and users do comes through here.
        moved = Moved(escalation, after, change, reason)
        after, settled = follow_wait(
            self.app.preferences,
            self.conversation,
            moved,
            said_at=getattr(self.record.event, "occurred_at", self.now),
            now=self.now,
        )
        if after.closed != escalation.closed:
            after.closed_at = self.now if after.closed else None
        update = EscalationUpdated(
            **self.common(),
            update_id=ids.derive("update", after.escalation_id, str(after.revision)),
            escalation_id=after.escalation_id,
            number=after.number,
            revision=after.revision,
            change=change,
            from_=escalation.status,
            to=after.status,
            actor=actor,
            at=self.now,
            reason=reason,
            text=text,
            opened_at=after.opened_at,
            promise=self._settle(after, settled),
            score=after.score if change is Change.RATED else None,
        )
        self._publish(ESCALATION_UPDATED, update)
        asked_again = after.asked is not None and after.asked.revision == after.revision
        self.stored.append(documents.of_update(update, request, again=asked_again))
        return self.put(after)

    def _settle(
        self, escalation: Escalation, settled: Settlement | None
    ) -> PromiseUpdate | None:
        """Store what became of a promise, and let its timers not fire."""
        if settled is None:
            return None
        self.stored.append(
            promised.of_settlement(self.conversation, escalation, settled, at=self.now)
        )
        for kind in promised.TIMERS:
            self.cancel(kind, settled.promise.promise_id)
        return promised.to_update(settled)

    def remember_asked(self, escalation: Escalation, packet: Json) -> None:
        """Keep what of a *packet* holds since its user asked again."""
        fact = [escalation.escalation_id, packet]
        self.fact.setdefault("asked", []).append(fact)

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
        event = self.common() | {
            "schema_version": 1,
            "delivery_id": delivery_id,
            "escalation_id": escalation.escalation_id,
            "number": escalation.number,
            "destination_id": destination_id,
            "kind": NEAREST_KIND.get(kind, kind),
            "news": kind if kind in NEAREST_KIND else "",
            "digest": None,
            "report": None,
            "revision": revision,
            "requested_at": self.now,
            "packet": written.whole(packet),
            "text": text[:MAX_TEXT] if text else None,
        }
        self._publish_body(NOTIFICATION_REQUESTED, event, identity=delivery_id)

    def reply(self, reply: Reply, *, role: str = "") -> None:
        """Publish *reply*; said by *role*, it is a line: nobody has to read it back."""
        self._publish(CONVERSATION_REPLIES, reply)
        if role and reply.text:
            line_id = reply_line_id(reply.reply_id)
            files = tuple(
                each.model_dump() for each in getattr(reply, "attachments", ())
            )
            self.say(
                Line(line_id, role, reply.text, self.now, after="", attachments=files)
            )

    def attach(self, files: Sequence[Attachment]) -> None:
        """Keep *files* with the change that was made last."""
        if files:
            last = [each for each in self.stored if each.collection == UPDATES][-1]
            last.document["attachments"] = [each.model_dump() for each in files]

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
                timer_id=timer_id(kind, *parts),
                lane=lane or self.record.lane,
                due_at=due_at,
                kind=kind,
                payload=dict(payload),
            )
        )

    def cancel(self, kind: str, *parts: str) -> None:
        """Let the timer of that kind and *parts* not fire, if it has not yet."""
        self.cancels.append(timer_id(kind, *parts))

    def common(self) -> Json:
        """Return what all that is published of this decision says alike."""
        return {
            "app_id": self.conversation.app_id,
            "conversation_id": self.conversation.conversation_id,
            "occurred_at": self.now,
            "causation_id": self.record.source_id,
        }

    def _publish(self, topic: Topic, event: BaseModel) -> None:
        self.outputs.append(
            outgoing(topic, event, source="escalator", cause=self.record)
        )

    def _publish_body(self, topic: Topic, body: Json, *, identity: str) -> None:
        """Publish what holds a packet: making its models again costs ten decisions."""
        self.outputs.append(
            outgoing_body(
                topic, body, identity=identity, source="escalator", cause=self.record
            )
        )


def timer_id(kind: str, *parts: str) -> str:
    """Return the id of the timer of that *kind* that *parts* tell from others."""
    return ids.derive("timer", kind, *parts)
