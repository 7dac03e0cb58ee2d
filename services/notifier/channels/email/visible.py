"""Text as a person may safely see it: nothing hidden, no line turned round."""

import re
from typing import Any
from urllib.parse import urlsplit

from services.notifier.domain.headers import BIDI, INVISIBLE, composed
from shared.text import cut

LINK_CHARS = 300
"""A link is shown in full; a longer one is shown as text only."""
_HIDDEN = re.compile("[" + BIDI + INVISIBLE + "\u2028\u2029]")
_BREAKS = re.compile("\r\n|\r|\x0b|\x0c|\x85")
_PLAIN_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,200}")
"""Anything more, a question mark above all, could add headers to the reader's mail."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def visible(text: str) -> str:
    """Return *text* with plain line ends, and hidden characters spelled out.

    A name that reads from right to left can pretend to be another; here it shows.
    """
    if text.isascii() and text.isprintable():
        return text
    plain = _CONTROL.sub("", _BREAKS.sub("\n", text))
    return _HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", plain)


def visible_line(text: str) -> str:
    """Return *text* on one line."""
    return " ".join(visible(composed(text)).split())


def bounded(text: str, limit: int) -> str:
    """Return *text*, or its beginning and how much is left out."""
    if len(text) <= limit:
        return text
    kept = cut(text, limit, mark="")
    return f"{kept} … ({len(text) - len(kept)} more characters)"


def safe_link(url: str, *, limit: int = LINK_CHARS) -> str:
    """Return *url* where a reader may follow it, else an empty string."""
    if len(url) > limit or visible_line(url) != url or " " in url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    shown = (
        parts.scheme in {"http", "https"} and parts.netloc and "@" not in parts.netloc
    )
    return url if shown else ""


def mail_link(address: str) -> str:
    """Return a mailto link of *address*, empty where it could hold more than that."""
    return f"mailto:{address}" if _PLAIN_ADDRESS.fullmatch(address) else ""


def plain_value(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    """Return a JSON scalar as words."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return visible_line(str(value))
