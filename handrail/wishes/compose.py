"""Compose messages in many languages that ask for a person, and that only name one.

A file of `said` is one language: nouns of people (their forms set apart by bars),
frames that want or ask about one, reasons, pleas, and whole sentences.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

SAID = files("handrail.wishes") / "said"
WANTS = 700
ASKS = 350
"""Frames filled, per language."""
WRITTEN = 1.0
COMPOSED = 0.5
"""What a sentence counts: one that was written more than one that was put together."""
_UNSPACED = ("zh", "ja")
_PLEA, _REASON, _MARK, _TYPO = 0.25, 0.4, 0.46, 0.06
_SHORTEST_WITH_TYPO = 4


@dataclass(frozen=True, slots=True)
class Said:
    """One message to learn from."""

    text: str
    wish: bool
    weight: float = WRITTEN


def composed(seed: int = 7) -> list[Said]:
    """Return the messages of all the languages, always the same ones."""
    return [
        each
        for file in sorted(SAID.iterdir(), key=lambda file: file.name)
        for each in Language(file, seed).messages()
    ]


class Language:
    """The sentences of one language, and the chance that varies them."""

    def __init__(self, file: Traversable, seed: int) -> None:
        """Read *file*."""
        self._chance = random.Random(f"{seed}{file.name}")  # noqa: S311 - no secret
        self._space = "" if file.name.split(".")[0] in _UNSPACED else " "
        self._parts: dict[str, list[str]] = {}
        part: list[str] = []
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                part = self._parts.setdefault(line[2:], [])
            elif line.strip():
                part.append(line.strip())

    def messages(self) -> Iterator[Said]:
        """Yield wishes and what is none."""
        for wish, whole, frames, count in (
            (True, "wish", "want", WANTS),
            (False, "not", "ask", ASKS),
        ):
            for text in self._parts[whole]:
                yield Said(text, wish)
                for _ in range(1 + wish):
                    yield Said(self._varied(text, wish=wish), wish, COMPOSED)
            for _ in range(count):
                text = _filled(self._one_of(frames), self._one_of("who"))
                yield Said(self._varied(text, wish=wish), wish, COMPOSED)
        for who in self._parts["who"]:
            once = who.split("|")[0]
            yield Said(self._space.join([once] * 3), wish=True, weight=COMPOSED)
        for text in self._parts["why"] + self._parts["please"]:
            yield Said(text, wish=False)
        for text in self._parts["why"]:
            yield Said(f"{text}. {self._one_of('not')}", wish=False, weight=COMPOSED)

    def _one_of(self, part: str) -> str:
        return self._chance.choice(self._parts[part])

    def _varied(self, text: str, *, wish: bool) -> str:
        kind, one_of = self._chance.random(), self._chance.choice
        if kind < _PLEA:
            plea = self._one_of("please")
            text = self._space.join(one_of([(text, plea), (plea, text)]))
        elif kind < _REASON:
            why = self._one_of("why")
            text = one_of([", ", ". ", "! ", " "]).join(
                one_of([(text, why), (why, text)])
            )
        elif kind < _MARK and wish:
            text += one_of(["?", "!", "!!", "..", "."])
        return self._mistyped(text) if self._chance.random() < _TYPO else text

    def _mistyped(self, text: str) -> str:
        letters = [
            at for at, char in enumerate(text) if char.isascii() and char.isalpha()
        ]
        if len(letters) < _SHORTEST_WITH_TYPO:
            return text
        at = self._chance.choice(letters[1:])
        before, letter, after = text[:at], text[at], text[at + 1 :]
        return self._chance.choice(
            [
                before + after,
                before + letter * 2 + after,
                before[:-1] + letter + before[-1:] + after,
            ]
        )


def _filled(frame: str, who: str) -> str:
    forms = who.split("|")
    return re.sub(
        r"\{(\d?)\}",
        lambda found: forms[min(int(found[1] or 0), len(forms) - 1)],
        frame,
    )
