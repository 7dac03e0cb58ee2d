"""Take a person's order: find the escalation, work the order, show the result."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from services.escalator.api.desk import views
from services.escalator.domain.inbox.filters import Filter, Found, Position, Row, Sort
from services.escalator.domain.lifecycle.transitions import Command
from services.escalator.escalate.lifecycle.orders import Order, to_record
from shared.clock import Clock
from shared.errors import Permanent
from shared.kafka.records import Done, Record
from shared.web.auth import Principal, own_app
from shared.web.problems import Problem


class Inbox(Protocol):
    """The escalations as they are read."""

    async def find(self, app_id: str, name: str) -> Row | None: ...
    async def read(self, app_id: str, name: str) -> Found | None: ...
    async def page(
        self,
        app_id: str,
        wanted: Filter,
        *,
        sort: Sort = Sort.NEWEST,
        after: Position | None = None,
        limit: int,
    ) -> list[tuple[Position, Row]]: ...


Submit = Callable[[Record], Awaitable[Done]]
"""Works a record now and surely; raises what the verb raises."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where orders are taken."""

    inbox: Inbox
    submit: Submit
    clock: Clock

    async def show(self, principal: Principal, name: str) -> views.Document:
        """Return the whole escalation of that id or number, or raise a 404."""
        found = await self.inbox.read(principal.app_id, name)
        if found is None:
            raise _not_found(name)
        return views.to_document(found, now=self.clock.now())

    async def find(self, principal: Principal, name: str) -> Row:
        """Return how the escalation of that id or number stands, or raise a 404."""
        row = await self.inbox.find(principal.app_id, name)
        if row is None:
            raise _not_found(name)
        return row

    async def find_for(self, principal: Principal, name: str, body: views.Body) -> Row:
        """Return the escalation an order is about; another app's order finds none."""
        own_app(principal, body.app_id)
        return await self.find(principal, name)

    async def work(
        self,
        principal: Principal,
        name: str,
        body: views.Body,
        key: str | None,
        command: Command,
        **more: object,
    ) -> views.Document:
        """Have *command* worked; return the escalation as it is then."""
        row = await self.find_for(principal, name, body)
        await self.take(principal, row, body, key, {"command": command, **more})
        return await self.show(principal, row["_id"])

    async def take(
        self,
        principal: Principal,
        row: Row,
        body: views.Body,
        key: str | None,
        order: dict[str, Any],
    ) -> Order:
        """Have an order worked; a repeat of its *key* is done already.

        Without a key, every request is an order of its own.
        """
        wanted = Order(
            escalation_id=row["_id"],
            actor=principal.actor(body.actor),
            author=principal.member.shown_name if principal.member else "",
            text=body.text,
            key=key or uuid.uuid4().hex,
            **order,
        )
        try:
            await self.submit(to_record(row["app_id"], row["conversation_id"], wanted))
        except Permanent as refused:
            raise await self._refusal(principal, row, refused) from None
        return wanted

    async def _refusal(
        self, principal: Principal, row: Row, refused: Permanent
    ) -> Problem:
        if refused.reason == "unknown_escalation":
            return _not_found(row["number"])
        now = await self.inbox.find(principal.app_id, row["_id"]) or row
        holder = now["assignee"] or now.get("acknowledged_by")
        more: dict[str, Any] = {"holder": holder} if refused.reason == "taken" else {}
        return Problem(
            409,
            detail=str(refused),
            reason=refused.reason,
            status_now=now["status"],
            **more,
        )


def _not_found(name: str) -> Problem:
    return Problem(404, detail=f"This app has no escalation {name[:64]!r}.")
