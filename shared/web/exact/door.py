"""Refuse at each door what its route does not read, and what no store can keep."""

import json
from typing import Any, get_args, get_origin

from fastapi import Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from shared.web.auth import check_credential
from shared.web.exact.fields import shape_of
from shared.web.exact.nearest import MAX_NAME_CHARS, Wrong, refuse, unknown
from shared.web.exact.storable import find_unstorable
from shared.web.problems import Problem


async def only_known(request: Request) -> None:
    """Raise a 415 or 422 where the request holds what its route does not read.

    A dependency of every route, and the first to run; but who may not ask at all hears
    that, and nothing of what the route reads. It looks at query parameters, and at the
    fields of a JSON body; a route that reads its body itself checks that body itself.
    """
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    wrong = _unknown_parameters(request, route)
    if route.body_field is not None:
        wrong += await _wrong_fields(request, route)
    if wrong:
        await check_credential(request, route.dependant)
        raise refuse(wrong)


def _unknown_parameters(request: Request, route: APIRoute) -> list[Wrong]:
    known = {
        each.alias: _takes_many(each.field_info.annotation)
        for each in get_flat_params(route.dependant)
        if isinstance(each.field_info, params.Query)
    }
    asked = [name for name, _ in request.query_params.multi_items()]
    wrong = [
        unknown(f"query.{name}", name, known, what="parameter")
        for name in dict.fromkeys(asked)
        if name not in known
    ]
    # One of the two would be dropped in silence.
    twice = {
        name for name in asked if asked.count(name) > 1 and not known.get(name, True)
    }
    return wrong + [
        {"field": f"query.{name}", "message": "given more than once"}
        for name in sorted(twice)
    ]


def _takes_many(annotation: object) -> bool:
    """Return whether a parameter is a list, perhaps an optional one."""
    return list in {get_origin(each) for each in (annotation, *get_args(annotation))}


async def _wrong_fields(request: Request, route: APIRoute) -> list[Wrong]:
    body = await request.body()
    if not body:
        return []
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        await check_credential(request, route.dependant)
        raise Problem(415, detail="Send JSON, with `Content-Type: application/json`.")
    try:
        parsed = json.loads(body, object_pairs_hook=_each_once)
    except _NamedTwiceError as twice:
        return [
            {"field": f"body.….{twice}", "message": "the same object names it twice"}
        ]
    assert route.body_field is not None
    return wrong_fields(parsed, route.body_field.field_info.annotation)


class _NamedTwiceError(Exception):
    """An object names a field twice: one of the two would be dropped in silence."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _NamedTwiceError(name[:MAX_NAME_CHARS])
        found[name] = value
    return found


def wrong_fields(body: Any, annotation: object) -> list[Wrong]:  # noqa: ANN401 - JSON
    """Return what cannot be taken of *body*, which *annotation* describes."""
    found = find_unstorable(body)
    return [found] if found else shape_of(annotation).unknown_in(body)
