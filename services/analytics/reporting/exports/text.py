"""Rows as CSV and as JSON Lines."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from services.analytics.reporting.exports.columns import Column, Kind

Row = Mapping[str, Any]
"""A cell is found under its column's name; one that is missing is empty."""

RUNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001 - Excel takes full-width signs for the plain ones
"""How a cell begins that a spreadsheet would run as a formula."""
QUOTE = "'"
"""Put before such a cell, and before one that begins with it: so whoever reads takes
off one, always."""


class CsvEncoder:
    """CSV as RFC 4180 has it: a header line, CRLF, UTF-8; lists are JSON in a cell."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns

    def begin(self) -> bytes:
        """Return the header line."""
        return _lines([[each.name for each in self._columns]])

    def add(self, rows: Sequence[Row]) -> bytes:
        """Return the lines of *rows*."""
        return _lines(
            [[_cell(column, row) for column in self._columns] for row in rows]
        )

    def end(self) -> bytes:
        """Return nothing: a CSV file just ends."""
        return b""


class JsonLinesEncoder:
    """One JSON object a line, with every column, empty cells as null."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns

    def begin(self) -> bytes:
        """Return nothing: the first line is the first row."""
        return b""

    def add(self, rows: Sequence[Row]) -> bytes:
        """Return the lines of *rows*."""
        return b"".join(
            orjson.dumps(
                {column.name: _value(column, row) for column in self._columns},
                option=orjson.OPT_APPEND_NEWLINE,
            )
            for row in rows
        )

    def end(self) -> bytes:
        """Return nothing: JSON Lines just end."""
        return b""


def quoted(text: str) -> str:
    """Return *text* as a cell that no spreadsheet runs."""
    return f"{QUOTE}{text}" if text.startswith((*RUNS, QUOTE)) else text


def rfc3339(moment: datetime) -> str:
    """Return *moment* in UTC, always with milliseconds: as text it sorts by time."""
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='milliseconds')}Z"


def _lines(rows: Sequence[Sequence[object]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    # Half of a character cannot be sent; what a store gave us has none, but one that
    # came in would end the whole file.
    return out.getvalue().encode(errors="replace")


def _cell(column: Column, row: Row) -> object:
    value = _value(column, row)
    if value is None:
        return ""
    if column.kind is Kind.TEXT:
        return quoted(value)
    if isinstance(value, list):
        return orjson.dumps(value).decode()
    return value


def _value(column: Column, row: Row) -> Any:  # noqa: ANN401 - what the column holds
    value = row.get(column.name)
    if value is None:
        return None
    if column.kind is Kind.TIME:
        return rfc3339(value)
    if column.kind is Kind.TEXT:
        return str(value)
    if column.kind is Kind.RECORDS:
        assert column.fields is not None
        return [{name: each.get(name) for name in column.fields} for each in value]
    return list(value) if column.kind is Kind.TEXTS else value
