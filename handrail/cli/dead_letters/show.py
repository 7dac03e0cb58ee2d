"""`handrail dead-letters`: look at what could not be worked."""

import asyncio
from typing import Annotated

import typer

from handrail.cli.dead_letters.letter import DeadLetter, escaped
from handrail.cli.dead_letters.log import opened, topic_named
from handrail.cli.failure import friendly
from handrail.cli.tables import say, table
from shared.settings import KafkaSettings
from shared.topics import Topic

app = typer.Typer(no_args_is_help=True, help="Records that could not be worked.")
SHOWN = 200
"""Characters of a value: enough to recognise it."""


@app.callback()
def _group() -> None:
    """Keep `list` a word of its own: typer would drop a single command's name."""


@app.command("list")
@friendly
def show(
    topic: Annotated[str, typer.Argument(help="For example conversation.events")],
    *,
    reason: Annotated[str, typer.Option(help="Only letters of this reason")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many")] = 20,
    everything: Annotated[
        bool, typer.Option("--all", help="Also those redriven already")
    ] = False,
) -> None:
    """Show the letters that wait, the oldest of each partition first."""
    wanted = topic_named(topic)
    found = asyncio.run(
        peek(KafkaSettings(), wanted, reason=reason, limit=limit, everything=everything)
    )
    rows = [
        (
            f"{letter.partition}/{letter.offset}",
            letter.reason,
            letter.why.get("consumer", ""),
            letter.why.get("first_failed_at", "")[:19],
            escaped(letter.why.get("error", "").encode(), SHOWN),
            escaped(letter.value, SHOWN),
        )
        for letter in found
    ]
    columns = ("at", "reason", "consumer", "first failed", "error", "value")
    table(columns, rows, f"No dead letters of {wanted.name} wait.")
    if len(found) == limit:
        say(f"The first {limit}; --limit shows more.")


async def peek(
    settings: KafkaSettings,
    topic: Topic,
    *,
    reason: str = "",
    limit: int = 20,
    everything: bool = False,
) -> list[DeadLetter]:
    """Return letters without changing what is remembered of them."""
    found: list[DeadLetter] = []
    async with opened(settings, topic) as log:
        async for letter in log.letters(everything=everything):
            if not reason or letter.reason == reason:
                found.append(letter)
            if len(found) == limit:
                break
    return found
