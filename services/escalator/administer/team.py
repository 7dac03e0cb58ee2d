"""Change an app's people; every change is published before it is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.escalator.domain.members import team as members
from shared.clock import Clock
from shared.errors import Permanent, Transient
from shared.events import AppMembers, AppSettings, EndedSessions, Member
from shared.kafka.records import Outgoing, outgoing
from shared.topics import APP_MEMBERS
from shared.web.auth import Session

TRIES = 10
"""Rounds against others who change the same app's people at the same moment."""


class Teams(Protocol):
    """The people of the apps as they truly are."""

    async def get(self, app_id: str) -> AppMembers | None: ...
    async def replace(self, team: AppMembers, *, over: int | None) -> bool: ...
    async def all(self) -> Sequence[AppMembers]: ...


class Known(Protocol):
    """This service's own copy of `app.members`."""

    def of(self, app_id: str) -> AppMembers | None: ...
    def apps(self) -> list[str]: ...
    async def refresh(self) -> None: ...


class Apps(Protocol):
    """What is known of the apps."""

    def get(self, app_id: str) -> AppSettings | None: ...


class Publisher(Protocol):
    """Where records go."""

    async def publish(self, outputs: Sequence[Outgoing]) -> None: ...


Change = Callable[[AppMembers], AppMembers]


@dataclass(frozen=True, slots=True)
class Team:
    """Changes the people of apps one version at a time."""

    teams: Teams
    publisher: Publisher
    known: Known
    apps: Apps
    clock: Clock

    async def of(self, app_id: str) -> AppMembers:
        """Return the app's people as they are stored."""
        stored = await self.teams.get(app_id)
        return stored or members.nobody(app_id, now=self.clock.now())

    async def put(
        self, app_id: str, member: Member, *, keep_an_admin: bool
    ) -> tuple[Member, bool]:
        """Put a member, and return them and whether they are new.

        Raises Permanent(`too_many_members`, `last_admin`).
        """
        found: list[tuple[Member, bool]] = []

        def change(old: AppMembers) -> AppMembers:
            known = old.find(member.email)
            put = _like(known, member)
            if known is not None and keep_an_admin and put.role is not known.role:
                members.check_an_admin_stays(old, member.email)
            found.append((put, known is None))
            return members.put(old, put, now=self.clock.now())

        await self._change(app_id, change)
        return found[-1]

    async def remove(self, app_id: str, email: str, *, keep_an_admin: bool) -> None:
        """Remove a member, or raise Permanent(`unknown_member`, `last_admin`)."""

        def change(old: AppMembers) -> AppMembers:
            if old.find(email) is None:
                raise Permanent("unknown_member", "The app has no member of this.")
            if keep_an_admin:
                members.check_an_admin_stays(old, email)
            return members.remove(old, email, now=self.clock.now())

        await self._change(app_id, change)

    async def end(self, session: Session) -> None:
        """Make a session worthless, in all services."""
        ended = EndedSessions(
            subject=session.subject,
            session_id=session.session_id,
            before=session.began_at,
            until=session.ends_at,
        )
        await self._change(
            session.app_id,
            lambda old: members.end(old, ended, now=self.clock.now()),
        )

    async def reconcile(self) -> int:
        """Publish what the others may not know; return of how many apps that was.

        That is a change whose publishing failed, what was lost with its broker, and
        that a deleted app has nobody any more.
        """
        await self.known.refresh()
        stored = await self.teams.all()
        behind = [each.app_id for each in stored if self._is_behind(each)]
        for app_id in behind:
            await self._publish(app_id)
        kept = {each.app_id for each in stored}
        gone = [each for each in self.known.apps() if self._is_gone(each, kept)]
        await self.publisher.publish([_nothing(each) for each in gone])
        return len(behind) + len(gone)

    def _is_behind(self, stored: AppMembers) -> bool:
        known = self.known.of(stored.app_id)
        return known is None or known.version != stored.version

    def _is_gone(self, app_id: str, kept: set[str]) -> bool:
        app = self.apps.get(app_id)
        return app_id not in kept and (app is None or app.status == "deleted")

    async def _change(self, app_id: str, change: Change) -> None:
        for _ in range(TRIES):
            stored = await self.teams.get(app_id)
            old = stored or members.nobody(app_id, now=self.clock.now())
            over = stored.version if stored else None
            if await self.teams.replace(change(old), over=over):
                await self._publish(app_id)
                return
        raise Transient("conflict", "others keep changing this app's members")

    async def _publish(self, app_id: str) -> None:
        """Publish the newest version, so that it is the last one on the topic.

        Two instances may publish in the wrong order; each looks again after its own
        record, so the last one to publish finds what changed before it.
        """
        told = -1
        while True:
            stored = await self.teams.get(app_id)
            if stored is None or stored.version == told:
                break
            record = outgoing(
                APP_MEMBERS,
                stored,
                source="escalator",
                now=stored.updated_at,
            )
            await self.publisher.publish([record])
            told = stored.version
        await self.known.refresh()


def _like(known: Member | None, member: Member) -> Member:
    """Return *member* as long here as *known* is, with what a later version wrote."""
    if known is None:
        return member
    facts = {name: getattr(member, name) for name in ("name", "role")}
    facts |= {name: getattr(member, name) for name in ("available", "capacity")}
    return known.model_copy(update=facts)


def _nothing(app_id: str) -> Outgoing:
    return Outgoing(APP_MEMBERS.name, app_id.encode(), b"", [])
