"""Read a table so that each value stands with what it is the value of."""

import re
from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborNode

MAX_COLUMNS = 100
"""A wider span is no table; it is cut, because a page may claim any number."""
MAX_REPEATED_CHARS = 200
"""A longer text is not repeated in each place that its cell spans."""
_NAME_AND_VALUE = 2
_SPAN = re.compile(r"^[0-9]{1,5}$")
_VALUE = re.compile(r"^\W*\d")
"""What begins with a number, a price or a sign and a number names nothing."""
_LAYOUT = frozenset({"table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "dl"})
"""What stands in cells that only place things on a page."""

Row = list[str]


def is_data(table: LexborNode) -> bool:
    """Tell a table of values from one that lays out a page."""
    within = 0
    for each in table.traverse():
        # The first sign ends the search: tables nest as deep as a page likes.
        if each.mem_id != table.mem_id and each.tag in _LAYOUT:
            return False
        if each.tag == "p" and each.parent is not None:
            if each.parent.mem_id == within:
                return False
            within = each.parent.mem_id
    return any(len(_cells(each)) > 1 for each in table.css("tr"))


def rows_of(table: LexborNode, text_of: Callable[[LexborNode], str]) -> Iterator[str]:
    """Yield the caption and one line a row: `Starter: 250 GB`.

    With a head: `Storage | Starter: 250 GB | Pro: 1 TB`. Two columns need none, so the
    first names the second.
    """
    caption = table.css_first("caption")
    if caption is not None:
        yield text_of(caption)
    nodes = table.css("tr")
    rows = _grid(nodes, text_of)
    heads = 0
    while heads < len(nodes) and _is_head(nodes[heads]):
        heads += 1
    head = _head(rows[:heads])
    body = [each for each in rows[heads:] if any(each)]
    named = not any(_VALUE.match(each[0]) for each in body)
    if head:
        yield " | ".join(filter(None, head))
    for row in body:
        yield _line(head, row, named=named)


def _head(rows: list[Row]) -> Row:
    """Return one title a column, of however many rows the head has."""
    width = max(map(len, rows), default=0)
    return [
        " ".join(dict.fromkeys(row[at] for row in rows if at < len(row) and row[at]))
        for at in range(width)
    ]


def _line(head: Row, row: Row, *, named: bool) -> str:
    filled = [each for each in row if each]
    if len(set(filled)) == 1:
        # One cell across the table: a heading between its rows.
        return filled[0]
    cornered = bool(head) and not head[0]
    if len(filled) == len(row) == _NAME_AND_VALUE and named and not cornered:
        return f"{row[0].rstrip(':')}: {row[1]}"
    first = 1 if named else 0
    said = row[:first]
    for at, value in enumerate(row[first:], first):
        title = head[at].rstrip(":") if at < len(head) else ""
        said.append(f"{title}: {value}" if title and value else value)
    return " | ".join(filter(None, said))


def _is_head(row: LexborNode) -> bool:
    cells = _cells(row)
    parent = row.parent
    in_head = parent is not None and parent.tag == "thead"
    # The corner of a table with names on both sides is often an empty td.
    titles = len(cells) > 1 and all(each.tag == "th" for each in cells[1:])
    return bool(cells) and (in_head or titles)


def _cells(row: LexborNode) -> list[LexborNode]:
    return [each for each in row.iter() if each.tag in {"td", "th"}]


def _grid(nodes: list[LexborNode], text_of: Callable[[LexborNode], str]) -> list[Row]:
    """Return the rows with each cell repeated where it spans."""
    rows: list[Row] = []
    below: dict[int, tuple[int, str]] = {}
    for node in nodes:
        row: Row = []
        for cell in _cells(node):
            _fill(row, below)
            text, deep = text_of(cell), _span(cell, "rowspan")
            again = text if len(text) <= MAX_REPEATED_CHARS else ""
            for at in range(_span(cell, "colspan")):
                if deep > 1:
                    below[len(row)] = (deep - 1, again)
                row.append(again if at else text)
        _fill(row, below)
        rows.append(row[:MAX_COLUMNS] or [""])
    return rows


def _fill(row: Row, below: dict[int, tuple[int, str]]) -> None:
    """Append the cells that reach down from the rows above."""
    while len(row) in below:
        left, text = below.pop(len(row))
        if left > 1:
            below[len(row)] = (left - 1, text)
        row.append(text)


def _span(cell: LexborNode, name: str) -> int:
    claimed = cell.attributes.get(name) or ""
    # rowspan="0" reaches to the end of its table.
    found = int(claimed) if _SPAN.match(claimed) else 1
    return max(1, min(found, MAX_COLUMNS))
