"""A user is erased: their open escalations are closed, and the team is told."""

from dataclasses import dataclass, replace

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.escalate.drafting import packets
from services.escalator.escalate.drafting.draft import HANDRAIL, Draft
from services.escalator.escalate.ports import Fresh, Ports
from shared.events import Change, EscalationStatus
from shared.kafka.deciding.decisions import Decision
from shared.kafka.records import Record

ERASED = "user_erased"
ERASED_SUMMARY = "Erased at the user's request."
TOLD = (
    "This user asked to be erased, so the escalation is closed. Please delete what "
    "you have of it outside of Handrail: earlier mails, copies, notes."
)


@dataclass(frozen=True, slots=True)
class Erasing:
    """Empties a conversation; only the team hears of it."""

    ports: Ports

    async def on_erasure(
        self, state: Conversation, record: Record, _: Fresh
    ) -> Decision[Conversation]:
        """Close what is open and forget everything.

        The empty state is the lane's newest, so a worker that decides from an old one
        meets its number and reads this one.
        """
        draft = self.ports.draft(state, record)
        for escalation in state.escalations:
            if not escalation.closed:
                self._close(draft, escalation)
        decision = draft.decision(ERASED)
        decision.state = Conversation(
            app_id=state.app_id, conversation_id=state.conversation_id, lines=()
        )
        return decision

    def _close(self, draft: Draft, escalation: Escalation) -> None:
        promised = escalation.promised
        nameless = replace(
            escalation,
            summary=ERASED_SUMMARY,
            detail=None,
            because="",
            # Its name may be the user's words.
            pattern=None,
            snoozed_until=None,
            promised=promised and replace(promised, told_text=""),
        )
        closed = draft.update(
            nameless,
            Change.STATUS,
            actor=HANDRAIL,
            reason=ERASED,
            to=EscalationStatus.RESOLVED,
        )
        packet = packets.nameless(draft, closed)
        for destination_id in closed.deliveries:
            draft.request(closed, destination_id, packet, kind="resolved", text=TOLD)
