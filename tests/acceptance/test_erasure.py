"""What is left of an erased user and of a deleted app: every document, byte for byte."""

import asyncio
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient

from handrail.stack.local import LocalStack
from tests.support.system import Tenant, publish

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

RAW: Any = CodecOptions(document_class=RawBSONDocument)
SERVICES = {"resolver", "escalator", "notifier", "analytics"}


@pytest.fixture
def database(stack: LocalStack) -> Iterator[Any]:
    with MongoClient(stack.mongo_url, tz_aware=True) as client:
        yield client.get_default_database("handrail")


def holding(database: Any, marker: str) -> dict[str, int]:
    """Return how many documents of each collection hold *marker* anywhere."""
    found = {}
    for name in database.list_collection_names(filter={"type": "collection"}):
        rows = database[name].with_options(codec_options=RAW).find()
        count = sum(marker.encode() in row.raw for row in rows)
        if count:
            found[name] = count
    return found


def without_patterns(found: dict[str, int]) -> dict[str, int]:
    return {name: n for name, n in found.items() if name != "analytics_patterns"}


def eventually(look: Callable[[], Any], *, seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.3)
    return found


def settled(database: Any, marker: str) -> dict[str, int]:
    """Return `holding` once it stays as it is; old states are taken out in rounds."""
    before: dict[str, int] = {}
    while (found := holding(database, marker)) != before:
        before = found
        time.sleep(3)
    return found


@dataclass
class Person:
    """One user with a word that nobody else says."""

    tenant: Tenant
    marker: str

    @property
    def user_id(self) -> str:
        return f"u/{self.marker}"

    def conversation(self, number: int) -> str:
        return f"c-{number}-{abs(hash(self.marker))}"

    def events(self) -> list[dict[str, Any]]:
        user = {
            "id": self.user_id,
            "name": f"Ana {self.marker}",
            "email": f"{self.marker}@example.com",
            "traits": {"note": self.marker},
        }
        facts = {"user": user, "app_state": {"note": f"state {self.marker}"}}
        first, second = self.conversation(1), self.conversation(2)
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        common = {"app_id": self.tenant.app_id, "occurred_at": now}
        unique = uuid.uuid4().hex
        return [
            self.tenant.said(
                f"e1-{unique}",
                first,
                message={"role": "user", "text": f"zqx {self.marker} wvut frobnicate"},
                **facts,
            ),
            self.tenant.said(
                f"e2-{unique}",
                second,
                message={"role": "user", "text": f"hello, {self.marker} here"},
                **facts,
            ),
            {
                **common,
                "event_id": f"e3-{unique}",
                "type": "handoff_requested",
                "conversation_id": second,
                "text": f"a person please, says {self.marker}",
                "user": user,
            },
            {
                **common,
                "event_id": f"e4-{unique}",
                "type": "contact",
                "conversation_id": second,
                "email": f"other-{self.marker}@example.com",
            },
        ]

    def speak(self) -> None:
        records = [
            (self.tenant.lane(each["conversation_id"]), json.dumps(each).encode(), [])
            for each in self.events()
        ]
        asyncio.run(publish(self.tenant.stack.kafka, records))
        with self.tenant.http() as client:
            answer = client.post(
                "/resolver/v1/tokens",
                json={"endUserId": self.user_id, "context": {"note": self.marker}},
            )
            answer.raise_for_status()

    def is_everywhere(self, database: Any) -> bool:
        """Return whether each kind of collection holds something of them."""
        wanted = {
            "resolver_ledger", "resolver_tokens", "escalator_ledger",
            "escalator_escalations", "escalator_updates", "notifier_deliveries",
            "analytics_requests", "analytics_escalations", "analytics_pattern_members",
        }  # fmt: skip
        return wanted <= holding(database, self.marker).keys() and all(
            each["status"] == "delivered"
            for each in database["notifier_deliveries"].find({"user_id": self.user_id})
        )


def person(tenant: Tenant, database: Any) -> Person:
    made = Person(tenant, f"m{uuid.uuid4().hex[:12]}")
    made.speak()
    assert eventually(lambda: made.is_everywhere(database)), holding(
        database, made.marker
    )
    return made


def handrail(stack: LocalStack, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "handrail.cli", *arguments],
        env={
            **os.environ,
            "HANDRAIL_PUBLIC_URL": stack.origin,
            "HANDRAIL_ADMIN_KEY": stack.admin_key,
            "COLUMNS": "200",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_nothing_is_left_of_an_erased_user_and_all_of_the_other(
    stack: LocalStack, tenant: Tenant, database: Any
) -> None:
    ana, ben = person(tenant, database), person(tenant, database)
    of_ben = settled(database, ben.marker)
    exported = handrail(stack, "users", "export", tenant.app_id, ana.user_id)
    lines = [json.loads(line) for line in exported.splitlines()]
    assert {line["service"] for line in lines} == SERVICES
    assert ana.marker in exported
    assert ben.marker not in exported

    told = handrail(stack, "users", "erase", tenant.app_id, ana.user_id, "--yes")

    assert holding(database, ana.marker) == {}
    # Who was erased stood for a pattern; the other's words may stand for it now.
    assert without_patterns(holding(database, ben.marker)) == without_patterns(of_ben)
    assert "default (email) has received" in told
    empty = handrail(stack, "users", "export", tenant.app_id, ana.user_id)
    assert "document" not in empty or ana.marker not in empty


def test_the_team_hears_of_it_and_a_repeat_has_the_same_receipt(
    stack: LocalStack, tenant: Tenant, database: Any
) -> None:
    ana = person(tenant, database)
    with tenant.http() as client:
        path = f"/escalator/v1/users/{ana.user_id.replace('/', '%2F')}"
        first = client.post(f"{path}/erase")
        assert first.status_code == 202, first.text
        receipt = eventually(
            lambda: (
                found
                if (found := client.get(f"{path}/erasure").json())["state"] == "done"
                else None
            )
        )
        again = client.post(f"{path}/erase").json()

    assert set(receipt["services"]) == SERVICES
    assert receipt["services"]["escalator"]["counts"]["escalator_escalations"] == 2
    assert again == receipt
    topics = {each["topic"] for each in receipt["remains"]}
    assert {"conversation.events", "conversation.events.dead-letter"} <= topics
    closed = list(database["escalator_escalations"].find({"app_id": tenant.app_id}))
    assert {each["status"] for each in closed} == {"resolved"}
    news = eventually(lambda: [m for m in tenant.mails() if b"asked to be erased" in m])
    assert news
    assert ana.marker.encode() not in news[0]


def test_what_the_user_says_afterwards_is_worked_as_ever(
    stack: LocalStack, tenant: Tenant, database: Any
) -> None:
    ana = person(tenant, database)
    handrail(stack, "users", "erase", tenant.app_id, ana.user_id, "--yes")
    time.sleep(1)  # their clock has whole seconds

    ana.speak()

    assert eventually(lambda: "escalator_ledger" in holding(database, ana.marker))
    handrail(stack, "users", "erase", tenant.app_id, ana.user_id, "--yes")
    assert holding(database, ana.marker) == {}


def test_nothing_is_left_of_a_deleted_app_and_all_of_the_other(
    stack: LocalStack, tenant: Tenant, database: Any
) -> None:
    other = Tenant(stack)
    other.receive_mail()
    ana, ben = person(tenant, database), person(other, database)
    of_ben = settled(database, ben.marker)
    operator = tenant.http(stack.admin_key)

    with operator as client:
        assert client.delete(f"/escalator/v1/apps/{tenant.app_id}").status_code == 204
        report = eventually(lambda: _done(client, tenant.app_id))
        late = ana.events()
        asyncio.run(
            publish(
                stack.kafka,
                [
                    (
                        tenant.lane(late[0]["conversation_id"]),
                        json.dumps(late[0]).encode(),
                        [],
                    )
                ],
            )
        )
        again = client.post("/escalator/v1/apps", json={"app_id": tenant.app_id})

    assert set(report["services"]) == SERVICES
    assert report["services"]["notifier"]["notifier_deliveries"] >= 2
    assert holding(database, ana.marker) == {}
    assert holding(database, ben.marker) == of_ben
    assert again.status_code == 201
    assert set(holding(database, tenant.app_id)) <= {
        "escalator_apps", "escalator_receipts",
        *(f"{service}_purges" for service in SERVICES),
    }  # fmt: skip


def _done(client: httpx.Client, app_id: str) -> Any:
    report = client.get(f"/escalator/v1/apps/{app_id}/purge").json()
    return report if report["state"] == "done" else None
