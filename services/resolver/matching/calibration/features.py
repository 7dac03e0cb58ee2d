"""What the gate sees of each candidate, and of "none of them"."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from services.resolver.matching.calibration.gate import Cases, Doubles
from services.resolver.matching.evidence import Columns
from services.resolver.matching.knowledge import Floats
from services.resolver.matching.lexical.cues import Cues
from services.resolver.matching.scores import Scores

Places = NDArray[np.int64]
Array = NDArray[Any]
Signs = tuple[Floats, Floats, Floats]

SHORTLIST = 10
"""Of each kind: what the gate weighs. The eleventh has never been right in a way that
the gate could tell."""
FAULT = 12.0
"""Set by judgement, for want of data: documents and actions tell how software works,
so a report that it broke is for people, unless a candidate speaks of such a fault."""
CANDIDATE_FEATURES = 29
NOTHING_FEATURES = 30
FEATURES = CANDIDATE_FEATURES + NOTHING_FEATURES


class _Nought:
    """Zero, whatever it is multiplied by: what a model says where none was asked.

    Half of the features need a model. As arrays of zeros they took half of the time.
    """

    __array_ufunc__ = None  # so that an array times it is asked of it

    def __mul__(self, other: object) -> Self:
        return self

    __rmul__ = __mul__


NOUGHT: Any = _Nought()


def shortlist(scores: Scores, actions: int) -> Places:
    """Return the places of the best actions and the best documents; -1 where none."""
    rough = scores.rough()
    return np.concatenate(
        [_best(rough[:, :actions], 0), _best(rough[:, actions:], actions)], axis=1
    )


def cases_of(
    scores: Scores,
    columns: Columns,
    places: Places,
    *,
    right: Places | None = None,
) -> Cases:
    """Return what the gate weighs; *right* is a column, or the one of "none"."""
    count, wide = places.shape
    position = np.full(count, wide, dtype=np.int64)
    if right is not None:
        found = places == right[:, None]
        position = np.where(found.any(axis=1), found.argmax(axis=1), wide)
    signs = _signs(scores.cues)
    return Cases(
        _of_candidates(scores, columns, places, signs),
        places >= 0,
        _of_nothing(scores, columns, signs),
        _handicaps(scores.cues, columns, places),
        position,
        np.ones(count),
    )


def _handicaps(cues: Sequence[Cues], columns: Columns, places: Places) -> Doubles:
    handicaps = np.zeros(places.shape)
    for row, each in enumerate(cues):
        if each.fault:
            handicaps[row] = FAULT * (1 - columns.faulty[places[row]])
    return handicaps


def _best(rough: Floats, first: int) -> Places:
    if rough.shape[1] > SHORTLIST:
        best: Places = (-rough).argpartition(SHORTLIST - 1, axis=1)[:, :SHORTLIST]
        best += first
        return best
    places = np.full((len(rough), SHORTLIST), -1, dtype=np.int64)
    places[:, : rough.shape[1]] = np.arange(first, first + rough.shape[1])
    return places


def _of_candidates(
    scores: Scores, columns: Columns, places: Places, signs: Signs
) -> Doubles:
    wide = len(columns.counts)
    flat = np.arange(len(places))[:, None] * wide + places

    def at(table: Floats, *, needs_model: bool = True) -> Any:  # noqa: ANN401
        return NOUGHT if needs_model and not scores.dense else table.reshape(-1)[flat]

    taught = columns.taught[places]
    known = scores.in_kernel[places].astype(np.float32)
    document = (places >= columns.actions).astype(np.float32)
    learned, own, title = at(scores.learned), at(scores.described), at(scores.titled)
    words = at(scores.words, needs_model=False)
    same = at(scores.words_asked, needs_model=False)
    asked, spoken, centre = at(scores.asked), at(scores.spoken), at(scores.centre)
    troubled = columns.troubled[places]
    trouble, question = signs[0][:, None], signs[2][:, None]
    return _filled(
        places.shape,
        [
            learned,
            own,
            title,
            asked,
            words,
            same,
            learned * taught,
            own * taught,
            title * taught,
            asked * taught,
            words * taught,
            taught,
            taught * scores.usual.learned[places] if scores.dense else NOUGHT,
            taught * scores.usual.asked[places] if scores.dense else NOUGHT,
            document,
            document * own,
            document * title,
            document * words,
            document * trouble,
            document * question,
            trouble * troubled,
            (1 - trouble) * troubled,
            1 - known,
            own * (1 - known),
            spoken,
            spoken * taught,
            spoken * document,
            centre,
            centre * taught,
        ],
    )


def _of_nothing(scores: Scores, columns: Columns, signs: Signs) -> Doubles:
    none = columns.none
    vain, mean = columns.counts[none], columns.mean_taught
    own, spoken = scores.described[:, :none], scores.spoken[:, :none]
    trouble, story, question = signs
    asked, centre = scores.asked[:, :none], scores.centre[:, :none]
    tables = (scores.learned[:, :none], own, asked, spoken, centre)
    (learned, second_learned), (nearest, second_nearest), (asked, _), told, middle = (
        _two_highest(table) if scores.dense else (NOUGHT, NOUGHT) for table in tables
    )
    worded, second_worded = _two_highest(
        np.maximum(scores.words, scores.words_asked)[:, :none]
    )
    vain_learned = scores.learned[:, none] if scores.dense else NOUGHT
    vain_asked = scores.asked[:, none] if scores.dense else NOUGHT
    small = 1 / max(none, 1)
    return _filled(
        (len(scores.cues),),
        [
            1.0,
            vain_learned,
            vain_asked,
            scores.words_asked[:, none],
            float(vain / (vain + 20)),
            learned,
            second_learned,
            nearest,
            second_nearest,
            asked,
            float(np.log1p(none)) / 5,
            mean,
            asked * mean,
            learned * mean,
            own.mean(axis=1) if none and scores.dense else NOUGHT,
            trouble,
            trouble * columns.mean_troubled,
            story,
            question,
            trouble * vain_learned,
            small,
            small * learned,
            small * nearest,
            small * asked,
            *told,
            *middle,
            worded,
            worded - second_worded,
        ],
    )


def _filled(shape: tuple[int, ...], values: Sequence[Array | float]) -> Doubles:
    filled = np.zeros((*shape, len(values)))
    for at, value in enumerate(values):
        if value is not NOUGHT:
            filled[..., at] = value
    return filled


def _signs(cues: Sequence[Cues]) -> Signs:
    """Return trouble, story and question, each of all messages."""
    signs = [(each.trouble, each.story, each.question) for each in cues]
    table = np.array(signs, dtype=np.float32).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]


def _two_highest(table: Floats) -> tuple[Floats, Floats]:
    """Return the best and the second best of each row, 0 where there is none."""
    count, wide = table.shape
    nothing = np.zeros(count, dtype=np.float32)
    if wide < 2:  # noqa: PLR2004 - no second best
        return (table[:, 0] if wide else nothing), nothing
    two: Floats = np.partition(table, -2, axis=1)[:, -2:]
    return two[:, 1], two[:, 0]
