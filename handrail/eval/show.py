"""The figures as tables, one for each task."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

Row = dict[str, Any]
DECISIONS = "decision"
SHARES = ("ari", "nmi", "purity_5")
"""Figures of other tasks that are shares of one; so is every F1."""
SHOWN = {
    "accuracy": "right",
    "action_accuracy": "action",
    "document_mrr_10": "MRR@10",
    "wrong_action": "wrong act.",
    "wrong_document": "wrong doc.",
    "escalate_near": "near",
    "escalate_far": "far",
    "answered_at_p90": "at P90",
    "auroc": "AUROC",
    "auroc_near": "AUROC near",
    "recall_at_95_near": "R95 near",
    "recall_at_95_far": "R95 far",
    "ece": "ECE",
}


def tables_of(rows: Sequence[Row]) -> Iterator[Table]:
    """Yield a table for each task that *rows* are of, in the order they came."""
    for task in dict.fromkeys(row["task"] for row in rows):
        chosen = [row for row in rows if row["task"] == task]
        yield table_of(chosen) if task == DECISIONS else plain_table(chosen)


def plain_table(rows: Sequence[Row]) -> Table:
    """Return all figures of *rows*, which are of one task."""
    columns = dict.fromkeys(key for row in rows for key in row)
    shown = [name for name in columns if name not in {"task", "encoder"}]
    table = Table(box=None, pad_edge=False)
    for name in shown:
        table.add_column(name, justify="left" if name == "set" else "right")
    for row in rows:
        table.add_row(*(_figure(name, row.get(name)) for name in shown))
    return table


def _figure(name: str, value: object) -> str:
    if isinstance(value, float):
        return (
            f"{value * 100:.1f}"
            if name in SHARES or name.endswith("f1")
            else f"{value:g}"
        )
    return "" if value is None else str(value)


def table_of(rows: Sequence[Row]) -> Table:
    """Return *rows* in percent, and the time of a message in milliseconds."""
    table = Table(box=None, pad_edge=False)
    table.add_column("set")
    for title in (*SHOWN.values(), "p50 ms", "p99 ms", "MB"):
        table.add_column(title, justify="right")
    for row in rows:
        figures = [_percent(row[name]) for name in SHOWN]
        times = [f"{row[name]:.1f}" for name in ("p50_ms", "p99_ms")]
        table.add_row(row["set"], *figures, *times, f"{row['memory_mb']:.0f}")
    return table


def _percent(figure: float | None) -> str:
    return "" if figure is None else f"{figure * 100:.1f}"
