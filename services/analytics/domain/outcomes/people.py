"""What people did with a request: whether and when they were reached, and for what."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from services.analytics.domain.outcomes.history import Escalated, Passage, Turn
from services.analytics.domain.outcomes.request import Request

NOT_PEOPLE = ("user", "handrail")
"""Actors of changes that are no person of the team."""
PASTED = 0.6
"""Share of a person's word triples that stand in a passage: then they pasted it."""
RUN = 3
MIN_WORDS = 6
"""Fewer words are no text of ours that was pasted: "Done." is an answer."""
_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"https?://\S+")


def reached_at(request: Request) -> datetime | None:
    """Return when a person answered first, or was done with it; None if nobody did."""
    times = [turn.at for turn in request.people]
    times += [
        change.at
        for escalation in request.escalations
        for change in escalation.changes
        if change.before != change.after
        and change.actor not in NOT_PEOPLE
        and change.after in {"answered", "resolved"}
    ]
    return min(times, default=None)


def resolved_by_people_at(request: Request) -> datetime | None:
    """Return when people were done; None while one of its escalations is not."""
    ends = [_resolved_at(each) for each in request.escalations]
    done = [each for each in ends if each is not None]
    return max(done) if done and len(done) == len(ends) else None


def _resolved_at(escalation: Escalated) -> datetime | None:
    status, at = "open", None
    for change in escalation.changes:
        if change.before != change.after:
            status, at = change.after, change.at
    return at if status == "resolved" else None


def status_of(escalation: Escalated) -> str:
    """Return where *escalation* stands."""
    return escalation.changes[-1].after if escalation.changes else "open"


def was_reopened(request: Request, within: timedelta) -> bool:
    """Return whether people had to take it up again soon after they were done."""
    reopened_after: list[timedelta] = []
    for escalation in request.escalations:
        resolved: datetime | None = None
        for change in escalation.changes:
            if change.after == "resolved":
                resolved = change.at
            elif change.before == "resolved" and resolved is not None:
                reopened_after.append(change.at - resolved)
    return any(each <= within for each in reopened_after)


def is_needless(request: Request) -> bool:
    """Return whether people only passed on what the assistant had found, or given.

    All that they wrote stands, word for word, in a document that was tried before
    people were asked: in the near miss, or in the answer that was turned down.
    """
    passages = [each for one in request.escalations for each in one.passages]
    words = [turn for turn in request.people if turn.text.strip()]
    if not words or not passages:
        return False
    return all(_is_pasted(turn, passages) for turn in words)


def _is_pasted(turn: Turn, passages: Iterable[Passage]) -> bool:
    said = _runs(_ADDRESS.sub(" ", turn.text))
    if said is None:
        return False
    return any(_share(said, passage) >= PASTED for passage in passages)


def _share(said: frozenset[tuple[str, ...]], passage: Passage) -> float:
    """Return the share of *said* that stands in *passage*, or of it in what was said.

    A passage is kept up to 500 characters, so a whole document that was pasted holds
    all of the passage, and more.
    """
    there = _runs(f"{passage.title} {passage.detail}")
    if there is None:
        return 0.0
    both = len(said & there)
    return max(both / len(said), both / len(there))


def _runs(text: str) -> frozenset[tuple[str, ...]] | None:
    words = _WORD.findall(text.casefold())
    if len(words) < MIN_WORDS:
        return None
    return frozenset(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
