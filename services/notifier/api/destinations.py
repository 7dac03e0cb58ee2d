"""/v1/destinations: where teams receive."""

from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Response

from services.notifier.api.bodies import (
    AnyDestination,
    DestinationId,
    DestinationView,
    EmailDestination,
    Order,
    SampleResult,
    WebhookDestination,
)
from services.notifier.deliver.sample import Sampler
from services.notifier.domain.destination import Destination
from services.notifier.domain.outcomes import Accepted
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
from shared.web.ssrf import EVERYWHERE, NOWHERE, NotAllowedError, parse_target

Reader = Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))]
Manager = Annotated[Principal, Depends(require(Scope.MANAGE))]


class Destinations(Protocol):
    """The stored destinations."""

    async def get(self, app_id: str, destination_id: str) -> Destination | None: ...
    async def put(self, destination: Destination) -> Destination: ...
    async def delete(self, app_id: str, destination_id: str) -> bool: ...
    async def page(
        self, app_id: str, *, after: str | None, limit: int
    ) -> list[Destination]: ...


class Waiting(Protocol):
    """What waits for a destination."""

    async def wake_waiting(self, app_id: str, destination_id: str) -> int: ...
    def wake(self) -> None: ...


class Directory(Protocol):
    """Tells the others which destinations there are."""

    async def tell(self, app_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Book:
    """The destinations, and whoever must hear when one changes."""

    destinations: Destinations
    waiting: Waiting
    sampler: Sampler
    directory: Directory
    allow_private: bool = False
    """Whether webhooks may lead into private networks."""

    async def find(self, who: Principal, destination_id: str) -> Destination:
        """Return the app's destination, or raise a 404."""
        found = await self.destinations.get(who.app_id, destination_id)
        if found is None:
            raise Problem(404, detail="No destination of this id.")
        return found

    async def put(
        self, who: Principal, destination_id: str, body: AnyDestination
    ) -> Destination:
        """Store what *body* says; what waited for it goes out now."""
        own_app(who, body.app_id)
        stored = await self.destinations.put(
            Destination(who.app_id, destination_id, "email", to=tuple(body.to))
            if isinstance(body, EmailDestination)
            else await self._webhook(who.app_id, destination_id, body)
        )
        # Before the answer: a route may name it from then on.
        await self.directory.tell(who.app_id)
        await self.waiting.wake_waiting(who.app_id, destination_id)
        self.waiting.wake()
        return stored

    async def delete(self, who: Principal, destination_id: str) -> None:
        """Delete the app's destination, or raise a 404."""
        if not await self.destinations.delete(who.app_id, destination_id):
            raise Problem(404, detail="No destination of this id.")
        await self.directory.tell(who.app_id)

    async def _webhook(
        self, app_id: str, destination_id: str, body: WebhookDestination
    ) -> Destination:
        try:
            parse_target(body.url, allow=EVERYWHERE if self.allow_private else NOWHERE)
        except NotAllowedError as error:
            raise Problem(422, detail=f"url: {error}.", reason="not_allowed") from None
        secret = body.secret
        if secret is None:
            known = await self.destinations.get(app_id, destination_id)
            secret = known.secret if known else ""
        if not secret:
            raise Problem(422, detail="secret: a new webhook needs one.")
        return Destination(
            app_id, destination_id, "webhook", url=body.url, secret=secret
        )


def router(book: Book) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/destinations", tags=["destinations"])
    _reading(routes, book)
    _writing(routes, book)
    return routes


def _reading(routes: APIRouter, book: Book) -> None:
    @routes.get("", summary="Every destination of the app")
    async def list_destinations(
        who: Reader, limit: Limit = DEFAULT_LIMIT, cursor: Cursor = None
    ) -> Page[DestinationView]:
        after = decode_cursor(cursor, parts=1)
        found = await book.destinations.page(
            who.app_id, after=str(after[0]) if after else None, limit=limit + 1
        )
        last = found[limit - 1] if len(found) > limit else None
        return Page(
            items=[view_of(each) for each in found[:limit]],
            next_cursor=encode_cursor(last.destination_id) if last else None,
        )

    @routes.get(
        "/{destination_id}",
        summary="One destination, without its secret",
        responses=problems(404),
    )
    async def get_destination(
        who: Reader, destination_id: DestinationId
    ) -> DestinationView:
        return view_of(await book.find(who, destination_id))


def _writing(routes: APIRouter, book: Book) -> None:
    @routes.put("/{destination_id}", summary="Create or replace a destination")
    async def put_destination(
        who: Manager, destination_id: DestinationId, body: AnyDestination
    ) -> DestinationView:
        return view_of(await book.put(who, destination_id, body))

    @routes.delete(
        "/{destination_id}",
        status_code=204,
        summary="Delete; what is for it waits from then on",
        responses=problems(404),
    )
    async def delete_destination(
        who: Manager, destination_id: DestinationId
    ) -> Response:
        await book.delete(who, destination_id)
        return Response(status_code=204)

    @routes.post(
        "/{destination_id}/test",
        summary="Send a test message now",
        responses=problems(404, 424),
    )
    async def test_destination(
        who: Manager, destination_id: DestinationId, body: Order | None = None
    ) -> SampleResult:
        own_app(who, body and body.app_id)
        return await run_test(book.sampler, await book.find(who, destination_id))


def view_of(destination: Destination) -> DestinationView:
    """Return what may be shown of *destination*."""
    leads_to = ""
    if destination.url:
        try:
            leads_to = parse_target(destination.url, allow=EVERYWHERE).origin
        except NotAllowedError:
            leads_to = "(cannot be read)"
    return DestinationView.of(destination, leads_to=leads_to)


async def run_test(sampler: Sampler, destination: Destination) -> SampleResult:
    """Return the proof; raise a 424 with the far side's words where nobody took it."""
    outcomes = await sampler.test(destination)
    accepted = {
        address: outcome
        for address, outcome in outcomes.items()
        if isinstance(outcome, Accepted)
    }
    refused = [address for address in outcomes if address not in accepted]
    if not accepted:
        last = list(outcomes.values())[-1]
        assert not isinstance(last, Accepted)
        raise Problem(
            424,
            "The far side did not accept it",
            last.detail,
            reason=last.reason,
            refused=refused,
        )
    return SampleResult(
        delivered=True,
        channel=destination.kind,
        proof=next(iter(accepted.values())).proof,
        recipients=list(accepted),
        refused=refused,
    )
