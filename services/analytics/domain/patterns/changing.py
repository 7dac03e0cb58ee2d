"""What people's merges and splits make of patterns' states.

A merged pattern keeps the centre of what it absorbed beside its own. One centre for
both would lie between them, and what is like the smaller one would found a pattern
again: the merge would have come apart.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from services.analytics.domain.patterns.centroids import Sums
from services.analytics.domain.patterns.items import (
    MAX_ABSORBED,
    MAX_FINGERPRINTS,
    Centre,
    PatternState,
    from_steps,
)


def centres_of(state: PatternState) -> list[Centre]:
    """Return the pattern's own centre, then those of what it absorbed."""
    sums, count = _numbers(state.centroid_sum), state.count
    for each in state.absorbed:
        sums -= _numbers(each.sums)
        count -= each.count
    return [Centre(count, _bytes(sums)), *state.absorbed]


def sum_of(centres: Iterable[Centre]) -> Sums:
    """Return the sum of the vectors (d,) of all members of one or more centres."""
    total: Sums = np.sum([_numbers(each.sums) for each in centres], axis=0)
    return total.astype(np.int32)


def merged_states(kept: PatternState, gone: PatternState) -> PatternState:
    """Return *kept* with all that *gone* had; the first escalation stays."""
    centres = [*kept.absorbed, *centres_of(gone)]
    # Those that are left out still count, as a part of its own centre.
    centres.sort(key=lambda each: (-each.count, each.sums))
    return replace(
        kept,
        count=kept.count + gone.count,
        centroid_sum=_bytes(_numbers(kept.centroid_sum) + _numbers(gone.centroid_sum)),
        fingerprints=(*gone.fingerprints, *kept.fingerprints)[-MAX_FINGERPRINTS:],
        absorbed=tuple(centres[:MAX_ABSORBED]),
    )


def split_states(
    whole: PatternState, vectors: Sequence[bytes], marks: Sequence[int]
) -> tuple[PatternState, PatternState]:
    """Return what stays and what leaves; the latter has the id and text of *whole*.

    *vectors* are of those who leave, *marks* the fingerprints of what they say. Who
    leaves exactly as absorbed takes that centre along; else those who stay have one
    centre, since nobody noted which of them was near which. Raises ValueError where
    none leaves or none stays.
    """
    if not 0 < len(vectors) < whole.count:
        raise ValueError(f"{len(vectors)} of {whole.count} cannot be moved")
    moved = np.sum([from_steps(each).astype(np.int32) for each in vectors], axis=0)
    leaving = Centre(len(vectors), _bytes(moved))
    stays = replace(
        whole,
        count=whole.count - leaving.count,
        centroid_sum=_bytes(_numbers(whole.centroid_sum) - moved),
        fingerprints=tuple(each for each in whole.fingerprints if each not in marks),
        absorbed=tuple(_without(whole.absorbed, leaving)),
    )
    leaves = replace(
        whole,
        count=leaving.count,
        centroid_sum=leaving.sums,
        representative=vectors[0],
        fingerprints=tuple(marks)[-MAX_FINGERPRINTS:],
        absorbed=(),
    )
    return stays, leaves


def _without(absorbed: Sequence[Centre], leaving: Centre) -> Iterator[Centre]:
    if leaving in absorbed:
        at = absorbed.index(leaving)
        yield from (*absorbed[:at], *absorbed[at + 1 :])


def _numbers(sums: bytes) -> Sums:
    return np.frombuffer(sums, dtype="<i4").astype(np.int32)


def _bytes(sums: Sums) -> bytes:
    return sums.astype("<i4").tobytes()
