"""Where the log and the store disagree, in words: pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from handrail.recount.account import FLAGS, Account, count_outcomes
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
        *_between(
            "counter", account.count_patterns(stored.causes), stored.pattern_counters
        ),
        *_between("outcome of", _every(account.conversations), _asked(stored)),
        *_between("counter", count_outcomes(stored.outcomes), stored.outcome_counters),
    ]


def compare_outcomes(before: Stored, after: Stored) -> list[str]:
    """Return what a replay made another outcome of: nothing."""
    return list(_between("outcome", _said(before), _said(after)))


def _said(stored: Stored) -> dict[str, object]:
    return {
        row["_id"]: (row["came_of_it"], *(bool(row.get(each)) for each in FLAGS))
        for row in stored.outcomes
    }


def _asked(stored: Stored) -> dict[tuple[str, str], bool]:
    return _every((row["app_id"], row["conversation_id"]) for row in stored.outcomes)


def _every(names: Iterable[K]) -> dict[K, bool]:
    return dict.fromkeys(names, True)


def _between(
    what: str, logged: Mapping[K, object], stored: Mapping[K, object]
) -> Iterator[str]:
    for name in sorted(logged.keys() | stored.keys(), key=repr):
        if (said := logged.get(name)) != (has := stored.get(name)):
            yield f"{what} {name}: the log says {said}, the store {has}"
