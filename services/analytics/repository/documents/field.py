"""Declared documents, as a JSON Schema of MongoDB and as a table for people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a field holds, in the word that the documentation has for it."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    FLAG = "true or false"
    MOMENT = "moment"
    BYTES = "bytes"
    TEXTS = "texts"
    NUMBERS = "numbers"
    MOMENTS = "moments"
    OBJECT = "object"
    OBJECTS = "objects"


_WHOLE = ["int", "long"]
_NUMBER = ["double", *_WHOLE]
_BSON: dict[Kind, list[str]] = {
    Kind.TEXT: ["string"],
    Kind.WHOLE: _WHOLE,
    # A whole number that is a double is still one: `$inc` may make it so.
    Kind.NUMBER: _NUMBER,
    Kind.FLAG: ["bool"],
    Kind.MOMENT: ["date"],
    Kind.BYTES: ["binData"],
    Kind.OBJECT: ["object"],
}
_ITEMS = {
    Kind.TEXTS: Kind.TEXT,
    Kind.NUMBERS: Kind.NUMBER,
    Kind.MOMENTS: Kind.MOMENT,
    Kind.OBJECTS: Kind.OBJECT,
}
"""Kinds that are lists, and of what."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a document.

    Its kind never changes, since instances of two versions write side by side.
    """

    name: str
    kind: Kind
    holds: str
    nullable: bool = False
    required: bool = False
    """Whether every version writes it into every document, whatever the path."""
    parts: tuple["Field", ...] = ()
    """The fields of an object, or of each object of a list."""


@dataclass(frozen=True, slots=True)
class Document:
    """The documents of one collection."""

    collection: str
    fields: tuple[Field, ...]
    version: int = 1
    """Raised with every change: an older instance leaves a newer schema alone."""
    is_enforced: bool = True
    """Whether a document that is not as declared is refused; else the server warns."""

    @property
    def required(self) -> frozenset[str]:
        """Return the names of the fields that are in every document."""
        return frozenset(each.name for each in self.fields if each.required)


def schema_of(document: Document) -> dict[str, Any]:
    """Return the `$jsonSchema` of MongoDB; fields that it does not name are allowed."""
    schema = _object_schema(document.fields)
    return {"title": title_of(document), **schema}


def title_of(document: Document) -> str:
    """Return how a schema says which version it is of."""
    return f"{document.collection}, version {document.version}"


def table_of(document: Document) -> str:
    """Return the fields as a table of Markdown."""
    rows = ["| field | type | holds |", "|---|---|---|"]
    for field in document.fields:
        rows += _rows(field, "")
    return "\n".join(rows)


def _rows(field: Field, prefix: str) -> Iterator[str]:
    kind = f"{field.kind.value} or null" if field.nullable else field.kind.value
    yield f"| `{prefix}{field.name}` | {kind} | {field.holds} |"
    for part in field.parts:
        yield from _rows(part, f"{prefix}{field.name}.")


def _object_schema(fields: Sequence[Field]) -> dict[str, Any]:
    schema: dict[str, Any] = {"bsonType": "object"}
    if required := sorted(each.name for each in fields if each.required):
        schema["required"] = required
    if fields:
        schema["properties"] = {each.name: _field_schema(each) for each in fields}
    return schema


def _field_schema(field: Field) -> dict[str, Any]:
    item = _ITEMS.get(field.kind)
    bson = ["array"] if item else list(_BSON[field.kind])
    schema: dict[str, Any] = {
        "bsonType": [*bson, "null"] if field.nullable else bson,
        "description": field.holds,
    }
    if item is Kind.OBJECT:
        schema["items"] = _object_schema(field.parts)
    elif item:
        schema["items"] = {"bsonType": list(_BSON[item])}
    elif field.parts:
        schema |= {
            name: value
            for name, value in _object_schema(field.parts).items()
            if name != "bsonType"
        }
    return schema
