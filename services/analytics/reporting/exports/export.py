"""Export a table of one app: rows from the store, encoded batch by batch."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services.analytics.domain.periods import Step
from services.analytics.reporting.exports.columns import COLUMNS, Column, Table
from services.analytics.reporting.exports.text import (
    CsvEncoder,
    JsonLinesEncoder,
    Row,
)

Batches = AsyncGenerator[Sequence[Row], None]
"""Rows as they come from the store; closing it ends the query."""


class Form(StrEnum):
    """In which form."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be exported: of one app and of one period, *end* not in it."""

    app_id: str
    table: Table
    start: datetime
    end: datetime
    step: Step = Step.DAY
    """Of trends: the length of a bucket."""
    dimensions: tuple[str, ...] = ()
    """Of trends: what to count by; none is everything."""


class Rows(Protocol):
    """Where rows are read, a batch at a time."""

    def read(self, wanted: Wanted) -> Batches:
        """Yield the rows of *wanted*; raises Transient."""
        ...


class Encoder(Protocol):
    """Turns rows into bytes."""

    def begin(self) -> bytes: ...
    def add(self, rows: Sequence[Row]) -> bytes: ...
    def end(self) -> bytes: ...


def _parquet(columns: Sequence[Column]) -> Encoder:
    from services.analytics.reporting.exports.parquet import (  # noqa: PLC0415 - 40 MB that a service without exports never needs
        ParquetEncoder,
    )

    return ParquetEncoder(columns)


ENCODERS: Mapping[Form, Callable[[Sequence[Column]], Encoder]] = {
    Form.CSV: CsvEncoder,
    Form.JSONL: JsonLinesEncoder,
    Form.PARQUET: _parquet,
}


@dataclass(frozen=True, slots=True)
class Exporter:
    """Reads and encodes; at most one batch and one row group are held."""

    rows: Rows

    async def chunks(self, wanted: Wanted, form: Form) -> AsyncGenerator[bytes, None]:
        """Yield the file of *wanted*; raises Transient where the store is away.

        Close it to end the query. A batch is encoded beside the event loop: consuming
        goes on meanwhile.
        """
        encoder = ENCODERS[form](COLUMNS[wanted.table])
        # The store is asked before the first byte: what it refuses is still an error.
        async with aclosing(self.rows.read(wanted)) as batches:
            first = await anext(batches, None)
            yield encoder.begin() + await asyncio.to_thread(encoder.add, first or ())
            async for rows in batches:
                if chunk := await asyncio.to_thread(encoder.add, rows):
                    yield chunk
        yield await asyncio.to_thread(encoder.end)
