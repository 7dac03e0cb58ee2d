"""Silences, known issues and grouping over HTTP: exact bodies, and what they do."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.escalator.api.noise import silences
from services.escalator.domain.grouping.silences import Silence
from shared.kafka.deciding.decisions import Timer
from shared.web.api import install
from shared.web.auth import Credentials
from tests.escalator.desk import ADMIN_KEY, ORIGIN, Office
from tests.escalator.world import START

BODY = {
    "match": {"text": "(?i)upload", "user.traits.plan": ["pro"]},
    "until": (START + timedelta(hours=1)).isoformat(),
    "author": "Bo",
    "reason": "Storage is being moved",
}


class FakeSilences:
    """Silences in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Silence] = {}

    async def add(self, silence: Silence, *, most: int) -> bool:
        if len(self.kept) >= most:
            return False
        self.kept[silence.silence_id] = silence
        return True

    async def get(self, app_id: str, silence_id: str) -> Silence | None:
        found = self.kept.get(silence_id)
        return found if found is not None and found.app_id == app_id else None

    async def end(self, app_id: str, silence_id: str, *, by: str, now: datetime) -> Any:
        found = self.kept[silence_id]
        self.kept[silence_id] = replace(found, until=now, ended_by=by)

    async def page(self, app_id: str, *, after: Any, limit: int) -> list[Silence]:
        mine = [each for each in self.kept.values() if each.app_id == app_id]
        mine.sort(key=lambda each: (each.created_at, each.silence_id), reverse=True)
        if after is not None:
            mine = [each for each in mine if (each.created_at, each.silence_id) < after]
        return mine[:limit]


class QuietOffice(Office):
    """An office with the silences' door."""

    def __init__(self) -> None:
        super().__init__()
        self.silences = FakeSilences()
        self.timers: list[Timer] = []
        self.refreshed = 0
        app = FastAPI()
        install(app)
        app.state.credentials = Credentials(self.table, admin_key=ADMIN_KEY)
        quiet = silences.Quiet(
            self.silences, self._set, self._refresh, self.world.clock
        )
        app.include_router(silences.router(quiet))
        transport = httpx.ASGITransport(app)
        self.quiet = httpx.AsyncClient(transport=transport, base_url=ORIGIN)

    async def _set(self, timer: Timer) -> None:
        self.timers.append(timer)

    async def _refresh(self) -> None:
        self.refreshed += 1

    async def call(self, method: str, path: str, key: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {key}"}
        return await self.quiet.request(method, path, headers=headers, **more)


async def test_a_silence_is_kept_shown_and_known_here_at_once():
    office = QuietOffice()
    key = await office.key()
    made = await office.call("POST", "/v1/silences", key, json=BODY)
    shown = await office.call("GET", "/v1/silences", key)

    assert made.status_code == 201
    assert made.json()["match"] == BODY["match"]
    assert {made.json()[name] for name in ("author", "reason", "state")} == {
        "Bo", "Storage is being moved", "in_force",
    }  # fmt: skip
    assert shown.json()["items"] == [made.json()]
    assert office.refreshed == 1


async def test_what_looks_for_the_silenced_is_set_for_its_end():
    office = QuietOffice()
    key = await office.key()
    await office.call("POST", "/v1/silences", key, json=BODY)

    due = [each.due_at - START for each in office.timers]
    hour = timedelta(hours=1)
    assert due == [hour, hour + timedelta(seconds=10), hour + timedelta(seconds=60)]
    assert {each.lane for each in office.timers} == {"acme:handrail:held"}


async def test_a_silence_is_ended_once_and_by_its_own_app_alone():
    office = QuietOffice()
    key, other = await office.key(), await office.key("other")
    made = (await office.call("POST", "/v1/silences", key, json=BODY)).json()
    path = f"/v1/silences/{made['silence_id']}"

    assert (await office.call("DELETE", path, other)).status_code == 404
    office.world.clock.forward(minutes=1)
    assert (await office.call("DELETE", path, key)).status_code == 204
    assert (await office.call("DELETE", path, key)).status_code == 204
    (shown,) = (await office.call("GET", "/v1/silences", key)).json()["items"]
    assert (shown["state"], shown["ended_by"]) == ("over", "key")
    assert len(office.timers) == 6


async def test_one_more_silence_than_an_app_may_have_is_refused():
    office = QuietOffice()
    key = await office.key()
    codes = [
        (await office.call("POST", "/v1/silences", key, json=BODY)).status_code
        for _ in range(silences.MAX_SILENCES + 1)
    ]

    assert codes == [201] * silences.MAX_SILENCES + [409]


async def test_a_list_is_read_page_by_page():
    office = QuietOffice()
    key = await office.key()
    for _ in range(3):
        office.world.clock.forward(seconds=1)
        await office.call("POST", "/v1/silences", key, json=BODY)
    first = (await office.call("GET", "/v1/silences?limit=2", key)).json()
    rest = f"/v1/silences?limit=2&cursor={first['next_cursor']}"
    second = (await office.call("GET", rest, key)).json()

    assert (len(first["items"]), len(second["items"])) == (2, 1)
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"match": {"raeson": ["policy"]}}, "reason"),
        ({"match": {"text": "("}}, "text"),
        ({"until": START.isoformat()}, "future"),
        ({"until": (START + timedelta(days=91)).isoformat()}, "90 days"),
        ({"until": "2026-11-22T11:00:00"}, "until"),
        ({"reason": " "}, "reason"),
        ({"author": None}, "actor"),
        ({"untill": "2026-11-22T11:00:00Z"}, "until"),
    ],
)
async def test_what_cannot_be_meant_is_refused_with_its_name(change, named):
    office = QuietOffice()
    key = await office.key()
    answer = await office.call("POST", "/v1/silences", key, json={**BODY, **change})

    assert answer.status_code == 422
    assert named in answer.text
    assert office.silences.kept == {}


@pytest.mark.parametrize(
    ("grouping", "named"),
    [
        ({"by": ["patern"]}, "pattern"),
        ({"by": ["app", "app"]}, "twice"),
        ({"wiat": "30s"}, "wait"),
        ({"wait": "2h"}, "at most 1h"),
        ({"interval": "0s"}, "at least 1s"),
        ({"repeat": "soon"}, "duration"),
        ({"storm": {"count": 1}}, "count"),
        ({"storm": {"count": 20, "in": "1m"}}, "in"),
    ],
)
async def test_a_grouping_that_cannot_be_meant_is_refused(grouping, named):
    office = Office()
    key = await office.key()
    answer = await office.ask("PUT", "/v1/settings", key, json={"grouping": grouping})

    assert answer.status_code == 422
    assert named in answer.text


async def test_a_grouping_is_kept_as_it_was_written():
    office = Office()
    key = await office.key()
    whole = {
        "by": ["pattern"],
        "wait": "30s",
        "interval": "5m",
        "repeat": "4h",
        "storm": {"count": 20, "within": "1m"},
    }
    await office.ask("PUT", "/v1/settings", key, json={"grouping": whole})
    settings = (await office.ask("GET", "/v1/settings", key)).json()
    again = await office.ask("PUT", "/v1/settings", key, json=settings)

    assert settings["grouping"] == whole
    assert again.json()["grouping"] == whole


async def test_a_known_issue_is_joined_and_split_at_the_desk():
    office = Office()
    key = await office.key()
    packet = await office.world.escalate()
    path = f"/v1/escalations/{packet['number']}/known-issue"
    joined = await office.ask("POST", path, key, json={"actor": "Bo", "pattern": "p-1"})
    split = await office.ask("POST", path, key, json={"actor": "Bo", "pattern": None})
    again = await office.ask("POST", path, key, json={"actor": "Bo", "pattern": None})

    assert joined.json()["known_issue"]["pattern_id"] == "p-1"
    assert joined.json()["pattern"]["id"] == "p-1"
    assert (split.json()["known_issue"], split.json()["pattern"]) == (None, None)
    assert again.status_code == 409


@pytest.mark.parametrize("body", [{}, {"pattern": ""}, {"patern": "p-1"}])
async def test_a_known_issue_without_its_pattern_is_refused(body):
    office = Office()
    key = await office.key()
    packet = await office.world.escalate()
    path = f"/v1/escalations/{packet['number']}/known-issue"

    answer = await office.ask("POST", path, key, json={"actor": "Bo", **body})
    assert answer.status_code == 422
