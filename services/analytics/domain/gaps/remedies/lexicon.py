"""The words that remedies are written with, from their data file."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words by what they do in a request, or in a path."""

    error_paths: frozenset[str]
    version_paths: frozenset[str]
    risky: frozenset[str]
    safe: frozenset[str]
    vague: frozenset[str]
    choosing: frozenset[str]
    also_nouns: frozenset[str]
    canonical: Mapping[str, str]
    """A verb as people write it -> the verb that a definition is named with."""
    empty: frozenset[str]
    ends: frozenset[str]

    @property
    def verbs(self) -> frozenset[str]:
        """Return all verbs in their plain form."""
        return self.risky | self.safe


@cache
def lexicon() -> Lexicon:
    """Return the words, read once."""
    path = files("services.analytics.domain.gaps.remedies") / "lexicon.toml"
    data = tomllib.loads(path.read_text("utf-8"))
    verbs, words = data["verbs"], data["words"]
    return Lexicon(
        _words(data["error_paths"]),
        _words(data["version_paths"]),
        _words(verbs["risky"]),
        _words(verbs["safe"]),
        _words(verbs["vague"]),
        _words(verbs["choosing"]),
        _words(verbs["also_nouns"]),
        data["canonical"],
        _words(words["empty"]),
        _words(words["ends"]),
    )


def split_identifier(name: str) -> list[str]:
    """Return the words of an identifier, in lower case: `lastError`, `app-build`."""
    return [each.lower() for each in _PARTS.findall(name)]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())
