"""What two versions of an app's settings do not have in common."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that was added, removed or replaced."""

    op: Literal["add", "remove", "replace"]
    path: str
    """JSON pointer (RFC 6901): `/routes/0/priority`."""
    old: Any
    """Null where it was added."""
    new: Any
    """Null where it was removed."""


def differences(old: Any, new: Any, path: str = "") -> Iterator[Difference]:  # noqa: ANN401 - JSON
    """Yield each difference of two JSON values, at the deepest place that both have."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*old, *new)):
            yield from _at(f"{path}/{_escaped(name)}", name, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        before, after = dict(enumerate(old)), dict(enumerate(new))
        for place in range(max(len(old), len(new))):
            yield from _at(f"{path}/{place}", place, before, after)
    elif old != new or isinstance(old, bool) is not isinstance(new, bool):
        yield Difference("replace", path, old, new)


def _at(
    path: str, name: str | int, old: dict[Any, Any], new: dict[Any, Any]
) -> Iterator[Difference]:
    if name not in old:
        yield Difference("add", path, None, new[name])
    elif name not in new:
        yield Difference("remove", path, old[name], None)
    else:
        yield from differences(old[name], new[name], path)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
