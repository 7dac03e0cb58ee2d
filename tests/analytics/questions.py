"""The queries of docs/trend-store.md, read as Python: what mongosh would send."""

import json
import re
from dataclasses import dataclass
from typing import Any

from bson import json_util

from tests.docs.reading import blocks

DOCUMENT = "docs/trend-store.md"
_OPTIONS = json_util.JSONOptions(tz_aware=True)


@dataclass(frozen=True)
class Question:
    """One block: what is asked, and the calls that ask it."""

    asked: str
    collection: str
    calls: list[tuple[str, list[Any]]]

    async def answer(self, database: Any) -> list[dict[str, Any]]:
        """Return the rows that the database answers with."""
        found = database[self.collection]
        for name, arguments in self.calls:
            if name == "sort":
                found = found.sort(list(arguments[0].items()))
            else:
                found = getattr(found, name)(*arguments)
        return await found.to_list(None)


def questions() -> dict[str, Question]:
    """Return every question of the document, by its words."""
    found = [read(each.text) for each in blocks(DOCUMENT) if each.language == "js"]
    return {each.asked: each for each in found}


def read(text: str) -> Question:
    """Read one block. Raises ValueError where it is more than one plain query."""
    comment, _, query = text.strip().partition("\n")
    start = re.match(r"db\.(\w+)", query)
    if not comment.startswith("// ") or start is None:
        raise ValueError(f"not a comment and a query: {text}")
    if re.search(r"\n\s*\.", query):
        raise ValueError(f"mongosh would run it before its end: {text}")
    calls, rest = [], query[start.end() :]
    while rest:
        name = re.match(r"\.(\w+)\(", rest)
        if name is None:
            raise ValueError(f"not a call: {rest}")
        end = _closing(rest, name.end() - 1)
        calls.append((name[1], _values(rest[name.end() : end])))
        rest = rest[end + 1 :].strip()
    return Question(comment.removeprefix("// "), start[1], calls)


def _closing(text: str, at: int) -> int:
    """Return where the bracket at *at* closes; strings hold no brackets of ours."""
    depth = 0
    for place in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise ValueError("a bracket is not closed")


def _values(text: str) -> list[Any]:
    text = re.sub(r'ISODate\("([\d-]+)"\)', r'{"$date": "\1T00:00:00Z"}', text)
    text = re.sub(r"([{,]\s*)([A-Za-z_$][\w$]*)\s*:", r'\1"\2":', text)
    text = re.sub(r",(\s*[\]}])", r"\1", text)
    plain = json.loads(f"[{text}]")
    return json_util.loads(json.dumps(plain), json_options=_OPTIONS)
