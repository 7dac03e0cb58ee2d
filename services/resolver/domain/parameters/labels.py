"""Read an answer that names what it tells: "subject: it smokes, room - 12"."""

# ruff: noqa: RUF001, SIM905 - dashes and typographic marks are data; lists of words

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.resolver.domain.parameters.leaves import Leaf
from services.resolver.domain.parameters.values.nouns import nouns_of, words_of

MAX_LABEL_WORDS = 3
"""A longer description is a sentence, and nobody repeats it before a colon."""
_LITTLE = frozenset(
    "the a an your my our their der die das den dein deine ihr ihre mein meine le la "
    "les votre mon ma notre el los las su tu mi il lo gli i o os as seu sua meu minha "
    "de het je uw mijn full".split()
)
"""Words before a noun that say nothing of it: "your subject" is the subject."""
_OF = re.compile(
    r"(?i)[,;:(.?!]|\s(?:of|for|to|in|on|that|which|with|von|für|des|der|zum|zur|de|du|"
    r"del|do|da|di|della|para|pour|van|voor)\s"
)
"""Where the noun of a description ends: "Subject of the ticket"."""
_START = (
    r"(?:^|[\n,;.!]|\s(?=(?:and|und|et|y|e|en|og|och|i|и)\s))\s{0,8}"
    r"(?:(?:and|und|et|y|e|en|og|och|i|и)\s{1,4})?"
    r"(?:(?:[-*•]|\d{1,2}[.)])\s{1,4})?\*{0,2}"
)
_SIGN = r"\s{0,4}\*{0,2}(?:\s{0,4}[:=：]|\s[-–—](?=\s))\*{0,2}"
"""What stands between a label and its value. Spaces are counted: a text of nothing but
lines must not be tried from each of them to its end."""
_ANY = re.compile(r"[\n,;]\s{0,8}[^\W\d_]\w{0,30}(?: \w{1,30}){0,2} ?[:=：]\s")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One part of an answer, and whose it is by its own label."""

    leaf: Leaf
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer by its labels: the parts that are told, and what is beside them."""

    parts: tuple[Labelled, ...]
    before: str


def labelled_in(text: str, leaves: Sequence[Leaf], asked: Sequence[Leaf]) -> Reading:
    """Return what *text* tells under the labels of *leaves*, an action's own.

    Nothing where none of *asked* is labelled. A part that holds what may be another
    label is left out: nobody can say where it ends.
    """
    known = _labels_of(leaves)
    found = list(_places(text, known))
    told = [leaf for _, _, leaf in found]
    if not any(leaf in asked for leaf in told) or len(set(map(id, told))) < len(told):
        return Reading((), text)
    if len(asked) == 1 and text[: found[0][0]].strip():
        return Reading((), text)  # a sentence that goes on to a label is one answer
    ends = [start for start, _, _ in found[1:]] + [len(text)]
    parts = [
        Labelled(leaf, text[begin:end].strip(" \t\r\n,;"))
        for (_, begin, leaf), end in zip(found, ends, strict=True)
    ]
    hidden = re.compile(rf"(?i)(?<!\w)(?:{_joined(known)})\s{{0,4}}[:=：]")
    clear = [
        each
        for each in parts
        if not hidden.search(each.text)
        and (each is parts[-1] or not _ANY.search(f"{each.text} "))
    ]
    return Reading(tuple(clear), text[: found[0][0]])


def has_label(line: str) -> bool:
    """Return whether *line* begins with a label, whosever: "Betreff: ..."."""
    return bool(_ANY.match(f"\n{line} "))


def _places(text: str, known: dict[str, Leaf]) -> Iterator[tuple[int, int, Leaf]]:
    """Yield where each label of *text* starts, where it ends, and whose it is."""
    if not known:
        return
    little = "|".join(sorted(_LITTLE, key=len, reverse=True))
    pattern = re.compile(
        rf"(?i){_START}(?:(?:{little})\s{{1,4}})?(?P<label>{_joined(known)}){_SIGN}"
    )
    for match in pattern.finditer(text):
        label = " ".join(match["label"].casefold().split())
        yield match.start(), match.end(), known[label]


def _joined(known: Iterable[str]) -> str:
    by_length = sorted(known, key=len, reverse=True)
    return "|".join(
        re.escape(each).replace(r"\ ", r"[\s_-]{1,3}") for each in by_length
    )


def _labels_of(leaves: Sequence[Leaf]) -> dict[str, Leaf]:
    """Return the labels that are of one leaf alone."""
    owners: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        for label in set(_own_labels(leaf)):
            owners.setdefault(label, []).append(leaf)
    return {label: of[0] for label, of in owners.items() if len(of) == 1}


def _own_labels(leaf: Leaf) -> Iterator[str]:
    words = words_of(leaf.path[-1])
    yield " ".join(words)
    yield from nouns_of(leaf.name)
    if len(words) > 1:
        yield words[-1]
        if words[0] in {"old", "new", "current", "from", "to", "first", "last"}:
            yield words[0]
    for name in ("title", "description"):
        yield from _nouns_in(str(leaf.spec.get(name, "")))


def _nouns_in(description: str) -> Iterator[str]:
    """Yield what *description* calls its value: "Your e-mail address" is its whole."""
    plain = " ".join(description.casefold().split())
    words = _OF.split(f"{plain} ", maxsplit=1)[0].split()
    while words and words[0] in _LITTLE:
        del words[0]
    if 0 < len(words) <= MAX_LABEL_WORDS:
        yield " ".join(words)
        yield words[-1]
