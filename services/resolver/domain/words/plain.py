"""Fold text to bare words: one case, no marks, no punctuation."""

# ruff: noqa: RUF001 - letters of many alphabets

import unicodedata

_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ı": "i"}
    | {"أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه", "ى": "ي", "ؤ": "و", "ئ": "ي"}
    | {"ς": "σ", "є": "е", "ё": "е"}
)
"""What decomposition leaves as it is, and people leave out in writing."""
_ASCII = bytes(
    ord(char.lower()) if (char := chr(code)).isascii() and char.isalnum() else 32
    for code in range(256)
)
"""Bytes are folded by one table, ten times faster than text."""


def words_of(text: str) -> list[bytes]:
    """Return the words of *text*, folded, as bytes: to be looked up."""
    if text.isascii():
        return text.encode().translate(_ASCII).split()
    return folded(text).encode().split()


def folded(text: str) -> str:
    """Return *text* without case, marks and punctuation, of any alphabet."""
    if text.isascii():
        return text.encode().translate(_ASCII).decode()
    apart = unicodedata.normalize("NFKD", text.casefold())
    kept = [
        char if char.isalnum() else " "
        for char in apart
        if unicodedata.category(char) != "Mn"
    ]
    return unicodedata.normalize("NFC", "".join(kept)).translate(_LETTERS)
