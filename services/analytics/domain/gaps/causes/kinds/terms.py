"""Messages in, sparse rows out: weighted terms of parts of a message."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

MAX_CHARS = 4000
"""Of one message: what a long one is about is said by then."""
OPENING_CHARS = 400
"""After the first line: where people say what they want before they tell more."""
GRAM_SIZES = (3, 4, 5)
"""Characters of the pieces of words, with the space before and after them."""
LEAST_MESSAGES = 2
"""That a piece of a word is in, to be counted at all; words count from the first."""

_WORD = re.compile(r"\w+|[?!]")


def words(text: str) -> list[str]:
    """Return the words of *text* and the pairs of neighbours; `?` and `!` are words."""
    found = _WORD.findall(text.casefold())
    return [
        *found,
        *(f"{one} {two}" for one, two in pairwise(found)),
    ]


def pieces(text: str) -> list[str]:
    """Return the pieces of the words of *text*, three to five characters long."""
    found = []
    for word in text.casefold().split():
        padded = f" {word} "
        for size in GRAM_SIZES:
            found += [
                padded[at : at + size] for at in range(max(1, len(padded) - size + 1))
            ]
    return found


def first_line(text: str) -> str:
    """Return the first line of *text*: the subject of a mail, or the whole message."""
    return text[:MAX_CHARS].strip().partition("\n")[0]


def opening(text: str) -> str:
    """Return what comes right after the first line: templates and greetings aside."""
    return text[:MAX_CHARS].strip().partition("\n")[2][:OPENING_CHARS]


def whole(text: str) -> str:
    """Return *text* as far as it is read."""
    return text[:MAX_CHARS]


@dataclass(frozen=True, slots=True)
class TermBlock:
    """The terms of one part of a message: which there are, and what each is worth."""

    part: Callable[[str], str]
    terms: Callable[[str], list[str]]
    least: int
    columns: dict[str, int] = field(default_factory=dict)
    idf: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    """Shape (columns,)."""

    def fitted(self, texts: Sequence[str]) -> "TermBlock":
        """Return this block with the terms of *texts*, and how rare each is."""
        spread: Counter[str] = Counter()
        for text in texts:
            spread.update(set(self.terms(self.part(text))))
        kept = sorted(term for term, count in spread.items() if count >= self.least)
        counts = np.array([spread[term] for term in kept], dtype=np.float64)
        idf = np.log((1 + len(texts)) / (1 + counts)) + 1
        columns = {term: at for at, term in enumerate(kept)}
        return TermBlock(self.part, self.terms, self.least, columns, idf)

    def rows(self, texts: Iterable[str]) -> csr_array:
        """Return a row of length 1 for each of *texts*, shape (texts, columns)."""
        ends, places, values = [0], list[int](), list[float]()
        for text in texts:
            counts = Counter(self.terms(self.part(text)))
            known = [each for each in counts if each in self.columns]
            at = np.array([self.columns[each] for each in known], dtype=np.int64)
            worth = (1 + np.log([counts[each] for each in known])) * self.idf[at]
            worth /= np.linalg.norm(worth) or 1.0
            places += at.tolist()
            values += worth.tolist()
            ends.append(len(places))
        shape = (len(ends) - 1, len(self.columns))
        return csr_array((values, places, ends), shape=shape)


BLOCKS = (
    TermBlock(first_line, words, 1),
    TermBlock(first_line, pieces, LEAST_MESSAGES),
    TermBlock(opening, words, 1),
    TermBlock(whole, words, 1),
    TermBlock(whole, pieces, LEAST_MESSAGES),
)


def fit_blocks(texts: Sequence[str]) -> tuple[TermBlock, ...]:
    """Return the blocks with the terms of *texts*."""
    return tuple(block.fitted(texts) for block in BLOCKS)


def rows_of(blocks: Sequence[TermBlock], texts: Sequence[str]) -> csr_array:
    """Return the rows of all *blocks* side by side, shape (texts, all columns)."""
    return csr_array(hstack([block.rows(texts) for block in blocks], format="csr"))
