"""The API of members and sessions over stores in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from services.escalator.administer.sign_ins import Link, SignIns
from services.escalator.administer.team import Team
from services.escalator.api.people import members, page
from services.escalator.api.people import sessions as sessions_api
from shared.errors import Transient
from shared.events import AppKey, AppMembers, Scope, SignInRequested
from shared.kafka.records import Outgoing
from shared.kafka.table import MemberTable
from shared.settings import KafkaSettings
from shared.topics import APP_MEMBERS, MEMBER_SIGN_IN_REQUESTED
from shared.web.api import install
from shared.web.auth import Credentials, new_key
from tests.support.fakes import NOON, FakeApps, FakeClock, app
from tests.support.people import HEADER, sessions

ORIGIN = "https://desk.example.com"


class LocalMembers(MemberTable):
    """The real table, fed by the fake publisher instead of a broker."""

    unready_reason = ""

    def __init__(self) -> None:
        super().__init__(KafkaSettings(), client_id="test")

    async def refresh(self) -> None:
        return


@dataclass
class FakeTeams:
    rows: dict[str, AppMembers] = field(default_factory=dict)
    rivals: list[AppMembers] = field(default_factory=list)
    """Stored by somebody else in front of the next replacement."""

    async def get(self, app_id: str) -> AppMembers | None:
        return self.rows.get(app_id)

    async def replace(self, team: AppMembers, *, over: int | None) -> bool:
        if self.rivals:
            self.rows[team.app_id] = self.rivals.pop()
        known = self.rows.get(team.app_id)
        if (known.version if known else None) != over:
            return False
        self.rows[team.app_id] = team
        return True

    async def all(self) -> list[AppMembers]:
        return list(self.rows.values())


@dataclass
class FakeLinks:
    rows: dict[str, Link] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    tries: dict[str, int] = field(default_factory=dict)

    async def count(self, address: str, *, now: datetime, within: timedelta) -> int:
        self.tries[address] = self.tries.get(address, 0) + 1
        return self.tries[address]

    async def add(self, link: Link) -> None:
        self.rows[link.link_id] = link

    async def get(self, link_id: str) -> Link | None:
        return None if link_id in self.used else self.rows.get(link_id)

    async def use(self, link_id: str) -> bool:
        fresh = link_id not in self.used
        self.used.add(link_id)
        return fresh


@dataclass
class FakePublisher:
    table: LocalMembers
    published: list[Outgoing] = field(default_factory=list)
    failing: int = 0

    async def publish(self, outputs: Any) -> None:
        if self.failing:
            self.failing -= 1
            raise Transient("kafka_unavailable", "no broker")
        self.published += outputs
        for each in outputs:
            if each.topic == APP_MEMBERS.name:
                self.table.apply(each.key, each.value)

    def links(self) -> list[SignInRequested]:
        return [
            SignInRequested.model_validate_json(each.value)
            for each in self.published
            if each.topic == MEMBER_SIGN_IN_REQUESTED.name
        ]


class House:
    """Two apps, a key of each, and nobody in them yet."""

    def __init__(self) -> None:
        self.clock = FakeClock(NOON)
        self.keys = {name: new_key() for name in ("acme", "other")}
        self.apps = FakeApps({name: self._app(name) for name in self.keys})
        self.table = LocalMembers()
        self.teams, self.links = FakeTeams(), FakeLinks()
        self.publisher = FakePublisher(self.table)
        self.team = Team(
            teams=self.teams,
            publisher=self.publisher,
            known=self.table,
            apps=self.apps,
            clock=self.clock,
        )
        made = replace(sessions(self.apps, self.table), now=self.clock.now)  # type: ignore[arg-type]
        self.sign_ins = SignIns(
            links=self.links,
            known=self.table,
            team=self.team,
            apps=self.apps,
            publisher=self.publisher,
            sessions=made,
            seal=lambda clear: f"sealed:{clear}".encode(),
            clock=self.clock,
            public_url=ORIGIN,
        )
        self.credentials = Credentials(
            self.apps, admin_key="", sessions=made, origin=ORIGIN
        )
        self.app = self._built()

    def _app(self, name: str) -> Any:
        key = self.keys[name]
        held = AppKey(
            key_id=key.key_id, hash=key.hash, scopes=list(Scope), created_at=NOON
        )
        return app(name, name=name.title(), keys=[held])

    def _built(self) -> FastAPI:
        built = FastAPI()
        install(built)
        built.state.credentials = self.credentials
        reception = sessions_api.Reception(
            self.sign_ins, self.credentials, alike_seconds=0
        )
        built.include_router(members.router(self.team, clock=self.clock))
        built.include_router(sessions_api.router(reception))
        built.include_router(page.router())
        return built

    def browser(self) -> httpx.AsyncClient:
        """Return a client that keeps its own cookies."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url=ORIGIN, headers=HEADER
        )

    def server(self, name: str = "acme") -> httpx.AsyncClient:
        """Return a client with the app's key."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url=ORIGIN,
            headers={"Authorization": f"Bearer {self.keys[name].key}"},
        )

    async def add(self, email: str, role: str = "agent", **facts: Any) -> None:
        body = {"role": role, "name": "Ana", **facts}
        name = body.pop("app", "acme")
        answer = await self.server(name).put(f"/v1/members/{email}", json=body)
        assert answer.is_success, answer.text

    async def token(self, email: str, **more: Any) -> str:
        """Ask for a link and return the token it brings."""
        asked = await self.browser().post("/v1/sessions", json={"email": email, **more})
        assert asked.status_code == 202, asked.text
        return self.publisher.links()[-1].sealed_link.partition("#")[2]

    async def signed_in(self, email: str, **more: Any) -> httpx.AsyncClient:
        browser = self.browser()
        body = {"token": await self.token(email), **more}
        answer = await browser.post("/v1/sessions/redeem", json=body)
        assert answer.status_code == 200, answer.text
        return browser
