"""`handrail topics`: create, list and describe what Handrail reads and writes."""

import asyncio
from typing import Annotated

import typer
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from handrail.cli.dead_letters.log import progress_of, topic_named
from handrail.cli.dead_letters.places import administering, ends_of, partitions_of
from handrail.cli.failure import Failure, friendly
from handrail.cli.tables import say, table
from shared.kafka.connection import connection
from shared.kafka.provision import provision
from shared.settings import KafkaSettings
from shared.topics import CATALOGUE, Topic

DIFFERS = (
    "\nWhat differs was left as it is. Settings: kafka-configs.sh --alter. Partitions: "
    "set HANDRAIL_KAFKA_PARTITIONS to what is there, or drain the services first "
    "(docs/operations.md). Copies: kafka-reassign-partitions.sh."
)

app = typer.Typer(no_args_is_help=True, help="Topics on Kafka.")


@app.command("list")
@friendly
def show() -> None:
    """List every topic, who writes it and who reads it. Needs no broker."""
    rows = [
        (each.name, ", ".join(each.written_by), ", ".join(each.read_by))
        for each in CATALOGUE
    ]
    table(("topic", "written by", "read by"), rows, "")


@app.command()
@friendly
def create() -> None:
    """Create every topic that is missing; of those there, say what differs."""
    outcomes = asyncio.run(provision(KafkaSettings()))
    changed = [each for each in outcomes if each.outcome != "exists"]
    rows = [(each.name, each.outcome, each.detail) for each in changed]
    table(("topic", "outcome", ""), rows, f"All {len(outcomes)} topics are there.")
    if any(each.outcome == "differs" for each in outcomes):
        say(DIFFERS)
    failed = sum(each.outcome == "failed" for each in outcomes)
    if failed:
        raise Failure(
            f"{failed} topics could not be created.",
            "InvalidReplicationFactor: set HANDRAIL_KAFKA_REPLICATION to at most the "
            "number of brokers. TopicAuthorizationFailed: this user may not create.",
        )


@app.command()
@friendly
def describe(
    topic: Annotated[str, typer.Argument(help="One topic; else all")] = "",
) -> None:
    """Show partitions, records kept and dead letters, from the broker."""
    wanted = (topic_named(topic),) if topic else CATALOGUE
    rows = asyncio.run(_described(KafkaSettings(), wanted, each=bool(topic)))
    columns = ("topic", "partitions", "end offset", "dead letters", "not redriven")
    table(columns, rows, "")
    if topic:
        say(f"\n{wanted[0].description}.")


async def _described(
    settings: KafkaSettings, topics: tuple[Topic, ...], *, each: bool
) -> list[tuple[object, ...]]:
    consumer = AIOKafkaConsumer(client_id="handrail-topics", **connection(settings))
    async with administering(settings) as admin:
        await consumer.start()
        try:
            names = [name for t in topics for name in (t.name, t.dead_letter)]
            found = await partitions_of(admin, names)
            rows: list[tuple[object, ...]] = []
            for topic in topics:
                ends = await ends_of(consumer, found.get(topic.name, []))
                letters = found.get(topic.dead_letter, [])
                dead = await _dead(consumer, admin, letters)
                here = len(ends) or "missing"
                rows.append((topic.name, here, sum(ends.values()), *dead))
                if each:
                    rows += [(f"  {p.partition}", "", ends[p]) for p in sorted(ends)]
            return rows
        finally:
            await consumer.stop()


async def _dead(
    consumer: AIOKafkaConsumer,
    admin: AIOKafkaAdminClient,
    letters: list[TopicPartition],
) -> tuple[int, int]:
    """Return how many letters are kept, and how many of them are not redriven."""
    ends = await ends_of(consumer, letters)
    if not any(ends.values()):
        return 0, 0
    starts = await consumer.beginning_offsets(letters)
    done = await progress_of(admin, letters)
    kept = sum(end - starts[place] for place, end in ends.items())
    waiting = sum(
        end - max(done[p].position, starts[p]) - len(done[p].later)
        for p, end in ends.items()
    )
    return kept, waiting
