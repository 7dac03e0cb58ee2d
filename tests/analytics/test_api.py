"""The HTTP API: credentials, periods, and answers exactly as promised."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from services.analytics.api import recount, summary, trends
from services.analytics.counting.report import Reporter
from services.analytics.domain.reports import Count
from services.analytics.domain.sketches import bin_of
from services.analytics.patterns.browsing.trends import PatternTrends
from shared.errors import Transient
from shared.events import AppKey, Scope
from shared.web.api import install
from shared.web.auth import Credentials, new_key
from tests.analytics.profiles.fakes import FakePatternCounters, FakePatterns
from tests.support.fakes import FakeApps, FakeClock, app

NOW = datetime(2026, 11, 22, 12, 34, 56, tzinfo=UTC)


class FakeCounts:
    """Answers with given counts, and remembers what it was asked."""

    def __init__(self, *counts):
        self.counts = counts
        self.sizes = {}
        self.asked = []
        self.error = None

    async def counted(self, app_id, dimensions, spans):
        if self.error:
            raise self.error
        self.asked.append((app_id, [each.value for each in dimensions], spans))
        return [count for count in self.counts if count.dimension in dimensions]

    async def samples(self, app_id, *, start, end):
        return {"delivered": [100, 200, 300]}

    async def pattern_sizes(self, app_id):
        return self.sizes

    async def waiting(self, app_id, *, end):
        return 5


COUNTS = (
    Count("outcome", "resolved", NOW, 6),
    Count("outcome", "unresolved", NOW, 4),
    Count("reason", "no_match", NOW, 3),
    Count("reason", "policy", NOW, 1),
    Count("escalation", "opened", NOW, 4),
    Count("escalation", "acknowledged", NOW, 2),
    Count("escalation", "resolved", NOW, 1),
    Count("delivery", "delivered", NOW, 3),
    Count("delivery", "failed", NOW, 1),
    Count("destination", "team-mail", NOW, 3),
    Count("ms", "delivered", NOW, 3, 600),  # of before sketches were kept
    Count("ms", "resolved", NOW, 2, 2_000, {bin_of(1_000): 2}),
    Count("ms", "resolved", NOW, 1, 5_000, {bin_of(5_000): 1}),
    Count("escalation", "returned", NOW, 1),
    Count("came_of_it", "resolved", NOW, 6),
    Count("came_of_it", "reached_person", NOW, 3),
    Count("came_of_it", "handed_over", NOW, 1),
    Count("came_of_it", "abandoned", NOW, 2),
    Count("came_of_it", "pending", NOW, 5),
    Count("came_of_it", "withdrawn", NOW, 5),
    Count("came_of_it", "dead_end", NOW, 2),
    Count("came_of_it", "missed", NOW, 1),
    Count("came_of_it", "needless", NOW, 1),
    Count("came_of_it", "durable", NOW, 3),
    Count("came_of_it", "not_durable", NOW, 1),
    Count("promise", "kept", NOW, 4),
    Count("promise", "broken", NOW, 1),
    Count("score", "5", NOW, 1),
    Count("score", "4", NOW, 1),
    Count("score", "1", NOW, 1),
)
NOTHING = {"p50": None, "p90": None, "p99": None}


class Api:
    """The routes with keys of every scope."""

    def __init__(self, *counts):
        self.counts = FakeCounts(*counts)
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
        for part in (summary, recount):
            application.include_router(
                part.router(Reporter(self.counts), clock=FakeClock(NOW))
            )
        lines = PatternTrends(
            FakePatterns(), FakePatternCounters(), None, openings=None
        )
        application.include_router(
            trends.router(
                Reporter(self.counts), lines, apps=FakeApps(), clock=FakeClock(NOW)
            )
        )
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(application), base_url="http://analytics"
        )

    async def get(self, path, scope=Scope.READ, **query):
        headers = {"Authorization": f"Bearer {self.keys[scope].key}"} if scope else {}
        return await self.client.get(path, params=query or None, headers=headers)


@pytest.fixture
async def api():
    api = Api(*COUNTS)
    async with api.client:
        yield api


async def test_a_summary_answers_exactly_what_was_promised(api):
    answer = await api.get("/v1/summary")

    assert answer.status_code == 200
    assert answer.json() == {
        "from": "2026-11-21T12:00:00Z",
        "to": "2026-11-22T13:00:00Z",
        "requests": 10,
        "resolved": 6,
        "escalations": {
            "opened": 4,
            "acknowledged": 2,
            "answered": 0,
            "resolved": 1,
            "open": 4,
        },
        "by_reason": {"no_match": 3, "policy": 1},
        "deliveries": {"delivered": 3, "failed": 1, "waiting": 5},
        "dead_ends": 2,
        "needless": 1,
        "missed": 1,
        "rates": {
            "resolution": 0.5,
            "escalation": 0.3333,
            "dead_end": 0.1667,
            "reopen": 1.0,
            "durable_resolution": 0.75,
            "promises_kept": 0.8,
        },
        "csat": 0.6667,
        "ms": {
            **dict.fromkeys(("told", "acknowledged", "first_response"), NOTHING),
            "delivered": {"p50": 200, "p90": 300, "p99": 300},
            "resolved": {"p50": 1002, "p90": 4965, "p99": 4965},
            "delivered_mean": 200,
            "delivered_p50": 200,
            "delivered_p90": 300,
            "delivered_p99": 300,
            "resolved_mean": 2333,
            "resolved_p50": 1002,
            "resolved_p90": 4965,
            "resolved_p99": 4965,
            **{
                f"{name}_{key}": None
                for name in ("told", "acknowledged", "answered", "first_response")
                for key in ("mean", "p50", "p90", "p99")
            },
        },
    }


async def test_a_trend_answers_exactly_what_was_promised(api):
    answer = await api.get(
        "/v1/trends",
        step="hour",
        by="destination",
        **{"from": "2026-11-22T11:00:00Z", "to": "2026-11-22T13:00:00Z"},
    )

    assert answer.json() == {
        "step": "hour",
        "series": [
            {
                "key": "team-mail",
                "points": [
                    {"at": "2026-11-22T11:00:00Z", "count": 0},
                    {"at": "2026-11-22T12:00:00Z", "count": 3},
                ],
            }
        ],
    }


async def test_where_there_is_no_pattern_there_is_no_line(api):
    answer = await api.get("/v1/trends", by="pattern")

    assert answer.json() == {"step": "day", "series": []}
    assert api.counts.asked == []


async def test_every_query_is_about_the_credentials_own_app(api):
    await api.get("/v1/summary")
    await api.get("/v1/trends")
    await api.get("/v1/recount")

    assert {app_id for app_id, *_ in api.counts.asked} == {"acme"}


async def test_a_pattern_of_another_size_than_its_members_make_is_no_exact_recount(
    api,
):
    api.counts.sizes = {"p-1": (3, 3), "p-2": (2, 1)}

    found = (await api.get("/v1/recount")).json()

    assert not found["exact"]
    assert found["patterns"] == 2
    assert found["pattern_differences"] == [
        {"pattern_id": "p-2", "counted": 2, "recounted": 1}
    ]


@pytest.mark.parametrize("path", ["/v1/summary", "/v1/trends", "/v1/recount"])
async def test_no_query_may_name_an_app(api, path):
    answer = await api.get(path, app_id="other")

    assert answer.status_code == 422
    assert api.counts.asked == []


@pytest.mark.parametrize("path", ["/v1/summary", "/v1/trends", "/v1/recount"])
@pytest.mark.parametrize(
    ("scope", "status"), [(None, 401), (Scope.INGEST, 403), (Scope.MANAGE, 200)]
)
async def test_only_readers_are_let_in(api, path, scope, status):
    answer = await api.get(path, scope)

    assert answer.status_code == status
    if status != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status


@pytest.mark.parametrize(
    ("query", "status"),
    [
        pytest.param({"from": "yesterday"}, 422, id="no time"),
        pytest.param({"from": "2026-11-22T10:00:00"}, 422, id="no zone"),
        pytest.param({"from": "2026-02-30"}, 422, id="no such day"),
        pytest.param(
            {"from": "2026-11-22T10:00:00Z", "to": "2026-11-22T10:00:00Z"},
            400,
            id="empty",
        ),
        pytest.param(
            {"from": "2026-11-22T10:00:00Z", "to": "2026-11-21T10:00:00Z"},
            400,
            id="backwards",
        ),
        pytest.param(
            {"from": "2024-01-01T00:00:00Z", "step": "hour"}, 400, id="too long"
        ),
        pytest.param({"from": "0001-01-01T00:00:00Z"}, 400, id="since ever"),
        pytest.param({"to": "0001-01-01T00:00:00Z"}, 400, id="before ever"),
        pytest.param({"from": "0001-01-01T00:00:00+23:00"}, 400, id="no such moment"),
        pytest.param({"step": "minute"}, 422, id="no such step"),
        pytest.param({"by": "mood"}, 422, id="no such key"),
    ],
)
async def test_a_bad_period_is_a_problem(api, query, status):
    answer = await api.get("/v1/trends", **query)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


async def test_a_plus_that_the_query_ate_is_forgiven(api):
    answer = await api.get("/v1/summary?from=2026-11-22T10:00:00+01:00")

    assert answer.json()["from"] == "2026-11-22T09:00:00Z"


async def test_a_day_is_its_beginning_and_an_empty_bound_is_none(api):
    days = await api.get("/v1/summary?from=2026-11-20&to=2026-11-22")
    empty = await api.get("/v1/summary?from=&to=")
    usual = await api.get("/v1/summary")

    assert days.json()["from"] == "2026-11-20T00:00:00Z"
    assert days.json()["to"] == "2026-11-22T00:00:00Z"
    assert empty.json() == usual.json()


async def test_hours_of_more_than_a_year_may_be_asked_for(api):
    start = (NOW - timedelta(days=399)).isoformat()

    answer = await api.get("/v1/trends", step="hour", **{"from": start})

    assert answer.status_code == 200
    assert len(answer.json()["series"][0]["points"]) == 399 * 24 + 1


async def test_a_database_that_is_away_is_a_503(api):
    api.counts.error = Transient("mongo_unavailable")

    answer = await api.get("/v1/summary")

    assert answer.status_code == 503
    assert answer.json()["reason"] == "mongo_unavailable"
