"""Find the fields of a JSON body that its schema does not have."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from shared.web.exact.nearest import Wrong, unknown

Schema = Mapping[str, Any]
_BRANCHES = ("anyOf", "oneOf", "allOf")


@dataclass(frozen=True, slots=True)
class Shape:
    """The JSON Schema of a body; an object that lists its fields has no others."""

    schema: Schema
    definitions: Mapping[str, Schema]

    def unknown_in(self, value: object, *, at: str = "body") -> list[Wrong]:
        """Return the fields of *value* that nothing reads, at any depth."""
        return list(self._within(value, [self.schema], at))

    def _within(
        self, value: object, schemas: Sequence[Schema], at: str
    ) -> Iterator[Wrong]:
        choices = [one for schema in schemas for one in self._choices(schema)]
        if isinstance(value, list):
            items = [one["items"] for one in choices if "items" in one]
            for index, each in enumerate(value if items else ()):
                yield from self._within(each, items, f"{at}.{index}")
        elif isinstance(value, dict):
            objects = [one for one in choices if _may_be(one, value)]
            for name, each in value.items():
                yield from self._field(name, each, objects, at)

    def _field(
        self, name: str, value: object, objects: Sequence[Schema], at: str
    ) -> Iterator[Wrong]:
        here = f"{at}.{name}"
        found = [one["properties"][name] for one in objects if name in _names(one)]
        found += [
            one["additionalProperties"]
            for one in objects
            if name not in _names(one)
            and isinstance(one.get("additionalProperties"), Mapping)
        ]
        if found:
            yield from self._within(value, found, here)
        elif objects and not any(_is_open(one) for one in objects):
            known = {each for one in objects for each in _names(one)}
            yield unknown(here, name, known, what="field")

    def _choices(self, schema: Schema) -> Iterator[Schema]:
        """Yield what *schema* may be, references followed and branches apart."""
        if "$ref" in schema:
            name = str(schema["$ref"]).rpartition("/")[2]
            yield from self._choices(self.definitions[name])
            return
        branches = [one for key in _BRANCHES for one in schema.get(key, ())]
        if not branches:
            yield schema
        for one in branches:
            yield from self._choices(one)


@cache
def shape_of(annotation: Any) -> Shape:  # noqa: ANN401 - a type form
    """Return the shape of what *annotation*, a type that pydantic reads, takes."""
    schema = TypeAdapter(annotation).json_schema()
    return Shape(schema, schema.get("$defs", {}))


def _names(schema: Schema) -> Mapping[str, Schema]:
    found: Mapping[str, Schema] = schema.get("properties", {})
    return found


def _is_open(schema: Schema) -> bool:
    return bool(schema.get("additionalProperties", "properties" not in schema))


def _may_be(schema: Schema, value: Mapping[str, Any]) -> bool:
    """Return whether *schema* is of an object, and of this kind where one is named."""
    return schema.get("type", "object") == "object" and all(
        value.get(name, each["const"]) == each["const"]
        for name, each in _names(schema).items()
        if "const" in each
    )
