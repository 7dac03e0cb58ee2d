"""People's sessions: who is let in where, and when a session is over."""

from datetime import timedelta
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient

from shared.errors import Permanent, Transient
from shared.events import AppKey, EndedSessions, Role, Scope
from shared.web.api import install
from shared.web.auth import (
    Credentials,
    Principal,
    Sessions,
    new_key,
    require,
    session_secret,
)
from tests.support.fakes import NOON, FakeApps, app
from tests.support.people import HEADER, FakeMembers, cookie, member, sessions

ORIGIN = "https://desk.example.com"
AGENT = "agent@acme.test"


class House:
    """An application with a door for each need."""

    def __init__(self) -> None:
        self.key = new_key()
        self.held = AppKey(
            key_id=self.key.key_id,
            hash=self.key.hash,
            scopes=list(Scope),
            created_at=NOON,
        )
        self.apps = FakeApps({"acme": app(keys=[self.held]), "other": app("other")})
        self.members = FakeMembers()
        self.members.put(*(member(role) for role in Role))
        self.sessions = sessions(self.apps, self.members)
        built = FastAPI()
        built.state.credentials = Credentials(
            self.apps, admin_key="", sessions=self.sessions, origin=ORIGIN
        )
        install(built)
        doors = {
            "read": require(Scope.READ, Scope.MANAGE),
            "work": require(Scope.MANAGE, least=Role.AGENT),
            "manage": require(Scope.MANAGE),
            "ingest": require(Scope.INGEST),
        }
        for name, door in doors.items():
            self._add(built, name, door)
        self.web = TestClient(built, base_url="http://services.internal")

    def _add(self, built: FastAPI, name: str, door: Any) -> None:
        def answer(principal: Annotated[Principal, Depends(door)]) -> dict[str, Any]:
            return {"app": principal.app_id, "actor": principal.actor(None)}

        built.add_api_route(f"/{name}", answer, methods=["GET", "POST"], name=name)

    def status(self, path: str, given: dict[str, str], method: str = "GET") -> int:
        return self.web.request(method, f"/{path}", headers=given).status_code


@pytest.fixture
def house() -> House:
    return House()


@pytest.mark.parametrize(
    ("role", "let_in"),
    [
        (Role.VIEWER, {"read"}),
        (Role.AGENT, {"read", "work"}),
        (Role.ADMIN, {"read", "work", "manage"}),
    ],
)
def test_a_role_opens_its_doors_and_no_other(house, role, let_in):
    given = cookie(house.sessions, email=f"{role}@acme.test")

    found = {
        name: house.status(name, given | HEADER, "POST")
        for name in ("read", "work", "manage", "ingest")
    }

    assert {name for name, status in found.items() if status == 200} == let_in
    assert set(found.values()) <= {200, 403}


def test_in_a_members_session_the_actor_is_that_member(house):
    answer = house.web.get("/read", headers=cookie(house.sessions, email=AGENT))

    assert answer.json() == {"app": "acme", "actor": AGENT}


@pytest.mark.parametrize("named", [AGENT, "Agent", "AGENT@acme.test", None])
async def test_an_actor_beside_the_session_must_be_that_member(house, named):
    cookie_value = cookie(house.sessions, email=AGENT)["Cookie"].partition("=")[2]
    principal = await house.sessions.read(cookie_value)
    assert principal is not None

    assert principal.actor(named) == AGENT
    with pytest.raises(Exception, match="actor"):
        principal.actor("Somebody Else")


def test_a_key_signs_in_with_its_scopes_but_sends_no_events(house):
    given = cookie(house.sessions, key_id=house.key.key_id) | HEADER

    assert house.status("manage", given, "POST") == 422, "a key's actor must be named"
    assert house.status("ingest", given, "POST") == 403
    house.apps.known["acme"] = app(
        keys=[house.held.model_copy(update={"scopes": [Scope.READ]})]
    )
    assert house.status("manage", given, "POST") == 403
    house.apps.known["acme"] = app(keys=[])
    assert house.status("read", given) == 401


@pytest.mark.parametrize(
    ("added", "status"),
    [
        ({}, 403),
        ({"X-Handrail": "0"}, 403),
        (HEADER, 200),
        (HEADER | {"Origin": ORIGIN}, 200),
        (HEADER | {"Origin": "http://services.internal"}, 200),
        (HEADER | {"Origin": "https://gate", "X-Forwarded-Host": "gate"}, 200),
        (HEADER | {"Origin": "https://evil.example"}, 403),
        (HEADER | {"Origin": "null"}, 403),
    ],
)
def test_what_changes_something_comes_from_our_own_page(house, added, status):
    given = cookie(house.sessions, email=AGENT)

    assert house.status("work", given | added, "POST") == status
    assert house.status("work", given) == 200, "what only reads needs no header"


def test_a_key_beside_a_cookie_is_what_counts(house):
    bearer = {"Authorization": f"Bearer {house.key.key}"}

    assert house.status("ingest", cookie(house.sessions, email=AGENT) | bearer) == 422
    wrong = {"Authorization": "Bearer hr_no.body"}
    assert house.status("read", cookie(house.sessions, email=AGENT) | wrong) == 401


def test_a_change_of_role_holds_at_once(house):
    given = cookie(house.sessions, email=AGENT)
    house.members.put(member(Role.VIEWER, email=AGENT))

    assert house.status("read", given) == 200
    assert house.status("work", given) == 403


def test_a_member_who_went_is_out_and_an_old_cookie_does_not_come_back(house):
    given = cookie(house.sessions, email=AGENT)
    house.members.put(member(Role.ADMIN))
    assert house.status("read", given) == 401

    later = NOON + timedelta(seconds=1)
    house.members.put(member(Role.AGENT, added_at=later))

    assert house.status("read", given) == 401


def test_a_member_who_was_just_added_is_looked_for_once_more(house):
    given = cookie(house.sessions, email="new@acme.test")
    house.members.late = {
        "acme": house.members.teams["acme"].model_copy(
            update={"members": [member(email="new@acme.test")]}
        )
    }

    assert house.status("read", given) == 200
    assert house.members.refreshed == 1


def test_a_sign_out_ends_one_session_or_all_from_before(house):
    first = house.sessions.begin("acme", email=AGENT)
    other = cookie(house.sessions, email=AGENT)
    given = {"Cookie": f"handrail_session={house.sessions.sign(first)}"}
    ended = EndedSessions(
        subject=first.subject,
        session_id=first.session_id,
        before=NOON,
        until=first.ends_at,
    )
    house.members.put(member(), ended=[ended])

    assert house.status("read", given) == 401
    assert house.status("read", other) == 200
    every = ended.model_copy(update={"session_id": None})
    house.members.put(member(), ended=[every])
    assert house.status("read", other) == 401


@pytest.mark.parametrize(
    "spoilt",
    [
        {"now": NOON + timedelta(hours=12, seconds=1)},
        {"secret": b"another secret of thirty-two byt"},
        {"secret": None},
    ],
)
async def test_a_cookie_that_is_over_or_not_ours_is_nobodys(house, spoilt):
    value = cookie(house.sessions, email=AGENT)["Cookie"].partition("=")[2]
    reading: Sessions = sessions(house.apps, house.members, **spoilt)

    assert await house.sessions.read(value) is not None
    assert await reading.read(value) is None
    assert await reading.read("no.cookie.ofours") is None


async def test_a_session_of_a_deleted_app_or_of_another_is_nobodys(house):
    value = cookie(house.sessions, "other", email=AGENT)["Cookie"].partition("=")[2]

    assert await house.sessions.read(value) is None, "a member of acme alone"
    house.members.put(member(), app_id="other")
    assert await house.sessions.read(value) is not None
    house.apps.known["other"] = app("other", status="deleted")
    assert await house.sessions.read(value) is None


async def test_who_worked_for_a_deleted_app_does_not_for_the_next_of_its_name(house):
    value = cookie(house.sessions, email=AGENT)["Cookie"].partition("=")[2]
    house.apps.known["acme"] = app(created_at=NOON)

    assert await house.sessions.read(value) is None
    house.members.put(member(added_at=NOON))
    assert await house.sessions.read(value) is not None


async def test_nobody_is_let_in_while_it_is_unknown_who_signed_out(house):
    house.members.unready_reason = "app.members is not followed for 25 s"
    given = cookie(house.sessions, email=AGENT)

    with pytest.raises(Transient):
        await house.sessions.read(given["Cookie"].partition("=")[2])
    assert house.status("read", given) == 503


def test_all_services_derive_one_secret_and_without_any_nothing_is_signed(house):
    derived = session_secret(configured="", admin_key="operator")

    assert derived == session_secret(configured="", admin_key="operator")
    assert derived != session_secret(configured="x", admin_key="operator")
    assert session_secret(configured="", admin_key="") is None
    unsigned = sessions(house.apps, house.members, secret=None)
    with pytest.raises(Permanent, match="HANDRAIL_SESSION_SECRET"):
        unsigned.sign(unsigned.begin("acme", email=AGENT))
