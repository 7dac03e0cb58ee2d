"""Where the log and the store disagree, in words: pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TypeVar

from handrail.recount.account import Account
from handrail.recount.stored import Stored

K = TypeVar("K")


def find_differences(account: Account, stored: Stored) -> list[str]:
    """Return every disagreement; of a right store there is none."""
    return [
        *_between("facts", account.facts, stored.facts),
        *_between("counter", account.counters, stored.counters),
        *_between("grouped", _every(account.opened), _every(stored.members)),
        *_between("pattern of", account.assigned, stored.members),
        *_between("size", Counter(stored.members.values()), stored.sizes),
        *_between("counter", account.count_patterns(), stored.pattern_counters),
    ]


def _every(names: Mapping[str, object]) -> dict[str, bool]:
    return dict.fromkeys(names, True)


def _between(
    what: str, logged: Mapping[K, object], stored: Mapping[K, object]
) -> Iterator[str]:
    for name in sorted(logged.keys() | stored.keys(), key=repr):
        if (said := logged.get(name)) != (has := stored.get(name)):
            yield f"{what} {name}: the log says {said}, the store {has}"
