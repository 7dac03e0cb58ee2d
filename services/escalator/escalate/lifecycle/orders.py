"""A person's order to an escalation: as it is stored until it is done, and at work."""

from dataclasses import dataclass

from pydantic import AwareDatetime

from services.escalator.domain.conversation import Escalation
from services.escalator.domain.lifecycle.transitions import Command
from services.escalator.escalate.drafting.draft import Draft
from services.escalator.escalate.ports import Fresh, History, Ports
from shared import ids
from shared.events import Attachment, Change, EscalationStatus, Model
from shared.events.preferences import Priority
from shared.kafka.records import Record


class Order(Model):
    """One command with all it needs."""

    command: Command
    escalation_id: str
    actor: str
    key: str
    """The same for every repeat of the same order."""
    text: str = ""
    assignee: str | None = None
    until: AwareDatetime | None = None
    into: str | None = None
    """The escalation to merge into; its number and lane come with it."""
    into_number: str = ""
    into_lane: str = ""
    message_ids: tuple[str, ...] = ()
    priority: Priority | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    author: str = ""
    """What users read of the actor; empty where that is the actor's name already."""
    attachments: tuple[Attachment, ...] = ()
    destination: str = ""
    """Who is asked the question in `text`."""
    consultation_id: str = ""
    pattern: str | None = None
    """Of `known-issue`; None splits a wrong match."""

    @property
    def said_by(self) -> str:
        """Return whose words a user reads."""
        return self.author or self.actor


def to_record(app_id: str, conversation_id: str, order: Order) -> Record:
    """Return *order* as what the runtime works in its conversation."""
    return Record(
        topic="command",
        partition=0,
        offset=0,
        value=b"",
        event=order,
        lane=ids.conversation_key(app_id, conversation_id),
        source_id=ids.derive(
            "command", app_id, order.escalation_id, order.command.value, order.key
        ),
    )


@dataclass(frozen=True, slots=True)
class Task:
    """An order at work: whom it is for, where it leads, and what it writes in."""

    ports: Ports
    draft: Draft
    escalation: Escalation
    order: Order
    to: EscalationStatus
    fresh: Fresh

    def change(
        self,
        change: Change,
        reason: str,
        *,
        escalation: Escalation | None = None,
        to: EscalationStatus | None = None,
        text: str | None = None,
    ) -> Escalation:
        """Make one published change in the name of who ordered it."""
        return self.draft.update(
            escalation or self.escalation,
            change,
            actor=self.order.actor,
            reason=reason,
            to=to,
            text=text,
        )

    def move(self, reason: str, *, escalation: Escalation | None = None) -> Escalation:
        """Take the escalation to where the order leads."""
        return self.change(
            Change.STATUS,
            reason,
            escalation=escalation,
            to=self.to,
            text=self.order.text or None,
        )

    async def history(self) -> History:
        """Return all that was said and given."""
        return await self.ports.history(self.draft, self.fresh)
