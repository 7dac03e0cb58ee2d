"""Whom to tell that a gap is closed, and in which words: one note a user, ever."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from services.analytics.domain.gaps.closing import GapStatus, case_id_of
from shared import ids
from shared.text import cut
from shared.wording.languages import Languages, choose_language
from shared.wording.rendering import render

VARIABLES = frozenset({"question", "number", "app"})
"""What a note may name."""
QUESTION = "{question}"
MAX_QUESTION = 300
"""Characters of the user's words that a note quotes."""
FIXED = "fixed"
"""Our own text, in each language."""


class LeftOut(StrEnum):
    """Why somebody is not told."""

    ALREADY_TOLD = "already_told"
    OPTED_OUT = "opted_out"
    ERASED = "erased"
    WITHDRAWN = "withdrawn"
    """They took their request back."""
    CONVERSATION_EXPIRED = "conversation_expired"
    """It is older than what is kept of conversations, so nothing reaches it."""
    NOT_ANSWERED = "not_answered"
    """The last replay could not answer their very question."""
    NO_TEXT = "no_text"
    """A variable of the text has no value for them."""


class NotYet(StrEnum):
    """Why nobody of a gap may be told now."""

    NOT_VERIFIED = "not_verified"
    REGRESSED = "regressed"


@dataclass(frozen=True, slots=True)
class Affected:
    """One escalation of a gap, as telling its user goes."""

    escalation_id: str
    conversation_id: str
    number: str
    user_id: str | None
    at: datetime
    text: str
    language: str | None
    withdrawn: bool = False
    answered: bool = True
    """False where a replay has shown that their question is not."""

    def user_key(self) -> str:
        """Return who it is: the user, or a nameless one's conversation."""
        if self.user_id is not None:
            return f"user:{self.user_id}"
        return f"conversation:{self.conversation_id}"


@dataclass(frozen=True, slots=True)
class Note:
    """What one user is told, and where."""

    note_id: str
    user_id: str | None
    escalation_id: str
    conversation_id: str
    number: str
    text: str
    reason: LeftOut | None = None
    """Why they are not told; None where they are."""


@dataclass(frozen=True, slots=True)
class Audience:
    """What is known of a gap's users beside their escalations."""

    told: frozenset[str] = frozenset()
    """Keys of those who have a note of this gap, or of one that is a part of it now."""
    opted_out: frozenset[str] = frozenset()
    """Ids of users who want no notes."""
    unanswered: frozenset[str] = frozenset()
    """Ids of the gap's cases that the last replay could not answer."""
    since: datetime | None = None
    """Conversations that nothing was heard of since then are not kept any more."""


@dataclass(frozen=True, slots=True)
class Wording:
    """In which words users are told."""

    app: str
    """What people call the app."""
    languages: Languages = field(default_factory=dict)
    template: str | None = None
    """The app's own; None is our text in the user's language."""

    def write(self, one: Affected) -> str | None:
        """Return what the user of *one* reads; None where a variable has no value."""
        template = self.template
        if template is None:
            template = choose_language(self.languages, one.language).texts[FIXED]
        elif QUESTION not in template:
            # Whatever a team says, the user must know what it is about.
            template = f"“{QUESTION}”\n\n{template}"
        values = {
            "question": cut(" ".join(one.text.split()), MAX_QUESTION),
            "number": one.number,
            "app": self.app,
        }
        return render(template, values)


def check_allowed(status: GapStatus, cause: str, *, force: bool) -> NotYet | None:
    """Return why the users of a gap may not be told that it is closed; None: they may.

    A note says that something works now. A replay shows that of documents and actions;
    of a bug only people know, and `fixed` is their word. *force* takes a person's word
    for the others too, but never against a replay.
    """
    if status is GapStatus.VERIFIED:
        return None
    if status is GapStatus.REGRESSED:
        return NotYet.REGRESSED
    if status is GapStatus.FIXED and (cause == "bug" or force):
        return None
    return NotYet.NOT_VERIFIED


def note_id_of(app_id: str, gap_id: str, user_key: str) -> str:
    """Return the id of the one note that a user gets of a gap."""
    return ids.derive("gap-note", app_id, gap_id, user_key)


def plan_notes(
    app_id: str,
    gap_id: str,
    affected: Iterable[Affected],
    *,
    audience: Audience,
    wording: Wording,
) -> list[Note]:
    """Return one note for each user of *affected*, told or left out, in their order.

    Of several escalations of one user, the newest counts that they did not take back
    and that is answered now.
    """
    users: dict[str, Affected] = {}
    for found in affected:
        case_id = case_id_of(app_id, gap_id, found.text)
        one = replace(found, answered=case_id not in audience.unanswered)
        key = one.user_key()
        known = users.get(key)
        if known is None or _rank(one) > _rank(known):
            users[key] = one
    return [
        _note(note_id_of(app_id, gap_id, key), one, key, audience, wording)
        for key, one in users.items()
    ]


def _rank(one: Affected) -> tuple[bool, bool, bool, datetime]:
    return bool(one.text.strip()), not one.withdrawn, one.answered, one.at


def _note(
    note_id: str, one: Affected, key: str, audience: Audience, wording: Wording
) -> Note:
    reason = _left_out(one, key, audience)
    text = wording.write(one) if reason is None else None
    if reason is None and text is None:
        reason = LeftOut.NO_TEXT
    return Note(
        note_id=note_id,
        user_id=one.user_id,
        escalation_id=one.escalation_id,
        conversation_id=one.conversation_id,
        number=one.number,
        text=text or "",
        reason=reason,
    )


def _left_out(one: Affected, key: str, audience: Audience) -> LeftOut | None:
    """Return the first reason that holds, the one that says most of the user first."""
    reasons = {
        LeftOut.ERASED: not one.text.strip(),
        LeftOut.ALREADY_TOLD: key in audience.told,
        LeftOut.OPTED_OUT: one.user_id in audience.opted_out,
        LeftOut.WITHDRAWN: one.withdrawn,
        LeftOut.NOT_ANSWERED: not one.answered,
        LeftOut.CONVERSATION_EXPIRED: audience.since is not None
        and one.at < audience.since,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def count_left_out(notes: Iterable[Note]) -> Mapping[LeftOut, int]:
    """Return how many are left out, by why."""
    counts: dict[LeftOut, int] = {}
    for each in notes:
        if each.reason is not None:
            counts[each.reason] = counts.get(each.reason, 0) + 1
    return counts
