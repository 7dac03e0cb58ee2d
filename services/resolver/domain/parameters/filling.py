"""Fill an action's parameters from what is known and said; never guess."""

# ruff: noqa: ANN401, E501, PLR2004, SIM905 - any JSON value; phrases of many languages; a pair is 2

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.resolver.domain.catalogue import Action, Parameter
from services.resolver.domain.parameters.checks import fits
from services.resolver.domain.parameters.known import known
from services.resolver.domain.parameters.leaves import (
    Leaf,
    leaves_of,
    put_at,
    value_at,
)
from services.resolver.domain.parameters.reading import (
    EVIDENT,
    LASTING,
    Words,
    clock_of,
    read,
)
from services.resolver.domain.parameters.values.dates import dates_in
from services.resolver.domain.parameters.values.nouns import words_of

MAX_FREE_TEXT = 500
"""Characters of an answer that is taken whole as a parameter's value."""
MAX_READ = 2000
"""Characters of a message that are searched for values: more is a log, not a wish."""
_ASKS = re.compile("[?\uff1f\u061f]")
"""A question back is no answer."""
_UNKNOWN = re.compile(
    r"(?i)^(?:i )?(?:don'?t|do not) (?:know|have|remember)|^no idea|^not sure|^dunno|"
    r"^(?:ich )?wei(?:ß|ss) (?:ich |es )?nicht|^keine ahnung|^je ne sais pas|^no (?:lo )?s[eé]|"
    r"^não sei|^non (?:lo )?so|^weet ik niet|^never ?mind|^nie wiem|^не знаю|^分からない|^不知道"
)
_START = frozenset("start from begin since checkin in departure depart after".split())
_END = frozenset("end to until till checkout out return arrival before by".split())


@dataclass(frozen=True, slots=True)
class Filled:
    """What is known of an action's parameters, and what is required and not known."""

    arguments: dict[str, Any]
    missing: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """All that an argument may come from: the platform's facts, the user's words.

    Nothing else ever does: no document, no output of an action, no assistant's words.
    """

    text: str
    now: datetime
    user: Mapping[str, Any] | None = None
    session: Mapping[str, Any] | None = None
    app_state: Mapping[str, Any] | None = None
    earlier: Sequence[str] = ()
    """What the same user said before in this conversation, the latest first."""

    def words(self, text: str | None = None) -> Words:
        """Return the message, or an earlier one, as words to read."""
        session = self.session or {}
        return Words(
            text=(self.text if text is None else text)[:MAX_READ],
            now=self.now,
            locale=_text_of(session.get("locale")),
            timezone=_text_of(session.get("timezone")),
        )


def fill(action: Action, sources: Sources) -> Filled:
    """Fill *action* for a request: what the platform says comes before the words."""
    arguments: dict[str, Any] = {}
    open_: list[Leaf] = []
    for parameter in action.parameters:
        whole = _known(
            Leaf((parameter.name,), parameter.schema, required=True), sources
        )
        if whole is not None:
            arguments[parameter.name] = copy.deepcopy(whole)
        else:
            open_ += leaves_of([parameter])
    for leaf in open_:
        if len(leaf.path) > 1 and (value := _known(leaf, sources)) is not None:
            put_at(arguments, leaf.path, value)
        elif leaf.required and "const" in leaf.spec:
            put_at(arguments, leaf.path, leaf.spec["const"])
    _put_said(open_, arguments, sources.words(), answering=False)
    for text in sources.earlier:
        lasting = [each for each in open_ if each.required and each.shape in LASTING]
        _put_said(lasting, arguments, sources.words(text), answering=False)
    _complete(action, open_, arguments)
    return Filled(arguments, _missing(open_, arguments))


def fill_answer(
    action: Action,
    arguments: Mapping[str, Any],
    missing: Iterable[str],
    sources: Sources,
) -> Filled:
    """Fill what was asked for from the user's answer."""
    asked = set(missing)
    leaves = [each for each in leaves_of(action.parameters) if each.label in asked]
    filled: dict[str, Any] = copy.deepcopy(dict(arguments))
    _put_said(leaves, filled, sources.words(), answering=True)
    left = [each for each in leaves if value_at(filled, each.path) is None]
    if len(left) == 1 and (value := _whole(left[0], sources.text)) is not None:
        put_at(filled, left[0].path, value)
    return Filled(filled, _missing(leaves, filled))


def _complete(
    action: Action, leaves: Iterable[Leaf], arguments: dict[str, Any]
) -> None:
    """Put defaults in place of what is required and was not said."""
    for leaf in leaves:
        unset = leaf.required and value_at(arguments, leaf.path) is None
        if unset and fits(leaf.spec.get("default"), leaf.spec):
            put_at(arguments, leaf.path, leaf.spec["default"])
    for parameter in action.parameters:
        # Half an object that nobody required is no object.
        value = arguments.get(parameter.name)
        if not parameter.required and not fits(value, parameter.schema):
            arguments.pop(parameter.name, None)


def _known(leaf: Leaf, sources: Sources) -> Any | None:
    return known(
        leaf.name,
        leaf.spec,
        user=sources.user,
        session=sources.session,
        app_state=sources.app_state,
    )


def _put_said(
    leaves: Iterable[Leaf],
    arguments: dict[str, Any],
    words: Words,
    *,
    answering: bool,
) -> None:
    """Put into *arguments* what *words* say for those of *leaves* that are unset."""
    unset = [each for each in leaves if value_at(arguments, each.path) is None]
    _put_range(unset, arguments, words)
    for leaf in unset:
        if value_at(arguments, leaf.path) is not None:
            continue
        if not leaf.required and leaf.shape not in EVIDENT:
            continue
        # Two parameters of one shape cannot both be the one value in the text.
        alike = [each for each in unset if each.shape == leaf.shape]
        if len(alike) > 1 and leaf.shape not in EVIDENT:
            continue
        alone = answering and len(alike) == 1
        value = read(leaf, words, answering=alone)
        if value is not None and not _is_anothers(value, leaf, alike, words):
            put_at(arguments, leaf.path, value)


def _is_anothers(
    value: object, leaf: Leaf, alike: Sequence[Leaf], words: Words
) -> bool:
    """Return whether *value* is as well the value of another of its shape."""
    return any(
        read(each, words, answering=False) == value
        for each in alike
        if each is not leaf and each.shape == leaf.shape
    )


def _put_range(leaves: Sequence[Leaf], arguments: dict[str, Any], words: Words) -> None:
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


def _whole(leaf: Leaf, text: str) -> str | None:
    """Return an answer that is free text, as it is."""
    answer = text.strip()
    if leaf.shape != "text" or not 0 < len(answer) <= MAX_FREE_TEXT:
        return None
    if _ASKS.search(answer) or _UNKNOWN.search(answer):
        return None
    return answer if fits(answer, leaf.spec) else None


def _missing(
    leaves: Iterable[Leaf], arguments: Mapping[str, Any]
) -> tuple[Parameter, ...]:
    return tuple(
        leaf.parameter()
        for leaf in leaves
        if leaf.required and value_at(arguments, leaf.path) is None
    )


def _text_of(value: object) -> str | None:
    return value if isinstance(value, str) else None
