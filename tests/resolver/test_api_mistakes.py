"""What the catalogue's doors refuse: names and schemas that would never work."""

import pytest

from tests.resolver.web import Web

ACTION = {"description": "Send a password reset link", "examples": ["reset it"]}
DOCUMENT = {"title": "Upload limits", "text": "# Upload limits\n\nAt most 10 MB."}


@pytest.fixture
def web():
    return Web()


GOOD = {"type": "object", "properties": {"email": {"type": "string"}}}


@pytest.mark.parametrize(
    ("change", "field", "nearest"),
    [
        ({"approval_required": True}, "body.approval_required", "approvalRequired"),
        ({"exmples": ["x"]}, "body.exmples", "examples"),
        ({"parameters": {"type": "strnig"}}, "body.parameters.type", "string"),
        (
            {"parameters": {"properties": {"a": {"type": "strnig"}}}},
            "body.parameters.properties.a.type",
            "string",
        ),
        (
            {"parameters": {"properties": {"a": {"type": "string", "requierd": True}}}},
            "body.parameters.properties.a.requierd",
            "required",
        ),
        (
            {"parameters": {"properties": {"a": {"required": True}}}},
            "body.parameters.properties.a.required",
            None,
        ),
        (
            {"parameters": {**GOOD, "required": ["emial"]}},
            "body.parameters.required",
            "email",
        ),
        (
            {"parameters": {"email": {"type": "string"}}},
            "body.parameters",
            "properties",
        ),
        ({"parameters": {"type": "string"}}, "body.parameters.type", None),
        (
            {"parameters": {"properties": {"a": {"pattern": "(("}}}},
            "body.parameters.properties.a.pattern",
            None,
        ),
        (
            {"parameters": {"properties": {"a": {"pattern": r"(?=x)\1"}}}},
            "body.parameters.properties.a.pattern",
            None,
        ),
        (
            {"parameters": {"properties": {"a": {"$ref": "#/$defs/b"}}}},
            "body.parameters.properties.a.$ref",
            None,
        ),
        (
            {"parameters": {"properties": {"a": {"items": {"minLength": "3"}}}}},
            "body.parameters.properties.a.items.minLength",
            None,
        ),
        (
            {"options": {"a": {"type": "nubmer"}}},
            "body.options.properties.a.type",
            "number",
        ),
        ({"parameters": GOOD, "inputSchema": GOOD}, "body.inputSchema", None),
        (
            {"options": {"a": {"type": "string", "required": "yes"}}},
            "body.options.a.required",
            None,
        ),
        ({"options": {"a": "string"}}, "body.options.a", None),
        (
            {"parameters": {"properties": {"a": {"format": "emial"}}}},
            "body.parameters.properties.a.format",
            "email",
        ),
        (
            {"parameters": {"properties": {"a": {"enum": []}}}},
            "body.parameters.properties.a.enum",
            None,
        ),
        (
            {"parameters": {"properties": {"a": {"minimum": 5, "maximum": 3}}}},
            "body.parameters.properties.a.minimum",
            None,
        ),
    ],
)
async def test_a_mistake_in_an_action_is_named_and_nothing_is_stored(
    web, change, field, nearest
):
    body = {**ACTION, **change}

    answer = await web.ask("PUT", "/v1/actions/a", by="acme/manage", json=body)

    assert answer.status_code == 422
    wrong = answer.json()["errors"][0]
    assert wrong["field"] == field
    assert wrong.get("nearest") == nearest
    assert not web.actions.kept


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"$schema": "http://json-schema.org/draft-07/schema#", **GOOD},
        {**GOOD, "required": ["email"], "additionalProperties": False},
        {
            "properties": {"a": {"$ref": "#/$defs/b"}},
            "$defs": {"b": {"type": "string"}},
        },
        {"properties": {"a": {"type": ["string", "null"], "format": "email"}}},
        {
            "properties": {"a": {"anyOf": [{"const": 1}, {"const": 2}]}},
            "x-of-theirs": 1,
        },
        {"allOf": [GOOD], "required": ["email"]},
        {"properties": {"a": {"format": "uuid4"}, "b": {"format": "iban"}}},
        {"properties": {"a": {"minLength": 3, "maxLength": 3}}},
        {
            "$schema": "http://json-schema.org/draft-04/schema#",
            "properties": {"n": {"minimum": 0, "exclusiveMinimum": True}},
        },
    ],
)
async def test_a_schema_that_can_be_worked_is_taken(web, schema):
    body = {**ACTION, "parameters": schema}

    answer = await web.ask("PUT", "/v1/actions/a", by="acme/manage", json=body)

    assert answer.status_code == 201


SECRETS = ["abc", "hunter2", "whsec_YQ==", "v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
           "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_" + "A" * 88,
           "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw==",
           "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2Ła"]  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
async def test_a_secret_that_is_none_is_refused_and_says_what_is_wanted(web, secret):
    body = {**ACTION, "endpoint": "https://a.example.com/x", "secret": secret}

    answer = await web.ask("PUT", "/v1/actions/a", by="acme/manage", json=body)

    assert answer.status_code == 422
    assert "24 to 64 random bytes" in answer.json()["detail"]
    assert answer.json()["errors"][0]["field"] == "body.secret"


async def test_a_secret_without_an_endpoint_would_sign_nothing(web):
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = {**ACTION, "endpoint": None, "secret": secret}

    answer = await web.ask("PUT", "/v1/actions/a", by="acme/manage", json=body)

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("path", "body"), [("/v1/actions/a", ACTION), ("/v1/documents/d", DOCUMENT)]
)
async def test_what_was_read_may_be_written_back(web, path, body):
    await web.ask("PUT", path, by="acme/manage", json=body)
    read = (await web.ask("GET", path, by="acme/read")).json()

    answer = await web.ask("PUT", path, by="acme/manage", json=read)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "field", "nearest"),
    [
        ("/v1/documents/d", {**DOCUMENT, "titel": "x"}, "body.titel", "title"),
        (
            "/v1/documents/import",
            {"items": [{"id": "d", **DOCUMENT, "qestions": []}]},
            "body.items.0.qestions",
            "questions",
        ),
        (
            "/v1/history",
            [{"text": "x", "gold": {"kind": "escalate", "nmae": "y"}}],
            "body.0.gold.nmae",
            "name",
        ),
        ("/v1/try", {"text": "x", "apps_state": {}}, "body.apps_state", "app_state"),
        ("/v1/tokens", {"enduserid": "u", "contxt": {}}, "body.enduserid", "endUserId"),
        (
            "/v1/tokens",
            {"availableActions": [{"name": "a", "approval_required": True}]},
            "body.availableActions.0.approval_required",
            "approvalRequired",
        ),
        ("/v1/tokens", {"context": {"n": 2**64}}, "body.context.n", None),
    ],
)
async def test_a_mistaken_field_of_the_other_doors_is_named(
    web, path, body, field, nearest
):
    method = "PUT" if path == "/v1/documents/d" else "POST"
    by = "acme/ingest" if path == "/v1/tokens" else "acme/manage"

    answer = await web.ask(method, path, by=by, json=body)

    assert answer.status_code == 422
    wrong = answer.json()["errors"][0]
    assert wrong["field"] == field
    assert wrong.get("nearest") == nearest
