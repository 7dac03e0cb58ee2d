"""People of an app on the running system: signed in by mail, known to all services."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import Any

import httpx
import pytest
from playwright.sync_api import sync_playwright

from handrail.stack.local import LocalStack
from tests.support.people import HEADER
from tests.support.system import Tenant

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [pytest.mark.integration]
SERVICES = ("resolver", "escalator", "notifier", "analytics")
READS = {
    "resolver": "/v1/actions",
    "escalator": "/v1/escalations",
    "notifier": "/v1/deliveries",
    "analytics": "/v1/summary",
}
KNOWN_SECONDS = 5.0
"""What every service must know by then."""
SECRET = "planted-in-one-app-alone"


def within(seconds: float, look: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return seen


def add(tenant: Tenant, email: str, role: str, **facts: Any) -> None:
    body = {"name": "Ana", "role": role, **facts}
    with tenant.http() as client:
        answer = client.put(f"/escalator/v1/members/{email}", json=body)
        answer.raise_for_status()


def mailed_token(stack: LocalStack, email: str) -> str:
    """Return the token of the newest link that was mailed to *email*."""
    for path in sorted(stack.mail_dir.glob("*.eml"), reverse=True):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        body = mail.get_body(("plain",))
        if mail["To"] == email and body is not None:
            found = re.search(r"/escalator/sign-in#(\S+)", body.get_content())
            if found:
                return found[1]
    return ""


def browser(stack: LocalStack) -> httpx.Client:
    return httpx.Client(
        base_url=stack.origin, headers=HEADER, timeout=20, trust_env=False
    )


@contextmanager
def signed_in(
    stack: LocalStack, tenant: Tenant, email: str, role: str
) -> Iterator[httpx.Client]:
    add(tenant, email, role)
    with browser(stack) as client:
        asked = client.post("/escalator/v1/sessions", json={"email": email})
        assert asked.status_code == 202, asked.text
        assert within(20, lambda: bool(mailed_token(stack, email)))
        token = mailed_token(stack, email)
        answer = client.post("/escalator/v1/sessions/redeem", json={"token": token})
        assert answer.status_code == 200, answer.text
        yield client


def reads(client: httpx.Client) -> dict[str, int]:
    return {each: client.get(f"/{each}{READS[each]}").status_code for each in SERVICES}


def test_one_cookie_opens_all_four_services_until_it_is_ended(
    stack: LocalStack, tenant: Tenant
) -> None:
    email = f"ana@{tenant.app_id}.test"
    with signed_in(stack, tenant, email, "viewer") as client:
        assert reads(client) == dict.fromkeys(SERVICES, 200)
        copied = dict(client.cookies)

        assert client.delete("/escalator/v1/sessions").status_code == 204

        with browser(stack) as other:
            other.cookies.update(copied)
            over = dict.fromkeys(SERVICES, 401)
            assert within(KNOWN_SECONDS, lambda: reads(other) == over)


def test_a_change_of_role_and_a_removal_hold_in_all_services(
    stack: LocalStack, tenant: Tenant
) -> None:
    email = f"bo@{tenant.app_id}.test"
    document = {"title": "T", "text": "# T\nWords", "format": "markdown"}
    with signed_in(stack, tenant, email, "viewer") as client:

        def put() -> int:
            return client.put("/resolver/v1/documents/d", json=document).status_code

        assert put() == 403
        add(tenant, email, "admin")
        assert within(KNOWN_SECONDS, lambda: put() in {200, 201})

        with tenant.http() as server:
            server.delete(f"/escalator/v1/members/{email}").raise_for_status()

        over = dict.fromkeys(SERVICES, 401)
        assert within(KNOWN_SECONDS, lambda: reads(client) == over)


def test_what_is_handed_off_goes_to_who_has_room_and_to_nobody_beyond(
    stack: LocalStack, tenant: Tenant
) -> None:
    rooms = {
        f"{name}@{tenant.app_id}.test": room for name, room in [("x", 3), ("y", 1)]
    }
    for email, room in rooms.items():
        add(tenant, email, "agent", capacity=room)
    with tenant.http() as server:
        wanted = {"assignment": {"by": "capacity"}}
        server.put("/escalator/v1/settings", json=wanted).raise_for_status()
        events = []
        for number in range(12):
            said = tenant.said(f"e-{number}", f"c-{number}", type="handoff_requested")
            del said["message"]
            events.append({**said, "text": f"A person, please, for matter {number}"})
        server.post("/resolver/v1/events", json=events).raise_for_status()
        assert within(60, lambda: len(_escalations(server)) == 12)

        held = [each["assignee"] for each in _escalations(server)]

        assert {email: held.count(email) for email in rooms} == rooms
        assert held.count(None) == 8
        hers = next(each for each in _escalations(server) if each["assignee"])
        shown = server.get(f"/escalator/v1/escalations/{hers['number']}").json()
        assert shown["updates"][0]["reason"] == "assigned_by_capacity"


def test_an_agents_work_is_theirs_and_the_user_reads_their_name(
    stack: LocalStack, tenant: Tenant
) -> None:
    tenant.receive_mail()
    email = f"cy@{tenant.app_id}.test"
    with tenant.http() as server:
        event = tenant.said("e-1", "c-1")
        server.post("/resolver/v1/events", json=event).raise_for_status()

    with signed_in(stack, tenant, email, "agent") as client:
        assert within(30, lambda: bool(_escalations(client)))
        (found,) = _escalations(client)
        path = f"/escalator/v1/escalations/{found['escalation_id']}"
        foreign = {"actor": "Somebody Else", "text": "Hi"}
        assert client.post(f"{path}/reply", json=foreign).status_code == 403

        answer = client.post(f"{path}/reply", json={"text": "It works again."})

        assert answer.status_code == 200, answer.text
        last = answer.json()["updates"][-1]
        assert (last["actor"], last["text"]) == (email, "It works again.")
        assert client.put("/escalator/v1/settings", json={}).status_code == 403


def _escalations(client: httpx.Client) -> list[dict[str, Any]]:
    answer = client.get("/escalator/v1/escalations")
    found: list[dict[str, Any]] = answer.json().get("items", [])
    return found


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
def test_a_mailed_link_opens_the_dashboard_in_a_browser(
    stack: LocalStack, tenant: Tenant
) -> None:
    email = f"ed@{tenant.app_id}.test"
    add(tenant, email, "viewer")
    with browser(stack) as client:
        client.post("/escalator/v1/sessions", json={"email": email})
    assert within(20, lambda: bool(mailed_token(stack, email)))
    link = f"{stack.origin}/escalator/sign-in#{mailed_token(stack, email)}"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        page = chromium.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))

        page.goto(link)
        page.click("text=Sign in")
        # The dashboard, or the page that stands in for it where it cannot be built.
        shown = page.locator("nav.rail, #tile-requests .number:has-text('0')")
        shown.first.wait_for(timeout=20_000)

        assert page.url == f"{stack.origin}/"
        page.goto(link)
        page.click("text=Sign in")
        page.wait_for_selector("text=used or its time is over", timeout=20_000)
        assert problems == []
        chromium.close()


def test_another_apps_key_and_admin_see_and_change_nothing(
    stack: LocalStack, tenant: Tenant
) -> None:
    other = Tenant(stack)
    ids = _plant(tenant)
    with tenant.http() as own, other.http() as key:
        before = _settled(own)
        assert SECRET in before
        with signed_in(stack, other, f"di@{other.app_id}.test", "admin") as admin:
            seen = [
                f"{method} {path} {answer.status_code}"
                for client in (key, admin)
                for method, path in _operations(stack, ids)
                if SECRET in (answer := _ask(client, method, path)).text
                or answer.status_code == 500
            ]

        assert seen == []
        assert _all_of(own) == before


def _plant(tenant: Tenant) -> dict[str, str]:
    """Store something of each kind and return what names it in paths."""
    add(tenant, "planted@acme.test", "agent", name=SECRET)
    document = {"title": SECRET, "text": SECRET, "format": "markdown"}
    action = {"description": SECRET, "parameters": {"type": "object", "properties": {}}}
    with tenant.http() as client:
        for path, body in {
            "/resolver/v1/documents/planted": document,
            "/resolver/v1/actions/planted": action,
            "/notifier/v1/destinations/planted": {
                "kind": "email",
                "to": [f"{SECRET}@acme.test"],
            },
            "/escalator/v1/settings": {"messages": {"handoff": SECRET}},
        }.items():
            client.put(path, json=body).raise_for_status()
        said = tenant.said("e-9", "c-9", type="handoff_requested", text=SECRET)
        del said["message"]
        client.post("/resolver/v1/events", json=said).raise_for_status()
        assert within(30, lambda: bool(_escalations(client)))
        (found,) = _escalations(client)
    return {
        "name": found["escalation_id"],
        "email": "planted@acme.test",
        "destination_id": "planted",
        "conversation_id": "c-9",
        "user_id": "u-7",
    }


def _operations(stack: LocalStack, ids: dict[str, str]) -> list[tuple[str, str]]:
    """Return every operation under the gateway, with what was planted in its path."""
    found = []
    with browser(stack) as client:
        for service in SERVICES:
            paths = client.get(f"/{service}/openapi.json").json()["paths"]
            named = ids if service != "resolver" else {**ids, "name": "planted"}
            for path, item in paths.items():
                full = re.sub(
                    r"{(\w+)}", lambda part, of=named: of.get(part[1], "planted"), path
                )
                streams = path.endswith(("/stream", "/replies"))
                found += [(each, f"/{service}{full}") for each in item if not streams]
    return [each for each in found if not each[1].endswith("/v1/sessions")]


def _ask(client: httpx.Client, method: str, path: str) -> httpx.Response:
    body = {"text": "x", "actor": "x"} if method in {"post", "put"} else None
    return client.request(method, path, json=body)


def _settled(own: httpx.Client) -> str:
    """Return all that the app can read once nothing of its own is under way any more.

    Its mail is delivered, and its escalation joins a pattern, a moment after it opens.
    """
    before = ""
    for _ in range(20):
        now = _all_of(own)
        if now == before and '"pattern":null' not in now:
            break
        before = now
        time.sleep(2)
    return before


def _all_of(own: httpx.Client) -> str:
    """Return all that the app can read of itself."""
    paths = (
        "/escalator/v1/members",
        "/escalator/v1/settings",
        "/escalator/v1/escalations",
        "/resolver/v1/actions/planted",
        "/resolver/v1/documents/planted",
        "/notifier/v1/destinations",
    )
    return "\n".join(own.get(path).text for path in paths)
