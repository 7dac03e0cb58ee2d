"""Every endpoint of all four services refuses what it does not read, and says why."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.web.openapi.schemas import KEPT, PREFIX
from tests.doors.applications import (
    SERVICES,
    Document,
    address,
    client,
    document,
    operation,
    operations,
)

Path = tuple[str | int, ...]


def misspelt(name: str) -> str:
    return f"{name}x"


@pytest.mark.parametrize("service", SERVICES)
def test_an_unknown_parameter_is_refused_with_the_nearest(service):
    for method, path in operations(service):
        taken = operation(service, method, path).get("parameters", ())
        names = [each["name"] for each in taken if each["in"] == "query"]
        for name in names or [""]:
            wrong = misspelt(name) if name else "sort"
            body = {} if method in {"put", "post"} else None

            answer = client(service).request(
                method, address(path), params={wrong: "1"}, json=body
            )

            where = f"{method} {path} {wrong}: {answer.text}"
            assert answer.status_code == 422, where
            assert answer.headers["content-type"] == "application/problem+json", where
            said = answer.json()["errors"][0]
            assert said["field"] == f"query.{wrong}", where
            assert said.get("nearest", "") == name, where
            assert name or "none is taken" in said["message"], where


WRONG = {
    "a parameter": {"params": {"sortx": "1"}},
    "a field": {"json": {"fieldx": 1}},
    "no JSON": {"content": b"{", "headers": {"Content-Type": "application/json"}},
    "no type": {"content": b"{}", "headers": {"Content-Type": "text/plain"}},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("service", SERVICES)
def test_who_may_not_ask_hears_that_first(service, wrong):
    nobody = {**wrong.get("headers", {}), "Authorization": "Bearer hr_a.b"}
    for method, path in operations(service):
        if not operation(service, method, path).get("security"):
            continue
        answer = client(service).request(
            method, address(path), **{**wrong, "headers": nobody}
        )

        assert answer.status_code == 401, f"{method} {path}: {answer.text}"


@pytest.mark.parametrize("service", SERVICES)
def test_a_parameter_given_twice_is_refused(service):
    for method, path in operations(service):
        taken = operation(service, method, path).get("parameters", ())
        single = [
            each["name"]
            for each in taken
            if each["in"] == "query" and "array" not in str(each["schema"])
        ]
        for name in single:
            twice = f"{address(path)}?{name}=1&{name}=2"

            answer = client(service).request(method, twice)

            fields = [each["field"] for each in answer.json().get("errors", ())]
            assert answer.status_code == 422, f"{method} {path} {name}: {answer.text}"
            assert f"query.{name}" in fields


def fields(service: str, schema: Document, at: Path) -> Iterator[tuple[Path, Any, str]]:
    """Yield every field of every object: where it is, what stands beside it, its name."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(PREFIX)
        named = document(service)["components"]["schemas"][name]
        yield from fields(service, named, at)
    for each in [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
        yield from fields(service, each, at)
    if "items" in schema:
        yield from fields(service, schema["items"], (*at, 0))
    if schema.get("additionalProperties") is False:
        known = schema["properties"]
        kind = {name: each["const"] for name, each in known.items() if "const" in each}
        yield from ((at, kind, name) for name in known)
        # What stands within one of several kinds is not told apart without its kind.
        for name, each in known.items() if not kind else ():
            yield from fields(service, each, (*at, name))


def within(at: Path, value: Any) -> Any:
    for step in reversed(at):
        value = [value] if step == 0 else {step: value}
    return value


@pytest.mark.parametrize("service", SERVICES)
def test_an_unknown_field_is_refused_with_the_nearest(service):
    for method, path in operations(service):
        described = operation(service, method, path)
        if "requestBody" not in described or KEPT in described:
            continue
        schema = described["requestBody"]["content"]["application/json"]["schema"]
        found = list(fields(service, schema, ()))
        assert found, f"{method} {path} takes anything"
        for at, beside, name in found:
            body = within(at, {**beside, misspelt(name): 1})

            answer = client(service).request(method, address(path), json=body)

            where = f"{method} {path} {body}: {answer.text}"
            assert answer.status_code == 422, where
            assert answer.headers["content-type"] == "application/problem+json", where
            (said,) = answer.json()["errors"]
            place = ".".join(map(str, ("body", *at, misspelt(name))))
            assert said["field"] == place, where
            assert said["nearest"] == name, where


def test_only_the_door_of_strangers_keeps_what_it_does_not_know():
    kept = [
        path
        for service in SERVICES
        for method, path in operations(service)
        if KEPT in operation(service, method, path)
    ]

    assert kept == ["/v1/events"]
