"""The OpenAPI documents say what is answered, and /docs shows them offline."""

import json
import re
from typing import Any

import jsonschema
import pytest

from shared.web.openapi.document import ROLES
from shared.web.openapi.schemas import PREFIX
from tests.doors.applications import (
    SERVICES,
    Document,
    application,
    client,
    document,
    operation,
    operations,
)
from tests.support.factories import message

SIGNING_IN = {
    ("post", "/v1/sessions"),
    ("post", "/v1/sessions/redeem"),
    ("get", "/v1/sessions/oidc/start"),
}
"""Who has no credential yet comes here for one."""
PROBLEM = {"$ref": f"{PREFIX}Problem"}


def schemas(service: str) -> Document:
    found: Document = document(service)["components"]["schemas"]
    return found


def answer_of(service: str, method: str, path: str, status: int = 200) -> Document:
    answers = operation(service, method, path)["responses"]
    found: Document = answers[str(status)]["content"]["application/json"]["schema"]
    return found


def valid(service: str, schema: Document, value: Any) -> bool:
    whole = {**schema, "components": document(service)["components"]}
    return jsonschema.Draft202012Validator(whole).is_valid(value)


@pytest.mark.parametrize("service", SERVICES)
def test_every_reference_leads_somewhere(service: str) -> None:
    found = set(re.findall(r'"(#/[^"]*)"', json.dumps(document(service))))

    assert found <= {PREFIX + name for name in schemas(service)}
    assert "$defs" not in json.dumps(document(service))


@pytest.mark.parametrize("service", SERVICES)
def test_everything_under_v1_needs_a_credential_and_says_its_errors(
    service: str,
) -> None:
    for method, path in operations(service):
        described = operation(service, method, path)
        errors = {
            int(status): answer["content"]
            for status, answer in described["responses"].items()
            if int(status) >= 400 and path.startswith("/v1/")
        }
        assert all(
            content == {"application/problem+json": {"schema": PROBLEM}}
            for content in errors.values()
        ), path
        if path.startswith("/v1/") and (method, path) not in SIGNING_IN:
            schemes = [name for each in described["security"] for name in each]
            people = ["session"] if described[ROLES] else []
            assert schemes == ["operator"] if "/apps" in path else ["key", *people]
            assert {401, 422, 503} <= set(errors)
        if "requestBody" in described:
            assert {400, 413} <= set(errors)

    kinds = dict(document(service)["components"]["securitySchemes"])
    session = kinds.pop("session")
    assert session["in"] == "cookie"
    assert {each["scheme"] for each in kinds.values()} == {"bearer"}


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_answered_is_not_a_bare_object(service: str) -> None:
    for method, path in operations(service):
        for status, answer in operation(service, method, path)["responses"].items():
            content = answer.get("content", {}).get("application/json", {})
            bare = "$ref" not in content.get("schema", {"$ref": ""})
            assert not bare or path == "/asyncapi", f"{method} {path} {status}"


def test_an_operation_has_one_short_name() -> None:
    for service in SERVICES:
        names = [
            operation(service, method, path)["operationId"]
            for method, path in operations(service)
        ]
        assert len(names) == len(set(names))
        assert "show_escalation" in names or service != "escalator"


@pytest.mark.parametrize(
    ("event", "good"),
    [
        (message("e-1"), True),
        ([message("e-1"), message("e-2")], True),
        ({"type": "closed", "conversation_id": "c"}, True),
        ({"type": "closed", "conversation_id": "c", "of_theirs": 1}, True),
        ({"type": "withdrawn", "conversation_id": "c"}, True),
        ({"type": "withdrawn", "conversation_id": "c", "text": "No more"}, True),
        ({"type": "closed"}, False),
        ({"type": "clsoed", "conversation_id": "c"}, False),
        (
            {
                "type": "feedback",
                "conversation_id": "c",
                "reply_id": "r",
                "rating": "good",
            },
            False,
        ),
        ({}, False),
        ([], False),
    ],
)
def test_the_body_of_events_is_their_union(event: Any, good: bool) -> None:
    body = operation("resolver", "post", "/v1/events")["requestBody"]

    assert (
        valid("resolver", body["content"]["application/json"]["schema"], event) is good
    )


def test_an_escalation_is_described_field_by_field() -> None:
    name = answer_of("escalator", "get", "/v1/escalations/{name}")["$ref"]
    described = schemas("escalator")[name.removeprefix(PREFIX)]

    wanted = {
        "escalation_id", "number", "app_id", "conversation_id", "opened_at", "occurred_at",
        "reason", "priority", "summary", "conversation", "user", "session", "app_state",
        "attempts", "pattern", "links", "status", "updates", "notes", "deliveries",
    }  # fmt: skip
    assert wanted <= set(described["properties"])
    assert all("description" in each for each in described["properties"].values())


@pytest.mark.parametrize("service", SERVICES)
def test_docs_are_served_with_nothing_from_elsewhere(service: str) -> None:
    web = client(service)

    page = web.get("/docs")

    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert page.status_code == 200
    assert len(links) == 4
    for link in links:
        assert not re.match(r"[a-z]+:|/", link), "an address that leaves the prefix"
        assert web.get(f"/{link}").status_code == 200, link
    assert 'url: "openapi.json"' in web.get("/docs/start.js").text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert application(service).docs_url is None
