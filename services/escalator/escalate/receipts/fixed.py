"""Tell the user of an escalation that what they asked works now."""

from dataclasses import dataclass

from services.escalator.domain.conversation import Conversation
from services.escalator.escalate.drafting import replies
from services.escalator.escalate.ports import Fresh, Ports
from shared.events import EscalationStatus, GapNoteRequested
from shared.kafka.deciding.decisions import Decision
from shared.kafka.records import Record

TOLD = "user_told_fixed"
UNKNOWN = "unknown_escalation"
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Fixed:
    """Passes on what analytics has to say to the users of a closed gap."""

    ports: Ports

    async def on_gap_note_requested(
        self, state: Conversation, record: Record, _: Fresh
    ) -> Decision[Conversation]:
        """Tell the user once; one who was erased or took it back hears nothing."""
        event: GapNoteRequested = record.event
        escalation = state.find(event.escalation_id)
        if escalation is None:
            return Decision(UNKNOWN, state)
        if escalation.status is EscalationStatus.WITHDRAWN:
            return Decision(WITHDRAWN, state)
        draft = self.ports.draft(state, record)
        replies.fixed(draft, escalation, note_id=event.note_id, text=event.text)
        return draft.decision(TOLD)
