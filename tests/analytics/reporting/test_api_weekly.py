"""POST /v1/reports/weekly/test: who may ask, for where, and what they hear."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from services.analytics.api import weekly
from services.analytics.reporting.weekly.weekly import Asked
from shared.errors import Transient
from shared.events import AppKey, Scope
from shared.web.api import install
from shared.web.auth import Credentials, new_key
from tests.support.fakes import FakeApps, app

NOW = datetime(2026, 11, 22, 12, 34, 56, tzinfo=UTC)


class FakeWeekly:
    """Remembers what it was asked for."""

    def __init__(self):
        self.asked = []
        self.error = None

    async def ask_now(self, app, destination_id):
        if self.error:
            raise self.error
        self.asked.append((app.app_id, destination_id))
        return Asked("d-1", destination_id, NOW - timedelta(days=7), NOW)


class FakeDestinations:
    """Knows one, and another only after a look."""

    def __init__(self):
        self.known = {"team-mail"}

    def of(self, app_id):
        return frozenset(self.known if app_id == "acme" else ())

    async def refresh(self):
        self.known.add("made-just-now")


class Api:
    """The route with keys of every scope."""

    def __init__(self):
        self.weekly = FakeWeekly()
        self.keys = {scope: new_key() for scope in Scope}
        known = [
            AppKey(key_id=key.key_id, hash=key.hash, scopes=[scope], created_at=NOW)
            for scope, key in self.keys.items()
        ]
        apps = FakeApps({"acme": app("acme", keys=known)})
        application = FastAPI()
        install(application)
        application.state.credentials = Credentials(apps, admin_key="root")
        application.include_router(weekly.router(self.weekly, apps, FakeDestinations()))
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(application), base_url="http://analytics"
        )

    async def post(self, body, scope=Scope.MANAGE):
        headers = {"Authorization": f"Bearer {self.keys[scope].key}"} if scope else {}
        return await self.client.post(
            "/v1/reports/weekly/test", json=body, headers=headers
        )


@pytest.fixture
async def api():
    api = Api()
    async with api.client:
        yield api


@pytest.mark.parametrize("destination", ["team-mail", "made-just-now"])
async def test_a_report_goes_to_a_destination_that_there_is(api, destination):
    answer = await api.post({"destination": destination})

    assert answer.status_code == 202
    assert answer.json() == {
        "delivery_id": "d-1",
        "destination": destination,
        "from": "2026-11-15T12:34:56Z",
        "to": "2026-11-22T12:34:56Z",
    }
    assert api.weekly.asked == [("acme", destination)]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"destination": "team-mial"}, "team-mail"),
        ({"destination": "default"}, "destination"),
        ({"destinaton": "team-mail"}, "destination"),
        ({}, "destination"),
    ],
)
async def test_a_place_that_there_is_not_is_refused_with_the_nearest(api, body, said):
    answer = await api.post(body)

    assert answer.status_code == 422
    assert said in answer.text
    assert api.weekly.asked == []


@pytest.mark.parametrize(
    ("scope", "status"), [(None, 401), (Scope.INGEST, 403), (Scope.READ, 403)]
)
async def test_only_who_manages_may_send(api, scope, status):
    answer = await api.post({"destination": "team-mail"}, scope)

    assert answer.status_code == status
    assert api.weekly.asked == []


async def test_what_cannot_be_published_is_not_accepted(api):
    api.weekly.error = Transient("kafka_unavailable")

    answer = await api.post({"destination": "team-mail"})

    assert answer.status_code == 503
