"""Read labelled sets: what an app registers, what it is asked, and what was right."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import orjson

from handrail.eval.scoring import Gold
from services.resolver.catalogue.passages import passages_of
from services.resolver.domain.catalogue import Action, Document
from services.resolver.matching.knowledge import Knowledge, Labelled

Row = dict[str, Any]
T = TypeVar("T")

KINDS = frozenset({"action", "document", "escalate"})
_MARK = b"\xef\xbb\xbf"
"""What some editors put before the first line."""

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "sets"
"""Where the open sets lie beside a checkout, unless another folder is named."""


class SetError(Exception):
    """A set cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Query:
    """A message to be decided."""

    text: str
    gold: Gold


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A folder with a `set.json`."""

    name: str
    task: str
    folder: Path

    def knowledge(self) -> Knowledge:
        """Return what the app registers and what it learned. Raises SetError."""
        return Knowledge(
            tuple(self.read("actions", _action)),
            tuple(self.read("documents", _document)),
            tuple(self.read("history", _labelled)),
        )

    def queries(self) -> list[Query]:
        """Return what the app is asked. Raises SetError."""
        return list(self.read("queries", _query))

    def read(self, noun: str, made: Callable[[Row], T]) -> Iterator[T]:
        """Yield what *made* makes of each line of a file. Raises SetError."""
        path = self.folder / f"{noun}.jsonl"
        if not path.exists():
            return
        lines = path.read_bytes().removeprefix(_MARK).splitlines()
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield made(_row(line))
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    raise SetError(f"{path}, line {number}: {_said(error)}") from error


def sets_in(folder: Path) -> list[LabelledSet]:
    """Return the sets in *folder*, in one folder below it, or *folder* itself.

    Raises SetError for a `set.json` that is none.
    """
    found = sorted(
        {
            *folder.glob("set.json"),
            *folder.glob("*/set.json"),
            *folder.glob("*/*/set.json"),
        }
    )
    sets = []
    for path in found:
        try:
            about = _row(path.read_bytes().removeprefix(_MARK))
        except ValueError as error:
            raise SetError(f"{path}: {error}") from error
        sets.append(
            LabelledSet(
                about.get("name") or path.parent.name,
                about.get("task") or "decision",
                path.parent,
            )
        )
    return sets


def _row(line: bytes) -> Row:
    row = orjson.loads(line)
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - of the data, not ours
    return row


def _said(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def _query(row: Row) -> Query:
    return Query(_text(row["text"]), _gold(row["gold"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"text is not a string: {value!r}")  # noqa: TRY004 - likewise
    return value


def _action(row: Row) -> Action:
    return Action(
        str(row["name"]),
        row.get("description") or "",
        examples=tuple(row.get("examples") or ()),
    )


def _document(row: Row) -> Document:
    title = row.get("title") or ""
    name = str(row["id"])
    passages = passages_of(
        name, title=title, text=row.get("text") or "", form="text", url=None
    )
    questions = tuple(row.get("questions") or ())
    return Document(name, title, None, questions, tuple(passages))


def _labelled(row: Row) -> Labelled:
    gold = _gold(row["gold"])
    match gold.kind:
        case "action" | "document" as kind:
            return Labelled(_text(row["text"]), kind, gold.name)
        case _:
            return Labelled(_text(row["text"]), "escalate")


def _gold(gold: Row) -> Gold:
    if gold["kind"] not in KINDS:
        raise ValueError(f"gold.kind is {gold['kind']!r}, none of {sorted(KINDS)}")
    name = gold.get("name") if gold["kind"] == "action" else gold.get("id")
    if name is None and gold["kind"] != "escalate":
        raise ValueError("gold has no name and no id")
    return Gold(
        gold["kind"], "" if name is None else str(name), gold.get("distance") or ""
    )
