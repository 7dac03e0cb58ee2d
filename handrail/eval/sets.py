"""Read labelled sets: what an app registers, what it is asked, and what was right."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from handrail.eval.scoring import Gold
from services.resolver.catalogue.passages import passages_of
from services.resolver.domain.catalogue import Action, Document
from services.resolver.matching.knowledge import Knowledge, Labelled

Row = dict[str, Any]

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "sets"
"""Where the open sets lie beside a checkout, unless another folder is named."""


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
        """Return what the app registers and what it learned."""
        return Knowledge(
            tuple(map(_action, self._rows("actions"))),
            tuple(map(_document, self._rows("documents"))),
            tuple(map(_labelled, self._rows("history"))),
        )

    def queries(self) -> list[Query]:
        """Return what the app is asked."""
        return [Query(row["text"], _gold(row["gold"])) for row in self._rows("queries")]

    def _rows(self, noun: str) -> Iterator[Row]:
        path = self.folder / f"{noun}.jsonl"
        if path.exists():
            yield from (
                orjson.loads(line) for line in path.read_bytes().splitlines() if line
            )


def sets_in(folder: Path) -> list[LabelledSet]:
    """Return the sets in *folder*, in one folder below it, or *folder* itself."""
    found = sorted(
        {
            *folder.glob("set.json"),
            *folder.glob("*/set.json"),
            *folder.glob("*/*/set.json"),
        }
    )
    sets = []
    for path in found:
        about = orjson.loads(path.read_bytes())
        sets.append(
            LabelledSet(
                about.get("name") or path.parent.name,
                about.get("task") or "decision",
                path.parent,
            )
        )
    return sets


def _action(row: Row) -> Action:
    return Action(
        row["name"],
        row.get("description") or "",
        examples=tuple(row.get("examples") or ()),
    )


def _document(row: Row) -> Document:
    title = row.get("title") or ""
    passages = passages_of(
        row["id"], title=title, text=row.get("text") or "", form="text", url=None
    )
    questions = tuple(row.get("questions") or ())
    return Document(row["id"], title, None, questions, tuple(passages))


def _labelled(row: Row) -> Labelled:
    gold = _gold(row["gold"])
    match gold.kind:
        case "action" | "document" as kind:
            return Labelled(row["text"], kind, gold.name)
        case _:
            return Labelled(row["text"], "escalate")


def _gold(gold: Row) -> Gold:
    return Gold(
        gold["kind"],
        str(gold.get("name") or gold.get("id") or ""),
        gold.get("distance") or "",
    )
