"""Split a document into passages: under its headings, short enough to show."""

import re
from collections.abc import Iterable, Iterator

from services.resolver.catalogue.formats import Format, read, title_of
from services.resolver.domain.catalogue import Passage

TARGET_WORDS = 120
"""A passage this long answers one question and still fits a chat window."""
LONGEST_WORDS = 180
"""A paragraph up to this long is left whole."""
MAX_PASSAGES = 2_000
"""Of one document that are kept: a quarter of a million words, a thick book."""
CHARS_PER_WORD = 8
"""Where words are not spaced (Chinese, Thai), this many characters count as a word."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Control characters, zero-width ones, those that turn the direction, and tags. The
joiners of Persian, Hindi and emoji (U+200C, U+200D) are seen, and stay."""
_SENTENCE_END = re.compile(r"((?<=[.!?…])\s+|(?<=[\u3002\uff01\uff1f])\s*)(?=\S)")
"""With the space that follows. A full stop alone ends nothing: 10.5, x.test/a."""


def passages_of(  # what a document is
    document_id: str, *, title: str, text: str, form: Format, url: str | None
) -> list[Passage]:
    """Return the passages of a document, in reading order, however many there are."""
    passages: list[Passage] = []
    for section in read(text, form, url=url):
        headings = section.headings
        # A page that begins with its own title need not say it twice.
        if headings and headings[0].casefold() == title.casefold():
            headings = headings[1:]
        passages += [
            Passage(document_id, title, stretch, headings, url)
            for stretch in stretches(map(inert, section.paragraphs))
        ]
    return passages


def inert(text: str) -> str:
    """Return *text* without what a chat would load by itself or a reader cannot see.

    A passage is shown as it stands, and whoever wrote it is not always the app.
    """
    return _UNSEEN.sub("", text).replace("![", "! [")


def title_in(text: str, form: Format) -> str:
    """Return the first heading of *text*, or an empty string."""
    return title_of(read(text, form))


def stretches(paragraphs: Iterable[str]) -> Iterator[str]:
    """Join short paragraphs and split long ones, to about `TARGET_WORDS` each."""
    held: list[str] = []
    size = 0
    for piece in _pieces(paragraphs):
        words = _words(piece)
        if held and size + words > TARGET_WORDS:
            yield "\n\n".join(held)
            held, size = [], 0
        held.append(piece)
        size += words
    if held:
        yield "\n\n".join(held)


def _pieces(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        if _words(paragraph) <= LONGEST_WORDS:
            yield paragraph
        else:
            yield from _sentences(paragraph)


def _sentences(paragraph: str) -> Iterator[str]:
    held = ""
    for part in _parts(paragraph):
        if held and _words(held + part) > TARGET_WORDS:
            yield held.rstrip()
            held = part.lstrip("\n")
        else:
            held += part
    if held.strip():
        yield held.rstrip()


def _parts(paragraph: str) -> Iterator[str]:
    """Yield sentences, with the space behind each; code and logs by their lines."""
    *sentences, last = _SENTENCE_END.split(paragraph)
    ends = zip(sentences[::2], sentences[1::2], strict=True)
    for sentence in (*(said + space for said, space in ends), last):
        if _words(sentence) <= LONGEST_WORDS:
            yield sentence
        else:
            for line in sentence.splitlines(keepends=True):
                yield from _cut(line)


def _cut(sentence: str) -> Iterator[str]:
    """Cut a sentence that no full stop ends in sight: a log, a list, a key."""
    longest = LONGEST_WORDS * CHARS_PER_WORD
    for start in range(0, len(sentence), longest):
        yield sentence[start : start + longest]


def _words(text: str) -> int:
    return max(len(text.split()), len(text) // CHARS_PER_WORD)
