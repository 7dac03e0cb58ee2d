"""`python -m shared.topics create [--wait SECONDS] | list | document`."""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from aiokafka.errors import KafkaError

from shared.kafka.provision import Provisioned, provision
from shared.settings import KafkaSettings
from shared.topics.catalogue import (
    CATALOGUE,
)
from shared.topics.document import asyncapi, events_markdown, models, schema

SCHEMAS = Path("docs/schemas")
RETRY_SECONDS = 2.0


def create(wait: float = 0.0) -> int:
    """Create what is missing on the broker; 1 where one could not be made.

    Kafka may be starting: for *wait* seconds it is asked again.
    """
    outcomes = attempts(lambda: asyncio.run(provision(KafkaSettings())), wait)
    for each in outcomes:
        if each.outcome != "exists":
            print(f"{each.outcome:8} {each.name} {each.detail}".rstrip())
    return int(any(each.outcome == "failed" for each in outcomes))


def attempts(
    make: Callable[[], list[Provisioned]],
    wait: float,
    *,
    pause: Callable[[float], None] = time.sleep,
) -> list[Provisioned]:
    """Call *make* until no topic failed; after *wait* seconds its outcome is the last.

    Raises the KafkaError of the last attempt when no broker answered it.
    """
    deadline = time.monotonic() + wait
    while True:
        late = time.monotonic() >= deadline
        try:
            outcomes = make()
        except KafkaError as error:
            if late:
                raise
            print(f"waiting for Kafka: {error}", flush=True)
        else:
            if late or all(each.outcome != "failed" for each in outcomes):
                return outcomes
        pause(RETRY_SECONDS)


def show() -> int:
    """Print every topic."""
    for topic in CATALOGUE:
        print(f"{topic.name:30} {topic.description}")
    return 0


def document() -> int:
    """Write docs/events.md, docs/schemas/ and docs/asyncapi.json."""
    SCHEMAS.mkdir(parents=True, exist_ok=True)
    Path("docs/events.md").write_text(events_markdown())
    Path("docs/asyncapi.json").write_text(json.dumps(asyncapi(), indent=1) + "\n")
    for model in models():
        text = json.dumps(schema(model), indent=1) + "\n"
        (SCHEMAS / f"{model.__name__}.json").write_text(text)
    return 0


def main() -> int:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m shared.topics")
    commands = parser.add_subparsers(dest="command", required=True)
    creating = commands.add_parser("create", help="create what is missing")
    creating.add_argument(
        "--wait", type=float, default=0.0, help="seconds that Kafka may take to start"
    )
    commands.add_parser("list", help="print every topic")
    commands.add_parser("document", help="write docs/events.md, schemas, AsyncAPI")
    given = parser.parse_args()
    match given.command:
        case "create":
            return create(given.wait)
        case "list":
            return show()
        case _:
            return document()


if __name__ == "__main__":
    sys.exit(main())
