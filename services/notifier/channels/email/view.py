"""What the team's mail shows of a packet, in the order a person needs it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.notifier.channels.email.fitting import Detail
from services.notifier.channels.email.transcripts.conversation import (
    conversation_of,
    day_of,
    zone_of,
)
from services.notifier.channels.email.visible import (
    bounded,
    mail_link,
    plain_value,
    safe_link,
    visible,
    visible_line,
)
from services.notifier.deliver.ports import Letter
from shared.events import Attempt, EscalationOpened, User

DETAIL_CHARS = 280
VALUE_CHARS = 300

HEADLINES = {
    "opened": "Needs a person",
    "message_added": "The user wrote again",
    "reopened": "Reopened",
    "resolved": "Resolved",
    "answered": "Answered",
    "unclaimed": "Nobody has taken it yet",
    "released": "Its holder went silent: it is everybody's again",
    "snooze_ended": "No longer snoozed",
    "withdrawn": "Withdrawn by the user",
    "expired": "Expired: nobody took it",
    "handed_back": "Given back to the assistant",
    "consulted": "A question for you",
    "consultation_expired": "The question was not answered in time",
}
"""By exact word; a newer version's word has the headline of the nearest `kind`."""
PRIORITIES = {
    "urgent": ("P1", "urgent", "#b42318", "#fef3f2"),
    "high": ("P2", "high", "#b54708", "#fffaeb"),
    "normal": ("P3", "normal", "#3538cd", "#eef4ff"),
    "low": ("P4", "low", "#475467", "#f2f4f7"),
}
REASONS = {
    "no_match": "No action and no document matched the request.",
    "low_confidence": "Something matched, but not well enough to rely on.",
    "answer_rejected": "The user said that the answer did not help.",
    "action_failed": "The matching action was run and failed.",
    "action_denied": "The matching action was not approved.",
    "asked_for_person": "The user asked to talk to a person.",
    "repeated_question": "The user asked the same thing again.",
    "policy": "A rule of the app sends this to people.",
    "turn_limit": "The conversation went on too long without a solution.",
    "resolver_error": "The assistant itself failed.",
}
FOUND = {
    "policy": ("A rule of the app sends this topic to people.", "Topic: "),
    "asked_for_person": (
        "The assistant told the user that people will see to it, but told nobody.",
        "",
    ),
}
"""Where the packet says what its reason was found in: other words, and what it is."""
OUTCOMES = {
    "no_match": ("no match", "#667085"),
    "below_threshold": ("not sure enough", "#b54708"),
    "asked": ("asked for more", "#3538cd"),
    "succeeded": ("succeeded", "#067647"),
    "failed": ("failed", "#b42318"),
    "denied": ("not approved", "#b42318"),
    "rejected_by_user": ("rejected by the user", "#b42318"),
    "error": ("error", "#b42318"),
    "timed_out": ("timed out", "#b42318"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled value; *href* is empty unless it is safe to follow."""

    label: str
    value: str
    href: str = ""


def view_of(letter: Letter, detail: Detail) -> dict[str, Any]:
    """Return the templates' context. Every string in it has passed `visible`."""
    request, packet = letter.request, letter.request.packet
    zone = zone_of(packet)
    mark, word, ink, paper = PRIORITIES[packet.priority]
    return {
        "test": letter.test,
        "app": visible_line(letter.app_name) or packet.app_id,
        "number": visible_line(request.number or packet.number),
        "headline": HEADLINES.get(request.exact, HEADLINES[request.kind]),
        "priority": {"mark": mark, "word": word, "ink": ink, "paper": paper},
        "ask": bounded(visible(_ask(packet)).strip(), detail.ask_chars),
        "added": bounded(visible(request.text or "").strip(), detail.message_chars),
        "who": _who(packet, detail.rows),
        "happened": moment(packet.occurred_at, zone),
        "sent": moment(request.requested_at, zone),
        **_why(packet, detail.message_chars),
        "reason": str(packet.reason),
        "routed": _routed(packet, detail.message_chars),
        "attempts": [_attempt(each) for each in packet.attempts[: detail.attempts]],
        "attempts_more": max(0, len(packet.attempts) - detail.attempts),
        "pattern": _pattern(packet),
        "state": _state(packet.app_state, detail.state_chars),
        **conversation_of(letter, detail),
        "links": _links(packet, detail.rows),
        "escalation_id": packet.escalation_id,
        "conversation_id": visible_line(packet.conversation_id),
    }


def moment(at: datetime, zone: ZoneInfo | None) -> str:
    """Return *at* in the user's zone when known, and always in UTC."""
    utc = at.astimezone(UTC)
    words = f"{day_of(utc)}, {utc:%H:%M:%S} UTC"
    if zone is None:
        return words
    local = at.astimezone(zone)
    day = "" if local.date() == utc.date() else f"{local:%a} {local.day} {local:%b}, "
    return f"{words} · {day}{local:%H:%M:%S} in {zone.key}"


def _ask(packet: EscalationOpened) -> str:
    if packet.summary.strip():
        return packet.summary
    said = [each.text for each in packet.conversation if each.role == "user"]
    return said[-1] if said else "(the user asked for a person without typing anything)"


def _why(packet: EscalationOpened, limit: int) -> dict[str, str]:
    detail = visible_line(packet.detail or "")
    # A newer version's reason is shown as its word.
    known = REASONS.get(packet.reason, _plain(packet.reason))
    if not detail:
        return {"why": known, "detail": ""}
    why, what = FOUND.get(packet.reason, (known, ""))
    return {"why": why, "detail": bounded(what + detail, limit)}


def _plain(word: str) -> str:
    said = bounded(visible_line(word.replace("_", " ")), 60)
    return f"{said[:1].upper()}{said[1:]}."


def _routed(packet: EscalationOpened, limit: int) -> str:
    if not packet.because:
        return ""
    route = visible_line(packet.route)
    sent = f"Sent to {route}" if route else "Sent by the default route"
    return bounded(f"{sent} because {visible_line(packet.because)}", limit)


def _who(packet: EscalationOpened, most: int) -> list[Row]:
    user, session = packet.user, packet.session
    rows: list[Row] = []
    if user is not None:
        rows += _person(user, most)
    if session is not None:
        if session.url:
            rows.append(_row("Page", session.url, safe_link(session.url)))
        rows.append(_row("Locale", session.locale))
        rows.append(_row("Browser", session.user_agent))
        rows.append(_row("Session", session.id))
    return [each for each in rows if each.value]


def _person(user: User, most: int) -> list[Row]:
    email = user.email or ""
    rows = [
        _row("Name", user.name),
        _row("E-mail", email, mail_link(email)),
        _row("User id", user.id),
    ]
    known = {**user.traits, **(user.model_extra or {})}
    ranked = sorted(known.items(), key=lambda item: item[0] != "plan")
    rows += [
        _row(str(name).replace("_", " ").capitalize(), _brief(value))
        for name, value in ranked[:most]
    ]
    left_out = len(ranked) - most
    return [*rows, Row("More", f"{left_out} facts more")] if left_out > 0 else rows


def _brief(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return plain_value(value)


def _row(label: str, value: str | None, href: str = "") -> Row:
    shown = bounded(visible_line(value or ""), VALUE_CHARS)
    return Row(bounded(visible_line(label), 40), shown, href)


def _attempt(attempt: Attempt) -> dict[str, Any]:
    word, ink = OUTCOMES.get(
        attempt.outcome, (bounded(visible_line(attempt.outcome), 40), "#667085")
    )
    return {
        "kind": attempt.kind,
        "title": bounded(visible_line(attempt.title or attempt.name), 120),
        "name": bounded(visible_line(attempt.name), 120),
        "score": f"{attempt.score:.2f}",
        "threshold": f"{attempt.threshold:.2f}",
        "percent": round(100 * min(1.0, max(0.0, attempt.score))),
        "outcome": word,
        "ink": ink,
        "detail": _detail(attempt),
    }


def _detail(attempt: Attempt) -> str:
    """Return what came of it, and what an action was run with."""
    detail = bounded(visible_line(attempt.detail or ""), DETAIL_CHARS)
    given = ", ".join(
        f"{name}: {plain_value(value)}"
        for name, value in (attempt.arguments or {}).items()
    )
    if not given:
        return detail
    return f"{detail} ({bounded(visible_line(given), DETAIL_CHARS)})".strip()


def _pattern(packet: EscalationOpened) -> str:
    if packet.pattern is None:
        return ""
    label = bounded(visible_line(packet.pattern.label), 120)
    return f"{label} ({packet.pattern.size} so far)"


def _state(app_state: dict[str, Any] | None, limit: int) -> str:
    if not app_state:
        return ""
    pretty = json.dumps(app_state, indent=2, ensure_ascii=False)
    return bounded(visible(pretty), limit)


def _links(packet: EscalationOpened, most: int) -> list[Row]:
    found = [
        Row(visible_line(label).replace("_", " ").capitalize(), url, safe_link(url))
        for label, url in list(packet.links.items())[:most]
    ]
    return [each for each in found if each.href]
