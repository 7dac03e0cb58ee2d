"""Verifying and notifying over HTTP: answers exactly as promised."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.analytics.api.gaps import notes, verifications
from services.analytics.domain.gaps.closing import GapStatus
from services.analytics.gaps.closing.ports import Verification
from shared.events import AppKey, Scope
from shared.web.api import install
from shared.web.auth import Credentials, new_key
from tests.analytics.closing.fakes import GAP, World, cases
from tests.analytics.closing.telling_fakes import Telling, affected
from tests.support.fakes import NOON, FakeApps, FakeClock, app

QUESTIONS = cases(3)


class OptOuts:
    def __init__(self) -> None:
        self.out: set[str] = set()

    async def opt_out(self, app_id: str, user_id: str, *, now: Any) -> None:
        self.out.add(user_id)

    async def opt_in(self, app_id: str, user_id: str) -> bool:
        self.out.discard(user_id)
        return True


class Pages:
    """The kept notes as documents."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling

    async def page(
        self, app_id: str, gap_id: str, *, after: str | None, limit: int
    ) -> list[dict[str, Any]]:
        rows = [
            {
                "_id": name,
                "user_id": row["note"].user_id,
                "escalation_id": row["note"].escalation_id,
                "conversation_id": row["note"].conversation_id,
                "number": row["note"].number,
                "state": row["state"],
                "by": "bo",
                "created_at": row["created_at"],
            }
            for name, row in sorted(self.telling.notes.rows.items())
            if after is None or name > after
        ]
        return rows[:limit]


class Api:
    """The routes with keys of every scope; the resolver answers while one waits."""

    def __init__(self) -> None:
        self.world = World()
        self.world.gaps.put("open")
        self.world.members.cases = list(QUESTIONS)
        self.telling = Telling()
        self.telling.users.found = [affected(1), affected(2, withdrawn=True)]
        self.opt_outs = OptOuts()
        self.resolver_answers = True
        self.keys = {scope: new_key() for scope in Scope}
        known = [
            AppKey(key_id=key.key_id, hash=key.hash, scopes=[scope], created_at=NOON)
            for scope, key in self.keys.items()
        ]
        application = FastAPI()
        install(application)
        application.state.credentials = Credentials(
            FakeApps({"acme": app(keys=known)}), admin_key="root"
        )
        verifying = verifications.Verifying(
            self.world.verifier,
            self.world.verifications,
            self.world.suite,
            wait_seconds=0.5,
            sleep=self.sleep,
        )
        telling = notes.Telling(
            self.telling.notifier, Pages(self.telling), self.opt_outs, FakeClock()
        )
        application.include_router(verifications.router(verifying))
        application.include_router(notes.router(telling))
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(application), base_url="http://analytics"
        )

    async def sleep(self, _: float) -> None:
        if self.resolver_answers:
            await self.world.resolve()

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        scope: Scope | None = Scope.MANAGE,
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.keys[scope].key}"} if scope else {}
        more = {} if body is None else {"json": body}
        return await self.client.request(method, path, headers=headers, **more)


@pytest.fixture
async def api():
    made = Api()
    async with made.client:
        yield made


async def test_verifying_answers_with_what_comes_of_each_question_now(api):
    api.world.answered = {each.text for each in QUESTIONS[:2]}

    answer = await api.ask("POST", f"/v1/gaps/{GAP}/verify")

    assert answer.status_code == 200
    found = answer.json()
    assert (found["resolved"], found["unresolved"]) == (2, 1)
    assert (found["state"], found["status"]) == ("done", "verified")
    shown = [(each["text"], each["before"], each["now"]) for each in found["cases"]]
    assert sorted(shown) == [
        ("How big may file 0 be?", "unresolved", "resolved"),
        ("How big may file 1 be?", "unresolved", "resolved"),
        ("How big may file 2 be?", "unresolved", "unresolved"),
    ]
    assert {each["before_reason"] for each in found["cases"]} == {"no_match"}


async def test_a_replay_that_takes_longer_is_found_at_its_own_address(api):
    api.resolver_answers = False
    api.world.answered = {each.text for each in QUESTIONS}

    early = await api.ask("POST", f"/v1/gaps/{GAP}/verify", {"actor": "Bo"})
    await api.world.resolve()
    later = await api.ask("GET", early.headers["Location"], scope=Scope.READ)

    assert early.status_code == 202
    assert early.json()["state"] == "requested"
    assert {each["now"] for each in early.json()["cases"]} == {None}
    assert later.json()["state"] == "done"
    assert later.json()["resolved"] == 3
    assert later.json()["asked_by"] == "Bo"


async def test_a_key_is_named_where_nobody_is(api):
    answer = await api.ask("POST", f"/v1/gaps/{GAP}/verify", {})

    assert answer.json()["asked_by"] == f"key:{api.keys[Scope.MANAGE].key_id}"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/gaps/p-unknown/verify", 404),
        (f"/v1/gaps/{GAP}/verifications/v-unknown", 404),
    ],
)
async def test_what_is_not_there_is_not_found(api, path, status):
    method = "POST" if path.endswith("verify") else "GET"

    assert (await api.ask(method, path)).status_code == status


async def test_nothing_to_replay_says_why(api):
    api.world.members.cases = [replace(QUESTIONS[0], reason="asked_for_person")]

    answer = await api.ask("POST", f"/v1/gaps/{GAP}/verify")

    assert (answer.status_code, answer.json()["reason"]) == (409, "nothing_to_replay")


async def test_too_many_replays_are_asked_to_come_back(api):
    for number in range(20):
        row = Verification(f"v-{number}", "acme", GAP, "asked", "", NOON, (("c",),))
        await api.world.verifications.add(row)

    answer = await api.ask("POST", f"/v1/gaps/{GAP}/verify")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "10")


@pytest.mark.parametrize("body", [{"questions": ["x"]}, {"app_id": "other"}])
async def test_what_verifying_does_not_read_is_refused(api, body):
    answer = await api.ask("POST", f"/v1/gaps/{GAP}/verify", body)

    assert answer.status_code in {403, 422}


async def test_a_dry_run_shows_each_note_and_who_is_left_out(api):
    body = {"text": "{app}: {question}", "dry_run": True}

    answer = await api.ask("POST", f"/v1/gaps/{GAP}/notify", body)

    assert answer.status_code == 200
    found = answer.json()
    assert found["users"] == 1
    (shown,) = found["notes"]
    assert shown["text"] == "Acme: How big may file 1 be?"
    assert (shown["user_id"], shown["conversation_id"]) == ("u-1", "c-1")
    (left_out,) = found["left_out"]
    assert (left_out["user_id"], left_out["reason"]) == ("u-2", "withdrawn")
    assert found["left_out_by_reason"] == {"withdrawn": 1}
    assert found["allowed"]
    assert api.telling.notes.rows == {}


async def test_notifying_queues_a_note_a_user_and_lists_it(api):
    answer = await api.ask("POST", f"/v1/gaps/{GAP}/notify", {})
    listed = await api.ask("GET", f"/v1/gaps/{GAP}/notes", scope=Scope.READ)

    assert (answer.json()["queued"], answer.json()["dry_run"]) == (1, False)
    (item,) = listed.json()["items"]
    assert (item["state"], item["user_id"]) == ("pending", "u-1")


async def test_a_list_of_notes_goes_on_where_it_stopped(api):
    api.telling.users.found = [affected(number) for number in range(1, 8)]
    await api.ask("POST", f"/v1/gaps/{GAP}/notify", {})
    seen, path = [], f"/v1/gaps/{GAP}/notes?limit=3"
    cursor = ""
    while cursor is not None:
        page = (await api.ask("GET", path + cursor, scope=Scope.READ)).json()
        seen += [each["user_id"] for each in page["items"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"

    assert sorted(seen) == [f"u-{number}" for number in range(1, 8)]


async def test_an_unknown_variable_is_refused_with_the_nearest(api):
    answer = await api.ask(
        "POST", f"/v1/gaps/{GAP}/notify", {"text": "It works: {qestion}"}
    )

    assert answer.status_code == 422
    (wrong,) = answer.json()["errors"]
    assert wrong["nearest"] == "{question}"


async def test_a_gap_that_nothing_has_shown_closed_is_previewed_and_not_told(api):
    gaps = api.telling.gaps.gaps
    gaps[GAP] = replace(gaps[GAP], status=GapStatus.OPEN)

    shown = await api.ask("POST", f"/v1/gaps/{GAP}/notify", {"dry_run": True})
    refused = await api.ask("POST", f"/v1/gaps/{GAP}/notify", {})

    assert shown.json()["allowed"] is False
    assert "Verify" in shown.json()["why_not"]
    assert (refused.status_code, refused.json()["reason"]) == (409, "not_verified")


async def test_an_unknown_gap_has_nobody_to_tell(api):
    answer = await api.ask("POST", "/v1/gaps/p-unknown/notify", {"dry_run": True})

    assert answer.status_code == 404


async def test_users_may_want_no_notes(api):
    put = await api.ask("PUT", "/v1/note-opt-outs/org/u-1")
    assert (put.status_code, api.opt_outs.out) == (204, {"org/u-1"})

    gone = await api.ask("DELETE", "/v1/note-opt-outs/org/u-1")
    assert (gone.status_code, api.opt_outs.out) == (204, set())


@pytest.mark.parametrize("scope", [None, Scope.INGEST, Scope.READ])
@pytest.mark.parametrize("verb", ["verify", "notify"])
async def test_only_who_manages_may_verify_and_tell(api, verb, scope):
    answer = await api.ask("POST", f"/v1/gaps/{GAP}/{verb}", {}, scope=scope)

    assert answer.status_code in {401, 403}
