"""Every endpoint of all four services, with no credential and with each there is."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from shared.events import AppKey, Role, Scope
from shared.web.auth import Credentials, NewKey, new_key
from shared.web.openapi.document import ROLES
from tests.doors.applications import (
    SERVICES,
    address,
    application,
    operation,
    operations,
)
from tests.support.fakes import NOON, FakeApps, app
from tests.support.people import HEADER, FakeMembers, cookie, member, sessions

ORIGIN = "https://desk.example.com"
OPERATOR_KEY = "operator-key"
ASKS = {"nobody_reads_this": "1"}
"""Refused with 422 to whoever is let in, so no door is passed to what lies behind."""
OPEN = {
    "/healthz",
    "/readyz",
    "/asyncapi",
    "/v1/sessions",
    "/v1/sessions/redeem",
    "/v1/sessions/oidc/start",
}
LOOKING = {
    "/v1/try",
    "/v1/settings/preview",
    "/v1/settings/explain",
    "/v1/settings/backtest",
}
"""Asked with a body, and nothing is changed."""
SERVERS = {"/v1/events", "/v1/tokens"}
"""Of servers and browsers' tokens, not of people."""


def least_role(method: str, path: str) -> Role | None:
    """Return what a session needs, as people were told; None where none is let in."""
    if path in SERVERS or path.startswith("/v1/apps"):
        return None
    if path == "/v1/sessions" or path in LOOKING:
        return Role.VIEWER
    if path.startswith("/v1/users/") or path.endswith(("/original", "/v1/audit")):
        return Role.ADMIN
    if method == "get":
        return Role.VIEWER
    works = path.startswith(
        ("/v1/escalations", "/v1/silences", "/v1/consultations", "/v1/patterns")
    )
    works = works or path.endswith("/verify")
    if works or (method, path) == ("put", "/v1/members/{email}"):
        return Role.AGENT
    return Role.ADMIN


def is_open(method: str, path: str) -> bool:
    signs_in = path == "/v1/sessions" and method != "post"
    return path in OPEN and not signs_in


def guarded(service: str) -> list[tuple[str, str]]:
    return [each for each in operations(service) if not is_open(*each)]


class Doors:
    """One service's application, and whoever might come to it."""

    def __init__(self, service: str) -> None:
        self.keys = {name: new_key() for name in (*Scope, "foreign")}
        apps = FakeApps(
            {
                "acme": app(keys=[self._held(each, each) for each in Scope]),
                "other": app("other", keys=[self._held("foreign", *Scope)]),
            }
        )
        people = FakeMembers()
        people.put(*(member(role) for role in Role))
        self.sessions = sessions(apps, people)
        built = application(service)
        built.state.credentials = Credentials(
            apps, admin_key=OPERATOR_KEY, sessions=self.sessions, origin=ORIGIN
        )
        self.web = TestClient(built)

    def _held(self, name: str, *scopes: Any) -> AppKey:
        key: NewKey = self.keys[name]
        return AppKey(
            key_id=key.key_id, hash=key.hash, scopes=list(scopes), created_at=NOON
        )

    def status(self, method: str, path: str, given: dict[str, str]) -> int:
        answer = self.web.request(method, address(path), params=ASKS, headers=given)
        return answer.status_code

    def in_session(self, role: Role) -> dict[str, str]:
        return cookie(self.sessions, email=f"{role}@acme.test") | HEADER

    def with_key(self, name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[name].key}"}


@pytest.mark.parametrize("service", SERVICES)
def test_each_endpoint_says_the_roles_that_people_were_told(service: str) -> None:
    for method, path in guarded(service):
        least = least_role(method, path)
        wanted = [] if least is None else [role for role in Role if role.covers(least)]

        assert operation(service, method, path)[ROLES] == wanted, f"{method} {path}"


@pytest.mark.parametrize("service", SERVICES)
def test_a_session_opens_what_its_role_may_and_nothing_else(service: str) -> None:
    doors = Doors(service)
    for method, path in guarded(service):
        least = least_role(method, path)
        for role in Role:
            let_in = least is not None and role.covers(least)

            status = doors.status(method, path, doors.in_session(role))

            wanted = {422} if let_in else {401, 403}
            assert status in wanted, f"{role}: {method} {path} {status}"


@pytest.mark.parametrize("service", SERVICES)
def test_whoever_brings_nothing_or_what_is_nobodys_is_not_let_in(service: str) -> None:
    doors = Doors(service)
    over = doors.sessions.begin("acme", email="gone@acme.test")
    strangers: list[dict[str, str]] = [
        {},
        {"Authorization": "Bearer hr_0000000000000000.secret"},
        {"Authorization": f"Bearer {doors.sessions.sign(over)}"},
        {"Cookie": "handrail_session=made.up.cookie"} | HEADER,
        {"Cookie": f"handrail_session={doors.sessions.sign(over)}"} | HEADER,
        {"Cookie": f"handrail_session={doors.keys['foreign'].key}"} | HEADER,
        {"Cookie": f"handrail_session={OPERATOR_KEY}"} | HEADER,
    ]
    for method, path in guarded(service):
        for given in strangers:
            status = doors.status(method, path, given)

            assert status == 401, f"{given}: {method} {path} {status}"


@pytest.mark.parametrize("service", SERVICES)
def test_a_session_without_the_header_changes_nothing(service: str) -> None:
    doors = Doors(service)
    bare = {"Cookie": doors.in_session(Role.ADMIN)["Cookie"]}
    for method, path in guarded(service):
        status = doors.status(method, path, bare)

        assert (status == 422) <= (method == "get"), f"{method} {path} {status}"


@pytest.mark.parametrize("service", SERVICES)
def test_a_key_opens_what_its_scopes_may_as_ever(service: str) -> None:
    doors = Doors(service)
    for method, path in guarded(service):
        (wanted,) = [
            set(each["key"])
            for each in operation(service, method, path)["security"]
            if "key" in each
        ] or [set()]
        for scope in Scope:
            status = doors.status(method, path, doors.with_key(scope))

            let_in = scope in wanted
            assert (status == 422) is let_in, f"{scope}: {method} {path} {status}"


@pytest.mark.parametrize("service", SERVICES)
def test_the_operators_key_opens_apps_and_users_alone(service: str) -> None:
    doors = Doors(service)
    operator = {"Authorization": f"Bearer {OPERATOR_KEY}"}
    for method, path in guarded(service):
        status = doors.status(method, path, operator)

        theirs = path.startswith(("/v1/apps", "/v1/users/", "/v1/audit"))
        assert (status == 422) is theirs, f"{method} {path} {status}"
