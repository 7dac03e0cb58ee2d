"""What a pattern is called until somebody gives it a name.

Such a label is made of a user's words. In analytics an erasure replaces it; what is
published goes into other users' escalations and mails, where nothing would. So each
escalation hears of its pattern in words that are its own user's too.
"""

import re

MAX_LABEL_CHARS = 80
MIN_SHARED_WORDS = 2
HANDRAIL = "handrail"
"""Who labelled what no person did."""
_WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")
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


def own_label(label: str, *, labelled_by: str, text: str) -> str:
    """Return what the pattern is called in the escalation that says *text*.

    People's label as it is. Of ours the words that *text* has too, and where these are
    fewer than two, the beginning of *text* itself.
    """
    if labelled_by != HANDRAIL:
        return label
    own = {word.casefold() for word in _WORD.findall(text)}
    words = _WORD.findall(label)
    shared = [word for word in words if word.casefold() in own]
    if words and len(shared) == len(words):
        return label
    if len(shared) < MIN_SHARED_WORDS:
        return label_of(text)
    joined = " ".join(shared)
    return joined[0].upper() + joined[1:]
