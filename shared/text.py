"""Text as readers see it: what is shown as one sign is kept or left out as a whole.

Python's own tables are as old as the interpreter; `regex` brings the present ones, and
with them the boundaries of what a reader takes for one sign (UAX 29).
"""

import html
import unicodedata

import regex

MARK = "…"
"""Stands where something was cut."""
_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_THOUSAND = 1000
_SIGN = regex.compile(r"\X")
_STRADDLING = 64
"""Characters past the cut that are looked at to see where the last sign ends."""
_FLAG = r"\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
"""A region's flag: invisible letters behind a black one. Elsewhere they would hide
words from the reader."""
_UNSEEN = regex.compile(
    rf"(?V1)({_FLAG})|[\p{{C}}\p{{Zl}}\p{{Zp}}"
    r"--[\u200c\u200d\p{Extended_Pictographic}\p{Prepended_Concatenation_Mark}]]"
)
"""Controls and what no font shows. Joiners stay: Persian, Hindi and families of emoji
are other words without them; so do the emoji of a Unicode to come."""

_TAG = regex.compile(r"</?[a-zA-Z][^<>]*>")
_ESCAPES = 2
"""Times that a text may have been escaped as HTML on its way."""
_NO_WORD = regex.compile(r"[\p{P}\p{Z}\p{C}\p{Sm}\p{Sk}]+")
_NO_WORD_ASCII = bytes(
    code for code in range(128) if not chr(code).isalnum() and chr(code) != "$"
)


def cut(text: str, limit: int, *, mark: str = MARK) -> str:
    """Return *text* with at most *limit* characters, *mark* where it was cut."""
    if len(text) <= limit:
        return text
    room = max(0, limit - len(mark))
    return text[: _boundary(text, room)].rstrip() + mark


def _boundary(text: str, room: int) -> int:
    """Return the last place up to *room* where one sign ends and the next begins."""
    if text[max(0, room - 1) : room + 1].isascii():
        return room
    last = 0
    for sign in _SIGN.finditer(text, 0, room + _STRADDLING):
        if sign.end() > room:
            break
        last = sign.end()
    # Letters with marks upon marks may have no boundary at all.
    return last or room


def without_unseen(text: str) -> str:
    """Return *text* with a space where a character cannot be seen."""
    if text.isprintable():
        return text
    return _UNSEEN.sub(lambda found: found[1] or " ", text)


def is_shown(char: str) -> bool:
    """Return whether *char* can be seen, by the Unicode of today and of tomorrow."""
    return _UNSEEN.match(char) is None


def size_of(size: int) -> str:
    """Return *size* in bytes as people say it."""
    amount, unit = float(size), 0
    while amount >= _THOUSAND and unit < len(_UNITS) - 1:
        amount, unit = amount / _THOUSAND, unit + 1
    return f"{amount:.0f} {_UNITS[unit]}"


def words_only(text: str) -> str:
    """Return the letters, digits and pictures of *text*, which may be HTML.

    What renders a text and sends it back changes its spaces, quotes and bullets,
    escapes it or sets it in tags; by this it is told again. A text of signs alone is
    returned as it is, without its spaces.
    """
    plain = text
    if "<" in plain or "&" in plain:
        for _ in range(_ESCAPES):
            plain = html.unescape(plain)
        plain = _TAG.sub(" ", plain)
    if plain.isascii():
        words = plain.encode().translate(None, _NO_WORD_ASCII).decode()
    else:
        words = _NO_WORD.sub("", unicodedata.normalize("NFKC", plain))
    return words or "".join(text.split())
