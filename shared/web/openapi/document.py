"""Complete what FastAPI describes: errors, closed bodies, references that lead."""

from functools import cache
from typing import Any

from fastapi import FastAPI

from shared.web.openapi.answers import PROBLEM, SCHEMA, add_errors
from shared.web.openapi.schemas import close, hoist, operations, prune

Document = dict[str, Any]
ROLES = "x-handrail-roles"
"""Of an operation with a credential: the roles of sessions that it takes."""


def install(app: FastAPI) -> None:
    """Make `/openapi.json` of *app* true."""
    described = app.openapi

    @cache
    def openapi() -> Document:
        return complete(described())

    app.openapi = openapi  # type: ignore[method-assign]


def complete(document: Document) -> Document:
    """Return *document*, completed in place."""
    # Behind one origin a service stands under its name: addresses are relative.
    document["servers"] = [{"url": "."}]
    hoist(document)
    document["components"]["schemas"][PROBLEM] = SCHEMA
    for path, item in document["paths"].items():
        for operation in item.values():
            _say_roles(operation)
            add_errors(path, operation)
    for operation in operations(document):
        _settle(operation)
    close(document)
    prune(document)
    return document


def _settle(operation: Document) -> None:
    """Let the model that a route names for its answer stand alone.

    FastAPI adds it to what it read from the function's own return type.
    """
    for answer in operation["responses"].values():
        for content in answer.get("content", {}).values():
            schema = content.get("schema", {})
            if "$ref" in schema:
                content["schema"] = {"$ref": schema["$ref"]}


def _say_roles(operation: Document) -> None:
    """Say which roles of members an operation takes: none but those listed."""
    wanted = operation.get("security", ())
    if wanted:
        operation[ROLES] = [role for each in wanted for role in each.get("session", ())]
