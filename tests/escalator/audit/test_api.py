"""`GET /v1/audit`: an app sees its own, the operator everything, others nothing."""

from typing import Any

import httpx
from fastapi import FastAPI

from services.escalator.api import audit
from shared.web.api import install
from shared.web.auth import Credentials
from tests.escalator.desk import ADMIN_KEY, ORIGIN, Office
from tests.escalator.world import START


class FakeFindings:
    """One repaired finding of each of two apps."""

    async def show(self, app_id: str | None) -> dict[str, Any]:
        found = [
            {
                "kind": "timer_missing",
                "app_id": each,
                "escalation_id": None,
                "at": START,
                "reason": "proof_wait",
                "times": 1,
            }
            for each in ("acme", "other")
            if app_id in {None, each}
        ]
        return {"checked_at": START, "unaccounted": 0, "repaired": found}


async def ask(office: Office, key: str) -> httpx.Response:
    app = FastAPI()
    install(app)
    app.state.credentials = Credentials(office.table, admin_key=ADMIN_KEY)
    app.include_router(audit.router(FakeFindings()))
    transport = httpx.ASGITransport(app)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        return await client.get("/v1/audit", headers=headers)


async def test_an_app_sees_what_was_repaired_of_its_own() -> None:
    office = Office()

    answer = await ask(office, await office.key())

    assert answer.status_code == 200
    found = answer.json()
    assert found["unaccounted"] == 0
    assert found["checked_at"] == "2026-11-22T10:00:00Z"
    assert [each["app_id"] for each in found["repaired"]] == ["acme"]
    assert set(found["repaired"][0]) >= {"kind", "escalation_id", "at", "reason"}


async def test_the_operator_sees_what_was_repaired_of_every_app() -> None:
    found = (await ask(Office(), ADMIN_KEY)).json()

    assert [each["app_id"] for each in found["repaired"]] == ["acme", "other"]


async def test_a_key_that_only_reads_sees_no_audit() -> None:
    office = Office()
    reader = await office.key("acme", "read")

    assert (await ask(office, reader)).status_code == 403
    assert (await ask(office, "hr_a.b")).status_code == 401
