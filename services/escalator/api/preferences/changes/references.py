"""Destinations that settings name: each must exist before anything is sent there."""

from collections.abc import Iterator
from typing import Protocol

from pydantic import BaseModel

from services.escalator.api.preferences.changes.objects import objects_in
from services.escalator.domain.routing.rules import DEFAULT_DESTINATION
from shared.web.exact import refuse, unknown

PARTS = ("routes", "default_route", "acknowledgement", "reports")
"""The parts of the settings that lead somewhere."""
LISTS = ("destinations", "fallback")
"""The fields that name destinations, at any depth of these parts."""


class Destinations(Protocol):
    """Which destinations each app has."""

    def of(self, app_id: str) -> frozenset[str]: ...
    async def refresh(self) -> None: ...


async def check_destinations(
    destinations: Destinations, app_id: str, body: BaseModel, *, at: str = "body"
) -> None:
    """Raise a 422 where *body* leads to a destination that does not exist.

    `default` may be made later: until then what goes there waits.
    """
    named = {
        field: destination
        for field, destination in named_in(body)
        if destination != DEFAULT_DESTINATION
    }
    if not destinations.of(app_id).issuperset(named.values()):
        # It may have been made a moment ago, by another service.
        await destinations.refresh()
    known = {*destinations.of(app_id), DEFAULT_DESTINATION}
    wrong = [
        unknown(f"{at}.{field}", destination, known, what="destination")
        for field, destination in named.items()
        if destination not in known
    ]
    if wrong:
        raise refuse(wrong)


def named_in(settings: BaseModel) -> Iterator[tuple[str, str]]:
    """Yield each destination that *settings* name, and where: `routes.0.fallback.1`."""
    for part, value in settings.model_dump(include=set(PARTS)).items():
        for at, found in objects_in(value, part):
            for name in LISTS:
                for place, one in enumerate(found.get(name) or ()):
                    yield f"{at}.{name}.{place}", one
