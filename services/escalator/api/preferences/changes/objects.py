"""The objects inside of settings, each with its place: `routes.0`."""

from collections.abc import Iterator
from typing import Any


def objects_in(value: Any, at: str) -> Iterator[tuple[str, dict[str, Any]]]:  # noqa: ANN401 - any part of a JSON value
    """Yield each object of *value*; what a `match` holds is the app's own."""
    if isinstance(value, list):
        for place, each in enumerate(value):
            yield from objects_in(each, f"{at}.{place}")
    elif isinstance(value, dict):
        yield at, value
        for name, each in value.items():
            if name != "match":
                yield from objects_in(each, f"{at}.{name}")
