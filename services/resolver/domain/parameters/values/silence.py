"""Whether an answer to our question says nothing: a yes, a shrug, a question back."""

# ruff: noqa: E501, SIM905 - phrases of many languages; a list of words

import re

from services.resolver.domain.acting.consent import read_consent

_ASKS = re.compile("[?\uff1f\u061f]")
"""A question back is no answer."""
_UNKNOWN = re.compile(
    r"(?i)^(?:i )?(?:don'?t|do not) (?:know|have|remember)|^no idea|^not sure|^dunno|"
    r"^(?:ich )?wei(?:ß|ss) (?:ich |es )?nicht|^keine ahnung|^je ne sais pas|^no (?:lo )?s[eé]|"
    r"^não sei|^non (?:lo )?so|^weet ik niet|^never ?mind|^nie wiem|^не знаю|^分からない|^不知道"
)
_NO_NAMES = frozenset(
    "what which why how who where when hm hmm hmmm um uh huh idk unknown none nothing n/a "
    "na later help hello hi hey thanks please wait "
    "was welche wie hilfe keine nichts quoi comment aide rien qué cuál ayuda nada "
    "qual ajuda cosa quale aiuto niente wat welke hulp niets".split()
)
"""Words that are said to a question and that no order is called by."""


def says_nothing(answer: str) -> bool:
    """Return whether *answer* asks back, or says that it is not known."""
    return bool(_ASKS.search(answer) or _UNKNOWN.search(answer.strip()))


def names_nothing(answer: str) -> bool:
    """Return whether *answer* is no name of anything: "no" is no order number."""
    if says_nothing(answer) or read_consent(answer) is not None:
        return True
    return answer.strip(" .,!-").casefold() in _NO_NAMES
