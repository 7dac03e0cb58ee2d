"""The HTTP door: events in, replies out, and each to its own app and user only."""

import uuid
from datetime import UTC, datetime

import jwt
import orjson
import pytest
from prometheus_client import REGISTRY

from services.resolver.api.tokens import signing_secret
from services.resolver.replies import StoredReply
from tests.resolver.web import Web
from tests.support.factories import message


@pytest.fixture
def web():
    found = Web()
    found.clock.at = datetime.now(UTC)
    return found


def event(**changes):
    event = message(**changes)
    del event["app_id"]
    return event


async def test_an_event_is_on_the_topic_when_it_is_accepted(web):
    answer = await web.ask("POST", "/v1/events", json=event())

    assert answer.status_code == 202
    assert answer.json() == {"accepted": [{"event_id": "e-1"}]}
    (output,) = web.publisher.on("conversation.events")
    assert output.key == b"acme:c-42"
    assert orjson.loads(output.value) == message()
    assert dict(output.headers)["ce_id"] == b"e-1"


async def test_an_array_is_accepted_in_its_order_and_ids_and_times_are_given(web):
    second = event(conversation_id="c-43")
    del second["event_id"], second["occurred_at"]

    answer = await web.ask("POST", "/v1/events", json=[event(), second])

    first_id, second_id = [each["event_id"] for each in answer.json()["accepted"]]
    assert first_id == "e-1"
    assert uuid.UUID(second_id).version == 4
    published = orjson.loads(web.publisher.published[1].value)
    assert published["event_id"] == second_id
    assert datetime.fromisoformat(published["occurred_at"]) == web.clock.at


@pytest.mark.parametrize("more", [{}, {"text": None}, {"text": "It works again"}])
async def test_a_withdrawal_is_accepted(web, more):
    withdrawn = {"type": "withdrawn", "conversation_id": "c-42", "event_id": "e-9"}
    answer = await web.ask("POST", "/v1/events", json={**withdrawn, **more})

    assert answer.status_code == 202
    (output,) = web.publisher.on("conversation.events")
    assert orjson.loads(output.value)["type"] == "withdrawn"
    assert dict(output.headers)["ce_type"] == b"handrail.conversation.withdrawn.v1"


async def test_fields_we_do_not_know_are_passed_on(web):
    await web.ask("POST", "/v1/events", json=event(user={"id": "u", "company": "Ex"}))

    assert orjson.loads(web.publisher.published[0].value)["user"]["company"] == "Ex"


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        pytest.param(b"", 400, "", id="nothing"),
        pytest.param(b"{", 400, "", id="no JSON"),
        pytest.param(b"[]", 422, "1 to 500", id="an empty array"),
        pytest.param(b'"x"', 422, "one event", id="a string"),
        pytest.param(b"[1]", 422, "one event", id="an array of numbers"),
        pytest.param(b'{"a":1},"b":{"c":1}', 400, "", id="more than one value"),
        pytest.param(b"[" + b"{}," * 500 + b"{}]", 422, "1 to 500", id="too many"),
        pytest.param(
            b'{"type":"message","type":"closed"}', 422, "twice", id="a key twice"
        ),
        pytest.param(b"[" * 5000 + b"]" * 5000, 422, "one event", id="only brackets"),
        pytest.param(
            b'[{"type":"closed"},{"type":"message","type":"closed"}]',
            422,
            "twice",
            id="a key twice in an array",
        ),
    ],
)
async def test_a_body_that_is_no_event_is_refused(web, body, status, says):
    answer = await web.ask("POST", "/v1/events", content=body)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.json()["detail"]
    assert web.publisher.published == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"type": "mesage"}, "type"),
        ({"type": None}, "type"),
        ({"conversation_id": ""}, "conversation_id"),
        ({"conversation_id": "a\nb"}, "conversation_id"),
        ({"message": {"role": "robot", "text": "x"}}, "message.role"),
        ({"message": {"role": "user"}}, "message.text"),
        ({"message": {"role": "user", "attachments": []}}, "message.text"),
        ({"message": {"role": "user", "text": {"a": 1}}}, "message.text"),
        ({"schema_version": 2}, "schema_version"),
    ],
)
async def test_a_bad_event_names_its_item_and_its_field_and_none_is_taken(
    web, changes, field
):
    answer = await web.ask("POST", "/v1/events", json=[event(), {**event(), **changes}])

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["item"] == 1
    assert answer.json()["errors"][0]["field"] == field
    assert field in answer.json()["detail"]
    assert web.publisher.published == []


async def test_what_is_published_is_what_was_read_of_it(web):
    strange = event(
        user={"id": 7, "email": "Ana <ana@example.com>"},
        session={"locale": "en-GB,en;q=0.9,de;q=0.8"},
        app_state={"http.status_code": 1, "$ref": 10**40, "": "x\x00"},
        occurred_at="1970-01-01T00:00:00Z",
    )

    answer = await web.ask("POST", "/v1/events", json=strange)

    assert answer.status_code == 202
    published = orjson.loads(web.publisher.published[0].value)
    assert published["user"] == {"id": "7", "email": "ana@example.com"}
    assert published["session"]["locale"] == "en-GB"
    assert published["app_state"] == {
        "http.status_code": 1,
        "$ref": 1e40,
        "": "x\ufffd",
    }
    assert published["occurred_at_sent"] == "1970-01-01T00:00:00Z"
    assert datetime.fromisoformat(published["occurred_at"]) == web.clock.at


async def test_each_field_that_was_mended_is_counted(web):
    def counted():
        labels = {"service": "resolver", "field": "user.id", "done": "read"}
        name = "handrail_event_fields_mended_total"
        return REGISTRY.get_sample_value(name, labels) or 0

    before = counted()

    await web.ask("POST", "/v1/events", json=event(user={"id": 7}))

    assert counted() == before + 1


async def test_a_body_that_names_another_app_is_refused(web):
    answer = await web.ask("POST", "/v1/events", json=message(app_id="other"))

    assert answer.status_code == 403
    assert web.publisher.published == []


async def test_nothing_is_accepted_that_the_broker_does_not_have(web):
    web.publisher.failing = 1

    answer = await web.ask("POST", "/v1/events", json=event())

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("by", "status"), [("acme/read", 403), ("acme/manage", 403), ("nonsense", 401)]
)
async def test_only_a_key_to_ingest_may_publish(web, by, status):
    answer = await web.ask("POST", "/v1/events", by=by, json=event())

    assert answer.status_code == status


async def test_an_oversized_body_is_refused(web):
    answer = await web.ask("POST", "/v1/events", content=b"x" * 100_000)

    assert answer.status_code == 413


async def token(web, **body):
    answer = await web.ask("POST", "/v1/tokens", json=body)
    assert answer.status_code == 200
    return answer.json()


async def test_a_token_speaks_as_its_user_with_its_actions_and_context(web):
    actions = [{"name": "export", "options": {"form": {"type": "string"}}}]
    made = await token(
        web, endUserId="u-1", availableActions=actions, context={"route": "/x"}
    )
    said = event(user={"id": "somebody else", "name": "Ana"})
    del said["app_state"]

    answer = await web.ask("POST", "/v1/events", by=made["token"], json=said)

    assert answer.status_code == 202
    published = orjson.loads(web.publisher.published[0].value)
    assert published["user"] == {"id": "u-1", "name": "Ana"}
    assert published["app_state"] == {"route": "/x"}
    assert published["assistant"]["available_actions"][0]["name"] == "export"
    lasts = datetime.fromisoformat(made["expiresAt"]) - web.clock.at
    assert 3590 < lasts.total_seconds() <= 3600


@pytest.mark.parametrize(
    "body", [{}, dict.fromkeys(("endUserId", "availableActions", "context"))]
)
async def test_an_anonymous_token_gets_an_automatic_user(web, body):
    made = await token(web, **body)

    await web.ask("POST", "/v1/events", by=made["token"], json=event())

    published = orjson.loads(web.publisher.published[0].value)
    assert published["user"]["id"].startswith("autogen_")


@pytest.mark.parametrize("blank", ["", " ", "\u2003 "])
async def test_a_token_of_a_blank_user_is_refused(web, blank):
    answer = await web.ask("POST", "/v1/tokens", json={"endUserId": blank})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.endUserId"


async def test_a_token_cannot_speak_for_others_or_in_their_conversations(web):
    mine, yours = await token(web, endUserId="u-1"), await token(web, endUserId="u-2")
    await web.ask("POST", "/v1/events", by=mine["token"], json=event())

    intruding = await web.ask("POST", "/v1/events", by=yours["token"], json=event())
    teammate = await web.ask(
        "POST",
        "/v1/events",
        by=mine["token"],
        json=event(message={"role": "teammate", "text": "I am the team"}),
    )

    assert intruding.status_code == 404
    assert teammate.status_code == 403
    assert len(web.publisher.published) == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/tokens", {}),
        ("GET", "/v1/actions", None),
        ("PUT", "/v1/actions/a", {}),
        ("POST", "/v1/try", {"text": "x"}),
        ("POST", "/v1/documents/import", {"items": []}),
    ],
)
async def test_a_token_opens_nothing_but_the_door(web, method, path, body):
    made = await token(web, endUserId="u-1")

    answer = await web.ask(method, path, by=made["token"], json=body)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda c: jwt.encode(c, b"x" * 32, "HS256"), id="another secret"),
        pytest.param(lambda c: jwt.encode(c, None, "none"), id="no signature"),
        pytest.param(
            lambda c: jwt.encode({**c, "exp": 1}, b"s" * 32, "HS256"), id="expired"
        ),
        pytest.param(
            lambda c: jwt.encode({**c, "app": "other"}, b"s" * 32, "HS256"),
            id="a key of another app",
        ),
        pytest.param(
            lambda c: jwt.encode({**c, "aud": "x"}, b"s" * 32, "HS256"), id="audience"
        ),
    ],
)
async def test_a_forged_token_is_refused(web, forge):
    made = await token(web, endUserId="u-1")
    claims = jwt.decode(
        made["token"], b"s" * 32, algorithms=["HS256"], audience="handrail-door"
    )

    answer = await web.ask("POST", "/v1/events", by=forge(claims), json=event())

    assert answer.status_code == 401


async def test_a_token_ends_with_the_key_it_was_made_with(web):
    made = await token(web, endUserId="u-1")
    web.apps.known["acme"] = web.apps.known["acme"].model_copy(update={"keys": []})

    answer = await web.ask("POST", "/v1/events", by=made["token"], json=event())

    assert answer.status_code == 401


def test_every_instance_derives_the_same_secret():
    one = signing_secret(configured="", admin_key="a")

    assert one == signing_secret(configured="", admin_key="a")
    assert one != signing_secret(configured="", admin_key="b")
    assert one != signing_secret(configured="a", admin_key="b")
    assert len(signing_secret(configured="", admin_key="")) == 32


def reply(number, lane="acme:c-42"):
    body = {"reply_id": f"r-{number}", "text": f"answer {number}\nmore"}
    return StoredReply(lane, f"r-{number}", "answer", number, orjson.dumps(body))


async def test_replies_are_a_list_for_who_asks_for_json(web):
    web.replies.kept = [reply(1), reply(2), reply(3), reply(9, "other:c-42")]
    path = "/v1/conversations/c-42/replies"
    accept = {"Accept": "application/json"}

    first = await web.ask(
        "GET", path, by="acme/read", headers=accept, params={"limit": 2}
    )
    cursor = first.json()["next_cursor"]
    rest = await web.ask(
        "GET", path, by="acme/read", headers=accept, params={"cursor": cursor}
    )

    assert [each["reply_id"] for each in first.json()["items"]] == ["r-1", "r-2"]
    assert [each["reply_id"] for each in rest.json()["items"]] == ["r-3"]
    assert rest.json()["next_cursor"] is None


async def test_a_user_reads_its_own_conversations_only(web):
    web.replies.kept = [reply(1)]
    mine, yours = await token(web, endUserId="u-1"), await token(web, endUserId="u-2")
    await web.ask("POST", "/v1/events", by=mine["token"], json=event())
    path, accept = "/v1/conversations/c-42/replies", {"Accept": "application/json"}

    own = await web.ask("GET", path, by=mine["token"], headers=accept)
    others = await web.ask("GET", path, by=yours["token"], headers=accept)
    unknown = await web.ask(
        "GET", "/v1/conversations/x/replies", by=mine["token"], headers=accept
    )

    assert len(own.json()["items"]) == 1
    assert (others.status_code, unknown.status_code) == (404, 404)
    assert others.json() == unknown.json()


async def test_another_apps_key_reads_nothing_of_it(web):
    web.replies.kept = [reply(1)]

    answer = await web.ask(
        "GET",
        "/v1/conversations/c-42/replies",
        by="other/read",
        headers={"Accept": "application/json"},
    )

    assert answer.json()["items"] == []
