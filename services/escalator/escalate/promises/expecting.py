"""When the user of an escalation can expect a person: from the past, or the target."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.domain.promises.expectation import (
    MIN_SAMPLES,
    NO_PAST,
    Past,
    expect_from_past,
)
from services.escalator.domain.promises.targets import by_clock, choose_target
from services.escalator.domain.routing.facts import facts_of_escalation
from services.escalator.escalate.promises.hours import calendar_of, hours_at
from shared.events import Preferences, ResponseEstimate
from shared.events.preferences import to_timedelta

MAX_SECONDS = 366 * 86_400
"""Of an estimate that is believed."""


class Pasts(Protocol):
    """How long the people of each app took."""

    def of(self, app_id: str) -> Past: ...


class NoPasts:
    """Nothing is known of any app."""

    def of(self, app_id: str) -> Past:  # noqa: ARG002 - the port's name
        """Return that nothing is known."""
        return NO_PAST


@dataclass(slots=True)
class EstimatedPasts:
    """The past as `response.estimates` has it; read once for each computation."""

    latest: Callable[[str], ResponseEstimate | None]
    _read: dict[str, tuple[ResponseEstimate, Past]] = field(default_factory=dict)

    def of(self, app_id: str) -> Past:
        """Return what is known of the app's past."""
        estimate = self.latest(app_id)
        if estimate is None:
            self._read.pop(app_id, None)
            return NO_PAST
        known = self._read.get(app_id)
        if known is None or known[0] is not estimate:
            known = self._read[app_id] = (estimate, to_past(estimate))
        return known[1]


def to_past(estimate: ResponseEstimate) -> Past:
    """Return the part of *estimate* that rests on enough samples."""
    try:
        zone = ZoneInfo(estimate.timezone)
    except (KeyError, OSError, ValueError):
        return NO_PAST
    return Past(
        zone=zone,
        by_hour={
            (each.route, each.hour_of_week): span
            for each in estimate.by
            if (span := _span(each.samples, each.p80_seconds)) is not None
        },
        overall=_span(estimate.samples, estimate.p80_seconds),
    )


def _span(samples: int, p80_seconds: float) -> timedelta | None:
    believed = samples >= MIN_SAMPLES and 0 <= p80_seconds <= MAX_SECONDS
    return timedelta(seconds=p80_seconds) if believed else None


def expect(
    preferences: Preferences,
    past: Past,
    conversation: Conversation,
    escalation: Escalation,
    *,
    now: datetime,
    missed: int = 0,
) -> datetime | None:
    """Return by when a person answers, or None where nobody can say.

    *missed*: how many times that its user was told have passed already.
    """
    calendar = calendar_of(preferences.hours)
    at = expect_from_past(
        past, calendar, route=escalation.route, now=now, times=missed + 1
    )
    if at is not None:
        return at
    if escalation.first_response_by is not None and escalation.first_response_by > now:
        return escalation.first_response_by
    hours = hours_at(preferences.hours, now)
    facts = facts_of_escalation(conversation, escalation, hours=hours)
    target = choose_target(preferences.targets, facts)
    if target is None or target.first_response is None:
        return None
    span = to_timedelta(target.first_response) * max(1, missed)
    return by_clock(span, target.clock, calendar, since=now)


def expecting(
    preferences: Preferences,
    past: Past,
    conversation: Conversation,
    escalation: Escalation,
    *,
    now: datetime,
) -> Escalation:
    """Return *escalation* with a time that its user can be told now, if there is one.

    A part that people split off is their own business: its user hears nothing of it.
    """
    if escalation.waiting_since is None or escalation.split_from is not None:
        return replace(escalation, expected_by=None)
    if escalation.expected_by is not None and escalation.expected_by > now:
        return escalation
    at = expect(preferences, past, conversation, escalation, now=now)
    return replace(escalation, expected_by=at)
