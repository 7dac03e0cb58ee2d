"""The contract as code: examples parse, goldens still parse, documents are fresh."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter

from shared.events import CONVERSATION_EVENT, AppSettings
from shared.kafka.records import cloud_headers, outgoing
from shared.kafka.working.intake import UNIONS
from shared.topics import APP_SETTINGS, CATALOGUE
from shared.topics.document import asyncapi, events_markdown, models, schema
from tests.support.fakes import NOON, app

ROOT = Path(__file__).parents[2]
GOLDENS = sorted((ROOT / "tests/data/events").glob("*/*.json"))
CONTRACT_EXAMPLE = {
    "event_id": "e-1", "type": "message", "app_id": "acme", "conversation_id": "c-42",
    "occurred_at": "2026-11-22T10:00:00Z",
    "message": {"role": "user", "text": "I'm getting error 500 when I try to upload files larger than 10MB"},
    "user": {"id": "u-7", "name": "Ana", "email": "ana@example.com", "traits": {"plan": "pro"}},
    "session": {"id": "s-9", "url": "https://app.example.com/files", "user_agent": "…", "locale": "en-GB", "timezone": "Europe/Lisbon"},
    "app_state": {"route": "/files", "last_request": {"status": 500}},
    "assistant": {"escalation_message": "I've created a support ticket for you.", "available_actions": []},
}  # fmt: skip


def adapter(topic: str) -> TypeAdapter[Any]:
    found = next(each for each in CATALOGUE if each.name == topic)
    return UNIONS.get(topic) or TypeAdapter(found.events[0])


def test_the_contracts_own_example_parses() -> None:
    event = CONVERSATION_EVENT.validate_python(CONTRACT_EXAMPLE)

    assert event.event_id == "e-1"


@pytest.mark.parametrize(
    "path", GOLDENS, ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_an_older_event_still_parses(path: Path) -> None:
    golden = json.loads(path.read_text())

    event = adapter(path.parent.name).validate_python(golden)

    # All that was written is still read: a field that vanished would be lost silently.
    read = event.model_dump(mode="json", by_alias=True)
    assert set(golden) <= set(read)


def test_every_event_has_a_golden() -> None:
    covered = {(path.parent.name, path.stem) for path in GOLDENS}
    wanted = {
        (topic.name, model.__name__) for topic in CATALOGUE for model in topic.events
    }

    assert wanted <= covered


@pytest.mark.parametrize("path", GOLDENS, ids=lambda path: path.stem)
def test_a_golden_satisfies_its_published_schema(path: Path) -> None:
    model = path.stem.partition(".")[0]  # Model.case.json
    published = json.loads((ROOT / f"docs/schemas/{model}.json").read_text())

    jsonschema.Draft202012Validator(published).validate(json.loads(path.read_text()))


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_every_field_is_described(model: Any) -> None:
    undescribed = [
        name
        for name, spec in schema(model)["properties"].items()
        if "description" not in spec
    ]

    assert undescribed == []


def test_the_generated_documents_are_fresh() -> None:
    assert (ROOT / "docs/events.md").read_text() == events_markdown(), "make contract"
    assert json.loads((ROOT / "docs/asyncapi.json").read_text()) == asyncapi()


def test_asyncapi_names_every_topic() -> None:
    assert set(asyncapi()["channels"]) == {topic.name for topic in CATALOGUE}


def test_what_we_publish_is_a_cloudevent() -> None:
    sent = outgoing(APP_SETTINGS, app("acme", version=3), source="escalator")

    assert sent.key == b"acme"
    assert AppSettings.model_validate_json(sent.value).version == 3
    headers = dict(sent.headers)
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_id"] == b"acme.3"
    assert headers["ce_source"] == b"/handrail/escalator"
    assert headers["ce_type"] == b"handrail.app.settings.v1"
    assert headers["content-type"] == b"application/json"
    assert len(headers["traceparent"]) == 55


def test_a_trace_goes_on_and_a_span_repeats() -> None:
    parent = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    facts: dict[str, Any] = {"identity": "x", "kind": "t", "source": "s", "time": NOON}

    first = dict(cloud_headers(**facts, parent=parent))["traceparent"]
    again = dict(cloud_headers(**facts, parent=parent))["traceparent"]

    assert first == again
    assert first[:36] == parent[:36]
    assert first != parent
