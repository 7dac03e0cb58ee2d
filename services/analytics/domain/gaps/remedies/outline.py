"""An outline of the passage that is missing, from the questions it has to answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.analytics.domain.gaps.cases import Case, TriedAttempt
from services.analytics.domain.gaps.causes.near_misses import NearMiss
from services.analytics.domain.gaps.remedies.quoting import central, content_words
from shared.text import cut

Json = Mapping[str, Any]

MAX_HEADINGS = 6
MAX_QUESTIONS = 5
"""Of one heading."""
MAX_ANSWERS = 3
MAX_EXAMPLES = 10
"""Example questions: what makes a document found that answers them already."""
SAME_HEADING = 0.4
"""The least overlap of two questions' words (Jaccard) under one heading."""
HEADING_CHARS = 80
SHOWN = frozenset({"rejected_by_user", "succeeded"})


def outline_remedy(cases: Sequence[Case], near: Sequence[NearMiss]) -> Json:
    """Return what to write for *cases*, and the passage that is closest already.

    A heading's questions share most of their words; the most central one is its title,
    as a user put it. `draft_answers` quote what the team answered, the newest first.
    """
    questions = [case.text for case in cases if case.text.strip()]
    groups = _grouped(questions)
    return {
        "outline": [_heading(group) for group in groups[:MAX_HEADINGS]],
        "closest_passage": _closest(cases, near),
        "example_questions": central(questions, MAX_EXAMPLES),
        "draft_answers": _answers(cases),
    }


def _grouped(questions: Sequence[str]) -> list[list[str]]:
    """Return *questions* by what they have in common, the most asked first."""
    groups: list[tuple[frozenset[str], list[str]]] = []
    for text in sorted(questions, key=lambda each: (len(each), each)):
        words = content_words(text)
        home = max(groups, key=lambda each: _overlap(each[0], words), default=None)
        if home is not None and _overlap(home[0], words) >= SAME_HEADING:
            home[1].append(text)
        else:
            groups.append((words, [text]))
    return sorted((texts for _, texts in groups), key=lambda each: (-len(each), each))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    either = len(one | other)
    return len(one & other) / either if either else 1.0


def _heading(texts: Sequence[str]) -> Json:
    questions = central(texts, MAX_QUESTIONS)
    first = questions[0]
    return {
        "heading": cut(first[:1].upper() + first[1:], HEADING_CHARS),
        "questions": questions,
        "asked": len(texts),
    }


def _closest(cases: Sequence[Case], near: Sequence[NearMiss]) -> Json | None:
    """Return the document that was shown in vain, else the nearest of near misses."""
    shown = [
        attempt
        for case in cases
        for attempt in case.attempts
        if attempt.kind == "document" and attempt.outcome in SHOWN
    ]
    missed = [each for each in near if each.kind == "document"]
    if not shown and not missed:
        return None
    names = [each.name for each in shown]
    name = max(sorted(set(names)), key=names.count) if names else missed[0].name
    tried = [
        attempt
        for case in cases
        for attempt in case.attempts
        if attempt.kind == "document" and attempt.name == name
    ]
    return _passage(tried, rejected=bool(names))


def _passage(tried: Sequence[TriedAttempt], *, rejected: bool) -> Json:
    best = max(tried, key=lambda each: each.score)
    return {
        "document": best.name,
        "title": next((each.title for each in tried if each.title), ""),
        # Of a rejection the detail may be the user's comment: no passage then.
        "text": next(
            (e.detail for e in tried if e.detail and e.outcome != "rejected_by_user"),
            "",
        ),
        "score": round(best.score, 4),
        "threshold": best.threshold,
        "count": len(tried),
        "rejected": rejected,
    }


def _answers(cases: Sequence[Case]) -> list[str]:
    newest = sorted(cases, key=lambda each: each.at, reverse=True)
    answers = (answer.strip() for case in newest for answer in case.answers)
    return list(dict.fromkeys(each for each in answers if each))[:MAX_ANSWERS]
