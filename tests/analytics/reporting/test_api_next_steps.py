"""GET /v1/next-steps: what it answers, about whom, and who may ask."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from services.analytics.api import next_steps
from services.analytics.domain.gaps.next_steps import Gap, choose_next_steps
from shared.events import AppKey, Scope
from shared.web.api import install
from shared.web.auth import Credentials, new_key
from tests.support.fakes import FakeApps, FakeClock, app

NOW = datetime(2026, 11, 22, 12, 34, 56, tzinfo=UTC)


class FakeSteps:
    """Chooses from one gap, and remembers what it was asked."""

    def __init__(self):
        self.asked = []

    async def plan(self, app_id, start, end):
        self.asked.append((app_id, start, end))
        gap = Gap("p-1", "Change my PIN", count=12, cause="action", code="no_action")
        return choose_next_steps([gap], days=7)


class Api:
    """The route with keys of every scope."""

    def __init__(self):
        self.steps = FakeSteps()
        self.keys = {scope: new_key() for scope in Scope}
        known = [
            AppKey(key_id=key.key_id, hash=key.hash, scopes=[scope], created_at=NOW)
            for scope, key in self.keys.items()
        ]
        application = FastAPI()
        install(application)
        application.state.credentials = Credentials(
            FakeApps({"acme": app("acme", keys=known)}), admin_key="root"
        )
        application.include_router(next_steps.router(self.steps, clock=FakeClock(NOW)))
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(application), base_url="http://analytics"
        )

    async def get(self, scope=Scope.READ, **query):
        headers = {"Authorization": f"Bearer {self.keys[scope].key}"} if scope else {}
        return await self.client.get(
            "/v1/next-steps", params=query or None, headers=headers
        )


@pytest.fixture
async def api():
    api = Api()
    async with api.client:
        yield api


async def test_it_answers_with_the_steps_and_why_there_are_not_three(api):
    answer = await api.get()

    body = answer.json()
    assert answer.status_code == 200
    assert body["to"] == "2026-11-22T13:00:00Z"
    assert body["note"].startswith("Only one thing stands out")
    assert body["items"] == [
        {
            "pattern_id": "p-1",
            "label": "Change my PIN",
            "cause": "action",
            "count": 12,
            "saves_minutes": 120,
            "assumed": True,
            "sentence": "Give the assistant an action for “Change my PIN”: 12 requests "
            "came to people in the last week, and ending that would save people about "
            "2 hours a week, if each takes 10 minutes (none is measured yet).",
            "first_step": "",
        }
    ]


async def test_it_looks_at_the_last_week_of_the_credentials_app(api):
    await api.get()
    await api.get(**{"from": "2026-11-01", "to": "2026-11-08"})

    usual, asked = api.steps.asked
    assert usual[0] == asked[0] == "acme"
    assert timedelta(days=7) <= usual[2] - usual[1] < timedelta(days=7, hours=2)
    assert asked[1:] == (
        datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2026, 11, 8, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"from": "2026-11-08", "to": "2026-11-01"}, 400),
        ({"from": "2020-01-01", "to": "2026-11-01"}, 400),
        ({"app_id": "other"}, 422),
        ({"limit": "3"}, 422),
    ],
)
async def test_what_it_cannot_look_at_is_a_problem(api, query, status):
    answer = await api.get(**query)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert api.steps.asked == []


@pytest.mark.parametrize(
    ("scope", "status"), [(None, 401), (Scope.INGEST, 403), (Scope.MANAGE, 200)]
)
async def test_only_readers_are_told(api, scope, status):
    answer = await api.get(scope)

    assert answer.status_code == status
