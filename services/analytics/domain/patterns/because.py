"""Why an escalation is in its pattern, in a sentence for people.

Only words of the escalation itself are quoted: what another user wrote may be erased,
and must not live on in here.
"""

from collections.abc import Sequence
from typing import Final

MAX_WORDS: Final = 3


def because_same_words() -> str:
    return "It has the same words as an earlier escalation of this pattern."


def because_founded(nearest: float | None) -> str:
    """*nearest* is how alike the closest pattern is, None where there is none yet."""
    if nearest is None:
        return "It is the first escalation that was grouped here."
    return f"It is the first of its kind: the closest pattern is {_alike(nearest)}."


def because_joined(words: Sequence[str], similarity: float) -> str:
    """*words* are its own that the pattern's first escalation has too, rarest first."""
    if not words:
        return (
            "It is worded differently from the first escalation of this pattern, but "
            f"what the pattern says is {_alike(similarity)}."
        )
    return (
        f"It speaks of {_listed(words)}, as the first escalation of this pattern does; "
        f"what the pattern says is {_alike(similarity)}."
    )


def because_merged(words: Sequence[str], similarity: float) -> str:
    """*words* are those that the first escalations of both share."""
    both = f" Both speak of {_listed(words)}." if words else ""
    return (
        "Their escalations have the same neighbours: with these taken together, the "
        f"two patterns are {_alike(similarity)}.{both}"
    )


def _listed(words: Sequence[str]) -> str:
    named = [f"“{word}”" for word in words[:MAX_WORDS]]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _alike(similarity: float) -> str:
    return f"{round(max(similarity, 0.0) * 100)} % alike"
