"""`python -m shared.topics create | list | document`."""

import asyncio
import json
import sys
from pathlib import Path

from shared.kafka.provision import provision
from shared.settings import KafkaSettings
from shared.topics.catalogue import CATALOGUE
from shared.topics.document import asyncapi, events_markdown, models, schema

SCHEMAS = Path("docs/schemas")
USAGE = "usage: python -m shared.topics create | list | document"


def create() -> int:
    """Create what is missing on the broker; 1 where one could not be made."""
    outcomes = asyncio.run(provision(KafkaSettings()))
    for each in outcomes:
        if each.outcome != "exists":
            print(f"{each.outcome:8} {each.name} {each.detail}".rstrip())
    return int(any(each.outcome == "failed" for each in outcomes))


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


COMMANDS = {"create": create, "list": show, "document": document}

if __name__ == "__main__":
    command = COMMANDS.get(sys.argv[1] if len(sys.argv) > 1 else "")
    sys.exit(command() if command else USAGE)
