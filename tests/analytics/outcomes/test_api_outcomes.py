"""The audit over HTTP: what may be asked, and what is answered."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from services.analytics.api.outcomes import audit, figures
from services.analytics.counting.audit import Auditor
from services.analytics.counting.breakdown import Breakdown, Group
from services.analytics.domain.outcomes.judging import judge
from services.analytics.repository.outcomes.documents import document_of
from shared.events import AppKey, Scope
from shared.web.api import install
from shared.web.auth import Credentials, new_key
from tests.analytics.outcomes.chat import DAY, Chat, history
from tests.support.fakes import FakeApps, FakeClock, app

NOW = datetime(2026, 11, 22, 12, 34, 56, tzinfo=UTC)


def stored(n):
    """Return *n* outcomes as they are stored, the newest first."""
    found = []
    for i in range(n):
        chat = Chat(f"c-{i}", at=NOW - timedelta(minutes=i))
        chat.answer(chat.ask())
        (outcome,) = judge(history(chat), now=NOW + DAY).outcomes
        found.append(document_of(outcome))
    return found


class FakeAudit:
    """Answers with given outcomes, and remembers what it was asked."""

    def __init__(self):
        self.rows = stored(5)
        self.asked = []
        self.came = {"reached_person": 3, "handed_over": 1, "abandoned": 1}

    async def outcomes(self, wanted, *, limit, after):
        self.asked.append((wanted, after))
        rows = self.rows
        if after is not None:
            rows = [row for row in rows if (row["at"], row["_id"]) < after]
        return rows[:limit]

    async def came_of(self, wanted):
        self.asked.append((wanted, None))
        return self.came

    async def grouped(self, app_id, by, start, end):
        self.asked.append((app_id, by.value))
        return [
            Group("a", {"came_of_it": "resolved", "durable": True}, 3),
            Group("a", {"came_of_it": "abandoned", "dead_end": True}, 1),
            Group(None, {"came_of_it": "pending"}, 9),
        ]

    async def reached_ms(self, wanted, *, shares):
        return [1_000 * (1 + n) if self.came else None for n in range(len(shares))]


class Api:
    def __init__(self):
        self.audit = FakeAudit()
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
        application.include_router(
            audit.router(Auditor(self.audit), clock=FakeClock(NOW))
        )
        application.include_router(
            figures.router(Breakdown(self.audit), clock=FakeClock(NOW))
        )
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(application), base_url="http://analytics"
        )

    async def get(self, path, scope=Scope.READ, **query):
        headers = {"Authorization": f"Bearer {self.keys[scope].key}"} if scope else {}
        return await self.client.get(path, params=query or None, headers=headers)


@pytest.fixture
async def api():
    api = Api()
    async with api.client:
        yield api


async def test_an_outcome_says_what_was_claimed_and_what_came_of_it(api):
    answer = await api.get("/v1/outcomes")

    first = answer.json()["items"][0]
    assert answer.status_code == 200
    assert (first["claimed"], first["claimed_name"]) == ("document", "uploads")
    assert first["came_of_it"] == "resolved"
    assert first["claims"][0]["stood"] is True
    assert "expire_at" not in first


async def test_the_credential_decides_whose_outcomes_they_are(api):
    await api.get("/v1/outcomes")

    assert api.audit.asked[0][0].app_id == "acme"


async def test_pages_follow_one_another(api):
    seen, cursor = [], None
    for _ in range(3):
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = (await api.get("/v1/outcomes", **query)).json()
        seen += [item["conversation_id"] for item in answer["items"]]
        cursor = answer["next_cursor"]

    assert seen == [f"c-{i}" for i in range(5)]
    assert cursor is None


async def test_the_list_is_narrowed_by_what_is_asked(api):
    await api.get(
        "/v1/outcomes",
        claimed="document",
        came_of_it="came_back",
        asked_for_person="true",
        dead_end="false",
    )

    assert api.audit.asked[0][0].equal == {
        "claimed": "document",
        "came_of_it": "came_back",
        "asked_for_person": True,
        "dead_end": False,
    }


@pytest.mark.parametrize(
    "query",
    [
        {"came_of_it": "sold"},
        {"claimed": "everything"},
        {"limit": 201},
        {"cursor": "nonsense"},
        {"from": "2026-11-22", "to": "2026-11-21"},
        {"came_of": "resolved"},
    ],
)
async def test_what_cannot_be_asked_is_refused(api, query):
    answer = await api.get("/v1/outcomes", **query)

    assert answer.status_code in {400, 422}


async def test_the_right_to_a_person_is_reported(api):
    answer = await api.get("/v1/outcomes/people", **{"from": "2026-11-01"})

    assert answer.json() == {
        "from": "2026-11-01T00:00:00Z",
        "to": "2026-11-22T13:00:00Z",
        "asked": 5,
        "reached": 3,
        "share": 0.6,
        "median_ms": 1_000,
        "p90_ms": 2_000,
        "not_reached": [
            {"reason": "not_handed_over", "count": 1},
            {"reason": "waiting", "count": 1},
        ],
    }
    assert api.audit.asked[0][0].equal == {"asked_for_person": True}


async def test_of_nobody_who_asked_nothing_is_claimed(api):
    api.audit.came = {}

    answer = (await api.get("/v1/outcomes/people")).json()

    assert (answer["asked"], answer["share"], answer["median_ms"]) == (0, None, None)


@pytest.mark.parametrize("path", ["/v1/outcomes", "/v1/outcomes/people", "/v1/figures"])
async def test_only_who_may_read_gets_an_answer(api, path):
    assert (await api.get(path, scope=None)).status_code == 401
    assert (await api.get(path, scope=Scope.INGEST)).status_code == 403
    assert (await api.get(path, scope=Scope.MANAGE)).status_code == 200


async def test_figures_are_told_apart(api):
    answer = await api.get("/v1/figures", by="day")

    nobody, first = answer.json()["items"]
    assert api.audit.asked == [("acme", "day")]
    assert (nobody["key"], nobody["requests"], nobody["settled"]) == (None, 9, 0)
    assert nobody["rates"]["dead_end"] is None
    assert first == {
        "key": "a",
        "requests": 4,
        "settled": 4,
        "dead_ends": 1,
        "needless": 0,
        "missed": 0,
        "rates": {
            "resolution": 0.75,
            "escalation": 0.0,
            "dead_end": 0.25,
            "durable_resolution": 1.0,
        },
    }


async def test_the_largest_come_first_where_there_is_no_order_of_time(api):
    answer = await api.get("/v1/figures")

    assert answer.json()["by"] == "reason"
    assert [item["key"] for item in answer.json()["items"]] == [None, "a"]


@pytest.mark.parametrize(
    "query", [{"by": "mood"}, {"by": "hour", "from": "2026-01-01"}, {"of": "day"}]
)
async def test_figures_that_cannot_be_asked_for_are_refused(api, query):
    answer = await api.get("/v1/figures", **query)

    assert answer.status_code in {400, 422}
