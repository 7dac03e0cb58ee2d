"""A next step in one sentence of plain English: what to do, why, what it saves."""

from services.analytics.domain.gaps.next_steps.gap import Gap

WHAT = {
    "doc_miss_hard": "Write a document that answers {about}",
    "doc_miss_soft": "Extend the document {nearest} so that it answers {about}",
    "doc_found_rejected": "Rewrite the document {nearest}, which does not help with "
    "{about}",
    "no_action": "Give the assistant an action for {about}",
    "action_error": "Repair the action {nearest}, which fails on {about}",
    "action_incomplete": "Let the action {nearest} do with what users can tell, for "
    "{about}",
    "approval_denied": "Change what the action {nearest} asks its users to approve, "
    "for {about}",
    "problem_reported": "Fix what is behind {about}",
    "resolver_failure": "Find out why the assistant could not decide on {about}",
}
"""By code. What nearly answered is named where it is known."""
WITHOUT_NEAREST = {
    "doc_miss_soft": WHAT["doc_miss_hard"],
    "doc_found_rejected": "Rewrite the document that does not help with {about}",
    "action_error": "Repair the action that fails on {about}",
    "action_incomplete": "Let the action do with what users can tell, for {about}",
    "approval_denied": "Change what the action asks its users to approve, for {about}",
}
BY_CAUSE = {
    "documentation": WHAT["doc_miss_hard"],
    "action": WHAT["no_action"],
    "bug": WHAT["problem_reported"],
}
"""For a code of a later version."""
UNCLEAR = "Decide what the requests like {about} need"
LEANS = {
    "documentation": (", most likely a document", "questions that no document answers"),
    "action": (", most likely an action", "wishes that no action meets"),
    "bug": (", most likely a repair", "something that is broken"),
}
"""By what most of the evidence is for, where no cause has enough of it."""
CODES = {
    "documentation": ("doc_miss_hard", "doc_miss_soft", "doc_found_rejected"),
    "action": ("no_action", "approval_denied", "action_incomplete"),
    "bug": ("problem_reported", "action_error", "resolver_failure"),
}
LEAST_LEAN = 2
"""Cases by which the first kind of evidence must lead the second to be named."""
LABEL_CHARS = 120
SHARED_AT_MOST = 2
HOUR = 60
EXACT_BELOW_MINUTES = 10
"""From here on five minutes more or less are told by nobody."""
LONG_MINUTES = 90
"""From here on people think in hours."""
WORKDAY_HOURS = 16
"""Hours from which people think in working days of eight."""
NOTABLE = 0.2
"""Share of the period before by which a number must have moved to be told."""


def step_sentence(
    gap: Gap, *, saves_minutes: float, days: int, each: float | None
) -> str:
    """Return the sentence; *each* is the assumed minutes, None where they are known."""
    what = _what(gap)
    saves = f"would save people about {spell_minutes(saves_minutes)} {_per(days)}"
    if each is not None:
        saves += f", if each takes {each:.0f} minutes (none is measured yet)"
    return f"{what}: {_why(gap, days)}, and ending that {saves}."


def spell_minutes(minutes: float) -> str:
    """Return *minutes* as people say them: `40 minutes`, `3 hours`, `2.5 days`."""
    if minutes < LONG_MINUTES:
        step = 1 if minutes < EXACT_BELOW_MINUTES else 5
        rounded = max(1, round(minutes / step) * step)
        return "1 minute" if rounded == 1 else f"{rounded} minutes"
    hours = minutes / HOUR
    if hours < WORKDAY_HOURS:
        return f"{_half(hours)} hours"
    return f"{_half(hours / 8)} working days"


def spell_period(days: int) -> str:
    """Return the last *days* days as people say it."""
    return {1: "last day", 7: "last week"}.get(days, f"last {days} days")


def _what(gap: Gap) -> str:
    words = WHAT if gap.nearest else WHAT | WITHOUT_NEAREST
    known = words.get(gap.code) or BY_CAUSE.get(gap.cause)
    sentence = UNCLEAR if gap.cause == "unclear" or known is None else known
    said = sentence.format(about=_quote(gap.label), nearest=_quote(gap.nearest))
    return said + _lean(gap) if sentence is UNCLEAR else said


def _read_as(gap: Gap) -> list[tuple[int, str]]:
    """Return how many cases speak for which cause, most first."""
    found = [
        (sum(gap.evidence.get(code, 0) for code in codes), cause)
        for cause, codes in CODES.items()
    ]
    return sorted((each for each in found if each[0]), key=lambda each: -each[0])


def _lean(gap: Gap) -> str:
    """Return what they most likely need, where anything leads."""
    (first, cause), (second, _) = [*_read_as(gap), (0, ""), (0, "")][:2]
    return LEANS[cause][0] if cause and first - second >= LEAST_LEAN else ""


def _evidence(gap: Gap) -> str:
    """Return what the requests without one cause read like."""
    looked_at, read = gap.evidence.get("cases", 0), _read_as(gap)[:2]
    if gap.cause != "unclear" or not looked_at or not read:
        return ""
    parts = [f"{n} read like {LEANS[cause][1]}" for n, cause in read]
    which = "of which" if looked_at == gap.count else f"and of {looked_at} looked at"
    return f", {which} {' and '.join(parts)}"


def _why(gap: Gap, days: int) -> str:
    came = f"{gap.count} requests"
    if 1 < gap.users < gap.count:
        came += f" from {gap.users} users"
    came += f" came to people in the {spell_period(days)}"
    if gap.status == "regressed":
        came += ", after it was thought to be fixed"
    moved = _moved(gap, days)
    came += f", {moved}" if moved else ""
    came += _evidence(gap)
    if gap.is_far:
        came += ", with nothing in the catalogue that is near to them"
    if gap.shared:
        came += f", all with {' and '.join(gap.shared[:SHARED_AT_MOST])}"
    return came


def _moved(gap: Gap, days: int) -> str:
    """Return how many there were before, where that is another number to speak of."""
    if not gap.before or abs(gap.count - gap.before) < NOTABLE * gap.before:
        return ""
    word = "up" if gap.count > gap.before else "down"
    before = {1: "the day before", 7: "the week before"}.get(
        days, f"in the {days} days before"
    )
    return f"{word} from {gap.before} {before}"


def _per(days: int) -> str:
    return {1: "a day", 7: "a week", 30: "a month"}.get(days, f"in {days} days")


def _half(value: float) -> str:
    return f"{round(value * 2) / 2:g}"


def _quote(text: str) -> str:
    words = " ".join(text.split()).strip("“”\"' ")
    if len(words) > LABEL_CHARS:
        words = words[: LABEL_CHARS - 1].rstrip() + "…"
    return f"“{words}”"
