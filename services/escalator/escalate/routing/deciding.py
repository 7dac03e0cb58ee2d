"""What settings would make of a request: decided as it is live, without any effect."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.domain.promises.expectation import NO_PAST, Past
from services.escalator.domain.receipts.delivery import Delivery
from services.escalator.domain.routing.choosing import Choice, choose
from services.escalator.domain.routing.facts import facts_of_packet
from services.escalator.escalate.drafting.draft import Draft
from services.escalator.escalate.drafting.wording import HANDOFF, text_for
from services.escalator.escalate.promises.hours import hours_at
from services.escalator.escalate.promises.promising import with_expectation
from services.escalator.escalate.promises.waits import start_wait
from shared.events import AppSettings
from shared.kafka.records import Record
from shared.wording.languages import Languages

NUMBER = "ESC-1"
"""Of a request that has none."""
_NO_RECORD = Record("", 0, 0, b"", None, "", "")
"""Nothing is published, so nothing causes it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would be made of a request."""

    choice: Choice
    handoff: str
    """What its user would read."""
    expected_by: datetime | None = None
    first_response_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Drafted:
    """A request as it would be opened, and the decision that would do it."""

    draft: Draft
    escalation: Escalation
    choice: Choice


def draft_of(
    packet: Mapping[str, Any],
    app: AppSettings,
    *,
    at: datetime,
    languages: Languages,
    facts: Mapping[str, Any] | None = None,
    past: Past = NO_PAST,
) -> Drafted:
    """Return what would be opened for *packet* with the settings of *app*.

    *facts* replace those that the packet was decided from; *past* is how long the
    app's people took until then.
    """
    preferences = app.preferences
    found = facts_of_packet(packet, hours=hours_at(preferences.hours, at))
    found |= facts or {}
    choice = choose(preferences, found)
    escalation = start_wait(
        preferences,
        _escalation(packet, choice, at),
        found | {"priority": choice.priority, "tags": choice.tags},
        since=at,
    )
    draft = Draft(
        conversation=_conversation(packet, app.app_id),
        record=_NO_RECORD,
        now=at,
        app=app,
        public_url="",
        languages=languages,
        hours=found["hours"],
        past=past,
    )
    return Drafted(draft, draft.put(with_expectation(draft, escalation)), choice)


def decide(
    packet: Mapping[str, Any],
    app: AppSettings,
    *,
    at: datetime,
    languages: Languages,
    facts: Mapping[str, Any] | None = None,
    past: Past = NO_PAST,
) -> Outcome:
    """Return what the settings of *app* make of *packet*, opened *at*."""
    made = draft_of(packet, app, at=at, languages=languages, facts=facts, past=past)
    return Outcome(
        made.choice,
        text_for(made.draft, made.escalation, HANDOFF) or "",
        expected_by=made.escalation.expected_by,
        first_response_by=made.escalation.first_response_by,
    )


def _conversation(packet: Mapping[str, Any], app_id: str) -> Conversation:
    assistant = packet.get("assistant") or {}
    return Conversation(
        app_id=app_id,
        conversation_id=packet.get("conversation_id") or "",
        user=packet.get("user"),
        session=packet.get("session"),
        app_state=packet.get("app_state"),
        escalation_message=assistant.get("escalation_message"),
        assistant=assistant.get("name"),
    )


def _escalation(packet: Mapping[str, Any], choice: Choice, at: datetime) -> Escalation:
    return Escalation(
        escalation_id=packet.get("escalation_id") or "",
        number=packet.get("number") or NUMBER,
        trigger_event_id=packet.get("trigger_event_id") or "",
        reason=packet["reason"],
        summary=packet.get("summary") or packet.get("text") or "",
        occurred_at=at,
        opened_at=at,
        opened_by="",
        detail=packet.get("detail"),
        deliveries={each: Delivery() for each in choice.destinations},
        language=packet.get("language"),
        priority=choice.priority,
        tags=choice.tags,
        route=choice.route,
        because=choice.because,
        pattern=packet.get("pattern"),
        fallback=choice.fallback,
    )
