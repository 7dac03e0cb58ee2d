"""Exports: three forms of the same rows, no cell that runs, no more held than said."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from services.analytics.reporting.exports import parquet
from services.analytics.reporting.exports.columns import COLUMNS, Kind, Table
from services.analytics.reporting.exports.export import Exporter, Form, Wanted
from services.analytics.reporting.exports.text import QUOTE, rfc3339
from shared.errors import Transient

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = [
    "I cannot upload",
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1",
    "'=1",
    "'",
    'a "quoted" word, and a comma',
    "two\nlines\r\nof it",
    "größer, 日本語, 🙂",
    "",
    "NULL",
]


def escalations(n, *, at=NOON):
    """Return rows as the store gives them, each a little different."""
    return [
        {
            "escalation_id": f"s-{i}",
            "number": f"ESC-{i}",
            "opened_at": at + timedelta(milliseconds=i),
            "occurred_at": at.astimezone(timezone(timedelta(hours=2))),
            "user_id": None if i % 2 else WORDS[i % len(WORDS)] or None,
            "tags": ["=1", "b;c"][: i % 3],
            "destinations": [],
            "text": WORDS[i % len(WORDS)],
            "attempts": [
                {"kind": "document", "name": "a", "score": 0.25, "outcome": "error"}
            ][: i % 2],
            "app_state": [{"path": "page.route", "value": "=1+1"}],
            "_id": "not a column",
        }
        for i in range(n)
    ]


class FakeRows:
    """Yields given batches, and says how many were asked for and whether it ended."""

    def __init__(self, *batches, error=None):
        self.batches = batches
        self.error = error
        self.given = 0
        self.closed = False
        self.asked = []

    async def read(self, wanted):
        self.asked.append(wanted)
        try:
            for batch in self.batches:
                self.given += 1
                yield batch
            if self.error:
                raise self.error
        finally:
            self.closed = True


def wanted(table=Table.ESCALATIONS):
    return Wanted("acme", table, NOON, NOON + timedelta(days=1))


async def exported(form, *batches, table=Table.ESCALATIONS):
    chunks = Exporter(FakeRows(*batches)).chunks(wanted(table), form)
    return b"".join([chunk async for chunk in chunks])


def read_csv(content, table=Table.ESCALATIONS):
    """Return the rows of a CSV file as JSON would have them."""
    found = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    kinds = {each.name: each.kind for each in COLUMNS[table]}
    return [
        {name: _typed(kinds[name], cell) for name, cell in row.items()} for row in found
    ]


def _typed(kind, cell):
    if cell == "":
        return None
    if kind is Kind.TEXT:
        return cell.removeprefix(QUOTE)
    return cell if kind is Kind.TIME else json.loads(cell)


def read_jsonl(content):
    return [json.loads(line) for line in content.splitlines()]


def read_parquet(content):
    return [
        {
            name: rfc3339(cell) if isinstance(cell, datetime) else cell
            for name, cell in row.items()
        }
        for row in pq.read_table(io.BytesIO(content)).to_pylist()
    ]


def without_empty(rows):
    """Return *rows* as CSV can tell them: an empty text is no text."""
    return [
        {name: None if cell == "" else cell for name, cell in row.items()}
        for row in rows
    ]


async def test_the_three_forms_hold_the_same():
    rows = escalations(40)

    from_csv = read_csv(await exported(Form.CSV, rows[:25], rows[25:]))
    from_jsonl = read_jsonl(await exported(Form.JSONL, rows[:25], rows[25:]))
    from_parquet = read_parquet(await exported(Form.PARQUET, rows[:25], rows[25:]))

    assert len(from_jsonl) == 40
    assert from_parquet == from_jsonl
    assert from_csv == without_empty(from_jsonl)


@pytest.mark.parametrize("table", list(Table))
@pytest.mark.parametrize("form", list(Form))
async def test_an_empty_export_has_its_columns_and_no_row(table, form):
    content = await exported(form, table=table)

    names = [each.name for each in COLUMNS[table]]
    if form is Form.CSV:
        assert content.decode() == ",".join(names) + "\r\n"
    elif form is Form.JSONL:
        assert content == b""
    else:
        assert pq.read_table(io.BytesIO(content)).column_names == names


async def test_no_cell_of_a_csv_begins_as_a_formula_does():
    rows = escalations(len(WORDS) * 2)

    content = await exported(Form.CSV, rows)

    cells = [
        cell
        for row in csv.reader(io.StringIO(content.decode(), newline=""))
        for cell in row
    ]
    assert not [cell for cell in cells if cell[:1] in "=+-@\t\r＝＋－＠" and cell]


async def test_the_other_forms_keep_words_as_they_were():
    rows = escalations(len(WORDS))

    lines = read_jsonl(await exported(Form.JSONL, rows))

    assert [line["text"] for line in lines] == WORDS


async def test_times_are_utc_and_of_one_length():
    lines = read_jsonl(await exported(Form.JSONL, escalations(2)))

    assert lines[0]["opened_at"] == "2026-11-22T12:00:00.000Z"
    assert lines[1]["opened_at"] == "2026-11-22T12:00:00.001Z"
    assert lines[0]["occurred_at"] == "2026-11-22T12:00:00.000Z"


@pytest.mark.parametrize("form", list(Form))
async def test_a_file_is_made_a_batch_at_a_time(form, monkeypatch):
    monkeypatch.setattr(parquet, "GROUP_ROWS", 20)
    rows = FakeRows(*[escalations(10) for _ in range(50)])
    chunks = Exporter(rows).chunks(wanted(), form)

    taken, ahead = 0, []
    async for _ in chunks:
        taken += 1
        ahead.append(rows.given - taken)

    a_group = 2 if form is Form.PARQUET else 1
    assert taken >= 50 / a_group
    assert max(ahead) <= 50 - 50 / a_group
    assert rows.closed


async def test_a_row_group_is_bounded_by_its_bytes_too(monkeypatch):
    monkeypatch.setattr(parquet, "GROUP_BYTES", 10_000)
    long = [{"escalation_id": f"s-{i}", "text": "x" * 1_000} for i in range(20)]

    content = await exported(Form.PARQUET, *[long] * 10)

    assert pq.ParquetFile(io.BytesIO(content)).num_row_groups == 10


@pytest.mark.parametrize("form", list(Form))
async def test_an_export_given_up_ends_its_query(form):
    rows = FakeRows(*[escalations(10) for _ in range(50)])
    chunks = Exporter(rows).chunks(wanted(), form)
    await anext(chunks)

    await chunks.aclose()

    assert rows.closed
    assert rows.given == 1


async def test_what_the_store_refuses_is_refused_before_the_first_byte():
    rows = FakeRows(error=Transient("mongo_unavailable"))
    chunks = Exporter(rows).chunks(wanted(), Form.CSV)

    with pytest.raises(Transient, match="mongo_unavailable"):
        await anext(chunks)


@pytest.mark.parametrize("table", list(Table))
def test_analysts_read_of_every_column_in_its_order(table):
    reports = Path(__file__).parents[3] / "docs/reports.md"
    _, _, section = reports.read_text().partition(f"### `{table}`")
    rows = re.findall(
        r"^\| (`[^|]*) \| ([^|]*) \|", section.partition("\n#")[0], re.MULTILINE
    )

    described = [
        (name, kind) for names, kind in rows for name in re.findall(r"`(\w+)`", names)
    ]

    assert described == [(each.name, each.kind.value) for each in COLUMNS[table]]
