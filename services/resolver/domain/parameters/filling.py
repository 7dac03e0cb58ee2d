"""Fill an action's parameters from what is known and said; never guess."""

# ruff: noqa: ANN401 - any JSON value

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.resolver.domain.acting.either import chosen_in
from services.resolver.domain.catalogue import Action, Parameter
from services.resolver.domain.parameters.answers import (
    free_text,
    read_part,
    told_in_order,
)
from services.resolver.domain.parameters.checks import fits
from services.resolver.domain.parameters.directed import (
    is_of_the_other_way,
    put_directed,
    put_range,
)
from services.resolver.domain.parameters.given import addresses_said, is_given
from services.resolver.domain.parameters.known import known_of_state, known_of_user
from services.resolver.domain.parameters.labels import Reading, labelled_in
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
    is_contested,
    read,
    read_lone_code,
    takes_code,
)
from services.resolver.domain.parameters.values.nouns import is_money

MAX_READ = 2000
"""Characters of a message that are searched for values: more is a log, not a wish."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What is known of an action's parameters, and what is required and not known."""

    arguments: dict[str, Any]
    missing: tuple[Parameter, ...]
    either: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By label: the addresses that a missing one may be, the user's own last."""


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
    """What the same user said before, the latest first."""

    def words(self, text: str | None = None, *, about: str = "") -> Words:
        """Return the message, or an earlier one, as words to read."""
        session = self.session or {}
        return Words(
            text=(self.text if text is None else text)[:MAX_READ],
            now=self.now,
            locale=_text_of(session.get("locale")),
            timezone=_text_of(session.get("timezone")),
            about=about,
            own_email=_text_of((self.user or {}).get("email")),
        )


def fill(action: Action, sources: Sources) -> Filled:
    """Fill *action* for a request.

    Who the user is comes before their words, and their words before what the app's
    state happens to hold.
    """
    arguments: dict[str, Any] = {}
    leaves = leaves_of(action.parameters)
    words = sources.words(about=f"{action.title} {action.description}")
    fixed = [each for each in leaves if is_given(action, each)]
    of_user = {each.path: _of_user(each, sources) for each in fixed}
    put_directed(
        [each for each in leaves if of_user.get(each.path) is None], arguments, words
    )
    unclear = [
        each
        for each in leaves
        if is_contested(each, words) or is_of_the_other_way(each, words)
    ]
    either: dict[str, tuple[str, ...]] = {}
    for leaf in fixed:
        value = of_user[leaf.path]
        said = addresses_said(action, leaf, value, words, leaves)
        if said is None:
            _put(arguments, leaf, value)
        elif said:
            unclear.append(leaf)
            either[leaf.label] = (*said, str(value))
    clear = [each for each in leaves if each not in unclear]
    _put_said(clear, arguments, words, answering=False)
    _put_lone_code(action, leaves, arguments, words)
    for leaf in fixed:
        if leaf not in unclear:
            _put(arguments, leaf, _of_state(leaf, sources))
    _put_objects(action, arguments, sources)
    for text in sources.earlier:
        lasting = [each for each in clear if each.required and each.shape in LASTING]
        _put_said(lasting, arguments, sources.words(text), answering=False)
    for leaf in clear:
        if leaf.required:
            _put(arguments, leaf, leaf.spec.get("const", leaf.spec.get("default")))
    _drop_halves(action, arguments)
    return Filled(arguments, _missing(leaves, arguments), either)


def fill_answer(
    action: Action,
    arguments: Mapping[str, Any],
    missing: Iterable[str],
    sources: Sources,
    either: Mapping[str, tuple[str, ...]] | None = None,
) -> Filled:
    """Fill what was asked for from the user's answer, *either* of what was named."""
    asked = set(missing)
    leaves = [each for each in leaves_of(action.parameters) if each.label in asked]
    filled: dict[str, Any] = copy.deepcopy(dict(arguments))
    if len(leaves) == 1:
        named = (either or {}).get(leaves[0].label, ())
        _put(filled, leaves[0], chosen_in(sources.text[:MAX_READ], named))
    words = sources.words(about=f"{action.title} {action.description}")
    labelled = labelled_in(words.text, leaves_of(action.parameters), leaves)
    in_order = told_in_order(leaves, words)
    if labelled.parts:
        _put_labelled(leaves, filled, labelled, words)
    elif in_order:
        for leaf, value in zip(leaves, in_order, strict=True):
            put_at(filled, leaf.path, value)
    else:
        _put_whole(leaves, filled, words)
    return Filled(filled, _missing(leaves, filled), either or {})


def _put_labelled(
    leaves: Sequence[Leaf], filled: dict[str, Any], labelled: Reading, words: Words
) -> None:
    """Put what is told under its own name, and what is evident before any name.

    Nothing else: "here you go, subject: printer" is no description.
    """
    for part in labelled.parts:
        value = read_part(part, words) if part.leaf in leaves else None
        if value is not None:
            put_at(filled, part.leaf.path, value)
    before = replace(words, text=labelled.before)
    _put_said(leaves, filled, before, answering=True)


def _put_whole(leaves: Sequence[Leaf], filled: dict[str, Any], words: Words) -> None:
    """Put what a whole answer says; of two free texts it does not say which it is."""
    _put_said(leaves, filled, words, answering=True)
    found = [(each, value_at(filled, each.path)) for each in leaves]
    left = [each for each, value in found if value is None]
    taken = [(each, value) for each, value in found if value is not None]
    if len(left) == 1 and (said := free_text(left[0], words, taken)) is not None:
        put_at(filled, left[0].path, said)


def _of_user(leaf: Leaf, sources: Sources) -> Any | None:
    return known_of_user(
        leaf.name, leaf.spec, user=sources.user, session=sources.session
    )


def _of_state(leaf: Leaf, sources: Sources) -> Any | None:
    return known_of_state(
        leaf.name, leaf.spec, user=sources.user, app_state=sources.app_state
    )


def _put(arguments: dict[str, Any], leaf: Leaf, value: object) -> None:
    """Set *leaf* to a *value* that fits, unless it is set."""
    unset = value_at(arguments, leaf.path) is None
    if unset and value is not None and fits(value, leaf.spec):
        put_at(arguments, leaf.path, copy.deepcopy(value))


def _put_objects(action: Action, arguments: dict[str, Any], sources: Sources) -> None:
    """Set whole objects that the state holds, of which the words said nothing."""
    for each in action.parameters:
        leaf = Leaf((each.name,), each.schema, required=each.required)
        if each.kind == "object" and is_given(action, leaf):
            _put(arguments, leaf, _of_state(leaf, sources))


def _drop_halves(action: Action, arguments: dict[str, Any]) -> None:
    """Half an object that nobody required is no object."""
    for each in action.parameters:
        if not each.required and not fits(arguments.get(each.name), each.schema):
            arguments.pop(each.name, None)


def _put_said(
    leaves: Iterable[Leaf],
    arguments: dict[str, Any],
    words: Words,
    *,
    answering: bool,
) -> None:
    """Put into *arguments* what *words* say for those of *leaves* that are unset."""
    unset = [each for each in leaves if value_at(arguments, each.path) is None]
    put_range(unset, arguments, words)
    put_directed(unset, arguments, words)
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
        if value is None or _is_anothers(value, leaf, alike, words):
            continue
        if not (alone and _is_as_well(value, leaf, unset, words)):
            put_at(arguments, leaf.path, value)


def _put_lone_code(
    action: Action, leaves: Sequence[Leaf], arguments: dict[str, Any], words: Words
) -> None:
    """Put the code of "cancel ORD-1042" where the action needs just one code."""
    codes = [each for each in leaves if takes_code(each)]
    unset = [each for each in codes if value_at(arguments, each.path) is None]
    if len(unset) != 1 or not unset[0].required:
        return
    others = [each for each in leaves if each not in codes]
    value = read_lone_code(
        unset[0],
        replace(words, about=" ".join((words.about, *action.examples))),
        others=others,
        of_money=is_money(action.name),
    )
    if value is not None and str(value) not in map(str, arguments.values()):
        put_at(arguments, unset[0].path, value)


def _is_anothers(
    value: object, leaf: Leaf, alike: Sequence[Leaf], words: Words
) -> bool:
    """Return whether *value* is as well the value of another of its shape."""
    return any(
        read(each, words, answering=False) == value
        for each in alike
        if each is not leaf and each.shape == leaf.shape
    )


def _is_as_well(value: object, leaf: Leaf, unset: Sequence[Leaf], words: Words) -> bool:
    """Return whether a mere *value* would answer for another of *unset* too.

    "1042" may be the order or the amount. "order 1042" is the order, by its noun.
    """
    if read(leaf, words, answering=False) is not None:
        return False
    return any(
        str(read(each, words, answering=True)) == str(value)
        for each in unset
        if each is not leaf and each.shape in EVIDENT
    )


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
