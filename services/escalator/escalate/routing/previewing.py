"""Each text as a user would read it, by language and hours, without any effect."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, get_args

from services.escalator.domain.promises.expectation import NO_PAST, Past
from services.escalator.domain.receipts.causes import choose_kind
from services.escalator.domain.routing.facts import Hours
from services.escalator.domain.transcripts.projection import should_ask_for_contact
from services.escalator.escalate.drafting.replies import (
    KNOWN_ISSUE,
    KNOWN_ISSUE_TEXTS,
)
from services.escalator.escalate.drafting.wording import (
    HANDOFF,
    hand_off_texts,
    text_for,
)
from services.escalator.escalate.routing.deciding import Drafted, draft_of
from shared.events import AppSettings
from shared.events.preferences import Messages, MessageTexts
from shared.wording.languages import Languages

KINDS = tuple(MessageTexts.model_fields)
OTHERS = "3"
"""Users of a known issue, for a text that says how many."""
HOURS: tuple[Hours, ...] = get_args(Hours)

ByHours = dict[str, str | None]
Preview = dict[str, dict[str, ByHours]]
"""By text, language, and `inside` or `outside` of business hours; None is not told."""


def spoken_in(messages: Messages, languages: Languages, *more: str | None) -> list[str]:
    """Return the languages that make a difference: ours, those of rules, and *more*."""
    named: set[str] = {*languages, *filter(None, more)}
    for rule in messages.rules:
        wanted = rule.match.get("language")
        for each in wanted if isinstance(wanted, list) else [wanted]:
            if isinstance(each, str):
                named.add(each)
    return sorted(named)


def preview(
    packet: Mapping[str, Any],
    app: AppSettings,
    *,
    at: datetime,
    languages: Languages,
    hours: Iterable[Hours] = HOURS,
    past: Past = NO_PAST,
) -> Preview:
    """Return every text of *app* as the user of *packet* would read it.

    A packet may also say `expected_by`, and the `cause` of a failed delivery.
    """
    hours = tuple(hours)
    messages = app.preferences.messages
    found: Preview = {kind: {} for kind in KINDS}
    for language in spoken_in(messages, languages, packet.get("language")):
        for each in hours:
            made = draft_of(
                {**packet, "language": language},
                app,
                at=at,
                languages=languages,
                facts={"hours": each},
                past=past,
            )
            for kind in KINDS:
                text = _text(made, kind, packet)
                found[kind].setdefault(language, {})[each] = text
    return found


def _text(made: Drafted, kind: str, packet: Mapping[str, Any]) -> str | None:
    draft, escalation = made.draft, made.escalation
    if (expected_by := packet.get("expected_by")) is not None:
        escalation = replace(escalation, expected_by=expected_by)
    if kind in {HANDOFF, "saved"}:
        # Of a user who is not described it is not known that they have no address.
        user = packet.get("user")
        needed = user is not None and should_ask_for_contact(user)
        text, _ = hand_off_texts(draft, escalation, kind, "", contact_needed=needed)
        return text
    if kind == KNOWN_ISSUE:
        times = {"since": draft.now, "until": escalation.expected_by}
        exact = KNOWN_ISSUE_TEXTS
        return text_for(draft, escalation, kind, *exact, times=times, count=OTHERS)
    return text_for(draft, escalation, kind, *_exact(kind, packet))


def _exact(kind: str, packet: Mapping[str, Any]) -> tuple[str, ...]:
    if kind == "waiting":
        return ("waiting_delivered",)
    if kind == "delayed" and (cause := packet.get("cause")):
        return (f"delayed_{choose_kind([cause])}",)
    return ()
