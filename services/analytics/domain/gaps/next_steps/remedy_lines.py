"""The first lines of a remedy: what somebody would do first, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.text import cut

MAX_LINES = 3
LINE_CHARS = 160
NEAR = 0.8
"""Share of its threshold from which a passage is near enough to be extended."""
FINDINGS = ("Error codes", "Versions", "Failed actions")
"""Sections of a bug report that say where to look."""
QUOTES = "In the users' words"

Json = Mapping[str, Any]


def first_lines(remedy: Json | None) -> list[str]:
    """Return at most three lines of *remedy*, none where there is none.

    Of documentation the passage to extend and the questions to answer, of an action its
    name and what it needs, of a bug what its users share and where to look.
    """
    if not remedy:
        return []
    lines = [*_documentation(remedy), *_action(remedy), *_bug(remedy)]
    return [cut(" ".join(each.split()), LINE_CHARS) for each in lines[:MAX_LINES]]


def first_step(remedy: Json | None) -> str:
    """Return what *remedy* begins with; of a passage, which question it must answer."""
    answers = _answers(remedy or {})
    return cut(next(answers, ""), LINE_CHARS) or next(iter(first_lines(remedy)), "")


def nearest_passage(remedy: Json | None) -> str | None:
    """Return the title of the document that is to be extended or written anew.

    Empty where none is near enough for that, None where *remedy* is of no document.
    """
    if not remedy or "closest_passage" not in remedy:
        return None
    passage = _mapping(remedy["closest_passage"])
    title = str(passage.get("title") or passage.get("document") or "")
    near = passage.get("score", 0) >= NEAR * passage.get("threshold", 1)
    return title if near or passage.get("rejected") else ""


def _documentation(remedy: Json) -> Iterator[str]:
    title = nearest_passage(remedy)
    if title and _mapping(remedy.get("closest_passage")).get("rejected"):
        yield f"Rewrite “{title}”: it was shown, and did not help."
    elif title:
        yield f"Extend “{title}”, which is near already."
    yield from _answers(remedy)


def _answers(remedy: Json) -> Iterator[str]:
    for heading in _mappings(remedy.get("outline")):
        asked = heading.get("asked", 1)
        often = f" (asked {asked} times)" if asked > 1 else ""
        yield f"Answer “{heading.get('heading', '')}”{often}."


def _action(remedy: Json) -> Iterator[str]:
    action = _mapping(remedy.get("available_action"))
    if not action.get("name"):
        return
    yield f"Define the action {action['name']}: {action.get('description', '')}"
    for near in _mappings(remedy.get("nearest")):
        yield (
            f"Or give the action “{near.get('title') or near.get('name')}” more "
            "examples, if it is the one that they mean."
        )
        return


def _bug(remedy: Json) -> Iterator[str]:
    for each in _mappings(remedy.get("shared_state")):
        yield (
            f"Look at {each['path']} = {each['value']}: {each['inside']:.0%} of its "
            f"users have it, {each['outside']:.0%} of the others."
        )
    section = ""
    for line in str(remedy.get("report") or "").splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ").strip()
        elif line.startswith("- ") and section in FINDINGS:
            yield f"{section}: {line.removeprefix('- ')}."
        elif line.startswith("- ") and section == QUOTES:
            yield f"Reproduce {line.removeprefix('- ')}."


def _mapping(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Json]:
    """Return the objects of a list; of anything else none."""
    if not isinstance(value, list | tuple):
        return []
    return [each for each in value if isinstance(each, Mapping)]
