"""Recognise that an assistant promises a person: sent on, or somebody will be in touch.

A promise is said, not offered: a clause that asks, offers, denies or sets a condition
promises nothing, and neither does one about the user's own team or order.
"""

# ruff: noqa: RUF001 - signs of other scripts

import re

from services.resolver.domain.words import promise_words as lists
from services.resolver.domain.words.plain import folded, words_of

MAX_CHARS = 2000
"""A promise in a longer text is one among instructions, not the answer."""
_SENTENCES = re.compile(r"(?<=[.!?…。！？])\s+|\n+")
_CLAUSES = re.compile(r"[,;:()]+|\s[-\u2013\u2014]\s|(?<=[.!?…])\s")
_HINT_CHARS = 4


def _any(words: str) -> str:
    """Return an alternation of *words*; `*` ends a beginning, `_` is a space."""
    parts = [
        re.escape(folded(word.replace("_", " ").rstrip("*")).strip())
        + (r"\w*" if word.endswith("*") else "")
        for word in words.split()
    ]
    return "(?:" + "|".join(sorted(set(parts), key=len, reverse=True)) + ")"


_P, _I, _W = _any(lists.PEOPLE), _any(lists.WE), _any(lists.WILL)
_F, _Y, _R = _any(lists.FORWARD), _any(lists.YOU), _any(lists.RESPOND)
_RN, _K, _C = _any(lists.RESPONDS), _any(lists.TICKET), _any(lists.CREATED)
_Q, _D, _FW = _any(lists.REQUEST), _any(lists.DONE), _any(lists.FORWARDING)
_PROMISE = re.compile(
    rf"""
    # somebody will contact you
      \b{_P}(?:\s\w+){{0,6}}?\s{_W}(?:\s\w+){{0,6}}?\s{_R}\b
    | \b{_W}(?:\s\w+){{0,3}}?\s{_P}(?:\s\w+){{0,3}}?\s{_R}\b
    # ein Kollege meldet sich
    | \b{_P}(?:\s\w+){{0,4}}?\s{_RN}\b
    | \b{_RN}(?:\s\w+){{0,4}}?\s{_P}\b
    # I have forwarded this to our team
    | \b{_I}(?:\s\w+){{0,3}}?\s{_F}(?:\s\w+){{0,9}}?\s{_P}\b
    | \b{_I}(?:\s\w+){{0,8}}?\s{_P}(?:\s\w+){{0,3}}?\s{_F}\b
    # encaminhei a sua dúvida para a equipe
    | \b{_any(lists.SELF)}(?:\s\w+){{0,7}}?\s(?:{_P}|{_K})\b
    # transferring you to an agent; te transfiero con un agente
    | \b{_FW}(?:\s\w+){{0,7}}?\s{_P}\b
    # your request has been sent to our team
    | \b{_Q}(?:\s\w+){{0,3}}?\s{_D}(?:\s\w+){{0,3}}?\s(?:{_F}|{_C})
      (?:\s\w+){{0,6}}?\s{_P}\b
    | \b{_Q}(?:\s\w+){{0,3}}?\s{_D}(?:\s\w+){{0,7}}?\s{_P}(?:\s\w+){{0,4}}?\s{_F}\b
    # I have created a ticket
    | \b{_I}(?:\s\w+){{0,3}}?\s{_C}(?:\s\w+){{0,5}}?\s{_K}\b
    | \b{_I}(?:\s\w+){{0,6}}?\s{_K}(?:\s\w+){{0,5}}?\s{_C}\b
    | \b{_K}(?:\s\w+){{0,3}}?\s{_D}(?:\s\w+){{0,2}}?\s(?:{_C}|{_F})\b
    # we will get back to you; you will hear from us
    | \b{_I}(?:\s\w+){{0,2}}?\s{_any(lists.WE_RESPOND)}\b
    | \b{_any(lists.YOU_HEAR)}(?:\s\w+){{0,9}}?\s{_P}\b
    | \b{_any(lists.FULL)}\b
    """,
    re.VERBOSE,
)
_NOT = re.compile(rf"\b{_any(lists.NOT)}\b")
_MAYBE = re.compile(rf"\b{_any(lists.MAYBE)}\b")
_SENTENCE_MAYBE = re.compile(rf"\b{_any(lists.CONDITIONS)}\b")
_OTHERS = re.compile(rf"\b{_any(lists.YOURS)}(?:\s\w+)?\s{_P}\b")
_GOING_TO = re.compile(r"\bgoing to\b")
_HINTS = frozenset(
    folded(word.replace("_", " ")).split()[0].encode()[:_HINT_CHARS]
    for word in f"{lists.PEOPLE} {lists.TICKET} {lists.HINTS}".replace("*", "").split()
)


def promises_person(text: str) -> bool:
    """Return whether the assistant that said *text* promised a person."""
    if len(text) > MAX_CHARS:
        return False
    if _HINTS.isdisjoint([word[:_HINT_CHARS] for word in words_of(text)]):
        return False
    return any(map(_sentence_promises, _SENTENCES.split(text)))


def _sentence_promises(sentence: str) -> bool:
    if sentence.rstrip().endswith(("?", "\uff1f")):
        return False
    whole = " ".join(folded(sentence).split())
    if _SENTENCE_MAYBE.search(whole):
        return False
    clauses = [" ".join(folded(each).split()) for each in _CLAUSES.split(sentence)]
    return any(
        map(_clause_promises, [*clauses, whole] if len(clauses) > 1 else [whole])
    )


def _clause_promises(clause: str) -> bool:
    plain = _OTHERS.sub("somebody2", clause)
    found = _PROMISE.search(plain)
    if found is None:
        return False
    before = plain[max(0, found.start() - lists.BEFORE_CHARS) : found.start()]
    said = _GOING_TO.sub("will", found[0])
    return not any(
        weakens.search(part) for weakens in (_NOT, _MAYBE) for part in (before, said)
    )
