"""Tell two parameters of one shape apart by where from and where to, or by order."""

# ruff: noqa: PLR2004, SIM905 - a pair is 2; lists of words

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from services.resolver.domain.parameters.leaves import Leaf, put_at, value_at
from services.resolver.domain.parameters.reading import Words, clock_of, read
from services.resolver.domain.parameters.values.dates import dates_in
from services.resolver.domain.parameters.values.locality import locality_of
from services.resolver.domain.parameters.values.nouns import words_of

_START = frozenset("start from begin since checkin in departure depart after".split())
_END = frozenset("end to until till checkout out return arrival before by".split())
_SOURCE = frozenset("from source origin sender old current".split())
_TARGET = frozenset("to target destination dest recipient new".split())
_FROM = "from|von|vom|desde|de|du|dal|dalla|van|från|fra|z|из"
_TO = "to|into|auf|nach|zu|zum|zur|bis|à|au|vers|para|al|alla|ao|naar|till|til|na|на"
_TO_ROMANCE = f"{_TO}|a"
"""`a` is an article to who writes English."""
_LITTLE = (
    "my|the|our|your|mein|meinem|meine|meiner|dem|das|die|der|le|la|mon|ma|el|mi|il|"
    "mio|o|minha|meu|mijn|de|het|number|no|nr|id|code"
)
_BESIDE = rf"(?:(?:{_LITTLE})(?!\w)[\s:.]{{0,3}}|(?:n°|#|:)\s{{0,3}})"
"""What may stand between "to" and what it is to. Whole words: LAB12 is no B12."""
_VALUES = {
    "code": r"[A-Za-z0-9][\w/-]*",
    "number": r"\d[\d.,]*",
    "email": r"\S+@\S+",
    "uuid": r"[0-9A-Fa-f-]{36}",
    "pattern": r"[^\s,;]+",
}
_NOTHING_OF_IT = re.compile(
    rf"(?i)\s*(?:$|[.,;:!?)\n]|(?:please|bitte|and|und|now|today|{_TO}|{_FROM})(?!\w))"
)
"""What may follow a mere number: "to 8 December" is a day, "to 100 EUR" an amount."""
_PLAIN = frozenset({"code", "number"})
"""Shapes that anything with a digit is of: the noun must stand beside one of the two,
unless it is a code of letters and digits."""


def put_range(leaves: Sequence[Leaf], arguments: dict[str, Any], words: Words) -> None:
    """Put two dates in their order into a start and an end."""
    dated = [each for each in leaves if each.shape == "date"]
    starts = [each for each in dated if not _START.isdisjoint(words_of(each.name))]
    ends = [each for each in dated if not _END.isdisjoint(words_of(each.name))]
    if len(dated) != 2 or len(starts) != 1 or len(ends) != 1:
        return
    if starts[0] is ends[0]:
        return
    clock = replace(clock_of(starts[0], words), hint="book")
    found = dates_in(words.text, clock)
    if found is not None and len(found) == 2:
        put_at(arguments, starts[0].path, min(found).isoformat())
        put_at(arguments, ends[0].path, max(found).isoformat())


def put_directed(
    leaves: Sequence[Leaf], arguments: dict[str, Any], words: Words
) -> None:
    """Put what comes after "from" into a source, and after "to" into a target."""
    unset = [each for each in leaves if value_at(arguments, each.path) is None]
    for source, target in _pairs(unset):
        of_source = list(_values_after(_FROM, source, words))
        of_target = list(_values_after(_to(words), target, words))
        if len(of_source) != 1 or len(of_target) != 1:
            continue
        (first, named), (second, named_too) = of_source[0], of_target[0]
        if first == second:
            continue
        if source.shape in _PLAIN and not (
            named or named_too or (_is_telling(first) and _is_telling(second))
        ):
            continue
        put_at(arguments, source.path, first)
        put_at(arguments, target.path, second)


def is_of_the_other_way(leaf: Leaf, words: Words) -> bool:
    """Return whether *words* have a value for the opposite of *leaf* alone.

    "from account 17" is not where it goes to.
    """
    name = set(words_of(leaf.name))
    if name.isdisjoint(_SOURCE | _TARGET) or leaf.shape not in _PLAIN | {"email"}:
        return False
    if not name.isdisjoint(_SOURCE) and not name.isdisjoint(_TARGET):
        return False
    own, other = _FROM, _to(words)
    if not name.isdisjoint(_TARGET):
        own, other = other, own
    opposite = any(True for _ in _values_after(other, leaf, words))
    return opposite and not any(True for _ in _values_after(own, leaf, words))


def _pairs(leaves: Sequence[Leaf]) -> Iterator[tuple[Leaf, Leaf]]:
    """Yield a source and a target of one shape, where there is one of each."""
    for shape in {each.shape for each in leaves} & {*_VALUES, "choice"}:
        alike = [each for each in leaves if each.shape == shape]
        sources = [
            each for each in alike if not _SOURCE.isdisjoint(words_of(each.name))
        ]
        targets = [
            each for each in alike if not _TARGET.isdisjoint(words_of(each.name))
        ]
        if len(sources) == len(targets) == 1 and sources[0] is not targets[0]:
            yield sources[0], targets[0]


def _values_after(way: str, leaf: Leaf, words: Words) -> Iterator[tuple[Any, bool]]:
    """Yield each value for *leaf* after one of *way*, and whether its noun is there."""
    nouns = "|".join(map(re.escape, set(words_of(leaf.name)) - _SOURCE - _TARGET))
    choices = "|".join(re.escape(str(each)) for each in leaf.spec.get("enum", ()))
    value = _VALUES.get(leaf.shape, rf"(?:{choices})(?!\w)")
    pattern = re.compile(
        rf"(?i)(?<!\w)(?:{way})\s{{1,3}}{_BESIDE}{{0,2}}"
        rf"(?P<noun>(?:{nouns or '(?!)'})s?[\s:]{{1,3}}{_BESIDE}{{0,2}})?"
        rf"(?P<value>{value})(?![\w-])"
    )
    for match in pattern.finditer(words.text):
        said = match["value"].rstrip(".,;:!?)")
        if leaf.shape == "code" and not re.search(r"\d", said):
            continue
        bare = leaf.shape in _PLAIN and not (match["noun"] or _is_telling(said))
        if bare and not _NOTHING_OF_IT.match(words.text, match.end()):
            continue
        found = read(leaf, replace(words, text=said), answering=True)
        if found is not None:
            yield found, match["noun"] is not None


def _to(words: Words) -> str:
    romance = locality_of(words.locale).language in {"es", "pt", "it"}
    return _TO_ROMANCE if romance else _TO


def _is_telling(value: object) -> bool:
    return bool(re.search(r"(?i)[a-z]", str(value)))
