"""How long somebody may have an escalation and do nothing with it."""

from dataclasses import replace

from services.escalator.domain.conversation import Escalation
from services.escalator.escalate.drafting.draft import Draft
from shared.events.preferences import to_timedelta

CLAIM_END = "claim_end"


def let_run(draft: Draft, escalation: Escalation) -> Escalation:
    """Give it back when whoever it is assigned to does nothing with it."""
    held = draft.put(replace(escalation, held_at=draft.now))
    lasts = draft.app.preferences.acknowledgement.claim_for
    if lasts:
        draft.later(
            CLAIM_END,
            draft.now + to_timedelta(lasts),
            held.escalation_id,
            str(held.revision),
            escalation_id=held.escalation_id,
        )
    return held
