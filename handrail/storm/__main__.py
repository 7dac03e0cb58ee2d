"""`python -m handrail.storm`: lose brokers under load, count what is lost with them.

Starts three brokers, a database and the four services; ends with exit code 0 and
build/storm.json, or with 1 and what was broken.
"""

import argparse
import asyncio
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from handrail.stack.local import LocalStack
from handrail.stack.processes import BUILD, StartError
from handrail.stack.run import create_app, started, write_atomically
from handrail.stack.verdict import conclude
from handrail.storm.play import Play, Wish, judge

RESULT = "storm.json"
APP = "storm"
ENVIRONMENT = {
    # Words alone find a question that a document names; the brokers are what is tried.
    "RESOLVER_ENCODER": "none",
}


def storm(wish: Wish, console: Console, folder: Path = BUILD) -> list[str]:
    """Play *wish*, results into *folder*; return what was broken, if anything."""
    path = folder / RESULT
    path.unlink(missing_ok=True)
    stack = LocalStack(
        "apache",
        nodes=3,
        mail_dir=folder / "storm" / "mail",
        log_dir=folder / "storm" / "logs",
        environment=ENVIRONMENT,
    )
    with started(stack, console):
        begun = time.monotonic()
        key = create_app(stack, app_id=APP, name="Storm")
        result = _play(stack, wish, key, console)
    wrong = judge(result)
    seconds = round(time.monotonic() - begun, 1)
    write_atomically(path, {**result, "seconds": seconds, "pass": not wrong})
    found = result["reckoning"]
    console.print(
        f"{found['events']} events, {result['lost']} lost, {found['escalations']} "
        f"escalations, {len(result['faults'])} faults, {seconds:.0f} s -> {path}",
        highlight=False,
        soft_wrap=True,
    )
    return wrong


def _play(stack: LocalStack, wish: Wish, key: str, console: Console) -> dict[str, Any]:
    columns = (TextColumn("{task.description}"), BarColumn(30), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        begun = time.monotonic()

        def say(what: str) -> None:
            console.print(f"{time.monotonic() - begun:6.1f} s  {what}", highlight=False)

        play = Play(stack, wish, APP, key, say, _bars(progress))
        try:
            return asyncio.run(play.perform())
        except ExceptionGroup as group:
            raise StartError(_first(group)) from group


def _first(error: Exception) -> str:
    """Return the first cause in a group of groups, in words."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"


def _bars(progress: Progress) -> Callable[[str, int, int], None]:
    tasks: dict[str, Any] = {}

    def show(name: str, done: int, total: int) -> None:
        if name not in tasks:
            tasks[name] = progress.add_task(name)
        progress.update(tasks[name], completed=done, total=total)

    return show


def _wish() -> Wish:
    parser = argparse.ArgumentParser(prog="handrail.storm", description=__doc__)
    parser.add_argument("--events", type=int, default=0, help="20000, quick: 1500")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="one broker, no minute")
    given = parser.parse_args()
    if given.quick:
        return Wish.quick(given.events or 1_500, given.seed)
    return Wish(events=given.events or 20_000, seed=given.seed)


def main() -> int:
    """Run until done, or until Ctrl-C or SIGTERM; everything is stopped then."""
    told = _wish()
    # While brokers are away, the clients here log every try.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    return conclude(lambda console: storm(told, console))


if __name__ == "__main__":
    sys.exit(main())
