"""The HTTP API over stores in memory."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.notifier.api import deliveries as deliveries_api
from services.notifier.api import destinations as destinations_api
from services.notifier.deliver.sample import Sampler
from services.notifier.domain.delivery import Delivery, Search, Status
from services.notifier.domain.destination import Destination
from services.notifier.domain.holds import redrive
from services.notifier.domain.outcomes import Reason, Refused
from shared.events import AppKey, AppSettings, Scope
from shared.web.api import install
from shared.web.auth import Credentials, new_key
from tests.notifier.letters import make_delivery
from tests.notifier.world import FakeChannel
from tests.support.fakes import NOON, FakeApps, FakeClock

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
MAIL = {"kind": "email", "to": ["team@acme.test"]}
HOOK = {
    "kind": "webhook",
    "url": "https://hooks.example.com/in/s3cret",
    "secret": SECRET,
}
KEY = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WRONG_SECRETS = [
    f"v1,whsec_{KEY}", "hunter2", "whsec_YQ==", "abc", "whsec_", "whsec_é", f"whsk_{KEY}",
    f"WHSEC_{KEY}", f"whsec_ {KEY}", f"whsec_{KEY[:-2]}-_", f"whsec_{'A' * 100}",
]  # fmt: skip


@dataclass
class FakeBook:
    """Destinations in memory."""

    known: dict[tuple[str, str], Destination] = field(default_factory=dict)
    woken: list[tuple[str, str]] = field(default_factory=list)
    told: list[tuple[str, list[str]]] = field(default_factory=list)

    async def tell(self, app_id: str) -> None:
        self.told.append((app_id, [each for app, each in self.known if app == app_id]))

    async def get(self, app_id: str, destination_id: str) -> Destination | None:
        return self.known.get((app_id, destination_id))

    async def put(self, destination: Destination) -> Destination:
        stored = replace(destination, created_at=NOON, updated_at=NOON)
        self.known[destination.app_id, destination.destination_id] = stored
        return stored

    async def delete(self, app_id: str, destination_id: str) -> bool:
        return self.known.pop((app_id, destination_id), None) is not None

    async def page(
        self, app_id: str, *, after: str | None, limit: int
    ) -> list[Destination]:
        found = sorted(self.known.items())
        return [
            each
            for (app, name), each in found
            if app == app_id and (after is None or name > after)
        ][:limit]

    async def wake_waiting(self, app_id: str, destination_id: str) -> int:
        self.woken.append((app_id, destination_id))
        return 0

    def wake(self) -> None:
        """Nobody sleeps here."""


@dataclass
class FakeInventory:
    """Deliveries in memory."""

    kept: dict[str, Delivery] = field(default_factory=dict)

    async def page(
        self, search: Search, *, after: tuple[datetime, str] | None, limit: int
    ) -> list[Delivery]:
        found = sorted(
            self.kept.values(),
            key=lambda d: (d.created_at, d.delivery_id),
            reverse=True,
        )
        return [
            each
            for each in found
            if each.app_id == search.app_id
            and (search.statuses is None or each.status in search.statuses)
            and (search.destination_id in {None, each.destination_id})
            and (after is None or (each.created_at, each.delivery_id) < after)
        ][:limit]

    async def get(self, app_id: str, delivery_id: str) -> Delivery | None:
        found = self.kept.get(delivery_id)
        return found if found and found.app_id == app_id else None

    async def redrive(self, dead: Delivery) -> bool:
        self.kept[dead.delivery_id] = redrive(dead, now=NOON)
        return True

    def keep(self, **changes: Any) -> None:
        delivery = replace(make_delivery(NOON), **changes)
        self.kept[delivery.delivery_id] = delivery


@dataclass
class Api:
    """A client with a key of each kind."""

    client: httpx.AsyncClient
    book: FakeBook
    inventory: FakeInventory
    channel: FakeChannel
    keys: dict[str, str]

    async def ask(
        self, method: str, path: str, *, key: str = "manage", **more: Any
    ) -> Any:
        headers = {"Authorization": f"Bearer {self.keys.get(key, key)}"}
        return await self.client.request(method, path, headers=headers, **more)


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    book, inventory, channel = FakeBook(), FakeInventory(), FakeChannel()
    apps, keys = FakeApps(), {}
    for name, app_id, scope in (
        ("manage", "acme", Scope.MANAGE),
        ("read", "acme", Scope.READ),
        ("ingest", "acme", Scope.INGEST),
        ("stranger", "other", Scope.MANAGE),
    ):
        made = new_key()
        keys[name] = made.key
        held = AppKey(
            key_id=made.key_id, hash=made.hash, scopes=[scope], created_at=NOON
        )
        known = apps.known.get(app_id)
        apps.known[app_id] = AppSettings(
            app_id=app_id, updated_at=NOON, keys=[*(known.keys if known else []), held]
        )
    sampler = Sampler({"email": channel}, lambda app_id: app_id, FakeClock())
    app = FastAPI()
    app.state.credentials = Credentials(apps, admin_key="admin")
    install(app)
    app.include_router(
        destinations_api.router(destinations_api.Book(book, book, sampler, book))
    )
    app.include_router(deliveries_api.router(inventory, book))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield Api(client, book, inventory, channel, keys)


async def test_a_team_mailbox_is_put_read_listed_and_deleted(api: Api) -> None:
    put = await api.ask("PUT", "/v1/destinations/team-mail", json=MAIL)
    read = await api.ask("GET", "/v1/destinations/team-mail", key="read")

    assert put.status_code == 200
    assert read.json() == put.json()
    assert read.json()["to"] == ["team@acme.test"]
    assert api.book.woken == [("acme", "team-mail")]
    listed = (await api.ask("GET", "/v1/destinations")).json()
    assert [each["destination_id"] for each in listed["items"]] == ["team-mail"]
    assert (await api.ask("DELETE", "/v1/destinations/team-mail")).status_code == 204
    assert (await api.ask("GET", "/v1/destinations/team-mail")).status_code == 404


async def test_a_webhooks_secrets_are_written_and_never_read_back(api: Api) -> None:
    put = await api.ask("PUT", "/v1/destinations/hook", json=HOOK)
    read = await api.ask("GET", "/v1/destinations/hook")
    listed = await api.ask("GET", "/v1/destinations")

    for answer in (put, read, listed):
        assert answer.status_code == 200
        assert SECRET not in answer.text
        assert "s3cret" not in answer.text
    assert read.json()["secret_set"] is True
    assert read.json()["url"] == "https://hooks.example.com"


async def test_a_webhook_may_be_changed_without_its_secret_but_not_made(
    api: Api,
) -> None:
    bare = {"kind": "webhook", "url": "https://hooks.example.com/other"}
    assert (await api.ask("PUT", "/v1/destinations/hook", json=bare)).status_code == 422

    await api.ask("PUT", "/v1/destinations/hook", json=HOOK)
    assert (await api.ask("PUT", "/v1/destinations/hook", json=bare)).status_code == 200

    assert api.book.known["acme", "hook"].secret == SECRET


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "email", "to": []},
        {"kind": "email", "to": ["team@acme.test"] * 51},
        {"kind": "email", "to": [f"u{n}@acme.test" for n in range(20_000)]},
        {"kind": "email", "to": ["alice@x)bob@evil"]},
        {"kind": "email", "to": ["a@b.test\r\nBcc: x@y.test"]},
        {"kind": "email", "to": ["-oQ/tmp"]},
        {"kind": "email", "to": ["@relay.test:a@b.test"]},
        {"kind": "email", "to": ["a" * 400 + "@b.test"]},
        {"kind": "email", "to": "team@acme.test"},
        {"kind": "email", "to": [{"$gt": ""}]},
        {"kind": "pigeon", "to": ["a@b.test"]},
        {"to": ["a@b.test"]},
        {**HOOK, "url": "http://hooks.example.com/"}, {**HOOK, "url": "https://127.0.0.1/"},
        {**HOOK, "url": "https://169.254.169.254/latest/meta-data"},
        *({**HOOK, "secret": each} for each in WRONG_SECRETS),
        [],
        None,
    ],
)  # fmt: skip
async def test_a_body_that_is_no_destination_is_a_422_problem(
    api: Api, body: Any
) -> None:
    answer = await api.ask("PUT", "/v1/destinations/x", json=body)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert api.book.known == {}


@pytest.mark.parametrize("secret", WRONG_SECRETS[:3])
async def test_a_wrong_secret_is_told_what_is_wanted(api: Api, secret: str) -> None:
    answer = await api.ask("PUT", "/v1/destinations/x", json={**HOOK, "secret": secret})

    assert "`whsec_` and the base64 of 24 to 64 random bytes" in answer.text
    assert secret not in answer.text


@pytest.mark.parametrize("name", ["a b", "$x", ".x", "x" * 129, "a%0d%0ab", "é"])
async def test_a_name_that_is_no_plain_id_is_refused(api: Api, name: str) -> None:
    assert (
        await api.ask("PUT", f"/v1/destinations/{name}", json=MAIL)
    ).status_code == 422


async def test_reserved_test_domains_and_intranets_are_addresses_too(api: Api) -> None:
    to = ["team@acme.test", "ops@example.com", "root@localhost", "a.b+c@x.example"]
    body = {"kind": "email", "to": to}

    assert (await api.ask("PUT", "/v1/destinations/x", json=body)).json()["to"] == to


async def test_an_international_domain_is_kept_as_it_travels(api: Api) -> None:
    body = {"kind": "email", "to": ["team@bücher.example"]}

    found = (await api.ask("PUT", "/v1/destinations/x", json=body)).json()

    assert found["to"] == ["team@xn--bcher-kva.example"]


@pytest.mark.parametrize(
    ("key", "method", "status"),
    [
        ("read", "PUT", 403),
        ("ingest", "PUT", 403),
        ("ingest", "GET", 403),
        ("nobody", "GET", 401),
        ("read", "DELETE", 403),
    ],
)
async def test_scopes_decide_what_a_key_may_do(
    api: Api, key: str, method: str, status: int
) -> None:
    answer = await api.ask(method, "/v1/destinations/team-mail", key=key, json=MAIL)

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/v1/destinations/x", MAIL),
        ("POST", "/v1/destinations/team-mail/test", {}),
        ("POST", "/v1/dead-letters/x/redrive", {}),
    ],
)
async def test_a_body_that_names_another_app_is_refused(
    api: Api, method: str, path: str, body: dict[str, Any]
) -> None:
    await api.ask("PUT", "/v1/destinations/team-mail", json=MAIL)

    answer = await api.ask(method, path, json={**body, "app_id": "other"})

    assert answer.status_code == 403
    assert api.channel.sent == []


async def test_a_test_message_is_marked_and_answers_the_proof(api: Api) -> None:
    await api.ask("PUT", "/v1/destinations/team-mail", json=MAIL)

    answer = await api.ask("POST", "/v1/destinations/team-mail/test")

    assert answer.json() == {
        "delivered": True,
        "channel": "email",
        "proof": "250 2.0.0 Ok",
        "recipients": ["team@acme.test"],
        "refused": [],
    }
    ((_, _, letter),) = api.channel.sent
    assert letter.test


async def test_a_test_that_nobody_accepts_answers_the_far_sides_words(api: Api) -> None:
    await api.ask("PUT", "/v1/destinations/team-mail", json=MAIL)
    api.channel.script(
        "team@acme.test", Refused(Reason.RECIPIENT_REFUSED, "550 5.1.1 no")
    )

    answer = await api.ask("POST", "/v1/destinations/team-mail/test")

    assert answer.status_code == 424
    assert answer.json()["detail"] == "550 5.1.1 no"
    assert answer.json()["reason"] == "recipient_refused"


async def test_deliveries_are_listed_in_pages_and_by_what_was_asked(api: Api) -> None:
    for n in range(5):
        status = Status.DEAD if n % 2 else Status.DELIVERED
        api.inventory.keep(delivery_id=f"d-{n}", status=status)
    api.inventory.keep(delivery_id="foreign", app_id="other")

    first = (await api.ask("GET", "/v1/deliveries?limit=3")).json()
    second = (
        await api.ask("GET", f"/v1/deliveries?limit=3&cursor={first['next_cursor']}")
    ).json()

    ids = [each["delivery_id"] for each in first["items"] + second["items"]]
    assert ids == ["d-4", "d-3", "d-2", "d-1", "d-0"]
    assert second["next_cursor"] is None
    dead = (await api.ask("GET", "/v1/deliveries?status=dead")).json()["items"]
    assert [each["delivery_id"] for each in dead] == ["d-3", "d-1"]
    assert (await api.ask("GET", "/v1/deliveries/foreign")).status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("status=nonsense", 422),
        ("limit=0", 422),
        ("limit=201", 422),
        ("cursor=nonsense", 400),
        ("cursor=W10", 400),
        ("status[$ne]=dead", 422),
        ("destination=team-mail", 422),
    ],
)
async def test_a_query_is_only_ever_what_it_should_be(
    api: Api, query: str, status: int
) -> None:
    assert (await api.ask("GET", f"/v1/deliveries?{query}")).status_code == status


async def test_a_dead_letter_is_listed_with_its_reason_and_redriven_once(
    api: Api,
) -> None:
    api.inventory.keep(delivery_id="d-1", status=Status.DEAD, reason="gone", tries=1)
    (dead,) = (await api.ask("GET", "/v1/dead-letters")).json()["items"]
    assert (dead["status"], dead["reason"]) == ("dead", "gone")

    first = await api.ask("POST", "/v1/dead-letters/d-1/redrive")
    again = await api.ask("POST", "/v1/dead-letters/d-1/redrive")

    assert first.json()["status"] == again.json()["status"] == "pending"
    assert again.json()["redriven"] == 1
    assert (await api.ask("GET", "/v1/dead-letters")).json()["items"] == []


async def test_what_is_not_dead_is_not_redriven(api: Api) -> None:
    api.inventory.keep(delivery_id="d-1", status=Status.DELIVERED)

    assert (await api.ask("POST", "/v1/dead-letters/d-1/redrive")).status_code == 409
    assert (await api.ask("POST", "/v1/dead-letters/d-9/redrive")).status_code == 404
    assert (
        await api.ask("POST", "/v1/dead-letters/d-1/redrive", key="stranger")
    ).status_code == 404


async def test_the_others_are_told_of_a_destination_before_the_answer(api: Api) -> None:
    await api.ask("PUT", "/v1/destinations/team-mail", json=MAIL)
    await api.ask("DELETE", "/v1/destinations/team-mail")
    await api.ask("DELETE", "/v1/destinations/team-mail")

    assert api.book.told == [("acme", ["team-mail"]), ("acme", [])]
