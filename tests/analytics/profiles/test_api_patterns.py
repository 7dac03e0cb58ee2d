"""GET /v1/patterns, /v1/patterns/{id}, /v1/gaps and the new lines of /v1/trends."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from services.analytics.api import trends
from services.analytics.api.gaps import listing as gaps
from services.analytics.api.patterns import listing as patterns
from services.analytics.counting.report import Reporter
from services.analytics.domain.profiles.growth import Flags
from services.analytics.patterns.browsing.listing import Listing
from services.analytics.patterns.browsing.opening import Advice, Opener
from services.analytics.patterns.browsing.trends import PatternTrends
from shared.events import AppKey, Scope
from shared.events.preferences import Hours, Preferences
from shared.web.api import install
from shared.web.auth import Credentials, new_key
from tests.analytics.factories import NOON
from tests.analytics.profiles.fakes import (
    DAY,
    FakeCauseCounters,
    FakePatternCounters,
    FakePatterns,
    member,
    pattern,
    profile,
)
from tests.analytics.test_api import FakeCounts
from tests.support.fakes import FakeApps, FakeClock, app

DETAIL = ("/v1/patterns", "/v1/patterns/p-1", "/v1/gaps")


class FakeAdviser:
    """Advises the same, and remembers of what."""

    def __init__(self):
        self.asked = []

    async def advise(self, app_id, pattern):
        self.asked.append((app_id, pattern.pattern_id))
        shared = {"path": "plan", "value": "free", "inside": 4, "outside": 1}
        return Advice(
            [{**shared, "p_value": 0.001}], {"outline": "…", "closest_passage": None}
        )


class FakeOpenings:
    """Escalations opened at given hours."""

    def __init__(self, *hours):
        self.hours = list(hours)

    async def by_hour(self, app_id, start, end):
        return [each for each in self.hours if start <= each[0] < end]


class Api:
    """The routes over patterns in memory."""

    def __init__(self):
        self.patterns = FakePatterns(
            pattern(
                "p-1",
                size=9,
                profile=profile(
                    users=4,
                    growth=0.5,
                    minutes_per_escalation=6.0,
                    cost_minutes=54.0,
                    exemplars=("e-1", "erased"),
                    because="Nothing was near.",
                ),
                representative="e-1",
            ),
            pattern("p-2", size=5, profile=profile("bug", growth=2.0), status="fixed"),
            pattern("p-3", size=3, profile=profile("action", cost_minutes=90.0)),
            pattern("p-4", size=1, representative="e-4"),
            pattern("p-old", size=2, merged_into="p-1"),
            members=[
                member("e-1"),
                member("e-2", at=NOON - DAY),
                member("erased", at=NOON - 2 * DAY, text="", user_id=None),
                member("e-4", "p-4", text="something else"),
            ],
        )
        self.counters = FakePatternCounters(
            *[("p-1", NOON - DAY, f"u-{i % 2}") for i in range(4)],
            *[("p-2", NOON - timedelta(minutes=90), "u-9")] * 5,
            *[("p-1", NOON - 12 * DAY, "u-5")] * 5,
            ("p-4", NOON - DAY, "u-1"),
        )
        self.adviser = FakeAdviser()
        self.openings = FakeOpenings((NOON, 3), (NOON - 7 * DAY, 2))
        clock = FakeClock(NOON)
        listing = Listing(self.patterns, self.counters, clock)
        self.keys = {scope: new_key() for scope in Scope}
        known = [
            AppKey(key_id=key.key_id, hash=key.hash, scopes=[scope], created_at=NOON)
            for scope, key in self.keys.items()
        ]
        preferences = Preferences(hours=Hours(timezone="Asia/Tokyo"))
        apps = FakeApps({"acme": app("acme", keys=known, preferences=preferences)})
        application = FastAPI()
        install(application)
        application.state.credentials = Credentials(apps, admin_key="root")
        by_cause = FakeCauseCounters(self.patterns, self.counters)
        lines = PatternTrends(self.patterns, self.counters, by_cause, self.openings)
        for router in (
            patterns.router(
                listing, Opener(self.patterns, listing, self.adviser), clock=clock
            ),
            gaps.router(listing, clock=clock),
            trends.router(Reporter(FakeCounts()), lines, apps=apps, clock=clock),
        ):
            application.include_router(router)
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(application), base_url="http://analytics"
        )

    async def get(self, path, scope=Scope.READ, **query):
        headers = {"Authorization": f"Bearer {self.keys[scope].key}"} if scope else {}
        return await self.client.get(path, params=query or None, headers=headers)

    async def ids(self, path="/v1/patterns", **query):
        answer = await self.get(path, **query)
        return [each["pattern_id"] for each in answer.json()["items"]]


@pytest.fixture
async def api():
    api = Api()
    async with api.client:
        yield api


async def test_a_pattern_answers_exactly_what_was_promised(api):
    answer = await api.get("/v1/patterns")

    assert answer.status_code == 200
    first = answer.json()["items"][0]
    trend = [0] * 30
    trend[17] = 5
    trend[28] = 4
    assert first == {
        "pattern_id": "p-1",
        "gap_id": "p-1",
        "version": 1,
        "label": "About p-1",
        "labelled_by": "handrail",
        "size": 9,
        "users": 4,
        "first_seen": "2026-10-13T12:00:00Z",
        "last_seen": "2026-11-22T12:00:00Z",
        "growth": 0.5,
        "trend": trend,
        "cause": "documentation",
        "cause_code": "doc_miss_hard",
        "because": "Nothing was near.",
        "status": "open",
        "owner": None,
        "exemplars": [{"escalation_id": "e-1", "text": "uploads fail"}],
        "near_misses": [
            {
                "kind": "document",
                "name": "limits",
                "title": "Limits",
                "score": 0.4,
                "count": 3,
            }
        ],
        "minutes_per_escalation": 6.0,
        "cost_minutes": 54.0,
        "emerging": False,
        "vanishing": False,
        "again": False,
        "known_issue": False,
    }


async def test_before_its_first_profile_a_pattern_shows_its_first_escalation(api):
    answer = await api.get("/v1/patterns", cause="unclear")

    [found] = answer.json()["items"]
    assert found["exemplars"] == [{"escalation_id": "e-4", "text": "something else"}]
    assert (found["cause"], found["users"], found["cost_minutes"]) == (
        "unclear",
        1,
        None,
    )


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, ["p-1", "p-2", "p-3", "p-4"]),
        ({"sort": "growth"}, ["p-2", "p-1", "p-3", "p-4"]),
        ({"sort": "cost"}, ["p-3", "p-1", "p-2", "p-4"]),
        ({"cause": "bug"}, ["p-2"]),
        ({"cause": ["bug", "action"]}, ["p-2", "p-3"]),
        ({"status": "open"}, ["p-1", "p-3", "p-4"]),
        ({"status": "fixed", "cause": "bug"}, ["p-2"]),
        ({"status": "verified"}, []),
    ],
)
async def test_patterns_are_sorted_and_narrowed(api, query, ids):
    assert await api.ids(**query) == ids


@pytest.mark.parametrize("sort", ["size", "growth", "cost"])
@pytest.mark.parametrize("period", [{}, {"from": "2026-11-01"}])
async def test_pages_are_the_list_cut_in_two(api, sort, period):
    whole = await api.ids(sort=sort, **period)

    found, cursor = [], {}
    while True:
        answer = await api.get("/v1/patterns", sort=sort, limit=1, **period, **cursor)
        found += [each["pattern_id"] for each in answer.json()["items"]]
        if answer.json()["next_cursor"] is None:
            break
        cursor = {"cursor": answer.json()["next_cursor"]}

    assert found == whole
    assert len(whole) >= 3


async def test_with_a_period_every_figure_is_of_that_period(api):
    period = {"from": "2026-11-20T00:00:00Z", "to": "2026-11-22T12:00:00Z"}
    answer = await api.get("/v1/patterns", **period)

    items = {each["pattern_id"]: each for each in answer.json()["items"]}
    assert list(items) == ["p-2", "p-1", "p-4"]
    assert [items["p-1"][each] for each in ("size", "users", "trend")] == [
        4,
        2,
        [0, 4, 0],
    ]
    assert items["p-1"]["growth"] == 0.4
    assert items["p-1"]["cost_minutes"] == 24.0
    assert items["p-2"]["trend"] == [0, 0, 5]


async def test_a_pattern_whole_says_why_each_joined_and_what_would_end_it(api):
    answer = await api.get("/v1/patterns/p-1", limit=2)

    found = answer.json()
    assert [each["escalation_id"] for each in found["members"]] == ["e-1", "e-2"]
    assert found["members"][0]["because"] == "It has the same words."
    assert found["shared_state"][0]["path"] == "plan"
    assert found["remedy"] == {"outline": "…", "closest_passage": None}
    assert (found["proposals"], found["history"]) == ([], [])

    rest = await api.get("/v1/patterns/p-1", limit=2, cursor=found["next_cursor"])

    assert [each["escalation_id"] for each in rest.json()["members"]] == ["erased"]
    assert rest.json()["next_cursor"] is None
    assert api.adviser.asked == [("acme", "p-1")]


async def test_a_merged_patterns_id_answers_with_the_survivor(api):
    answer = await api.get("/v1/patterns/p-old")

    assert answer.json()["pattern_id"] == "p-1"


async def test_an_unknown_pattern_is_a_404(api):
    answer = await api.get("/v1/patterns/p-none")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_flags_are_shown(api):
    api.patterns.patterns["p-1"] = replace(
        api.patterns.patterns["p-1"],
        profile=profile(flags=Flags(emerging=True)),
        status="ignored",
        again_count=2,
        known_issue={"known": True},
    )

    found = (await api.get("/v1/patterns")).json()["items"][0]

    flags = ("emerging", "vanishing", "again", "known_issue")
    assert [found[each] for each in flags] == [True, False, True, True]


async def test_gaps_are_listed_by_cause_with_counts_of_all(api):
    answer = await api.get("/v1/gaps", limit=2)

    found = answer.json()
    assert [each["pattern_id"] for each in found["items"]] == ["p-1", "p-3"]
    assert [
        (each["cause"], each["count"], each["escalations"], len(each["items"]))
        for each in found["groups"]
    ] == [("documentation", 1, 9, 1), ("action", 1, 3, 1), ("bug", 1, 5, 0)]

    rest = await api.get("/v1/gaps", limit=2, cursor=found["next_cursor"])

    assert [each["pattern_id"] for each in rest.json()["items"]] == ["p-2"]
    assert rest.json()["next_cursor"] is None


async def test_gaps_are_narrowed_to_a_cause_and_a_status(api):
    assert await api.ids("/v1/gaps", cause="bug") == ["p-2"]
    assert await api.ids("/v1/gaps", status="open") == ["p-1", "p-3"]

    answer = await api.get("/v1/gaps", cause="person")

    assert answer.status_code == 400


async def test_lines_by_pattern_have_labels(api):
    answer = await api.get("/v1/trends", by="pattern", **{"from": "2026-11-20"})

    series = answer.json()["series"]
    assert [(each["key"], each["label"]) for each in series] == [
        ("p-2", "About p-2"),
        ("p-1", "About p-1"),
        ("p-4", "About p-4"),
    ]
    assert [each["count"] for each in series[1]["points"]] == [0, 4, 0]


async def test_lines_by_cause_are_under_the_cause_that_patterns_have_now(api):
    answer = await api.get("/v1/trends", by="cause", **{"from": "2026-11-20"})

    found = {
        each["key"]: sum(point["count"] for point in each["points"])
        for each in answer.json()["series"]
    }
    assert found == {"bug": 5, "documentation": 4, "unclear": 1}


async def test_hours_of_the_week_are_the_apps_own(api):
    answer = await api.get("/v1/trends", by="hour_of_week")

    found = answer.json()
    assert found["step"] == "week"
    assert [each["key"] for each in found["series"]] == [str(i) for i in range(168)]
    totals = [
        sum(point["count"] for point in each["points"]) for each in found["series"]
    ]
    # Sunday noon in UTC is 21 o'clock in Tokyo.
    assert {hour: n for hour, n in enumerate(totals) if n} == {6 * 24 + 21: 5}


@pytest.mark.parametrize("by", ["hour_of_week", "cause"])
async def test_what_is_counted_by_day_is_refused_by_hour(api, by):
    answer = await api.get("/v1/trends", by=by, step="hour")

    assert answer.status_code == 400


@pytest.mark.parametrize("path", DETAIL)
@pytest.mark.parametrize(
    ("scope", "status"), [(None, 401), (Scope.INGEST, 403), (Scope.MANAGE, 200)]
)
async def test_only_readers_are_let_in(api, path, scope, status):
    answer = await api.get(path, scope)

    assert answer.status_code == status


@pytest.mark.parametrize("path", DETAIL)
async def test_every_question_is_about_the_credentials_own_app(api, path):
    await api.get(path)
    refused = await api.get(path, app_id="other")

    assert set(api.patterns.asked) == {"acme"}
    assert refused.status_code == 422


@pytest.mark.parametrize("path", DETAIL)
@pytest.mark.parametrize("cursor", ["x", "WzEsMl0", "W251bGwsMSwxXQ", "WyJhIiwiYiJd"])
async def test_a_cursor_that_is_not_ours_is_refused(api, path, cursor):
    answer = await api.get(path, cursor=cursor)

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "query", [{"sort": "mood"}, {"cause": "magic"}, {"status": "gone"}, {"limit": 201}]
)
async def test_what_there_is_not_is_refused(api, query):
    assert (await api.get("/v1/patterns", **query)).status_code == 422
