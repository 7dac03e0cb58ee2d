"""What a pattern is called until somebody gives it a name."""

import re

MAX_LABEL_CHARS = 80
_SENTENCE_END = re.compile(r"(?<=[.!?\u3002])\s")


def label_of(text: str) -> str:
    """Return the first sentence of *text*, cut at a word; empty where it has none."""
    line = " ".join(text.split())
    first = _SENTENCE_END.split(line, maxsplit=1)[0]
    if len(first) <= MAX_LABEL_CHARS:
        return first.rstrip(" .")
    cut = first[: MAX_LABEL_CHARS - 1]
    whole_words = cut.rsplit(" ", 1)[0] if " " in cut else cut
    return f"{whole_words.rstrip(' ,;:-')}…"
