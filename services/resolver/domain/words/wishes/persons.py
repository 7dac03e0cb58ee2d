"""Recognise, in many languages, that a user asks for a person.

Each word is put into a class by what it does (a person, speaking, connecting, wanting,
a denial …); a clause becomes a string of classes, and a wish is a pattern over that.
Naming an agent ("the agent was rude"), a past talk, a denied wish, and the question
whether one talks to a person are no wishes.
"""

# ruff: noqa: SIM905 - words of many alphabets, as lists

import re

from services.resolver.domain.words.wishes.classes import (
    KNOWN_STEMS,
    KNOWN_WORDS,
    classes_of,
)
from services.resolver.domain.words.wishes.frames.language import DEVANAGARI
from services.resolver.domain.words.wishes.frames.reading import frames_hear, may_ask
from services.resolver.domain.words.wishes.scripts import SCRIPT, asks_by_phrase

MAX_CHARS = 1000
"""Longer texts describe a problem; a wish stands at their beginning or end."""
_BEGINNING = 6
"""Letters of a word that tell whether an ending may make it one of a person."""
_EVERYDAY = frozenset(
    "transfer put pass forward hand route patch switch refer link connect redirect "
    "relation set real actual physical living genuine proper phone telephone contact "
    "assistance".split()
)
"""English words of these classes are too common to look twice at a message for."""
_PEOPLE = frozenset(
    word.encode()
    for word, letter in KNOWN_WORDS.items()
    if letter in "pqulgrc" and word not in _EVERYDAY
)
_PEOPLE_BEGIN = frozenset(
    stem.encode()[:_BEGINNING]
    for stem, letter in KNOWN_STEMS.items()
    if letter in "pqul"
)
_DOING = frozenset(
    [word.encode() for word, letter in KNOWN_WORDS.items() if letter in "stcwlyregbh"]
    + [b"y", b"c", b"da", b"er"]  # il y a, c'è, ist da, is er
)
_DOING_BEGIN = frozenset(
    stem.encode()[:_BEGINNING]
    for stem, letter in KNOWN_STEMS.items()
    if letter in "stcwlh"
)
_ARABIC = re.compile("[\u0600-\u06ff]")
SHORT_WORDS = 4
"""So few words may be a wish without a verb."""

_FOR_PEOPLE = frozenset("pqulgrc")
"""Classes without which there is no wish."""
_NOT_A_BOT = re.compile(r"n[awmst]*b|ba*n")
_NO_OTHERS = re.compile(r"o[.ar]?[pqu]|k[pq]|[pq]k")
_DOUBT = re.compile(r"[pq]a*ja*b|ba*ja*[pq]")
_NO_WISH = re.compile(r"n[wamrc]{0,4}[pqst]|[ts]a?n|x[am.]{0,2}[st]|xa*r*[pq]|o\.w?s")
_WISH_WITHIN = re.compile(
    r"""
    # speak with a person
      s[arymew]{0,4}\.?[arym]{0,3}[arym][arymo]{0,2}u*[pqu]
    # mit einem Menschen sprechen
    | [pqu]u?[aymwr]{0,3}t
    # praten met een mens
    | t[aymrw]{0,4}[pqu]
    # connect me to an agent
    | (?<![ou])c(?:[arym]|[oa]{0,2}i){1,4}u*[pq]
    | cp
    # put me through to support
    | c[ay]*m[arymcl]{0,4}\.?[ar]{0,2}[pqu]
    # temsilciye bağla
    | [pqu]u?[amyw]{0,3}c(?=[amyw]*$)
    | [mw][aw.]{0,3}c[arymcl]{0,5}[pqu]
    # mich zu einem Berater durchstellen
    | m[aw]{0,2}[ay]{0,3}[pqu]u?[amy]{0,2}c
    # escalate this
    | g(?:a|[oa]{1,2}i)
    # I need a human
    | [wl][wmayhel]{0,4}r*a?p(?=[yahwmbrsp]|$)
    # I want a real person
    | [wl][wmay]{0,3}(?:r[ar]*q|qr)
    # give me someone
    | [wm][wma]{0,3}q[yab]*$
    # insan istiyorum
    | p[aym]{0,2}w[mayh]*$
    | r[aq]*w[may]*$
    # someone from your team call me
    | q[auc.]{0,4}[wam]*l[aw]*m
    # kann mich jemand anrufen
    | m[awy]{0,2}q[aywul]{0,4}l
    | q[aw]+l[ay]*$
    | q[auw]*m[a]*l
    | w[amy]*l[ay]*(?:[pq]|u)[uay]*$
    # quelqu'un peut m'appeler
    | [pq][aw]{0,3}ml
    | mw?l[aw]*[pq]
    # un conseiller peut appeler
    | p[aw]{0,3}l[am]*m
    | l[aw]{0,3}(?:m[a.]*)?p
    # is there a real person
    | e[am.]{0,5}r[ar]*[pq]
    | e[am.]{0,2}(?:p[aymwh]*$|qa{0,2}r)
    | rape
    | rq[ae]*$
    # someone I could speak with
    | [pq]a*[mwa]{1,4}s[al]*$
    # can a human help me
    | w[am]*(?:p|rq)[aw]*h
    | w[am]*ha*[pq]$
    | wq[au]*[st]a*$
    | w[am]*la+q$
    # human help
    | [hu]a?(?:p|r)[ay]*$
    | h[am]*p
    """,
    re.VERBOSE,
)
"""Wherever in a clause it stands."""
_WHOLE_WISH = re.compile(
    r"""
    # talk agent
      [aywm]*s(?:[pq]|u+)[ayr]*$
    # temsilciye bağla
    | [ay]*c[am]*[pqu]u*[ay]*$
    # call me back
    | [awy]*cm[ay]*$
    | (?=.*[wmy])[wyam]*l[amyw]*m?[aly]*$
    # human help
    | [aywmn]*(?:p|r)[a]*[hu][uayw]*$
    # human please
    | [aywmrbnhj]*p[payhrbmuw]*$
    # real person
    | [aywmn]*r[ar]*q[ayr]*$
    | [aywm]*q[ar]*r?y+$
    | a*q$
    | \.?[aywmu]*qra*e?[ay]*$
    # customer service please
    | [ay]*u+[ay]*$
    | [ayw]*uu+[ayw]*$
    | [payw]*rp[eay]*$
    | [aywm]*r[uh][ayw]*$
    | [aywm]*rs[ay]*$
    """,
    re.VERBOSE,
)
"""A clause that says nothing else."""


def words_hear(text: str, words: list[bytes]) -> bool:
    """Return whether *text*, of *words*, asks to be with a person."""
    if not text.isascii() and SCRIPT.search(text) and asks_by_phrase(text[:MAX_CHARS]):
        return True
    near = should_look(text, words)
    far = may_ask(text, words)
    if not near and not far:
        return False
    if len(text) > MAX_CHARS:
        text = f"{text[: MAX_CHARS // 2]}\n{text[-MAX_CHARS // 2 :]}"
    return (near and _closely(text, words)) or (far and frames_hear(text))


def _closely(text: str, words: list[bytes]) -> bool:
    clauses = classes_of(text, words)
    clauses = _NOT_A_BOT.sub("|", clauses)
    if _DOUBT.search(clauses):
        return False
    return any(map(_is_wish, clauses.split("|")))


def should_look(text: str, words: list[bytes]) -> bool:
    """Return whether the words of a wish are there at all: nearly always not."""
    if not text.isascii():
        if _ARABIC.search(text):
            return True  # small words are written onto the others
        if DEVANAGARI.search(text):
            return False  # folding parts its words
    begin = [word[:_BEGINNING] for word in words if len(word) >= _BEGINNING]
    if _PEOPLE.isdisjoint(words) and _PEOPLE_BEGIN.isdisjoint(begin):
        return False
    return (
        len(words) <= SHORT_WORDS
        or not _DOING.isdisjoint(words)
        or not _DOING_BEGIN.isdisjoint(begin)
    )


def _is_wish(classes: str) -> bool:
    if _FOR_PEOPLE.isdisjoint(classes) or _NO_WISH.search(classes):
        return False
    classes = _NO_OTHERS.sub(".", classes)
    return bool(_WHOLE_WISH.match(classes) or _WISH_WITHIN.search(classes))
