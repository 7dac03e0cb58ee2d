"""The nightly re-examination: which patterns turn out to be one. Only ever proposed.

A streaming leader sees each escalation once, alone. Afterwards there are neighbours:
each member is replaced by the mean of the members closest to it, which takes away much
of what is only wording, and patterns are joined by average link on what is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.analytics.domain.patterns.because import because_merged
from services.analytics.domain.patterns.items import from_steps
from services.analytics.domain.patterns.linking import Pairs, link_by_average
from services.analytics.domain.patterns.rules import rules_of, scale_of
from services.analytics.domain.patterns.words import WordCutter

Floats = NDArray[np.float32]

MAX_NEIGHBOURS: Final = 8
"""Members that stand in for one, itself included; from 5 to 16 all serve."""
MEMBERS_PER_NEIGHBOUR: Final = 200
"""A young app has few members of a topic, and others must not stand in for them."""
MIN_NEIGHBOUR: Final = 0.5
"""The cosine from which on a member is close enough to stand in for another."""
MAX_MEMBERS: Final = 8_000
"""Vectors of one run: more are thinned out, from the largest patterns first."""
MAX_PATTERNS: Final = 2_000
"""Patterns of one run: of more, the largest are examined."""
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Examined:
    """A pattern, as the re-examination sees it."""

    pattern_id: str
    vectors: Sequence[bytes]
    """Of its members, the latest or all, as `quantise` made them; at least one."""
    representative_text: str = ""
    not_with: frozenset[str] = field(default=frozenset())
    """Patterns that people said it is not. One side is enough."""


@dataclass(frozen=True, slots=True)
class ProposedMerge:
    """Two patterns that seem to be one."""

    into: str
    """The one that was founded first."""
    absorbed: str
    similarity: float
    because: str


def propose_merges(
    patterns: Sequence[Examined], *, encoder: str, language: str = "en"
) -> list[ProposedMerge]:
    """Return what to merge, the most alike first, each on top of those before it.

    *patterns* are of one app, language and *encoder*, the first founded first. Two
    that people told apart are never proposed, nor what would bring them together.
    """
    chosen = _largest([each for each in patterns if each.vectors])
    if len(chosen) < 2:  # noqa: PLR2004 - one is no pair
        return []
    members, groups = _members(chosen)
    scale = scale_of(encoder, members.shape[1]).astype(np.float32)
    smoothed = _smoothed(_centred(members * scale))
    pairs = Pairs.of(smoothed, groups, apart=_apart(chosen))
    words = WordCutter(language)
    proposals = []
    for link in link_by_average(pairs, least=rules_of(encoder).merge):
        into, absorbed = chosen[link.first], chosen[link.second]
        own = words.stems(into.representative_text)
        shared = [own[stem] for stem in words.stems(absorbed.representative_text)
                  if stem in own]  # fmt: skip
        proposals.append(
            ProposedMerge(
                into.pattern_id,
                absorbed.pattern_id,
                link.similarity,
                because_merged(shared, link.similarity),
            )
        )
    return proposals


def _largest(patterns: Sequence[Examined]) -> list[Examined]:
    if len(patterns) <= MAX_PATTERNS:
        return list(patterns)
    sizes = np.array([len(each.vectors) for each in patterns])
    kept = np.sort(np.argsort(-sizes, kind="stable")[:MAX_PATTERNS])
    return [patterns[at] for at in kept]


def _members(patterns: Sequence[Examined]) -> tuple[Floats, NDArray[np.int64]]:
    """Return vectors (n, d), and of which pattern each is (n,)."""
    sizes = np.array([len(each.vectors) for each in patterns])
    most = int(sizes.max())
    while np.minimum(sizes, most).sum() > max(MAX_MEMBERS, len(sizes)):
        most = most * 9 // 10
    taken = [_spread(each.vectors, most) for each in patterns]
    rows = [from_steps(each) for vectors in taken for each in vectors]
    groups = np.repeat(np.arange(len(taken)), [len(each) for each in taken])
    return np.stack(rows).astype(np.float32), groups


def _spread(vectors: Sequence[bytes], most: int) -> list[bytes]:
    if len(vectors) <= most:
        return list(vectors)
    places = np.linspace(0, len(vectors) - 1, most).astype(int)
    return [vectors[at] for at in places]


def _smoothed(rows: Floats) -> Floats:
    """Return each row with its closest ones added, (n, d), centred again."""
    near = min(MAX_NEIGHBOURS, 1 + len(rows) // MEMBERS_PER_NEIGHBOUR)
    smoothed = np.empty_like(rows)
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK] @ rows.T
        closest = np.argpartition(-block, near - 1, axis=1)[:, :near]
        counted = np.take_along_axis(block, closest, axis=1) >= MIN_NEIGHBOUR
        smoothed[start : start + _BLOCK] = np.einsum(
            "nk,nkd->nd", counted.astype(np.float32), rows[closest]
        )
    return _centred(_unit(smoothed))


def _centred(rows: Floats) -> Floats:
    return _unit(rows - rows.mean(axis=0))


def _unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Floats = rows / np.maximum(lengths, 1e-9)
    return unit


def _apart(patterns: Sequence[Examined]) -> list[tuple[int, int]]:
    places = {each.pattern_id: at for at, each in enumerate(patterns)}
    return [
        (at, places[other])
        for at, each in enumerate(patterns)
        for other in each.not_with
        if other in places
    ]
