"""What people may say of patterns over HTTP, and who may say it."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from services.analytics.api.patterns import steer as routes
from services.analytics.patterns.steer import check_not_merged, unknown_pattern
from shared.events import AppKey, Scope
from shared.web.api import install
from shared.web.auth import Credentials, new_key
from tests.support.fakes import NOON, FakeApps, FakeClock, app


def pattern(pattern_id, **also):
    return {
        "pattern_id": pattern_id,
        "version": 1,
        "label": "upload fails",
        "labelled_by": "handrail",
        "size": 3,
        "first_seen": NOON,
        "last_seen": NOON,
        "status": "open",
        "history": [],
        **also,
    }


class FakeStore:
    """Patterns in memory, changed as the decisions say."""

    def __init__(self, *patterns):
        self.patterns = {each["pattern_id"]: each for each in patterns}
        self.merged = []
        self.split_off = []
        self.left = 1

    async def read(self, app_id, pattern_id):
        if pattern_id not in self.patterns:
            raise unknown_pattern(pattern_id)
        return self.patterns[pattern_id]

    async def edit(self, app_id, decisions, *, actor):
        rows = []
        for pattern_id, decide in decisions:
            row = await self.read(app_id, pattern_id)
            check_not_merged(row)
            edit = decide(row)
            if edit is not None:
                row.update(edit.fields)
                row["history"].append(
                    {"at": NOON, "by": actor, "change": edit.change, **edit.details}
                )
            rows.append(row)
        return rows[0]

    async def merge(self, app_id, into, absorbed, *, actor):
        for each in (into, *absorbed):
            await self.read(app_id, each)
        self.merged.append((into, absorbed, actor))

    async def move_some(self, app_id):
        self.left -= 1
        return self.left > 0

    async def split(self, app_id, pattern_id, escalation_ids, *, label, actor):
        self.split_off.append((pattern_id, escalation_ids, label, actor))
        return pattern("p-new", label=label or "first words")


class Api:
    """The routes, with keys of every scope."""

    def __init__(self):
        self.store = FakeStore(
            pattern("p-1"), pattern("p-2"), pattern("p-gone", merged_into="p-1")
        )
        self.woken = 0
        self.keys = {scope: new_key() for scope in Scope}
        known = [
            AppKey(key_id=key.key_id, hash=key.hash, scopes=[scope], created_at=NOON)
            for scope, key in self.keys.items()
        ]
        application = FastAPI()
        install(application)
        application.state.credentials = Credentials(
            FakeApps({"acme": app("acme", keys=known)}), admin_key="root"
        )
        steering = routes.Steering(
            self.store, self.store, self.store, self.wake, FakeClock(NOON)
        )
        application.include_router(routes.router(steering))
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(application), base_url="http://analytics"
        )

    def wake(self):
        self.woken += 1

    async def post(self, path, scope=Scope.MANAGE, **body):
        return await self.client.post(
            f"/v1/patterns/{path}",
            json={"actor": "Ana", **body},
            headers={"Authorization": f"Bearer {self.keys[scope].key}"},
        )


@pytest.fixture
def api():
    return Api()


VERBS = {
    "rename": {"label": "Uploads"},
    "merge": {"into": "p-2"},
    "split": {"escalation_ids": ["e-1"]},
    "assign": {"owner": "ben@acme.test"},
    "status": {"status": "fixed"},
    "known-issue": {"known": True},
}


@pytest.mark.parametrize("verb", VERBS)
async def test_who_may_only_read_changes_nothing(api, verb):
    answer = await api.post(f"p-1/{verb}", scope=Scope.READ, **VERBS[verb])

    assert answer.status_code == 403
    assert api.woken == 0


@pytest.mark.parametrize("verb", VERBS)
async def test_a_change_is_answered_with_the_pattern_and_worked_at_once(api, verb):
    answer = await api.post(f"p-1/{verb}", **VERBS[verb])

    assert answer.status_code == 200
    assert answer.json()["pattern_id"] == {"merge": "p-2", "split": "p-new"}.get(
        verb, "p-1"
    )
    assert api.woken == 1


@pytest.mark.parametrize("verb", VERBS)
async def test_a_field_that_nothing_reads_is_refused_with_the_nearest(api, verb):
    answer = await api.post(f"p-1/{verb}", **VERBS[verb], actro="Ben")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["nearest"] == "actor"


@pytest.mark.parametrize("verb", VERBS)
async def test_another_apps_pattern_is_not_there(api, verb):
    answer = await api.post(f"p-1/{verb}", **VERBS[verb], app_id="other")

    assert answer.status_code == 403


@pytest.mark.parametrize("verb", sorted(VERBS.keys() - {"split"}))
async def test_a_pattern_that_is_not_there_is_a_404(api, verb):
    answer = await api.post(f"p-unknown/{verb}", **VERBS[verb])

    assert answer.status_code == 404


@pytest.mark.parametrize("verb", sorted(VERBS.keys() - {"split", "merge"}))
async def test_a_merged_pattern_says_which_one_to_change(api, verb):
    answer = await api.post(f"p-gone/{verb}", **VERBS[verb])

    assert answer.status_code == 409
    assert answer.json()["reason"] == "merged"
    assert "p-1" in answer.json()["detail"]


async def test_a_key_must_say_who_acts(api):
    answer = await api.client.post(
        "/v1/patterns/p-1/rename",
        json={"label": "Uploads"},
        headers={"Authorization": f"Bearer {api.keys[Scope.MANAGE].key}"},
    )

    assert answer.status_code == 422
    assert "actor" in answer.json()["detail"]


async def test_a_name_is_kept_with_who_gave_it(api):
    answer = (await api.post("p-1/rename", label="  Uploads ")).json()
    await api.post("p-1/rename", label="Uploads")

    assert (answer["label"], answer["labelled_by"]) == ("Uploads", "Ana")
    assert [each["change"] for each in api.store.patterns["p-1"]["history"]] == [
        "renamed"
    ]


async def test_a_pattern_is_assigned_and_made_nobodys(api):
    given = await api.post("p-1/assign", owner="Ben")
    taken = await api.post("p-1/assign", owner=None)

    assert (given.json()["owner"], taken.json()["owner"]) == ("Ben", None)
    assert (await api.post("p-1/assign")).status_code == 422


@pytest.mark.parametrize("status", ["verified", "regressed"])
async def test_what_must_be_proven_is_refused_with_how_it_is_proven(api, status):
    answer = await api.post("p-1/status", status=status)

    assert answer.status_code == 409
    assert answer.json()["reason"] == "proven_by_replay"
    assert "/verify" in answer.json()["detail"]
    assert api.store.patterns["p-1"]["status"] == "open"


async def test_a_status_forgets_what_came_again_and_keeps_the_reason(api):
    api.store.patterns["p-1"] |= {"status": "ignored", "again_count": 4}

    answer = (await api.post("p-1/status", status="ignored", reason="noise")).json()

    assert answer["status"] == "ignored"
    assert answer["history"][-1]["because"] == "noise"
    assert api.store.patterns["p-1"]["again_count"] == 0


async def test_merging_needs_exactly_one_direction(api):
    both = await api.post("p-1/merge", into="p-2", **{"with": ["p-2"]})
    neither = await api.post("p-1/merge")
    other = await api.post("p-1/merge", **{"with": ["p-2"]})

    assert both.status_code == neither.status_code == 422
    assert other.json()["pattern_id"] == "p-1"
    assert api.store.merged == [("p-1", ["p-2"], "Ana")]


async def test_a_refused_proposal_is_refused_on_both_sides(api):
    proposal = {"with": "p-2", "because": "alike", "score": 0.9, "at": NOON}
    api.store.patterns["p-1"]["proposals"] = [proposal | {"status": "open"}]

    answer = await api.post("p-1/merge", refuse=["p-2"])

    assert answer.status_code == 200
    mine, other = (api.store.patterns[each]["proposals"] for each in ("p-1", "p-2"))
    assert mine == [proposal | {"status": "refused"}]
    assert other == [{"with": "p-1", "status": "refused"}]
    assert api.store.merged == []


async def test_a_split_names_escalations_and_may_name_the_new_pattern(api):
    await api.post("p-1/split", escalation_ids=["e-1", "e-2"], label="Stops")

    assert api.store.split_off == [("p-1", ["e-1", "e-2"], "Stops", "Ana")]
    assert (await api.post("p-1/split", escalation_ids=[])).status_code == 422


async def test_a_known_issue_has_an_end_in_the_future(api):
    until = (NOON + timedelta(hours=2)).isoformat()
    past = (NOON - timedelta(hours=2)).isoformat()

    known = (await api.post("p-1/known-issue", known=True, until=until)).json()
    late = await api.post("p-1/known-issue", known=True, until=past)
    over = (await api.post("p-1/known-issue", known=False)).json()

    assert known["known_issue"]["known"]
    assert known["known_issue"]["until"] == "2026-11-22T14:00:00Z"
    assert late.status_code == 422
    assert not over["known_issue"]["known"]
