"""Members and their sessions, without servers behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.events import AppMembers, EndedSessions, Member, Role
from shared.web.auth import COOKIE, Sessions
from tests.support.fakes import NOON, FakeApps

SECRET = b"of a test, thirty-two bytes long"
ADDED = NOON - timedelta(days=1)
HEADER = {"X-Handrail": "1"}


def member(role: Role = Role.AGENT, **facts: Any) -> Member:
    given = {"email": f"{role}@acme.test", "name": role.title(), "added_at": ADDED}
    return Member(role=role, **{**given, **facts})


@dataclass
class FakeMembers:
    """What `app.members` says; those in *late* only after a refresh."""

    teams: dict[str, AppMembers] = field(default_factory=dict)
    late: dict[str, AppMembers] = field(default_factory=dict)
    unready_reason: str = ""
    refreshed: int = 0

    def of(self, app_id: str) -> AppMembers | None:
        return self.teams.get(app_id)

    async def refresh(self) -> None:
        self.refreshed += 1
        self.teams |= self.late

    def put(
        self,
        *members: Member,
        app_id: str = "acme",
        ended: Sequence[EndedSessions] = (),
    ) -> None:
        self.teams[app_id] = AppMembers(
            app_id=app_id, updated_at=NOON, members=list(members), ended=list(ended)
        )


def sessions(
    apps: FakeApps, members: FakeMembers, *, now: datetime = NOON, **facts: Any
) -> Sessions:
    return Sessions(
        **{"secret": SECRET, "apps": apps, "members": members, "now": lambda: now}
        | facts
    )


def cookie(made: Sessions, app_id: str = "acme", **subject: str) -> dict[str, str]:
    """Return the header of a request in a new session."""
    return {"Cookie": f"{COOKIE}={made.sign(made.begin(app_id, **subject))}"}
