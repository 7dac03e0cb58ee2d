"""The figures as a table for whoever ran the evaluation."""

from typing import Any

from rich.table import Table

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


def table_of(rows: list[dict[str, Any]]) -> Table:
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
