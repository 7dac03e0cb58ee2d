"""Rows as Parquet: a row group at a time, sent off as soon as it is written."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from services.analytics.reporting.exports.columns import Column, Kind
from services.analytics.reporting.exports.text import Row

GROUP_BYTES = 8 * 1024 * 1024
"""A row group is written from so many bytes on: all that is held of an export."""
GROUP_ROWS = 20_000
"""Or from so many rows: readers skip by the group."""

_KINDS: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.TIME: pa.timestamp("ms", tz="UTC"),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.TEXTS: pa.list_(pa.string()),
}


class ParquetEncoder:
    """Parquet, zstd; times are UTC timestamps in ms, lists are lists."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._schema = pa.schema([(each.name, _type(each)) for each in columns])
        self._sent = _Sent()
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self._sent, mode="w"), self._schema, compression="zstd"
        )
        self._held: list[pa.RecordBatch] = []

    def begin(self) -> bytes:
        """Return the magic bytes that such a file begins with."""
        return self._sent.take()

    def add(self, rows: Sequence[Row]) -> bytes:
        """Return what is written so far: nothing until a row group is whole."""
        self._held.append(self._batch(rows))
        is_whole = (
            sum(each.nbytes for each in self._held) >= GROUP_BYTES
            or sum(each.num_rows for each in self._held) >= GROUP_ROWS
        )
        return self._write() if is_whole else b""

    def end(self) -> bytes:
        """Return the last row group and the file's index."""
        last = self._write()
        self._writer.close()
        return last + self._sent.take()

    def _batch(self, rows: Sequence[Row]) -> pa.RecordBatch:
        arrays = [
            pa.array([_value(column, row) for row in rows], type=field.type)
            for column, field in zip(self._columns, self._schema, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)

    def _write(self) -> bytes:
        table = pa.Table.from_batches(self._held, schema=self._schema)
        self._held = []
        if table.num_rows:
            self._writer.write_table(table, row_group_size=table.num_rows)
        return self._sent.take()


class _Sent:
    """A file that is only written to, and emptied meanwhile."""

    closed = False

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._at = 0

    def write(self, data: bytes) -> int:
        self._chunks.append(bytes(data))
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        """Do nothing: `take` empties it."""

    def close(self) -> None:
        """Do nothing: what was written is still to be taken."""

    def take(self) -> bytes:
        taken, self._chunks = b"".join(self._chunks), []
        return taken


def _type(column: Column) -> pa.DataType:
    if column.fields is None:
        return _KINDS[column.kind]
    return pa.list_(
        pa.struct([(name, _KINDS[kind]) for name, kind in column.fields.items()])
    )


def _value(column: Column, row: Row) -> Any:  # noqa: ANN401 - what the column holds
    value = row.get(column.name)
    if value is not None and column.kind is Kind.TEXT:
        return str(value)
    return value
