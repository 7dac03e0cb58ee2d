"""A parameter's JSON Schema, tidied to what we fill and check, and bounded."""

# ruff: noqa: ANN401 - any JSON value

from collections.abc import Mapping
from typing import Any

MAX_PROPERTIES = 50
MAX_CHOICES = 50
MAX_DEPTH = 3
"""An object within an object within a parameter; deeper ones nobody says in words."""
MAX_WORDS = 300
"""Characters of a description, title or pattern that are kept."""
MAX_HOPS = 8
"""References followed for one value; a schema that refers to itself ends here."""

_NUMBERS = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
)
_KINDS = {str: "string", bool: "boolean", int: "integer", float: "number"}
_SCALARS = str | int | float | bool

Spec = Mapping[str, Any]


def tidy(spec: Any, root: Spec, depth: int = 0) -> dict[str, Any]:
    """Return *spec* without references and alternatives, and only what we know of."""
    flat = _flat(spec, root, MAX_HOPS)
    tidied: dict[str, Any] = {"type": _kind(flat)}
    for name in ("description", "title", "format", "pattern"):
        if isinstance(flat.get(name), str):
            tidied[name] = flat[name][:MAX_WORDS]
    if len(str(flat.get("pattern", ""))) > MAX_WORDS:
        del tidied["pattern"]  # half a pattern is another pattern
    for name in _NUMBERS:
        value = flat.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            tidied[name] = value
    if isinstance(flat.get("enum"), list):
        choices = [each for each in flat["enum"] if isinstance(each, _SCALARS)]
        tidied["enum"] = choices[:MAX_CHOICES]
    for name in ("const", "default"):
        if isinstance(flat.get(name), _SCALARS):
            tidied[name] = flat[name]
    if depth < MAX_DEPTH:
        _add_inner(tidied, flat, root, depth)
    return tidied


def _add_inner(tidied: dict[str, Any], flat: Spec, root: Spec, depth: int) -> None:
    if tidied["type"] == "array":
        tidied["items"] = tidy(flat.get("items", {}), root, depth + 1)
    properties = flat.get("properties")
    if tidied["type"] == "object" and isinstance(properties, Mapping):
        inner = list(properties.items())[:MAX_PROPERTIES]
        tidied["properties"] = {
            str(name): tidy(each, root, depth + 1) for name, each in inner
        }
        required = flat.get("required")
        tidied["required"] = (
            [str(name) for name in required if name in tidied["properties"]]
            if isinstance(required, list)
            else []
        )


def _flat(spec: Any, root: Spec, hops: int) -> dict[str, Any]:
    """Return *spec* with its reference or its one real alternative put in place."""
    if not isinstance(spec, Mapping):
        return {}
    flat = dict(spec)
    if hops == 0:
        return {key: flat[key] for key in flat if key not in _INDIRECT}
    inner: list[Any] = []
    if isinstance(flat.get("$ref"), str):
        inner.append(_referred(flat["$ref"], root))
    if isinstance(flat.get("allOf"), list):
        inner += flat["allOf"]
    for name in ("anyOf", "oneOf"):
        if isinstance(flat.get(name), list):
            inner.append(_alternative(flat[name], root, hops - 1))
    for name in _INDIRECT:
        flat.pop(name, None)
    for each in inner:
        flat = {**_flat(each, root, hops - 1), **flat}
    return flat


_INDIRECT = ("$ref", "allOf", "anyOf", "oneOf")


def _alternative(found: list[Any], root: Spec, hops: int) -> dict[str, Any]:
    """Return the first alternative that is not null; constants become a list."""
    flats = [_flat(each, root, hops) for each in found[:MAX_CHOICES]]
    real = [each for each in flats if each and each.get("type") != "null"]
    if len(real) > 1 and all("const" in each for each in real):
        return {"enum": [each["const"] for each in real]}
    return real[0] if real else {}


def _referred(reference: str, root: Spec) -> Any:
    if not reference.startswith("#/"):
        return {}  # another document: nothing is fetched for a schema
    found: Any = root
    for part in reference[2:].split("/")[:MAX_HOPS]:
        name = part.replace("~1", "/").replace("~0", "~")
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _kind(flat: Spec) -> str:
    kind = flat.get("type")
    if isinstance(kind, list):  # ["string", "null"]: nullable, so still a string
        kind = next((each for each in kind if each != "null"), None)
    if isinstance(kind, str):
        return kind
    if "properties" in flat:
        return "object"
    if "items" in flat:
        return "array"
    values = flat.get("enum") if isinstance(flat.get("enum"), list) else None
    kinds = {_KINDS.get(type(each), "string") for each in values or [flat.get("const")]}
    return kinds.pop() if len(kinds) == 1 else "string"
