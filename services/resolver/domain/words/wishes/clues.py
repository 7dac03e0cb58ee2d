"""Say what in a message tells of a wish: pieces of words, pairs, and what they do.

A clue is the number of a bucket. What each is worth was learned (`handrail.wishes`,
which reads messages by the very same clues); `learned` adds the worths up.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from zlib import crc32

BUCKETS = 1 << 17
PIECE = (2, 5)
"""Letters of a piece of a word; where words are not set apart, one tells too."""
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_CLASSES = 200
_APART = 3
"""Words so far from each other are a pair as well."""
_MANY_WORDS = 8
_STRANGE = re.compile(r"\.+")
_PASSING = re.compile(r"[.a]+")


def clues_of_word(word: str) -> Iterator[int]:
    """Yield the word itself and its pieces."""
    yield _bucket(f"w{word}")
    bounded = f"<{word}>"
    shortest = 1 if _UNSPACED.search(word) else PIECE[0]
    for piece in _pieces(bounded, shortest, PIECE[1]):
        yield _bucket(piece)


def clues_of_order(words: list[bytes]) -> list[int]:
    """Return which words follow one another, nearly, and how many they are."""
    # Pair by pair in comprehensions: 6 µs a message instead of 10.
    ends = [*words, b"$"]
    begun = list(map(_begun, (b"^", *words)))
    clues = [
        crc32(later, next_to) % BUCKETS
        for later, (next_to, _) in zip(ends, begun, strict=True)
    ]
    for apart in range(1, _APART):
        clues += [
            crc32(later, near) % BUCKETS
            for later, (_, near) in zip(ends[apart:], begun, strict=False)
        ]
    clues.append(_bucket(f"L{min(len(words), _MANY_WORDS)}"))
    return clues


def clues_of_classes(reader: str, classes: str) -> Iterator[int]:
    """Yield what a clause's words do, with strange and passing words left out too."""
    classes = classes[:_CLASSES]
    fewer = _STRANGE.sub(".", classes.replace("a", ""))
    for way, clause, shortest in (
        ("C", f"^{classes}$", 2),
        ("D", f"^{fewer}$", 2),
        ("E", f"^{_PASSING.sub('', classes)}$", 1),
    ):
        for piece in _pieces(clause, shortest, PIECE[1]):
            yield _bucket(f"{reader}{way}{piece}")


def _pieces(text: str, shortest: int, longest: int) -> Iterator[str]:
    for length in range(shortest, longest + 1):
        for at in range(len(text) - length + 1):
            yield text[at : at + length]


def _bucket(clue: str) -> int:
    return crc32(clue.encode()) % BUCKETS


@lru_cache(maxsize=16_384)
def _begun(word: bytes) -> tuple[int, int]:
    """Return the beginnings of the clues of *word* and another, next to it or near."""
    return crc32(b"1%b " % word), crc32(b"2%b " % word)
