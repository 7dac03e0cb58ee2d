"""The doors, from outside: problem documents over HTTP, and kcat without our code."""

import asyncio
import json
import subprocess

import httpx
import pytest

from handrail.stack.local import LocalStack
from tests.support.system import Tenant

pytestmark = [pytest.mark.integration]
SERVICES = ("resolver", "escalator", "notifier", "analytics")
READS = {
    "resolver": "/v1/actions",
    "escalator": "/v1/escalations",
    "notifier": "/v1/deliveries",
    "analytics": "/v1/summary",
}


def problem(answer: httpx.Response, status: int) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, object] = answer.json()
    assert found["status"] == status
    assert found["title"]
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_a_wrong_credential_gets_a_problem(tenant: Tenant, service: str) -> None:
    for key in ("", "nonsense", f"{tenant.key}x", "hr_0000000000000000.secret"):
        with tenant.http(key) as client:
            problem(client.get(f"/{service}{READS[service]}"), 401)


@pytest.mark.parametrize("service", SERVICES)
def test_a_new_key_is_accepted_everywhere_and_a_revoked_one_nowhere(
    stack: LocalStack, tenant: Tenant, service: str
) -> None:
    admin = tenant.http(stack.admin_key)
    with admin:
        path = f"/escalator/v1/apps/{tenant.app_id}/keys"
        made = admin.post(path, json={"scopes": ["read"], "label": "x"}).json()
        with tenant.http(made["key"]) as client:
            found = client.get(f"/{service}{READS[service]}")
            assert found.status_code == 200
            admin.delete(f"{path}/{made['key_id']}").raise_for_status()
            for _ in range(50):
                found = client.get(f"/{service}{READS[service]}")
                if found.status_code == 401:
                    break
            problem(found, 401)


def test_a_body_that_names_another_app_is_refused(tenant: Tenant) -> None:
    event = {**tenant.said("e", "c"), "app_id": "another"}
    with tenant.http() as client:
        problem(client.post("/resolver/v1/events", json=event), 403)


def test_an_oversized_body_gets_a_problem(tenant: Tenant) -> None:
    event = tenant.said("e", "c", message={"role": "user", "text": "x" * 11_000_000})
    with tenant.http() as client:
        problem(client.post("/resolver/v1/events", json=event), 413)


def test_an_unknown_app_gets_a_problem(stack: LocalStack, tenant: Tenant) -> None:
    with tenant.http(stack.admin_key) as client:
        body = {"scopes": ["read"], "label": "x"}
        problem(client.post("/escalator/v1/apps/nobody/keys", json=body), 404)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param(b'{"a":NaN}', id="NaN"),
        pytest.param(b'{"type":"message"}', id="fields missing"),
        pytest.param(b'{"app_id":"x","app_id":"y"}', id="duplicate key"),
        pytest.param(b"[" * 100_000, id="deep"),
    ],
)
def test_a_bad_event_is_refused_at_the_door(tenant: Tenant, body: bytes) -> None:
    with tenant.http() as client:
        answer = client.post("/resolver/v1/events", content=body)
    assert answer.status_code in {400, 403, 422}, answer.text
    problem(answer, answer.status_code)


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_describes_itself(stack: LocalStack, service: str) -> None:
    with httpx.Client(base_url=stack.url(service), trust_env=False) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").json()["status"] == "ready"
        assert "handrail_records_total" in client.get("/metrics").text
        assert client.get("/openapi.json").json()["openapi"].startswith("3")
        assert client.get("/asyncapi").json()["asyncapi"] == "3.0.0"


def test_a_route_may_name_a_destination_at_once_and_no_other(tenant: Tenant) -> None:
    with tenant.http() as client:
        body = {"kind": "email", "to": [tenant.address]}
        client.put("/notifier/v1/destinations/billing", json=body).raise_for_status()
        routes = [{"match": {}, "destinations": ["billing"]}]
        taken = client.put("/escalator/v1/settings", json={"routes": routes})
        routes = [{"match": {}, "destinations": ["biling"]}]
        refused = client.put("/escalator/v1/settings", json={"routes": routes})
        client.delete("/notifier/v1/destinations/billing").raise_for_status()
        routes = [{"match": {}, "destinations": ["billing"]}]
        gone = client.put("/escalator/v1/settings", json={"routes": routes})

    assert taken.status_code == 200
    found = problem(refused, 422)
    assert found["errors"][0]["nearest"] == "billing"
    problem(gone, 422)


async def test_kcat_publishes_and_reads_without_our_code(
    stack: LocalStack, tenant: Tenant
) -> None:
    if stack.broker.kind.startswith("tansu"):
        pytest.skip("Debian's kcat 1.7.1 cannot read Tansu's ApiVersions answer")
    event = json.dumps(tenant.said("k-1", "c-kcat"))
    key = tenant.lane("c-kcat").decode()
    publish = ["kcat", "-P", "-b", stack.kafka, "-t", "conversation.events", "-k", key]
    read = ["kcat", "-C", "-e", "-q", "-b", stack.kafka, "-t", "conversation.replies"]

    subprocess.run(publish, input=event.encode(), check=True, timeout=30)

    for _ in range(60):
        found = subprocess.run(read, capture_output=True, check=True, timeout=30)
        replies = [json.loads(line) for line in found.stdout.splitlines()]
        mine = [each for each in replies if each["app_id"] == tenant.app_id]
        if mine:
            break
        await asyncio.sleep(0.5)
    assert mine[0]["type"] == "handoff"
    assert mine[0]["in_reply_to"] == "k-1"
    assert mine[0]["conversation_id"] == "c-kcat"
