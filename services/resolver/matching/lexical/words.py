"""The words a text is found by: folded, without the commonest, stemmed."""

import re
import threading
import unicodedata
from collections.abc import Iterator

import Stemmer
from bm25s import stopwords

STOP_WORDS: dict[str, frozenset[str]] = {
    "english": frozenset(stopwords.STOPWORDS_EN_PLUS),
    "danish": frozenset(stopwords.STOPWORDS_DANISH),
    "dutch": frozenset(stopwords.STOPWORDS_DUTCH),
    "french": frozenset(stopwords.STOPWORDS_FRENCH),
    "german": frozenset(stopwords.STOPWORDS_GERMAN),
    "italian": frozenset(stopwords.STOPWORDS_ITALIAN),
    "norwegian": frozenset(stopwords.STOPWORDS_NORWEGIAN),
    "portuguese": frozenset(stopwords.STOPWORDS_PORTUGUESE),
    "russian": frozenset(stopwords.STOPWORDS_RUSSIAN),
    "spanish": frozenset(stopwords.STOPWORDS_SPANISH),
    "swedish": frozenset(stopwords.STOPWORDS_SWEDISH),
    "turkish": frozenset(stopwords.STOPWORDS_TURKISH),
}
"""Lists that ship with bm25s; another language keeps all its words."""
_WORD = re.compile(r"[^\W_]+")
MOST_STEMS = 20_000
"""Words whose stems are kept, 3 MB; then all are forgotten and met anew."""
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Words:
    """Cuts texts of one language into the words that count."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._stop = STOP_WORDS.get(language, frozenset())
        self._stems: dict[str, str] = {}
        self._local = threading.local()

    def of(self, text: str) -> list[str]:
        """Return the words of *text*, in order, repeats included.

        A text of nothing but common words keeps them all: they are what it says.
        """
        plain = unicodedata.normalize("NFKC", text).casefold()
        plain = plain.replace("'", "").replace("\u2019", "")
        words = _WORD.findall(plain) if plain.isascii() else list(_split(plain))
        kept = [word for word in words if word not in self._stop] or words
        known = self._stems
        return [known.get(word) or self._stem(word) for word in kept]

    def _stem(self, word: str) -> str:
        if len(self._stems) >= MOST_STEMS:
            self._stems.clear()
        stem: str = self._stemmer.stemWord(word)
        self._stems[word] = stem
        return stem

    @property
    def _stemmer(self) -> Stemmer.Stemmer:
        # A Snowball stemmer holds a buffer, so each thread has its own.
        if not hasattr(self._local, "stemmer"):
            self._local.stemmer = Stemmer.Stemmer(self._language, 0)
        return self._local.stemmer


def _split(plain: str) -> Iterator[str]:
    for word in _WORD.findall(plain):
        if len(word) > 1 and _UNSPACED.match(word):
            # No spaces between words: pairs of characters stand in for them.
            yield from (word[at : at + 2] for at in range(len(word) - 1))
        else:
            yield word
