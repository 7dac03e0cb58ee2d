"""With the mail relay down nobody is told "sent"; back again, everybody is told it is."""

import asyncio
import base64
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from handrail.stack.broker import choose_kind
from handrail.stack.local import LocalStack
from handrail.stack.processes import ROOT, free_port
from tests.notifier.sockets import serving
from tests.support.suite import wanted_kind, wanted_nodes
from tests.support.system import Tenant, publish, replies_of, until

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.timeout(900)]

ESCALATIONS = int(os.environ.get("HANDRAIL_TEST_ESCALATIONS", "100"))
PATIENCE_SECONDS = 60 + ESCALATIONS * 0.5
SECRET = "whsec_" + base64.b64encode(b"32 bytes that nobody has to guess").decode()
STRANGE = "The purple elephant on my screen sings at night"


@contextmanager
def relay(port: int, folder: Path) -> Iterator[None]:
    """Run a mail relay on *port*."""
    command = ("-m", "handrail.stack.mail", "--port", str(port), "--dir", str(folder))
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def system(tmp_path: Path) -> Iterator[LocalStack]:
    """Give a system whose mail relay is a port where nobody listens yet."""
    with LocalStack(
        broker_kind=choose_kind(wanted_kind()),
        nodes=wanted_nodes(),
        mail_dir=tmp_path / "mail",
        log_dir=tmp_path / "logs",
        environment={
            "HANDRAIL_INSTANCE_ID": "",
            "NOTIFIER_SMTP_PORT": str(free_port()),
            "NOTIFIER_CIRCUIT_PAUSE_SECONDS": "1",
            "NOTIFIER_ALLOW_PRIVATE_URLS": "true",
        },
    ) as running:
        yield running


def port_of(system: LocalStack) -> int:
    return int(system.environment["NOTIFIER_SMTP_PORT"])


async def escalate(tenant: Tenant, count: int) -> None:
    records = []
    for number in range(count):
        conversation_id = f"c-{number}"
        event = tenant.said(
            f"e-{number}",
            conversation_id,
            message={"role": "user", "text": STRANGE},
            user={"id": f"u-{number}", "email": f"u-{number}@example.com"},
        )
        records.append((tenant.lane(conversation_id), orjson.dumps(event), []))
    await publish(tenant.stack.kafka, records)


async def told(tenant: Tenant, *, status: str, count: int) -> list[dict[str, Any]]:
    """Return all replies once *count* conversations were told *status*."""

    async def look() -> list[dict[str, Any]]:
        return await replies_of(tenant.stack, tenant)

    def enough(replies: list[dict[str, Any]]) -> bool:
        return len(conversations(replies, status)) >= count

    found: list[dict[str, Any]] = await until(
        look, enough=enough, seconds=PATIENCE_SECONDS
    )
    assert enough(found), Counter(each.get("status") for each in found)
    return found


def conversations(replies: list[dict[str, Any]], status: str) -> set[str]:
    return {each["conversation_id"] for each in replies if each.get("status") == status}


async def test_a_relay_that_is_down_makes_nobody_hear_sent(
    system: LocalStack, tmp_path: Path
) -> None:
    tenant = Tenant(system)
    tenant.receive_mail()

    await escalate(tenant, ESCALATIONS)
    saved = await told(tenant, status="saved", count=ESCALATIONS)
    await asyncio.sleep(3)
    saved = await replies_of(system, tenant)

    said = Counter((each["type"], each.get("status")) for each in saved)
    assert said == {("handoff", "saved"): ESCALATIONS}
    with relay(port_of(system), tmp_path / "mail"):
        await told(tenant, status="delivered", count=ESCALATIONS)
        await asyncio.sleep(2)
    said = Counter(
        (each["type"], each.get("status")) for each in await replies_of(system, tenant)
    )
    assert said == {
        ("handoff", "saved"): ESCALATIONS,
        ("receipt", "delivered"): ESCALATIONS,
    }
    assert len(tenant.mails()) == ESCALATIONS


async def test_what_one_destination_refuses_for_good_the_fallback_has(
    system: LocalStack, tmp_path: Path
) -> None:
    async def gone(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async with serving(gone) as hook:
        for name, destination in (
            (
                "hook",
                {
                    "kind": "webhook",
                    "url": f"http://127.0.0.1:{hook}/in",
                    "secret": SECRET,
                },
            ),
            ("mailbox", {"kind": "email", "to": ["refuse-550@acme.test"]}),
        ):
            with relay(port_of(system), tmp_path / "mail"):
                tenant = failing_over(system, name, destination)
                await escalate(tenant, 3)
                replies = await told(tenant, status="delivered", count=3)

            causes = changes_of(tenant, "delivery_failed")
            assert causes == {"gone" if name == "hook" else "recipient_refused": 3}
            assert changes_of(tenant, "fallback_asked") == {"fallback_asked": 3}
            assert conversations(replies, "delayed") == set()
            assert len(tenant.mails()) == 3


def failing_over(system: LocalStack, name: str, destination: dict[str, Any]) -> Tenant:
    """Return an app whose route leads to *destination*, and then to its team's mail."""
    tenant = Tenant(system)
    tenant.receive_mail()
    route = {"destinations": [name], "fallback": ["default"]}
    with tenant.http() as client:
        path = f"/notifier/v1/destinations/{name}"
        client.put(path, json=destination).raise_for_status()
        settings = client.put("/escalator/v1/settings", json={"routes": [route]})
        settings.raise_for_status()
    return tenant


def changes_of(tenant: Tenant, change: str) -> Counter[str]:
    """Return the reasons of that change of each escalation."""
    reasons: Counter[str] = Counter()
    with tenant.http() as client:
        for item in client.get("/escalator/v1/escalations").json()["items"]:
            path = f"/escalator/v1/escalations/{item['escalation_id']}"
            updates = client.get(path).json()["updates"]
            found = [each for each in updates if each["change"] == change]
            reasons.update(each["reason"] for each in found)
    return reasons
