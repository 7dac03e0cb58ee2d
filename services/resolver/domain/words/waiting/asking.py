"""Know the user who only asks whether anybody is there, or how long it will take."""

import json
from importlib.resources import files

from services.resolver.domain.words.plain import folded
from services.resolver.domain.words.small_talk import SmallTalk, small_talk

MAX_CHARS = 120
MAX_WORDS = 14
"""Longer messages say something of their own."""
MOST_AROUND = 6
"""Characters beside a phrase in a script that does not part its words."""
_DATA = json.loads(
    (files("services.resolver.domain.words.waiting") / "phrases.json").read_text("utf8")
)
_PHRASES = frozenset(
    tuple(folded(phrase).split())
    for phrases in _DATA["asking"].values()
    for phrase in phrases
)
_UNSPACED = tuple(
    sorted(
        ("".join(folded(each).split()) for each in _DATA["asking_unspaced"]), key=len
    )
)
_AROUND = frozenset(word for each in _DATA["around"] for word in folded(each).split())
_LONGEST = max(map(len, _PHRASES))
_QUESTION = "?\uff1f\u061f\u2753\u2754\u2049\u231b\u23f3\U0001f440\U0001f937"
"""Question marks of any script, and the pictures of asking, of waiting and looking."""


def asks_if_there(text: str) -> bool:
    """Return whether *text* asks for nothing but a sign of life, in many languages."""
    if len(text) > MAX_CHARS:
        return False
    words = folded(text).split()
    if not words:
        return any(sign in text for sign in _QUESTION)
    if len(words) > MAX_WORDS:
        return False
    if small_talk(text) is SmallTalk.GREETING or _consists_of_phrases(words):
        return True
    together = "".join(words)
    return not text.isascii() and any(
        each in together and len(together) - len(each) <= MOST_AROUND
        for each in _UNSPACED
    )


def _consists_of_phrases(words: list[str]) -> bool:
    """Return whether *words* are phrases that ask, one at least, and words around."""
    asks = False
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST, len(words) - place), 0, -1):
            if tuple(words[place : place + length]) in _PHRASES:
                asks = True
                place += length
                break
        else:
            if words[place] not in _AROUND and not words[place].isdigit():
                return False
            place += 1
    return asks
