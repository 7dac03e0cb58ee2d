"""What a search weighed, candidate by candidate, for whoever asks why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from services.resolver.domain.ranking import Candidate, Ranking, Rules


@dataclass(frozen=True, slots=True)
class Weighed:
    """One candidate: how likely it is right, from which parts, and what it needs."""

    kind: Literal["action", "document"]
    name: str
    title: str
    probability: float
    threshold: float
    lexical: float
    dense: float

    @property
    def passes(self) -> bool:
        """Return whether it is likely enough to be used."""
        return self.probability >= self.threshold


def weighed(ranking: Ranking, rules: Rules) -> list[Weighed]:
    """Return all candidates of both kinds, likeliest first."""
    found = [
        *_each(ranking.actions, rules.action),
        *_each(ranking.passages, rules.document),
    ]
    return sorted(found, key=lambda each: -each.probability)


def in_words(candidates: Sequence[Weighed]) -> str:
    """Return how near the likeliest candidate is to being used."""
    if not candidates or candidates[0].probability <= 0:
        return ""
    best = candidates[0]
    name = f"the {best.kind} \u201c{best.title or best.name}\u201d"
    parts = f"words {best.lexical:.2f}, meaning {best.dense:.2f}"
    verb = "is enough" if best.passes else "is too little"
    return (
        f"Likeliest is {name} with a probability of {best.probability:.2f} ({parts}); "
        f"that {verb}, for {best.threshold:.2f} is asked."
    )


def _each(candidates: Iterable[Candidate], threshold: float) -> Iterable[Weighed]:
    for each in candidates:
        yield Weighed(
            each.kind,
            each.name,
            each.title,
            probability=round(each.score, 4),
            threshold=threshold,
            lexical=round(each.lexical, 4),
            dense=round(each.dense, 4),
        )
