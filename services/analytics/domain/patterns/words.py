"""The words of a text, and which of them two texts share: why they are together."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import blake2b
from importlib.resources import files

import Stemmer

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_LANGUAGES = {
    "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sv": "swedish", "tr": "turkish",
}  # fmt: skip
MAX_CHARS = 2_000
"""Of a text that are read for its words."""
MIN_CHARS = 4
"""Of a word that says something, in languages without a list of common words."""


class WordCutter:
    """Cuts texts of one language into words and stems. One per thread."""

    def __init__(self, language: str) -> None:
        self._common = _common_words() if language == "en" else frozenset()
        self._least = 2 if language == "en" else MIN_CHARS
        name = _LANGUAGES.get(language)
        self._stemmer = None if name is None else Stemmer.Stemmer(name)

    def stems(self, text: str) -> dict[str, str]:
        """Return stem -> the word as written, of the words that say something."""
        found: dict[str, str] = {}
        for word in _WORD.findall(text[:MAX_CHARS]):
            plain = _plain(word)
            if len(plain) < self._least or plain in self._common:
                continue
            stem = plain if self._stemmer is None else self._stemmer.stemWord(plain)
            found.setdefault(stem, word.casefold())
        return found


def fingerprint_of(text: str) -> int:
    """Return 64 bits that two texts share if they have the same words in order.

    Case, punctuation and spaces do not count, numbers do: "error 500" is not "error
    404".
    """
    words = " ".join(_plain(word) for word in _WORD.findall(text))
    words = words or " ".join(text.split())
    digest = blake2b(words.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def rarest(shared: Iterable[str], texts_with: Mapping[str, int]) -> list[str]:
    """Return the stems *shared*, those in the fewest texts first."""
    return sorted(shared, key=lambda stem: (texts_with.get(stem, 0), stem))


def count_stems(counts: Counter[str], stems: Iterable[str], by: int) -> None:
    """Add *by* to the counts of *stems*, and forget those that fall to none."""
    for stem in stems:
        counts[stem] += by
        if counts[stem] <= 0:
            del counts[stem]


def _plain(word: str) -> str:
    folded = unicodedata.normalize("NFKC", word).casefold()
    return folded.replace("'", "").replace("\u2019", "")


@cache
def _common_words() -> frozenset[str]:
    path = files("services.analytics.domain.patterns") / "data" / "common_words.txt"
    return frozenset(path.read_text("utf8").split())
