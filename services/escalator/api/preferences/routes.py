"""Routes as they are put: each can match, leads somewhere and has a name of its own."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from services.escalator.api.preferences.matching import MATCH, ExactMatch, within
from services.escalator.domain.routing.choosing import PRIORITIES, name_of
from shared.events import Route
from shared.events.base import NO_CONTROL, Id
from shared.events.preferences import DefaultRoute, Priority
from shared.web.exact import check_known, mistaken

MAX_ROUTES = 200
MAX_DESTINATIONS = 20
"""Of one route: each is sent the whole packet."""
MAX_TAGS = 20

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=rf"{NO_CONTROL}|^$")
]
Tag = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=64, pattern=NO_CONTROL
    ),
]


def _priority(value: object) -> object:
    if isinstance(value, str):
        check_known(value, PRIORITIES, what="priority")
    return value


ExactPriority = Annotated[Priority, BeforeValidator(_priority)]
Destinations = Annotated[list[Id], Field(min_length=1, max_length=MAX_DESTINATIONS)]
Fallback = Annotated[list[Id], Field(max_length=MAX_DESTINATIONS)]


class ExactRoute(Route):
    """A route that can be worked."""

    name: Name = Field(
        default="",
        max_length=100,
        description="What people call it; `route-1` and so on by place where it is "
        "empty",
    )
    match: ExactMatch = Field(default_factory=dict, description=MATCH)
    destinations: Destinations = Field(
        default_factory=lambda: ["default"],
        description="Ids of destinations that there are; `default` may come later",
    )
    fallback: Fallback = Field(
        default_factory=list,
        description="Ids of destinations, asked when every destination has failed",
    )
    priority: ExactPriority | None = Field(
        default=None, description="What it sets, if any; of a later route, if higher"
    )
    tags: list[Tag] = Field(
        default_factory=list, max_length=MAX_TAGS, description="What it adds"
    )


class ExactDefaultRoute(DefaultRoute):
    """A default route that leads somewhere."""

    destinations: Destinations = Field(
        default_factory=lambda: ["default"],
        description="Ids of destinations that there are; `default` may come later",
    )
    fallback: Fallback = Field(
        default_factory=list,
        description="Ids of destinations, asked when every destination has failed",
    )


def check_names(routes: list[ExactRoute]) -> list[ExactRoute]:
    """Return *routes*, or raise what pydantic reports where two have one name.

    Reasons name routes, and so do figures: a name is one route's alone.
    """
    known: dict[str, int] = {}
    for place, route in enumerate(routes):
        name = name_of(route, place)
        if name in known:
            said = f"`{name}` is the name of `routes.{known[name]}` already"
            wrong = mistaken({"field": "", "message": said})
            raise within((place, "name"), wrong)
        known[name] = place
    return routes


ExactRoutes = Annotated[
    list[ExactRoute],
    Field(min_length=1, max_length=MAX_ROUTES),
    AfterValidator(check_names),
]
