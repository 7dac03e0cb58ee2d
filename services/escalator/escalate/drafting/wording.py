"""The words of a reply: the app's rule, the app's text, or ours in the user's language.

Each text of the chain is shown whole or passed over, so nobody reads a brace.
"""

from collections.abc import Iterator

from services.escalator.domain.conversation import Escalation
from services.escalator.domain.routing.facts import (
    Facts,
    Hours,
    facts_of_escalation,
)
from services.escalator.domain.routing.rules import should_match
from services.escalator.domain.texts.rendering import (
    Variables,
    own_text,
    shipped_texts,
    to_values,
)
from services.escalator.escalate.drafting.draft import Draft
from services.escalator.escalate.hours import calendar_of
from shared.wording.languages import DEFAULT, choose_language
from shared.wording.rendering import render_first

HANDOFF = "handoff"
Templates = Iterator[str | None]


def text_for(
    draft: Draft, escalation: Escalation, kind: str, *exact: str
) -> str | None:
    """Return what the user reads on *kind*, or None where there is nothing to say.

    *exact* are kinds of our own texts that say more of this case, the best first.
    """
    language = choose_language(draft.languages, escalation.language)
    values = to_values(
        Variables(
            number=escalation.number,
            reason=escalation.reason.value,
            app=draft.app.name or draft.app.app_id,
            expected_by=escalation.expected_by,
        ),
        language,
    )
    return render_first(_templates(draft, escalation, kind, (*exact, kind)), values)


def _templates(
    draft: Draft, escalation: Escalation, kind: str, ours: tuple[str, ...]
) -> Templates:
    """Yield the texts that may be told, the nearest to this conversation first."""
    yield from own_templates(draft, escalation, kind)
    yield from shipped_texts(draft.languages, escalation.language, *ours)
    yield from shipped_texts(draft.languages, DEFAULT, *ours)


def own_templates(draft: Draft, escalation: Escalation, kind: str) -> Templates:
    """Yield the texts of *kind* that are not ours: they speak whatever language."""
    if kind == HANDOFF:
        yield draft.conversation.escalation_message
    messages = draft.app.preferences.messages
    if messages.rules:
        facts = _facts(draft, escalation)
        for rule in messages.rules:
            text = getattr(rule.texts, kind, None)
            if text and should_match(rule.match, facts):
                yield text
    yield own_text(draft.languages, kind, getattr(messages, kind, None))


def _facts(draft: Draft, escalation: Escalation) -> Facts:
    calendar = calendar_of(draft.app.preferences.hours)
    hours: Hours = "inside" if calendar.is_open(draft.now) else "outside"
    return facts_of_escalation(draft.conversation, escalation, hours=hours)
