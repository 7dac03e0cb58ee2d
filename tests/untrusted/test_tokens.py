"""What a token is given is judged where it enters, and carried to its events."""

from datetime import UTC, datetime

import orjson
import pytest
from pydantic import ValidationError

from services.resolver.api.tokens import TokenRequest
from tests.resolver.test_api_door import event, token
from tests.resolver.web import Web


@pytest.fixture
def web():
    found = Web()
    found.clock.at = datetime.now(UTC)
    return found


KEYS = {"upload.v2": True, "$ref": "x", "": 1, "deep": [{"a.b": {"$c": None}}]}


@pytest.mark.parametrize(
    "body",
    [
        {"context": {"flags": {"upload.v2": True}}},
        {"context": {"$where": "1", "": {"": 1e20}, "text": "a\x00b"}},
        {"availableActions": [{"name": "a", "inputSchema": {"$schema": "x", **KEYS}}]},
        {"availableActions": [{"name": "a", "options": {"e.mail": {"$type": 1}}}]},
    ],
)
async def test_a_token_carries_any_keys_to_its_events(web, body):
    made = await token(web, endUserId="u-1", **body)
    said = event(app_state=None)

    answer = await web.ask("POST", "/v1/events", by=made["token"], json=said)

    assert answer.status_code == 202
    published = orjson.loads(web.publisher.published[0].value)
    assert published.get("app_state") == body.get("context")
    for name, value in body.get("availableActions", [{}])[0].items():
        assert published["assistant"]["available_actions"][0][name] == value


@pytest.mark.parametrize(
    "body",
    [
        {"context": {"n": 2**64}},
        {"context": {"pad": "x" * 70_000}},
        {"context": "a text"},
        {"context": {"x\x00": 1}},
        {"endUserId": 5},
        {"availableActions": [{"description": "nameless"}]},
        {"availableActions": [{"name": "a", "approval_required": True}]},
        {"contxt": {}},
    ],
)
async def test_what_a_token_cannot_carry_is_refused_where_it_enters(web, body):
    answer = await web.ask("POST", "/v1/tokens", json=body)

    assert answer.status_code in {413, 422}
    assert answer.json()["detail"]


def test_a_token_brings_no_more_than_leaves_room_for_events():
    assert TokenRequest(context={"pad": "x" * 200_000}).context

    with pytest.raises(ValidationError, match="context"):
        TokenRequest(context={"pad": "x" * 300_000})
