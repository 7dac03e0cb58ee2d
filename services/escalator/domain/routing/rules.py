"""Where an escalation goes: the first route that matches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DEFAULT_DESTINATION = "default"
"""Takes what no route matches: a request always has somewhere to go."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One route: what must match, and where it leads."""

    match: Mapping[str, Any]
    destinations: Sequence[str]


def choose_destinations(
    rules: Sequence[Rule], facts: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the destination ids of the first rule that *facts* match, each once."""
    for rule in rules:
        if should_match(rule.match, facts):
            return tuple(dict.fromkeys(rule.destinations))
    return (DEFAULT_DESTINATION,)


def should_match(wanted: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Return whether *facts* have all that is *wanted*.

    A key may be a dotted path (`user.traits.plan`) or hold a nested object; a list
    matches any of its values.
    """
    return all(_same(value, _at(facts, key)) for key, value in wanted.items())


def _at(facts: object, path: str) -> object:
    for part in path.split("."):
        if not isinstance(facts, Mapping):
            return None
        facts = facts.get(part)
    return facts


def _same(wanted: object, found: object) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and should_match(wanted, found)
    if isinstance(wanted, list):
        return any(_same(one, found) for one in wanted)
    return wanted == found
