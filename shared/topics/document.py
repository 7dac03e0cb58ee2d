"""Generate what outsiders read: docs/events.md, JSON Schema files, AsyncAPI 3."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.topics.catalogue import (
    CATALOGUE,
)
from shared.topics.topic import (
    DEAD_LETTER_RETENTION,
    Topic,
)

REF = "#/components/schemas/{model}"
DEAD_LETTER_HEADERS = (
    ("reason", "why it could not be worked, a stable word"),
    ("error", "the same in a sentence"),
    ("attempts", "how often it was tried"),
    ("consumer", "the service that gave up"),
    ("first_failed_at", "when it failed first (RFC 3339)"),
    (
        "original_topic, original_partition, original_offset",
        "where it stood; only the topic where it was refused on its way there",
    ),
    ("original_sha256", "digest of the whole original value"),
    ("original_bytes", "its size, only where the value had to be cut"),
)
CLOUD_HEADERS = (
    "ce_specversion",
    "ce_id",
    "ce_source",
    "ce_type",
    "ce_time",
    "content-type",
    "traceparent",
)
FOR_WHOM = (
    "For anyone who publishes to Handrail or reads from it. Generated from "
    "`shared/topics` and `shared/events` by `make contract`: do not edit.\n"
)
KEYS_AND_HEADERS = (
    "Values are JSON. The key of every conversation topic is "
    "`app_id:conversation_id` (UTF-8). What Handrail publishes carries the headers "
    + ", ".join(f"`{name}`" for name in CLOUD_HEADERS)
    + ".\n"
)
COMPRESSION = (
    "Every Kafka client reads what Handrail publishes, without a library for a codec: "
    "packets and dead letters are not compressed, all else is gzip. Handrail reads "
    "gzip, snappy, lz4 and zstd.\n"
)
DEAD_LETTERS = (
    "Each topic has `<topic>.dead-letter`: the original key, value and headers, "
    f"kept {DEAD_LETTER_RETENTION.days} days, with these headers added:\n"
)


def models() -> list[type[BaseModel]]:
    """Return every event model once, in catalogue order."""
    return list(dict.fromkeys(model for topic in CATALOGUE for model in topic.events))


def schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one event, as it is published."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(mode="validation", by_alias=True),
    }


@cache
def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document of all topics."""
    _, definitions = models_json_schema(
        [(model, "validation") for model in models()], by_alias=True, ref_template=REF
    )
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Handrail",
            "version": "1",
            "description": "Topics between chat platforms and Handrail's services.",
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in CATALOGUE},
        "operations": _operations(),
        "components": {
            "schemas": definitions["$defs"],
            "messages": {model.__name__: _message(model) for model in models()},
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "description": topic.description,
        "messages": {
            model.__name__: {"$ref": f"#/components/messages/{model.__name__}"}
            for model in topic.events
        },
        "bindings": {
            "kafka": {
                "topicConfiguration": {
                    "cleanup.policy": [topic.cleanup],
                    "max.message.bytes": topic.max_bytes,
                }
            }
        },
    }


def _message(model: type[BaseModel]) -> dict[str, Any]:
    return {
        "name": model.__name__,
        "summary": _first_line(model),
        "contentType": "application/json",
        "payload": {"$ref": REF.format(model=model.__name__)},
        "bindings": {"kafka": {"key": {"type": "string"}}},
    }


def _operations() -> dict[str, Any]:
    operations = {}
    for topic in CATALOGUE:
        channel = {"$ref": f"#/channels/{topic.name}"}
        for action, parties in (("send", topic.written_by), ("receive", topic.read_by)):
            for party in parties:
                name = f"{party.replace(' ', '-')}.{action}.{topic.name}"
                operations[name] = {"action": action, "channel": channel}
    return operations


def _first_line(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]


def events_markdown() -> str:
    """Return docs/events.md."""
    parts = [
        "# Topics and events\n",
        FOR_WHOM,
        KEYS_AND_HEADERS,
        COMPRESSION,
        "| topic | key | written by | read by | kept | carries |",
        "|---|---|---|---|---|---|",
        *map(_row, CATALOGUE),
        "",
        "## What strangers send\n",
        (Path(__file__).parent / "untrusted.md").read_text(),
        *_dead_letters(),
        *map(_section, CATALOGUE),
    ]
    return "\n".join(parts) + "\n"


def _row(topic: Topic) -> str:
    kept = "latest per key" if topic.retention is None else _length(topic.retention)
    return (
        f"| `{topic.name}` | `{topic.key}` | {', '.join(topic.written_by)} | "
        f"{', '.join(topic.read_by)} | {kept} | {topic.description} |"
    )


def _dead_letters() -> list[str]:
    return [
        "## Dead letters\n",
        DEAD_LETTERS,
        *(f"- `{name}`: {why}" for name, why in DEAD_LETTER_HEADERS),
        "",
    ]


def _section(topic: Topic) -> str:
    parts = [f"## `{topic.name}`\n", f"{topic.description}.\n"]
    for model in topic.events:
        parts += [f"### {model.__name__}\n", f"{_first_line(model)}\n", *_table(model)]
    return "\n".join(parts)


def _table(model: type[BaseModel]) -> list[str]:
    properties = schema(model)["properties"]
    required = set(schema(model).get("required", ()))
    rows = [
        f"| `{name}` | {_type(spec)} | {'yes' if name in required else ''} | "
        f"{spec.get('description', '')} |"
        for name, spec in properties.items()
    ]
    return ["| field | type | required | meaning |", "|---|---|---|---|", *rows, ""]


def _type(spec: dict[str, Any]) -> str:
    if values := spec.get("enum", [spec["const"]] if "const" in spec else []):
        return ", ".join(f"`{value}`" for value in values)
    if "$ref" in spec:
        return str(spec["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in spec:
        return " or ".join(dict.fromkeys(_type(each) for each in spec["anyOf"]))
    if spec.get("type") == "array":
        return f"array of {_type(spec.get('items', {}))}"
    return str(spec.get("format") or spec.get("type", "any"))


def _length(span: timedelta) -> str:
    hours = span // timedelta(hours=1)
    return f"{hours // 24} d" if hours % 24 == 0 else f"{hours} h"
