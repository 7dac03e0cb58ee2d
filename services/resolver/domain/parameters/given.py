"""Which parameters what is known of the user may fill: not what is to be changed."""

# ruff: noqa: SIM905 - lists of words

from collections.abc import Iterable

from services.resolver.domain.catalogue import Action
from services.resolver.domain.parameters.leaves import Leaf
from services.resolver.domain.parameters.reading import Words, is_new
from services.resolver.domain.parameters.values.contacts import (
    is_left_behind,
    other_emails_in,
)
from services.resolver.domain.parameters.values.nouns import (
    is_identifying,
    words_of,
)

CHANGES = frozenset(
    "change update upgrade downgrade switch modify edit rename replace invite".split()
)
"""First words of actions that want new values: of what their name says, or of all."""
SETS = frozenset("set add create register correct convert move transfer".split())
"""Those that want a new value of what their name says only: `add_email`."""
OTHERS = frozenset(
    "user users member members person people colleague teammate contact contacts guest "
    "guests admin collaborator employee recipient".split()
)
"""What an action is about that is about somebody else: `remove_user` is not of the one
who asks."""
GIVES = frozenset("send share forward email notify message assign".split())
"""First words of actions that are as well for somebody else: an address said is meant.
Of others it is asked whose is meant, the user's own or the one said."""


def is_given(action: Action, leaf: Leaf) -> bool:
    """Return whether what is known already may be what *action* wants.

    An action that changes something wants the new value of it: the user's present
    address or plan is the one thing that it is not. Which order it is about stays.
    """
    verb, *objects = words_of(action.name) or ("",)
    if not OTHERS.isdisjoint(objects):
        return is_identifying(leaf.name) and "user" not in words_of(leaf.name)
    if _is_of_today(leaf):
        return True
    if verb not in CHANGES | SETS or is_identifying(leaf.name):
        return True
    changed = [
        each.name
        for each in action.parameters
        if not set(objects).isdisjoint(words_of(each.name))
    ]
    if changed:
        return leaf.path[0] not in changed
    return verb in SETS


def addresses_said(
    action: Action, leaf: Leaf, value: object, words: Words, leaves: Iterable[Leaf]
) -> list[str] | None:
    """Return the addresses in *words* that may be meant instead of the own *value*.

    None where the own *value* stands. Empty where the action may be for somebody else,
    so that an address in the message is the intended one.
    """
    if value is None or leaf.shape != "email":
        return None
    others = other_emails_in(words.text, str(value))
    if len(others) == 1 and _is_of_today(leaf) and any(map(is_new, leaves)):
        # Beside the old one a new one is taken: this can only be the new.
        others = others if is_left_behind(others[0], words.text) else []
    if not others:
        return None
    return others if GIVES.isdisjoint(words_of(action.name)[:1]) else []


def _is_of_today(leaf: Leaf) -> bool:
    """Return whether *leaf* is the value that is to be changed: `old_email`."""
    return not {"old", "current"}.isdisjoint(words_of(leaf.name))
