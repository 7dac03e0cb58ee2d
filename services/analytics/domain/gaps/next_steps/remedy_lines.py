"""The first lines of a remedy: what somebody would do first, in words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.text import cut

MAX_LINES = 3
LINE_CHARS = 160
TITLES = ("heading", "title", "question", "text", "label", "name")
"""Where an entry of an outline says what it is, the first that there is."""


def first_lines(remedy: Mapping[str, Any] | None) -> list[str]:
    """Return at most three lines of *remedy*, none where there is none.

    Of documentation its outline, and the passage to extend; of an action its name and
    what it needs; of a bug its report.
    """
    if not remedy:
        return []
    lines = [
        *_documentation(remedy),
        *_action(remedy),
        *_lines(remedy.get("report")),
    ]
    return [cut(each, LINE_CHARS) for each in lines[:MAX_LINES]]


def _documentation(remedy: Mapping[str, Any]) -> Iterator[str]:
    passage = remedy.get("closest_passage")
    if isinstance(passage, Mapping):
        title = passage.get("title") or passage.get("document") or passage.get("name")
        if title:
            yield f"Extend “{title}”."
    yield from _lines(remedy.get("outline"))


def _action(remedy: Mapping[str, Any]) -> Iterator[str]:
    action = remedy.get("available_action")
    if not isinstance(action, Mapping):
        return
    needs = ", ".join(_parameters(action))
    described = action.get("description")
    yield f"Define the action {action.get('name', '')}" + (
        f": {described}" if described else "."
    )
    if needs:
        yield f"It needs {needs}."


def _parameters(action: Mapping[str, Any]) -> list[str]:
    """Return the names of an action's parameters, of either published shape."""
    shapes = (action.get(each) for each in ("options", "parameters", "inputSchema"))
    known: Any = next((each for each in shapes if each), {})
    if isinstance(known, Mapping):
        return [str(each) for each in known.get("properties", known)]
    return [
        str(each["name"])
        for each in known
        if isinstance(each, Mapping) and each.get("name")
    ]


def _lines(value: Any) -> Iterator[str]:  # noqa: ANN401 - what a remedy holds
    """Yield what *value* says line by line: a text, or a list of texts or entries."""
    if isinstance(value, str):
        yield from (line for each in value.splitlines() if (line := each.strip(" #-*")))
    elif isinstance(value, Mapping):
        found = (value.get(each) for each in TITLES)
        yield from _lines(next((each for each in found if each), None))
    elif isinstance(value, Sequence):
        for each in value:
            yield from _lines(each)
