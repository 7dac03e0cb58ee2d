"""The users' own words, as examples: short, each once, the most telling first."""

from collections import Counter
from collections.abc import Iterable, Sequence

from services.analytics.domain.gaps.cases import Case
from services.analytics.domain.gaps.remedies.lexicon import lexicon
from services.analytics.domain.gaps.remedies.naming import singular
from shared.text import cut

MAX_CHARS = 200
"""Of one quote."""


def quotes(cases: Iterable[Case], most: int) -> list[str]:
    """Return what users wrote, *most* of them at most: the most central first."""
    return central([case.text for case in cases], most)


def central(texts: Iterable[str], most: int) -> list[str]:
    """Return different *texts*, shortened: first what shares most with the rest."""
    once: dict[str, str] = {}
    for text in texts:
        said = cut(" ".join(text.split()), MAX_CHARS)
        if said:
            once.setdefault(said.casefold().rstrip("?!. "), said)
    words = {said: content_words(said) for said in once.values()}
    spread = Counter(word for found in words.values() for word in found)

    def weight(said: str) -> tuple[float, int, str]:
        found = words[said]
        shared = sum(spread[word] - 1 for word in found) / (len(found) + 2)
        return -shared, len(said), said

    return sorted(words, key=weight)[:most]


def content_words(text: str) -> frozenset[str]:
    """Return the words of *text* that say what it is about, in the singular."""
    known = lexicon()
    found = (each.strip(".,;:!?()[]\"'“”").casefold() for each in text.split())
    return frozenset(
        singular(each)
        for each in found
        if each and each not in known.empty and each not in known.ends
    )


def users_of(cases: Sequence[Case]) -> int:
    """Return how many users *cases* are of; who is not known counts as one each."""
    known = {case.user_id for case in cases if case.user_id}
    return len(known) + sum(case.user_id is None for case in cases)
