"""Words beyond ASCII in a header: RFC 2047, folded, the same to every reader.

Written here because `email` of Python 3.11 is wrong at both ends: its writer puts the
space between two words where a strict reader drops it, and its reader keeps, within a
name, a space that is none.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence

import regex

LINE_CHARS = 76
"""Of a line that holds encoded words (RFC 2047 §2)."""
WORD_CHARS = 75
"""Of an encoded word (RFC 2047 §2)."""
UTF_8 = "utf-8"
NAME_CHARSETS = (
    UTF_8, "iso-8859-1", "iso-8859-2", "windows-1251", "iso-8859-7", "windows-1255",
    "euc-kr", "iso-2022-jp", "gb2312",
)  # fmt: skip
"""Of a name: the first in which it is one encoded word, so that no reader can add a
space. The old ones need a half or two thirds of the room, and every client knows them.
"""
_SIGN = regex.compile(r"\X")
_PLAIN = re.compile(r"[!-~]*")
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+")
_ESCAPED = re.compile(rb"[^A-Za-z0-9!*+/-]")
"""What may not stand as it is in an encoded word of a name (RFC 2047 §5)."""


def header_line(name: str, text: str) -> bytes:
    """Return the header *name* with *text*, which is one line; folded, with its end."""
    room = LINE_CHARS - len(f"{name}: ")
    return _folded(name, _written(text, _PLAIN, lambda span: _encoded(span, room)))


def mailbox_line(name: str, display: str, address: str) -> bytes:
    """Return the header *name* with one mailbox; *display* is one line, or empty."""
    if display.isascii():
        words = _quoted(display).split(" ") if display else []
    else:
        words = _written(display, _ATOM, _encoded_name)
    return _folded(name, [*words, f"<{address}>"])


def _quoted(display: str) -> str:
    if all(_is_as_it_is(word, _ATOM) for word in display.split(" ")):
        return display
    escaped = re.sub(r'(["\\])', r"\\\1", display)
    return f'"{escaped}"'


def _written(
    text: str, as_it_is: re.Pattern[str], encode: Callable[[str], Sequence[str]]
) -> list[str]:
    """Return the words of *text*, all encoded from the first that must be to the last.

    Readers drop the white space between two encoded words, so what lies between them
    is encoded with them.
    """
    words = text.split(" ")
    must = [n for n, word in enumerate(words) if not _is_as_it_is(word, as_it_is)]
    if not must:
        return words
    first, end = must[0], must[-1] + 1
    return [*words[:first], *encode(" ".join(words[first:end])), *words[end:]]


def _is_as_it_is(word: str, plain: re.Pattern[str]) -> bool:
    return plain.fullmatch(word) is not None and "=?" not in word


def _encoded_name(text: str) -> Sequence[str]:
    for charset in NAME_CHARSETS:
        try:
            word = _word(text.encode(charset), charset)
        except UnicodeEncodeError:
            continue
        if len(word) <= WORD_CHARS:
            return [word]
    return _encoded(text, WORD_CHARS)


def _encoded(text: str, limit: int) -> Sequence[str]:
    """Return *text* as encoded words of at most *limit* characters.

    None ends within what a reader takes for one sign.
    """
    found: list[str] = []
    held = b""
    for sign in _signs(text, limit):
        longer = held + sign
        if held and len(_word(longer)) > limit:
            found.append(_word(held))
            longer = sign
        held = longer
    return [*found, _word(held)]


def _signs(text: str, limit: int) -> Iterator[bytes]:
    for found in _SIGN.finditer(text):
        sign = found[0].encode(UTF_8, "replace")
        if len(_word(sign)) <= limit:
            yield sign
        else:
            # Marks upon marks that fill more than a word: only characters stay whole.
            yield from (char.encode(UTF_8, "replace") for char in found[0])


def _word(data: bytes, charset: str = UTF_8) -> str:
    """Return *data* as one encoded word, in the shorter of both encodings."""
    quoted = _ESCAPED.sub(_escaped, data)
    based = b64encode(data)
    kind, shorter = ("q", quoted) if len(quoted) <= len(based) else ("b", based)
    return f"=?{charset}?{kind}?{shorter.decode('ascii')}?="


def _escaped(found: re.Match[bytes]) -> bytes:
    return b"_" if found[0] == b" " else b"=%02X" % found[0][0]


def _folded(name: str, words: Sequence[str]) -> bytes:
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > LINE_CHARS:
            lines.append("")
        lines[-1] += f" {word}"
    return "".join(f"{line}\r\n" for line in lines).encode(UTF_8)
