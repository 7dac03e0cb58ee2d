"""Where a request goes, how urgent it is, and why, from the app's ordered routes."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from services.escalator.domain.routing.facts import Facts
from services.escalator.domain.routing.reasons import NO_OTHER, NO_ROUTE, because
from services.escalator.domain.routing.rules import should_match
from shared.events.preferences import Preferences, Priority, Route

PRIORITIES: tuple[Priority, ...] = ("low", "normal", "high", "urgent")
"""In rising order."""

_SHAPE = attrgetter(
    "match", "destinations", "fallback", "priority", "tags", "continue_", "name"
)
_SHIPPED = _SHAPE(Route())


@dataclass(frozen=True, slots=True)
class Matched:
    """One route that matched; *name* is empty for the default route."""

    name: str
    because: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What the routes made of a request."""

    matched: tuple[Matched, ...]
    destinations: tuple[str, ...]
    fallback: tuple[str, ...]
    priority: str
    tags: tuple[str, ...]

    @property
    def route(self) -> str:
        """Return the name of the first route that matched."""
        return self.matched[0].name

    @property
    def because(self) -> str:
        """Return why it goes where it goes, in a person's words."""
        first, *others = self.matched
        also = [f"also {each.name}: {each.because}" for each in others]
        return "; ".join((first.because, *also))


def name_of(route: Route, place: int) -> str:
    """Return what a route is called; *place* counts from 0."""
    return route.name or f"route-{place + 1}"


def routes_of(preferences: Preferences) -> Sequence[Route]:
    """Return the routes in front of the default one.

    The one route that an app is made with matches all and leads to `default`. As long
    as it is the only one, it says no more than the default route, which may be another.
    """
    routes = preferences.routes
    return () if len(routes) == 1 and _SHAPE(routes[0]) == _SHIPPED else routes


def choose(preferences: Preferences, facts: Facts) -> Choice:
    """Return where a request of these *facts* goes.

    Routes are tried in order. One that says `continue` lets the next ones add to it;
    what it set, they see. A later one changes the priority only to a higher one.
    """
    routes = routes_of(preferences)
    if not routes:
        return _by_default(preferences, NO_OTHER, facts)
    seen = dict(facts)
    chosen: list[tuple[Matched, Route]] = []
    for place, route in enumerate(routes):
        if not should_match(route.match, seen):
            continue
        why = because(route.match, seen)
        chosen.append((Matched(name_of(route, place), why), route))
        seen["priority"] = _priority([each for _, each in chosen], facts["priority"])
        seen["tags"] = _each_once([*seen["tags"], *route.tags])
        if not route.continue_:
            break
    if not chosen:
        return _by_default(preferences, NO_ROUTE, facts)
    ways = [route for _, route in chosen]
    return Choice(
        matched=tuple(each for each, _ in chosen),
        destinations=_each_once([each for way in ways for each in way.destinations]),
        fallback=_each_once([each for way in ways for each in way.fallback]),
        priority=seen["priority"],
        tags=seen["tags"],
    )


def _by_default(preferences: Preferences, why: str, facts: Facts) -> Choice:
    way = preferences.default_route
    return Choice(
        matched=(Matched("", why),),
        destinations=_each_once(way.destinations),
        fallback=_each_once(way.fallback),
        priority=facts["priority"],
        tags=facts["tags"],
    )


def _priority(routes: Sequence[Route], before: Priority) -> Priority:
    """Return what *routes* set: the first that names one, or a later higher one."""
    named = [route.priority for route in routes if route.priority is not None]
    return max(named, key=PRIORITIES.index, default=before)


def _each_once(items: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
