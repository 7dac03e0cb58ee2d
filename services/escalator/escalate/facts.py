"""The facts of a request or an escalation at this moment, for rules of any kind."""

from datetime import datetime
from typing import Any

from services.escalator.domain.calendar.calendar import ALWAYS_OPEN
from services.escalator.domain.conversation import Escalation, Request
from services.escalator.domain.routing.facts import (
    Hours,
    facts_of_escalation,
    facts_of_request,
)
from services.escalator.escalate.drafting.draft import Draft
from services.escalator.escalate.hours import calendar_of
from shared.events import Preferences


def hours_at(preferences: Preferences, at: datetime) -> Hours:
    """Return whether *at* is inside or outside the app's business hours."""
    calendar = calendar_of(preferences.hours)
    return "inside" if calendar is ALWAYS_OPEN or calendar.is_open(at) else "outside"


def request_facts(draft: Draft, request: Request, *, summary: str) -> dict[str, Any]:
    """Return the facts of a request that this decision opens."""
    return facts_of_request(
        request,
        summary=summary,
        hours=hours_at(draft.app.preferences, draft.now),
        assistant=draft.conversation.assistant,
    )


def escalation_facts(draft: Draft, escalation: Escalation) -> dict[str, Any]:
    """Return the facts of *escalation* as it stands in this decision."""
    hours = hours_at(draft.app.preferences, draft.now)
    return facts_of_escalation(draft.conversation, escalation, hours=hours)
