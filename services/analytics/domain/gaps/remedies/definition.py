"""A ready definition of an action, in both published shapes."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.analytics.domain.gaps.cases import Case
from services.analytics.domain.gaps.causes.near_misses import NearMiss
from services.analytics.domain.gaps.remedies.naming import ActionName, name_action
from services.analytics.domain.gaps.remedies.parameters import (
    Parameter,
    find_parameters,
)
from services.analytics.domain.gaps.remedies.quoting import quotes, users_of

Json = Mapping[str, Any]

MAX_EXAMPLES = 10
MAX_NEAREST = 3


def action_remedy(cases: Sequence[Case], near: Sequence[NearMiss]) -> Json:
    """Return the definition that would have served *cases*, and how many wanted it.

    `available_action` and `input_schema_form` are the two published shapes of one
    action. Whether it needs approval is guessed from its verb: all but what only reads
    does. `nearest` are existing actions, which may want an example rather than a twin.
    """
    requests = [case.text for case in cases if case.text.strip()]
    name = name_action(requests)
    parameters = find_parameters(requests, name.verb)
    common = {"name": name.identifier, "description": _describe(name, parameters)}
    return {
        "available_action": {
            **common,
            "options": {each.name: _option(each) for each in parameters},
            "approvalRequired": name.is_risky,
        },
        "input_schema_form": {
            **common,
            "inputSchema": _schema(parameters),
            "approvalRequired": name.is_risky,
        },
        "examples": quotes(cases, MAX_EXAMPLES),
        "nearest": [_nearest(each) for each in near if each.kind == "action"][
            :MAX_NEAREST
        ],
        "demand": _demand(cases),
    }


def _describe(name: ActionName, parameters: Sequence[Parameter]) -> str:
    said = f"{name.verb.capitalize()} the user's {' '.join(name.object)}."
    needed = [each.name for each in parameters if each.required]
    return f"{said} Needs: {', '.join(needed)}." if needed else said


def _option(each: Parameter) -> Json:
    return {
        "type": each.type,
        "description": each.description,
        "required": each.required,
    }


def _schema(parameters: Sequence[Parameter]) -> Json:
    return {
        "type": "object",
        "properties": {each.name: _property(each) for each in parameters},
        "required": [each.name for each in parameters if each.required],
        "additionalProperties": False,
    }


def _property(each: Parameter) -> Json:
    made: dict[str, Any] = {"type": each.type, "description": each.description}
    if each.format:
        made["format"] = each.format
    if each.choices:
        made["enum"] = list(each.choices)
    return made


def _nearest(near: NearMiss) -> Json:
    return {
        "name": near.name,
        "title": near.title,
        "score": near.score,
        "threshold": near.threshold,
        "count": near.count,
    }


def _demand(cases: Sequence[Case]) -> Json:
    times = [case.at for case in cases]
    return {
        "requests": len(cases),
        "users": users_of(cases),
        "first_seen": min(times).isoformat() if times else None,
        "last_seen": max(times).isoformat() if times else None,
    }
