"""Keep a page's nesting below what makes a parser slow."""

import re

MAX_DEPTH = 1_000
"""Elements within one another. lexbor's time grows with the square of it: 20,000 take
1.5 s, 100,000 some minutes. Pages that people write stay below a hundred."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)[^<>]*>")
_NO_DEPTH = frozenset(
    {
        "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li",
        "link", "meta", "option", "p", "source", "tbody", "td", "tfoot", "th", "thead",
        "tr", "track", "wbr",
    }
)  # fmt: skip
"""Void, or ended by the next of its kind: written without an end they do not nest."""


def flattened(text: str) -> str:
    """Return *text* without the tags below MAX_DEPTH; what stands in them stays."""
    if text.count("<") <= MAX_DEPTH:
        return text
    depth = 0

    def kept(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag[2].lower() in _NO_DEPTH:
            return tag[0]
        if not tag[1]:
            depth += 1
            return tag[0] if depth <= MAX_DEPTH else " "
        depth = max(0, depth - 1)
        return tag[0] if depth < MAX_DEPTH else " "

    return _TAG.sub(kept, text)
