"""How satisfied a user is, once people were done: asked once, kept once."""

from dataclasses import replace

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.escalate.drafting.draft import USER, Draft
from services.escalator.escalate.drafting.replies import satisfaction_reply_id
from shared.events import AnyConversationEvent, Change, FeedbackGiven

RATED = "rated"


def find_rated(state: Conversation, event: AnyConversationEvent) -> Escalation | None:
    """Return the escalation whose question *event* answers first.

    A second answer changes nothing, nor does one to what is no longer at hand.
    """
    if not isinstance(event, FeedbackGiven) or event.score is None:
        return None
    for escalation in state.escalations:
        asked = escalation.satisfaction_asked and escalation.score is None
        if asked and event.reply_id == satisfaction_reply_id(escalation):
            return escalation
    return None


def rate(draft: Draft, escalation: Escalation, event: FeedbackGiven) -> None:
    """Keep the score, and the words that came with it."""
    draft.update(
        replace(escalation, score=event.score),
        Change.RATED,
        actor=USER,
        reason=RATED,
        text=event.comment,
    )
