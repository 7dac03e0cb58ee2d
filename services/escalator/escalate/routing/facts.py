"""The facts of a request or an escalation at this moment, for rules of any kind."""

from typing import Any

from services.escalator.domain.conversation import Escalation, Request
from services.escalator.domain.routing.facts import (
    facts_of_escalation,
    facts_of_request,
)
from services.escalator.escalate.drafting.draft import Draft
from services.escalator.escalate.promises.hours import hours_at


def request_facts(draft: Draft, request: Request, *, summary: str) -> dict[str, Any]:
    """Return the facts of a request that this decision opens."""
    return facts_of_request(
        request,
        summary=summary,
        priority=request.priority or "normal",
        hours=hours_at(draft.app.preferences.hours, draft.now),
        assistant=draft.conversation.assistant,
    )


def escalation_facts(draft: Draft, escalation: Escalation) -> dict[str, Any]:
    """Return the facts of *escalation* as it stands in this decision.

    A preview says itself whether its hours are inside or outside.
    """
    hours = draft.hours or hours_at(draft.app.preferences.hours, draft.now)
    return facts_of_escalation(draft.conversation, escalation, hours=hours)
