"""The exports over HTTP: names, kinds, whose rows, and what a client's leaving does."""

import asyncio
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from services.analytics.api.exports import files
from services.analytics.reporting.exports.columns import Table
from services.analytics.reporting.exports.export import Exporter, Form
from shared.errors import Transient
from shared.events import AppKey, Scope
from shared.web.api import install
from shared.web.auth import Credentials, new_key
from tests.analytics.reporting.test_exports import FakeRows, escalations, read_jsonl
from tests.support.fakes import FakeApps, FakeClock, app

NOW = datetime(2026, 11, 22, 12, 34, 56, tzinfo=UTC)


class Api:
    """The route with keys of every scope."""

    def __init__(self, rows):
        self.rows = rows
        self.keys = {scope: new_key() for scope in Scope}
        known = [
            AppKey(key_id=key.key_id, hash=key.hash, scopes=[scope], created_at=NOW)
            for scope, key in self.keys.items()
        ]
        self.application = FastAPI()
        install(self.application)
        self.application.state.credentials = Credentials(
            FakeApps({"acme": app("acme", keys=known)}), admin_key="root"
        )
        self.application.include_router(
            files.router(Exporter(rows), clock=FakeClock(NOW))
        )
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.application), base_url="http://analytics"
        )

    async def get(self, path, scope=Scope.READ, **query):
        headers = {"Authorization": f"Bearer {self.keys[scope].key}"} if scope else {}
        return await self.client.get(path, params=query or None, headers=headers)


@pytest.fixture
async def api():
    api = Api(FakeRows(escalations(3), escalations(2)))
    async with api.client:
        yield api


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("csv", "text/csv; charset=utf-8; header=present"),
        ("jsonl", "application/jsonl"),
        ("parquet", "application/vnd.apache.parquet"),
    ],
)
@pytest.mark.parametrize("table", list(Table))
async def test_each_table_comes_in_each_form_with_a_name(api, table, form, media_type):
    answer = await api.get(
        f"/v1/exports/{table}.{form}", **{"from": "2026-11-01", "to": "2026-11-08"}
    )

    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="handrail-acme-{table}-2026-11-01-to-2026-11-08.{form}"'
    )


async def test_an_export_is_of_the_credentials_app_and_the_period(api):
    answer = await api.get(
        "/v1/exports/escalations.jsonl", **{"from": "2026-11-01", "to": "2026-11-08"}
    )

    assert len(read_jsonl(answer.content)) == 5
    (asked,) = api.rows.asked
    assert asked.app_id == "acme"
    assert asked.start == datetime(2026, 11, 1, tzinfo=UTC)
    assert asked.end == datetime(2026, 11, 8, tzinfo=UTC)


async def test_trends_are_asked_for_by_step_and_dimension(api):
    await api.get("/v1/exports/trends.csv?step=week&by=reason&by=pattern")

    (asked,) = api.rows.asked
    assert asked.step == "week"
    assert asked.dimensions == ("reason", "pattern")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("escalations.xlsx", 422),
        ("secrets.csv", 422),
        ("escalations.csv?from=2026-11-08&to=2026-11-01", 400),
        ("escalations.csv?step=day", 400),
        ("escalations.csv?app_id=other", 422),
        ("trends.csv?step=minute", 422),
    ],
)
async def test_what_cannot_be_exported_is_a_problem(api, path, status):
    answer = await api.get(f"/v1/exports/{path}")

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert api.rows.asked == []


@pytest.mark.parametrize(
    ("scope", "status"), [(None, 401), (Scope.INGEST, 403), (Scope.MANAGE, 200)]
)
async def test_only_readers_may_export(api, scope, status):
    answer = await api.get("/v1/exports/patterns.csv", scope)

    assert answer.status_code == status


@pytest.mark.parametrize("form", list(Form))
async def test_an_error_before_the_first_byte_is_a_problem(form):
    api = Api(FakeRows(error=Transient("mongo_unavailable")))

    answer = await api.get(f"/v1/exports/escalations.{form}")

    assert answer.status_code == 503
    assert answer.json()["reason"] == "mongo_unavailable"


async def test_a_client_that_goes_away_ends_the_query():
    api = Api(FakeRows(*[escalations(10) for _ in range(1_000)]))
    gone = asyncio.Event()

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        if message.get("body"):
            gone.set()
            await asyncio.sleep(0)

    await api.application(
        {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "method": "GET",
            "path": "/v1/exports/escalations.csv",
            "raw_path": b"/v1/exports/escalations.csv",
            "query_string": b"",
            "headers": [
                (b"authorization", f"Bearer {api.keys[Scope.READ].key}".encode())
            ],
            "state": {},
        },
        receive,
        send,
    )

    assert api.rows.closed
    assert api.rows.given < 1_000
