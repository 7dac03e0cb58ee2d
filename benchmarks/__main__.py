"""`make bench`: every figure in one run, printed and written to build/bench.json."""

import argparse
import json
from statistics import mean
from typing import Any

import uvloop
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks import embedding, latency, phases
from benchmarks.ground import machine
from handrail.stack.local import LocalStack
from handrail.stack.processes import BUILD

STEPS = 33
PHASES = ["resolver", "matching", "escalator", "analytics", "notifier", "latency"]
DURABLE = {"resolver": 0.5, "escalator": 0.5}
"""Promised ratios to the bare loop that stores what it decides."""
BARE = {"analytics": 0.8, "notifier": 0.5, "notifier_webhook": 0.5}
"""Promised ratios to the bare loop each is compared with."""
TEXTBOOK = {"resolver": 15, "escalator": 15}


def arguments() -> argparse.Namespace:
    """Return what to measure."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--messages", type=int, default=3000, help="for the model")
    parser.add_argument("--mails", type=int, default=1500)
    parser.add_argument("--rate", type=float, default=30.0, help="events/s of latency")
    parser.add_argument("--latency-events", type=int, default=900)
    parser.add_argument(
        "--only",
        choices=PHASES,
        action="append",
        help="measure only this; may be given several times",
    )
    return parser.parse_args()


async def run(given: argparse.Namespace, step: phases.Step) -> dict[str, Any]:
    """Measure everything asked for and return build/bench.json."""
    figures = phases.Figures()
    wanted = given.only or PHASES
    if "resolver" in wanted:
        await phases.resolver(figures, step, events=given.events)
    if "escalator" in wanted:
        await phases.escalator(figures, step, events=given.events)
    if "analytics" in wanted:
        await phases.analytics(figures, step, events=given.events)
    if "notifier" in wanted:
        await phases.notifier(figures, step, mails=given.mails)
    found = report(figures)
    if "matching" in wanted:
        step("matching one message in a large app")
        found["matching"] = embedding.one_message()
        found["embedding"] = await embedding.measure(step, count=given.messages)
    if "latency" in wanted:
        step("latency: starting the whole system")
        with LocalStack(
            mail_dir=BUILD / "bench-latency-mail", log_dir=BUILD / "logs/bench"
        ) as stack:
            found["broker"] = stack.broker.kind
            step(f"latency at {given.rate:.0f} events/s")
            times = await latency.measure(
                stack, per_second=given.rate, count=given.latency_events
            )
        found["latency_ms"] = times["latency_ms"]
        found["memory_mb"] = {**found["memory_mb"], **times["memory_mb"]}
    return found


def report(figures: phases.Figures) -> dict[str, Any]:
    """Return the figures in the shape of contract.md §9."""
    textbook = figures.textbook.events_per_s if figures.textbook else 0.0
    rates = [each.events_per_s for each in figures.bare]
    for entry in figures.services.values():
        entry["ratio_textbook"] = (
            round(entry["events_per_s"] / textbook, 1) if textbook else None
        )
    return {
        "broker": "apache-kafka",
        "machine": machine(),
        "bare": {
            "events_per_s": round(mean(rates)) if rates else None,
            "runs": [round(rate) for rate in rates],
            "durable_events_per_s": [
                round(each.events_per_s) for each in figures.durable
            ],
            "transact_events_per_s": [
                round(each.events_per_s) for each in figures.transact
            ],
        },
        "textbook": {"events_per_s": round(textbook)},
        "services": figures.services,
        "latency_ms": {},
        "memory_mb": figures.memory_mb,
    }


def show(found: dict[str, Any], console: Console) -> None:
    """Print the figures as tables."""
    table = Table(title="Events per second, and the ratio within this run")
    columns = (
        "",
        "events/s",
        "to its bare loop",
        "to the durable loop",
        "to textbook",
        "promised",
        "CPU µs",
        "its bare loop's",
        "exact",
    )
    for name in columns:
        table.add_column(name, justify="left" if not name else "right")
    bare, textbook = found["bare"]["events_per_s"], found["textbook"]["events_per_s"]
    table.add_row("bare aiokafka loop", str(bare), "1")
    transact = found["bare"]["transact_events_per_s"]
    durable = found["bare"]["durable_events_per_s"]
    table.add_row("bare loop that decides", ", ".join(map(str, durable)), "", "1")
    table.add_row("bare transact loop", ", ".join(map(str, transact)))
    table.add_row("textbook FastStream", str(textbook), "", "", "1")
    for name, entry in found["services"].items():
        table.add_row(
            name,
            str(entry["events_per_s"]),
            _or_none(entry["ratio_bare"]),
            _or_none(entry["ratio_durable"]),
            _or_none(entry["ratio_textbook"]) if name in TEXTBOOK else "",
            _promise(name),
            str(entry["cpu_us"]),
            str(entry["compared_cpu_us"]),
            "" if entry["exact"] is None else str(entry["exact"]),
        )
    console.print(table)
    if found["latency_ms"]:
        console.print("Latency, ms:", found["latency_ms"])
    for name in ("matching", "embedding"):
        if name in found:
            console.print(f"{name.capitalize()}:", found[name])
    console.print("Memory, MB:", found["memory_mb"])


def _or_none(ratio: float | None) -> str:
    return "" if ratio is None else str(ratio)


def _promise(name: str) -> str:
    """Say what was promised of service *name*."""
    promised: list[tuple[dict[str, Any], str]] = [
        (BARE, "its loop"),
        (DURABLE, "the durable loop"),
        (TEXTBOOK, "textbook"),
    ]
    return ", ".join(
        f"≥ {ratios[name]} of {to}" for ratios, to in promised if name in ratios
    )


def main() -> None:
    """Measure, print, write."""
    given = arguments()
    console = Console()
    bar = Progress(
        TextColumn("{task.description:45}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
    )
    with bar:
        task = bar.add_task("starting", total=STEPS)

        def step(name: str) -> None:
            bar.update(task, description=name, advance=1)

        found = uvloop.run(run(given, step))
    show(found, console)
    BUILD.mkdir(exist_ok=True)
    (BUILD / "bench.json").write_text(json.dumps(found, indent=1) + "\n")
    console.print("written to build/bench.json")


if __name__ == "__main__":
    main()
