"""The words of a reply: the app's rule, the app's text, or ours in the user's language.

Each text of the chain is shown whole or passed over, so nobody reads a brace.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain
from types import MappingProxyType
from zoneinfo import ZoneInfo

from services.escalator.domain.conversation import Escalation
from services.escalator.domain.promises.saying import say_time
from services.escalator.domain.routing.rules import should_match
from services.escalator.domain.texts.rendering import (
    Variables,
    own_text,
    shipped_texts,
    to_values,
)
from services.escalator.escalate.drafting.draft import Draft
from services.escalator.escalate.routing.facts import escalation_facts
from shared.untrusted.locales import is_zone
from shared.wording.languages import DEFAULT, choose_language, is_spoken
from shared.wording.rendering import Values, render_first

HANDOFF = "handoff"
CONTACT = "contact"
Templates = Iterator[str | None]


Times = Mapping[str, datetime | None]
RECENT = timedelta(days=6)
"""A weekday says which day it was."""


def text_for(
    draft: Draft,
    escalation: Escalation,
    kind: str,
    *exact: str,
    times: Times = MappingProxyType({}),
    **more: str,
) -> str | None:
    """Return what the user reads on *kind*, or None where there is nothing to say.

    *exact* are kinds of our own texts that say more of this case, the best first;
    *times* and *more* are variables of this kind alone.
    """
    own = own_templates(draft, escalation, kind)
    tag = escalation.language
    values = {**_values(draft, escalation, tag), **_said(draft, times, tag), **more}
    if (text := render_first(own, values)) is not None:
        return text
    spoken = tag if is_spoken(draft.languages, tag) else DEFAULT
    ours = chain(
        shipped_texts(draft.languages, tag, *exact, kind),
        shipped_texts(draft.languages, DEFAULT, *exact, kind),
    )
    ours_values = _values(draft, escalation, spoken)
    return render_first(ours, {**ours_values, **_said(draft, times, spoken), **more})


def _said(draft: Draft, times: Times, tag: str | None) -> Values:
    """Return *times* as the user would say them; what is not known is empty."""
    zone, known = _zone_of(draft)

    def say(at: datetime) -> str:
        if draft.now - at > RECENT:
            return f"{at.astimezone(zone):%Y-%m-%d}"
        return say_time(at, zone, tag, now=draft.now, named=not known)

    return {name: say(at) if at else "" for name, at in times.items()}


def hand_off_texts(
    draft: Draft,
    escalation: Escalation,
    kind: str,
    exact: str,
    *,
    contact_needed: bool,
) -> tuple[str, str | None]:
    """Return what the user reads as people get the request, and the ask for an address.

    The text is the promised one, word for word. Only what an app wrote as `contact`
    stands behind it; else the ask goes beside it, for a chat to show with a field.
    """
    text = text_for(draft, escalation, kind, exact) or ""
    if not contact_needed:
        return text, None
    values = _values(draft, escalation, escalation.language)
    own = render_first(own_templates(draft, escalation, CONTACT), values)
    if own:
        return f"{text} {own}", None
    return text, text_for(draft, escalation, CONTACT)


def _values(draft: Draft, escalation: Escalation, tag: str | None) -> Values:
    """Return the variables of a text for a reader of the language *tag*."""
    at, time = escalation.expected_by, ""
    if at is not None:
        zone, known = _zone_of(draft)
        time = say_time(at, zone, tag, now=draft.now, named=not known)
    return to_values(
        Variables(
            number=escalation.number,
            reason=str(escalation.reason),
            app=draft.app.name or draft.app.app_id,
            expected_by=time,
        ),
        choose_language(draft.languages, tag),
    )


def _zone_of(draft: Draft) -> tuple[ZoneInfo, bool]:
    """Return the user's zone and True, or else the app's and False."""
    session = draft.conversation.session or {}
    app = draft.app.preferences.hours.timezone
    for name, is_users in ((session.get("timezone"), True), (app, False)):
        if isinstance(name, str) and is_zone(name):
            return ZoneInfo(name), is_users
    return ZoneInfo("UTC"), False


def own_templates(draft: Draft, escalation: Escalation, kind: str) -> Templates:
    """Yield the texts of *kind* that are not ours: they speak whatever language."""
    if kind == HANDOFF:
        yield draft.conversation.escalation_message
    messages = draft.app.preferences.messages
    if messages.rules:
        facts = escalation_facts(draft, escalation)
        for rule in messages.rules:
            text = getattr(rule.texts, kind, None)
            if text and should_match(rule.match, facts):
                yield text
    yield own_text(draft.languages, kind, getattr(messages, kind, None))
