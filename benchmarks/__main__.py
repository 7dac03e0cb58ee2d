"""`make bench`: every figure in one run, printed and written to build/bench.json."""

import argparse
import json
from statistics import mean
from typing import Any

import uvloop
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks import embedding, latency, phases
from benchmarks.ground import machine
from benchmarks.printing import show
from handrail.stack.local import LocalStack
from handrail.stack.processes import BUILD

STEPS = 34
RATES = (1.0, 30.0)
LATENCY_SECONDS = 30
PHASES = ["resolver", "matching", "escalator", "analytics", "notifier", "latency"]


def arguments() -> argparse.Namespace:
    """Return what to measure."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--messages", type=int, default=3000, help="for the model")
    parser.add_argument("--mails", type=int, default=1500)
    parser.add_argument(
        "--rate",
        type=float,
        action="append",
        help="events/s of latency; may be given several times (1 and 30)",
    )
    parser.add_argument(
        "--latency-events", type=int, default=900, help="at most 30 s of each rate"
    )
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
        found |= await _latency(given, step, found["memory_mb"])
    return found


async def _latency(
    given: argparse.Namespace, step: phases.Step, memory_mb: dict[str, float]
) -> dict[str, Any]:
    """Measure each rate on one system; the last one is `latency_ms` of contract §9."""
    found: dict[str, Any] = {"latency_by_rate": {}, "hops_ms": {}}
    step("latency: starting the whole system")
    with LocalStack(
        mail_dir=BUILD / "bench-latency-mail", log_dir=BUILD / "logs/bench"
    ) as stack:
        found["broker"] = stack.broker.kind
        meter = await latency.meter(stack)
        for rate in sorted(given.rate or RATES):
            step(f"latency at {rate:g} events/s")
            count = min(given.latency_events, max(20, round(rate * LATENCY_SECONDS)))
            times = await latency.measure(meter, per_second=rate, count=count)
            found["latency_ms"] = times["latency_ms"]
            found["latency_by_rate"][f"{rate:g}"] = times["latency_ms"]
            found["hops_ms"][f"{rate:g}"] = times["hops_ms"]
            found["memory_mb"] = {**memory_mb, **times["memory_mb"]}
    return found


def report(figures: phases.Figures) -> dict[str, Any]:
    """Return the figures in the shape of `build/bench.json`."""
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
