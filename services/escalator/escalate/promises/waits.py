"""Begin and end what a user waits for, with the limits that the app has set itself."""

from dataclasses import replace
from datetime import datetime

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.domain.promises.targets import choose_target, limits_of
from services.escalator.domain.routing.facts import Facts, facts_of_escalation
from services.escalator.escalate.hours import calendar_of, hours_at
from shared.events import Preferences


def start_wait(
    preferences: Preferences, escalation: Escalation, facts: Facts, *, since: datetime
) -> Escalation:
    """Return *escalation* as its user waits for a person, with its time limits."""
    limits = limits_of(
        choose_target(preferences.targets, facts),
        calendar_of(preferences.hours),
        since=since,
    )
    return replace(
        escalation,
        waiting_since=since,
        first_response_by=limits.first_response_by,
        resolution_by=limits.resolution_by,
    )


def restart_wait(
    preferences: Preferences,
    conversation: Conversation,
    escalation: Escalation,
    *,
    since: datetime,
    reopened: bool,
) -> Escalation:
    """Return *escalation* as its user waits again, after a person's words.

    The limit of the whole stays, unless it was *reopened*.
    """
    started = start_wait(
        preferences,
        escalation,
        _facts(preferences, conversation, escalation, at=since),
        since=since,
    )
    if reopened:
        return started
    return replace(started, resolution_by=escalation.resolution_by)


def renew_limits(
    preferences: Preferences, conversation: Conversation, escalation: Escalation
) -> Escalation:
    """Return *escalation* with the limits of what it is now: urgent, tagged."""
    since = escalation.waiting_since
    if since is None:
        return escalation
    facts = _facts(preferences, conversation, escalation, at=since)
    return start_wait(preferences, escalation, facts, since=since)


def _facts(
    preferences: Preferences,
    conversation: Conversation,
    escalation: Escalation,
    *,
    at: datetime,
) -> Facts:
    hours = hours_at(preferences.hours, at)
    return facts_of_escalation(conversation, escalation, hours=hours)
