"""`python -m handrail.demo`: start everything, play, show, prove that nothing was lost.

Ends with exit code 0 and build/demo.json, or with 1 and the reason.
"""

import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from aiokafka.errors import KafkaError
from pymongo import MongoClient
from pymongo.errors import PyMongoError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from handrail.demo import proof
from handrail.demo.cast import story
from handrail.demo.door import DemoError
from handrail.demo.play import Play, Played, Reports
from handrail.demo.show import show
from handrail.stack.broker import choose_kind
from handrail.stack.gateway import SERVICES
from handrail.stack.local import LocalStack
from handrail.stack.processes import BUILD, StartError, leave_on_signals, tail
from handrail.stack.run import started, write_atomically

RESULT = BUILD / "demo.json"
MAIL = BUILD / "demo-mail.html"
LOG_LINES = 8


def demo(console: Console) -> list[str]:
    """Run the demo; return what went wrong, empty when all is well."""
    begun = time.monotonic()
    RESULT.unlink(missing_ok=True)
    kind = choose_kind(os.environ.get("BROKER") or "auto")
    console.print(f"Starting broker ({kind}), database, mail catcher, four services")
    stack = LocalStack(kind)
    with started(stack, console):
        console.print(f"All ready after {time.monotonic() - begun:.1f} s")
        try:
            played = _play(stack, console)
        except DemoError as error:
            return [str(error), *_logs(stack.log_dir)]
        except (KafkaError, httpx.HTTPError) as error:
            return [f"{type(error).__name__}: {error}", *_logs(stack.log_dir)]
        mongod = mongod_version(stack.mongo_url)
        broker = stack.broker.kind
        wrong = [*judge(played), *(_logs(stack.log_dir) if played.tally.lost else [])]
    MAIL.write_text(played.story.letter.html)
    show(console, played, MAIL)
    seconds = round(time.monotonic() - begun, 1)
    write_atomically(RESULT, result(played, broker, mongod, seconds))
    console.print(
        f"{seconds:.0f} s, start and stop included; broker {broker}, mongod {mongod}; "
        f"numbers: {RESULT}",
        highlight=False,
        soft_wrap=True,
    )
    return wrong


def _play(stack: LocalStack, console: Console) -> Played:
    columns = (TextColumn("{task.description}"), BarColumn(30), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        return asyncio.run(Play(stack, Reports(_bars(progress))).perform())


def _bars(progress: Progress) -> Callable[[str, int, int], None]:
    tasks: dict[str, Any] = {}

    def act(name: str, done: int, total: int) -> None:
        if name not in tasks:
            tasks[name] = progress.add_task(name)
        progress.update(tasks[name], completed=done, total=total)

    return act


def judge(played: Played) -> list[str]:
    """Return every promise that was broken, in words."""
    tally = played.tally
    wrong = []
    if tally.untold:
        named = ", ".join(tally.untold[:5])
        wrong.append(f"{len(tally.untold)} conversations got no reply: {named}")
    if tally.unmailed:
        named = ", ".join(tally.unmailed[:5])
        wrong.append(f"{len(tally.unmailed)} escalations have no mail: {named}")
    if tally.duplicates:
        wrong.append(f"{tally.duplicates} hand-offs or mails came twice")
    if lacks := proof.missing(_has(played)):
        wrong.append(f"the story's mail lacks: {', '.join(lacks)}")
    return wrong


def _has(played: Played) -> dict[str, bool]:
    told = played.story
    return proof.mail_has(told.letter, story(), told.occurred_at)


def result(
    played: Played, broker: str, mongod: str, seconds: float
) -> dict[str, object]:
    """Return build/demo.json (contract, section 9)."""
    tally, told = played.tally, played.story
    return {
        "sent": tally.sent,
        "resolved": tally.resolved,
        "escalated": tally.escalated,
        "delivered": tally.delivered,
        "lost": tally.lost,
        "duplicates": tally.duplicates,
        "story": {
            "handoff_text": told.handoff["text"],
            "mail_subject": str(told.letter.message["Subject"]),
            "mail_has": _has(played),
        },
        "ms": dict(tally.ms),
        "next": played.next_steps.get("items", []),
        "broker": broker,
        "mongod": mongod,
        "seconds": seconds,
    }


def mongod_version(url: str) -> str:
    """Ask the database for its version."""
    try:
        with MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=3000) as client:
            return str(client.admin.command("buildInfo")["version"])
    except PyMongoError:
        return "unknown"


def _logs(folder: Path) -> list[str]:
    found = []
    for service in SERVICES:
        end = tail(folder / f"{service}.log", LOG_LINES)
        if end.strip():
            found.append(f"--- the end of {folder / service}.log\n{end}")
    return found


def main() -> int:
    """Run until done, or until Ctrl-C or SIGTERM; everything is stopped then."""
    leave_on_signals()
    # What the clients log while services start is no news to whoever watches.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    console = Console()
    try:
        wrong = demo(console)
    except KeyboardInterrupt:
        console.print("Stopped; nothing is left running.")
        return 130
    except StartError as error:
        wrong = [str(error)]
    if not wrong:
        console.print("Nothing was lost, nothing came twice.", style="green")
        return 0
    for each in wrong:
        console.print(each, style="red", markup=False, highlight=False, soft_wrap=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
