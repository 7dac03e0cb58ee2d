"""What others wrote, made safe to show: an action's output, a description, an error."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from shared.text import is_shown

SHORT_CHARS = 300
"""Of an action's output, in the answer that tells of it."""
_LINK = re.compile(r"!?\[([^\[\]]*)\]\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])")
_DEFINITION = re.compile(r"(?m)^\s{0,3}\[[^\]]+\]:\s*\S+.*$")
_ADDRESS = re.compile(
    r"(?i)\b(?:(?:https?|ftp|file|data|javascript|vbscript|blob|mailto|tel|sms|slack):"
    r"|//|www\.)[^\s<>]*"
)
_SAID = ("message", "text", "summary")


def shown(
    output: Any,  # noqa: ANN401 - any JSON value
    *,
    limit: int = SHORT_CHARS,
    hosts: frozenset[str] = frozenset(),
) -> str:
    """Return what an action's output says to its user, if it is short and safe.

    The output is data, whoever wrote it: no markup that a chat would load or link to,
    no characters that cannot be seen.
    """
    if isinstance(output, Mapping):
        output = next((output[key] for key in _SAID if key in output), None)
    if isinstance(output, list) and all(isinstance(each, str | int) for each in output):
        output = ", ".join(map(str, output))
    if isinstance(output, bool):
        output = "yes" if output else "no"
    if not isinstance(output, str | int | float):
        return ""
    written = str(output)
    if len(written) > 4 * limit:
        return ""
    said = visible(written, hosts=hosts)
    return said if len(said) <= limit else ""


def visible(text: str, *, hosts: frozenset[str] = frozenset()) -> str:
    """Return *text* on one line, without markup and hidden characters.

    Addresses stay where they are https and lead to one of *hosts*.
    """
    plain = "".join(map(_seen, unicodedata.normalize("NFC", text)))
    plain = _DEFINITION.sub(" ", plain)
    for _ in range(3):  # a link in a link's words
        plain = _LINK.sub(r"\1", plain)
    plain = _ADDRESS.sub(lambda found: _address(found[0], hosts), plain)
    plain = (
        plain.replace("](", "] (")
        .replace("<", "\u2039")
        .replace(">", "\u203a")
        .replace("`", "'")
    )
    return " ".join(plain.split())


def host_of(url: str) -> str:
    """Return the host that *url* leads to, or nothing."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _address(url: str, hosts: frozenset[str]) -> str:
    host = host_of(url)
    known = any(host == each or host.endswith(f".{each}") for each in hosts)
    return url if known and url.startswith("https://") else "[link]"


def _seen(char: str) -> str:
    if char in "\n\r\t":
        return " "
    return char if is_shown(char) else ""
