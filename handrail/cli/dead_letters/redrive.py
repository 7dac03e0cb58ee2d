"""`handrail redrive`: publish dead letters again, as they were."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

import typer
from aiokafka import AIOKafkaProducer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from handrail.cli.dead_letters.letter import DeadLetter, headers_to_send
from handrail.cli.dead_letters.log import DeadLetterLog, opened, topic_named
from handrail.cli.failure import friendly
from handrail.cli.tables import console, say, table
from shared.kafka.connection import connection
from shared.settings import KafkaSettings
from shared.topics import Topic
from shared.topics.topic import (
    DEAD_LETTER_BYTES,
)

BATCH = 100
"""Letters published between two commits: what a crash could publish twice."""


@dataclass(frozen=True)
class Wish:
    """Which letters, and what to do with them."""

    reason: str = ""
    """Only these; empty means all."""
    limit: int = 0
    """At most so many; 0 means all."""
    dry_run: bool = False
    skip: bool = False
    """Give them up: count as done without publishing."""


@dataclass
class Outcome:
    """What became of the letters, by reason."""

    redriven: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    """Of another reason: they wait for another redrive."""
    cut: Counter[str] = field(default_factory=Counter)
    """Holding only a part of the original: they cannot be redriven."""
    repeated: Counter[str] = field(default_factory=Counter)
    """Given up by another consumer too: the original is published once."""


@friendly
def redrive(
    topic: Annotated[str, typer.Argument(help="For example conversation.events")],
    *,
    reason: Annotated[str, typer.Option(help="Only letters of this reason")] = "",
    limit: Annotated[int, typer.Option(min=0, help="At most so many; 0: all")] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count")] = False,
    skip: Annotated[
        bool, typer.Option("--skip", help="Give them up instead of publishing")
    ] = False,
) -> None:
    """Publish the dead letters of a topic again, as they were.

    Done ones are remembered (consumer group `redrive`), so running it again goes on
    where it stopped. Letters of other reasons than --reason stay.
    """
    wish = Wish(reason=reason, limit=limit, dry_run=dry_run, skip=skip)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(30),
        MofNCompleteColumn(),
        console=console,
        transient=True,
    ) as progress:
        bar = progress.add_task(topic, total=None)

        def report(done: int, total: int) -> None:
            progress.update(bar, completed=done, total=total)

        outcome = asyncio.run(run(KafkaSettings(), topic_named(topic), wish, report))
    _tell(outcome, wish)


async def run(
    settings: KafkaSettings,
    topic: Topic,
    wish: Wish,
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> Outcome:
    """Redrive *topic*; *report* is told how many of how many were looked at."""
    producer = AIOKafkaProducer(
        client_id="handrail-redrive",
        acks="all",
        enable_idempotence=settings.idempotent,
        max_request_size=DEAD_LETTER_BYTES,
        **connection(settings),
    )
    await producer.start()
    try:
        async with opened(settings, topic) as log:
            return await _work(log, producer, topic, wish=wish, report=report)
    finally:
        await producer.stop()


async def _work(
    log: DeadLetterLog,
    producer: AIOKafkaProducer,
    topic: Topic,
    *,
    wish: Wish,
    report: Callable[[int, int], None],
) -> Outcome:
    outcome, seen = Outcome(), set[tuple[str, ...]]()
    done: list[DeadLetter] = []
    fresh: list[DeadLetter] = []

    async def flush() -> None:
        if not wish.dry_run:
            if not wish.skip:
                await _publish(producer, topic.name, fresh)
            await log.commit(done)
        done.clear()
        fresh.clear()

    looked, total = 0, log.waiting
    async for letter in log.letters():
        looked += 1
        report(looked, total)
        counter = _counter(letter, wish, outcome, seen)
        counter[letter.reason] += 1
        if counter is outcome.redriven:
            seen.add(letter.origin)
            fresh.append(letter)
        if counter is outcome.redriven or counter is outcome.repeated:
            done.append(letter)
        if len(done) >= BATCH:
            await flush()
        if wish.limit and outcome.redriven.total() >= wish.limit:
            break
    await flush()
    return outcome


def _counter(
    letter: DeadLetter, wish: Wish, outcome: Outcome, seen: set[tuple[str, ...]]
) -> Counter[str]:
    """Decide what becomes of *letter*, as the counter it belongs to."""
    if wish.reason and letter.reason != wish.reason:
        return outcome.left
    if wish.skip:
        return outcome.redriven
    if not letter.whole:
        return outcome.cut
    return outcome.repeated if letter.origin in seen else outcome.redriven


async def _publish(
    producer: AIOKafkaProducer, topic: str, letters: list[DeadLetter]
) -> None:
    sent = [
        await producer.send(
            topic, letter.value, key=letter.key, headers=headers_to_send(letter)
        )
        for letter in letters
    ]
    # The broker has all of them before one is remembered as done.
    for each in sent:
        await each


def _tell(outcome: Outcome, wish: Wish) -> None:
    did = "given up" if wish.skip else "redriven"
    parts = (
        (f"would be {did}" if wish.dry_run else did, outcome.redriven),
        ("the same original, once is enough", outcome.repeated),
        ("left: another reason", outcome.left),
        ("left: cut, the original is not whole", outcome.cut),
    )
    rows = [(why, n, what) for what, found in parts for why, n in found.most_common()]
    table(("reason", "letters", "what became of them"), rows, "No dead letters wait.")
    if outcome.cut:
        say("Cut ones can only be sent again by their publisher; --skip gives them up.")
