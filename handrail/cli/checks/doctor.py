"""`handrail doctor`: is everything there, and what to do where it is not."""

import asyncio
import logging
import os

import typer
from rich.text import Text

from handrail.cli.checks import probes
from handrail.cli.checks.verdicts import Level, Verdict
from handrail.cli.failure import Failure, friendly
from handrail.cli.tables import console
from shared.settings import ServiceSettings

STYLES = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "bold red"}


@friendly
def examine() -> None:
    """Check Kafka, topics, MongoDB, services, mail and clocks; exit 1 on a fail."""
    # aiokafka logs what the report says better.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    host = os.environ.get("NOTIFIER_SMTP_HOST", "127.0.0.1")
    port = os.environ.get("NOTIFIER_SMTP_PORT", "2525")
    if not port.isdecimal():
        raise Failure(f"NOTIFIER_SMTP_PORT is {port!r}, not a port.")
    found = asyncio.run(probes.everything(ServiceSettings(), host, int(port)))
    for verdict in found:
        console.print(line(verdict), soft_wrap=True)
    count = {level: sum(v.level is level for v in found) for level in Level}
    console.print(f"{count[Level.FAIL]} fail, {count[Level.WARN]} warn")
    if count[Level.FAIL]:
        raise typer.Exit(1)


def line(verdict: Verdict) -> Text:
    """Return one verdict as it is printed."""
    text = Text(f"{verdict.level:4}  ", style=STYLES[verdict.level])
    text.append(f"{verdict.what}: {verdict.detail}", style="default")
    if verdict.advice:
        text.append(f"\n      → {verdict.advice}", style="dim")
    return text
