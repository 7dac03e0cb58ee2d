"""Whether a rule matches: the same for routes, texts, targets and silences."""

from collections.abc import Callable, Mapping
from typing import Any

from services.escalator.domain.routing import patterns
from services.escalator.domain.routing.facts import Facts

DEFAULT_DESTINATION = "default"
"""Takes what no route matches: a request always has somewhere to go."""

Search = Callable[[str, str], bool]
"""Whether a pattern is found in a text."""


def should_match(
    wanted: Mapping[str, Any], facts: Facts, search: Search = patterns.search
) -> bool:
    """Return whether *facts* have all that is *wanted*; nothing wanted matches all.

    A key is a fact, or a dotted path into one (`user.traits.plan`). A list matches any
    of its values; where the fact is a list too (tags), one in common is enough. Of
    `text`, a value is a pattern that is searched; of `language`, a tag or its beginning
    (`en` matches `en-GB`).
    """
    return all(
        found_value(key, value, facts, search) is not None
        for key, value in wanted.items()
    )


def found_value(
    key: str, wanted: object, facts: Facts, search: Search = patterns.search
) -> tuple[object] | None:
    """Return the one of the values *wanted* that is so, or None where none is.

    In a tuple: null may be wanted too.
    """
    found = _at(facts, key)
    for each in wanted if isinstance(wanted, list) else [wanted]:
        if _is(key, each, found, search):
            return (each,)
    return None


def _is(key: str, wanted: object, found: object, search: Search) -> bool:
    if key == "text":
        said = isinstance(wanted, str) and isinstance(found, str)
        return said and search(str(wanted), str(found))
    if key == "language":
        return _is_language(wanted, found)
    return _same(wanted, found)


def _is_language(wanted: object, found: object) -> bool:
    if not isinstance(wanted, str) or not isinstance(found, str):
        return wanted is None and found is None
    prefix, tag = (each.casefold().replace("_", "-") for each in (wanted, found))
    return tag == prefix or tag.startswith(f"{prefix}-")


def _at(facts: object, path: str) -> object:
    for part in path.split("."):
        if not isinstance(facts, Mapping):
            return None
        facts = facts.get(part)
    return facts


def _same(wanted: object, found: object) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(
            _any_is(value, _at(found, key)) for key, value in wanted.items()
        )
    if isinstance(found, list | tuple):
        return any(_same(wanted, each) for each in found)
    # Python takes true for 1, JSON does not.
    return wanted == found and isinstance(wanted, bool) is isinstance(found, bool)


def _any_is(wanted: object, found: object) -> bool:
    choices = wanted if isinstance(wanted, list) else [wanted]
    return any(_same(each, found) for each in choices)
