"""Print what was measured: tables that fit a terminal of 100 columns."""

from typing import Any

from rich.console import Console
from rich.table import Table

DURABLE = {"resolver": 0.5, "escalator": 0.5}
"""Promised ratios to the bare loop that stores what it decides."""
BARE = {"analytics": 0.8, "notifier": 0.5, "notifier_webhook": 0.5}
"""Promised ratios to the bare loop each is compared with."""
TEXTBOOK = {"resolver": 15, "escalator": 15}
"""Promised ratios to FastStream as its documentation begins."""
TOLD = {"1": (100, None), "30": (250, 800)}
"""Promised p50 and p99 from event to hand-off, ms, by events/s."""


def show(found: dict[str, Any], console: Console) -> None:
    """Print the figures as tables."""
    _show_rates(found, console)
    _show_loops(found, console)
    if found.get("latency_by_rate"):
        _show_latency(found["latency_by_rate"], console)
        _show_hops(found["hops_ms"], console)
    for name in ("matching", "embedding"):
        if name in found:
            console.print(f"{name.capitalize()}:", found[name])
    console.print("Memory, MB:", found["memory_mb"])


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", padding=(0, 1))
    for at, name in enumerate(columns):
        table.add_column(name, justify="right" if at else "left", no_wrap=not at)
    return table


def _show_rates(found: dict[str, Any], console: Console) -> None:
    if not found["services"]:
        return
    table = _table(
        "Services: events/s, and how they compare with loops of the same run",
        "service", "events/s", "of its bare loop", "of the durable loop",
        "times textbook", "CPU µs", "CPU µs, loops", "exact",
    )  # fmt: skip
    for name, entry in found["services"].items():
        of_textbook = entry["ratio_textbook"] if name in TEXTBOOK else None
        table.add_row(
            name,
            f"{entry['events_per_s']:,}",
            _compared(entry["ratio_bare"], BARE.get(name)),
            _compared(entry["ratio_durable"], DURABLE.get(name)),
            _compared(of_textbook, TEXTBOOK.get(name)),
            _shown(entry["cpu_us"]),
            ", ".join(
                _shown(entry[name])
                for name in ("compared_cpu_us", "durable_cpu_us")
                if entry[name] is not None
            ),
            {None: "", True: "yes", False: "NO"}[entry["exact"]],
        )
    console.print(table)


def _compared(ratio: float | None, promised: float | None) -> str:
    """Return *ratio* with what was promised of it."""
    if ratio is None:
        return ""
    return f"{ratio:,}" if promised is None else f"{ratio:,} (≥ {promised})"


def _show_loops(found: dict[str, Any], console: Console) -> None:
    bare = found["bare"]
    table = _table("What they are compared with", "loop", "events/s, each run")
    for name, rates in (
        ("bare: validate and produce", bare["runs"]),
        ("durable: that, and it decides", bare["durable_events_per_s"]),
        ("transact: consume and count", bare["transact_events_per_s"]),
        ("textbook FastStream", [found["textbook"]["events_per_s"]]),
    ):
        if any(rates):
            table.add_row(name, ", ".join(f"{rate:,}" for rate in rates))
    if table.row_count:
        console.print(table)


def _show_latency(by_rate: dict[str, Any], console: Console) -> None:
    table = _table(
        "From the event to the user's hand-off and the team's mail, ms",
        "events/s", "told p50", "told p99", "mail p50", "mail p99", "sent", "promised",
    )  # fmt: skip
    for rate, found in by_rate.items():
        p50, p99 = TOLD.get(rate, (None, None))
        promised = [
            f"{name} ≤ {most}" for name, most in (("p50", p50), ("p99", p99)) if most
        ]
        table.add_row(
            rate,
            *(_shown(found[f"told_{share}"]) for share in ("p50", "p99")),
            *(_shown(found[f"delivered_{share}"]) for share in ("p50", "p99")),
            str(found["sent"]),
            ", ".join(promised),
        )
    console.print(table)


def _show_hops(hops: dict[str, Any], console: Console) -> None:
    names = [f"{rate}/s {share}" for rate in hops for share in ("p50", "p99")]
    table = _table("Where it goes, ms between the stamps of records", "hop", *names)
    for name in next(iter(hops.values()), {}):
        rows = [each.get(name, {}) for each in hops.values()]
        table.add_row(
            name, *(_shown(row.get(key)) for row in rows for key in ("p50", "p99"))
        )
    console.print(table)


def _shown(figure: float | None) -> str:
    return "" if figure is None else f"{figure:,}"
