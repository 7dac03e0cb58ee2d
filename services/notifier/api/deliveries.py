"""/v1/deliveries and /v1/dead-letters: what was sent, what was not, and again."""

from datetime import UTC, datetime
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Query

from services.notifier.api.bodies import DeliveryView, Order
from services.notifier.domain.delivery import Delivery, Search, Status
from shared.events import Scope
from shared.web.auth import Principal, own_app, require
from shared.web.openapi.answers import problems
from shared.web.pages import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    decode_cursor,
    encode_cursor,
)
from shared.web.problems import Problem

Reader = Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))]
Manager = Annotated[Principal, Depends(require(Scope.MANAGE))]
Name = Annotated[str | None, Query(max_length=256)]


class Inventory(Protocol):
    """The stored deliveries of one app."""

    async def page(
        self, search: Search, *, after: tuple[datetime, str] | None, limit: int
    ) -> list[Delivery]: ...
    async def get(self, app_id: str, delivery_id: str) -> Delivery | None: ...
    async def redrive(self, dead: Delivery) -> bool: ...


class Sending(Protocol):
    """Where due deliveries are looked for."""

    def wake(self) -> None: ...


def router(inventory: Inventory, sending: Sending) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1", tags=["deliveries"])
    _deliveries(routes, inventory)
    _dead_letters(routes, inventory, sending)
    return routes


def _deliveries(routes: APIRouter, inventory: Inventory) -> None:
    @routes.get("/deliveries", summary="What was sent, newest first")
    async def list_deliveries(
        who: Reader,
        status: Annotated[Status | None, Query(description="Only these")] = None,
        destination_id: Name = None,
        escalation_id: Name = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[DeliveryView]:
        statuses = [status] if status else None
        search = Search(who.app_id, statuses, destination_id, escalation_id)
        return await _listed(inventory, search, cursor=cursor, limit=limit)

    @routes.get(
        "/deliveries/{delivery_id}",
        summary="One delivery and all its tries",
        responses=problems(404),
    )
    async def get_delivery(who: Reader, delivery_id: str) -> DeliveryView:
        return DeliveryView.of(await _find(inventory, who.app_id, delivery_id))


def _dead_letters(routes: APIRouter, inventory: Inventory, sending: Sending) -> None:
    @routes.get("/dead-letters", summary="What was given up, newest first")
    async def list_dead_letters(
        who: Reader,
        destination_id: Name = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[DeliveryView]:
        search = Search(who.app_id, [Status.DEAD], destination_id)
        return await _listed(inventory, search, cursor=cursor, limit=limit)

    @routes.post(
        "/dead-letters/{delivery_id}/redrive",
        summary="Try it afresh",
        responses=problems(404, 409),
    )
    async def redrive(
        who: Manager, delivery_id: str, body: Order | None = None
    ) -> DeliveryView:
        own_app(who, body and body.app_id)
        dead = await _find(inventory, who.app_id, delivery_id)
        if dead.status is Status.DEAD:
            await inventory.redrive(dead)
            sending.wake()
        elif not dead.redriven:
            raise Problem(409, detail=f"It is {dead.status}, not dead.")
        return DeliveryView.of(await _find(inventory, who.app_id, delivery_id))


async def _listed(
    inventory: Inventory, search: Search, *, cursor: str | None, limit: int
) -> Page[DeliveryView]:
    found = await inventory.page(search, after=_after(cursor), limit=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    return Page(
        items=[DeliveryView.of(each) for each in found[:limit]],
        next_cursor=encode_cursor(last.created_at.timestamp(), last.delivery_id)
        if last
        else None,
    )


async def _find(inventory: Inventory, app_id: str, delivery_id: str) -> Delivery:
    delivery = await inventory.get(app_id, delivery_id)
    if delivery is None:
        raise Problem(404, detail="No delivery of this id.")
    return delivery


def _after(cursor: str | None) -> tuple[datetime, str] | None:
    parts = decode_cursor(cursor, parts=2)
    if parts is None:
        return None
    try:
        return datetime.fromtimestamp(float(parts[0]), UTC), str(parts[1])
    except (ValueError, OverflowError, OSError):
        raise Problem(400, detail="This cursor is not one of ours.") from None
