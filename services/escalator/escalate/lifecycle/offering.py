"""Assign what is handed off to a member who is there and has room."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol
from weakref import WeakValueDictionary

from services.escalator.domain.conversation import Escalation
from services.escalator.domain.members.capacity import Held, Offer, choose, with_offer
from services.escalator.escalate.acknowledgement.claims import let_run
from services.escalator.escalate.drafting.draft import HANDRAIL, Draft
from services.escalator.escalate.ports import Offers
from shared.errors import Transient
from shared.events import AppMembers, Change, Member

ASSIGNED = "assigned_by_capacity"
TRIES = 20
"""Rounds against other instances that assign for the same app at the same moment."""
FORGOTTEN_AFTER = timedelta(hours=1)
"""An offer whose escalation is not stored by then was never opened."""


async def offer(draft: Draft, offers: Offers, escalation: Escalation) -> Escalation:
    """Assign *escalation* where the app's settings ask for it and somebody has room.

    It is theirs to take: until they act, others hear of it as if nobody had it. What a
    silence covers is kept from people, so nobody is given it.
    """
    asked_for = draft.app.preferences.assignment.by == "capacity"
    if not asked_for or escalation.silenced_by is not None:
        return escalation
    app_id = draft.conversation.app_id
    email = await offers.reserve(app_id, escalation.escalation_id, now=draft.now)
    if email is None:
        return escalation
    assigned = draft.update(
        replace(escalation, assignee=email, offered_to=email),
        Change.ASSIGNED,
        actor=HANDRAIL,
        reason=ASSIGNED,
        text=email,
    )
    return let_run(draft, assigned)


class Members(Protocol):
    """Who works for each app."""

    @property
    def unready_reason(self) -> str: ...
    def of(self, app_id: str) -> AppMembers | None: ...
    async def refresh(self) -> None: ...


class Store(Protocol):
    """The offers of each app under one version, and what the inbox says."""

    async def load(self, app_id: str) -> tuple[int, Sequence[Offer]]: ...
    async def save(
        self, app_id: str, offers: Sequence[Offer], *, over: int
    ) -> bool: ...
    async def open_of(
        self, app_id: str, emails: Sequence[str]
    ) -> Sequence[tuple[str, str]]:
        """Return assignee and id of each open escalation that is one of *emails*'."""

    async def stored(self, escalation_ids: Sequence[str]) -> set[str]: ...


@dataclass(frozen=True, slots=True)
class Capacity:
    """Reserves room before the decision is stored, so that nobody gets too much.

    What a member has is what the inbox says they have, and what was offered to them
    and is not in the inbox yet. An offer is made under the version that was read:
    whoever finds it changed reads all again.
    """

    members: Members
    store: Store
    _locks: WeakValueDictionary[str, asyncio.Lock] = field(
        default_factory=WeakValueDictionary
    )

    async def reserve(
        self, app_id: str, escalation_id: str, *, now: datetime
    ) -> str | None:
        """Return who is given the escalation; None where nobody is there with room.

        Decided again, after a crash or a conflict, it is the same member. Raises
        Transient.
        """
        there = await self._there(app_id)
        if not there:
            return None
        lock = self._locks.setdefault(app_id, asyncio.Lock())
        async with lock:
            for _ in range(TRIES):
                version, known = await self.store.load(app_id)
                for each in known:
                    if each.escalation_id == escalation_id and each.pending:
                        return each.email
                waiting = await self._unstored(known, now)
                held = await self._held(app_id, [each.email for each in there], waiting)
                email = choose(there, held, known)
                if email is None:
                    return None
                made = Offer(escalation_id, email, now)
                after = with_offer(known, waiting, made)
                if await self.store.save(app_id, after, over=version):
                    return email
        raise Transient("conflict", "others keep assigning for this app")

    async def _there(self, app_id: str) -> list[Member]:
        """Return the members who take work now."""
        if self.members.unready_reason:
            await self.members.refresh()
        team = self.members.of(app_id)
        members = team.members if team else ()
        return [each for each in members if each.available and each.capacity > 0]

    async def _unstored(self, known: Sequence[Offer], now: datetime) -> list[Offer]:
        """Return the offers whose escalations the inbox does not have yet."""
        pending = [each for each in known if each.pending]
        stored = await self.store.stored([each.escalation_id for each in pending])
        return [
            each
            for each in pending
            if each.escalation_id not in stored and now - each.at < FORGOTTEN_AFTER
        ]

    async def _held(
        self, app_id: str, emails: Sequence[str], waiting: Sequence[Offer]
    ) -> Held:
        held: dict[str, set[str]] = {each: set() for each in emails}
        for email, escalation_id in await self.store.open_of(app_id, emails):
            held[email].add(escalation_id)
        for each in waiting:
            held.setdefault(each.email, set()).add(each.escalation_id)
        return {email: len(ids) for email, ids in held.items()}
