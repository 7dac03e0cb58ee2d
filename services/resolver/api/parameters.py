"""Whether an action's parameters are a JSON Schema that can be worked with."""

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import validator_for

from services.resolver.domain.parameters.checks import pattern_of
from shared.web.exact import Wrong, unknown
from shared.web.exact.nearest import nearest

Schema = Mapping[str, Any]

NEAR_MISS = 0.8
"""How alike an unknown keyword and a known one are where it is a slip, 0 to 1. A schema
may have keywords of its own; `requierd` is none of them."""
TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
KEYWORDS = frozenset(
    {
        *Draft202012Validator.VALIDATORS,
        *("$schema", "$id", "$ref", "$defs", "$anchor", "$comment", "$vocabulary"),
        *("title", "description", "default", "examples", "deprecated", "format"),
        *("readOnly", "writeOnly", "contentEncoding", "contentMediaType"),
        # Of earlier drafts and of OpenAPI.
        *("id", "definitions", "dependencies", "additionalItems"),
        *("example", "nullable", "discriminator", "enumNames"),
    }
)
FORMATS = frozenset(
    {
        *("date-time", "date", "time", "duration", "email", "idn-email", "name-email"),
        *("hostname", "idn-hostname", "ipv4", "ipv6", "uri", "uri-reference", "url"),
        *("iri", "iri-reference", "uri-template", "json-pointer", "regex", "binary"),
        *("uuid", "uuid1", "uuid3", "uuid4", "uuid5", "relative-json-pointer"),
        *("int32", "int64", "float", "double", "byte", "password", "color"),
        *("phone", "tel"),
    }
)
"""Of JSON Schema and OpenAPI, and what others write often."""
_BOUNDS = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)
_NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
"""Keywords that hold schemas by name."""
_LISTED = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLE = ("items", "additionalProperties", "not", "if", "then", "else", "contains")
_JOINED = ("$ref", *_LISTED, "patternProperties")
"""Where one of these stands, a required name may be described elsewhere."""


def find_mistakes(schema: Schema, *, at: str) -> list[Wrong]:
    """Return what is wrong with the parameters in *schema*, which stands at *at*."""
    validator = validator_for(schema, default=Draft202012Validator)
    metaschema = Draft202012Validator(validator.META_SCHEMA)
    if found := [_invalid(error, at) for error in metaschema.iter_errors(schema)]:
        return found
    return [*_top(schema, at), *_within(schema, schema, at)]


def find_mistakes_of_options(options: Schema, *, at: str) -> list[Wrong]:
    """Return what the older shape of parameters says and nobody would read."""
    wrong: list[Wrong] = []
    for name, spec in options.items():
        if not isinstance(spec, Mapping):
            said = "an object: `{type, description, required}`"
            wrong.append({"field": f"{at}.{name}", "message": said})
        elif not isinstance(spec.get("required", False), bool):
            said = "true or false; anything else would not be required"
            wrong.append({"field": f"{at}.{name}.required", "message": said})
    return wrong


def _invalid(error: ValidationError, at: str) -> Wrong:
    """Return an error of the metaschema as ours, without repeating long values."""
    path = [str(part) for part in error.absolute_path]
    field = ".".join([at, *path])
    if path[-1:] == ["type"] and isinstance(error.instance, str):
        return unknown(field, error.instance, TYPES, what="type")
    return {"field": field, "message": error.message[:200]}


def _top(schema: Schema, at: str) -> Iterator[Wrong]:
    """Yield what is wrong with the whole: it describes the fields of an object."""
    if schema.get("type", "object") != "object":
        yield {"field": f"{at}.type", "message": "parameters are an `object`"}
    elif schema and not KEYWORDS.intersection(schema):
        said = "no JSON Schema: the parameters stand in its `properties`"
        yield {"field": at, "message": said, "nearest": "properties"}


def _within(schema: object, root: Schema, at: str) -> Iterator[Wrong]:
    if not isinstance(schema, Mapping):
        return
    yield from _keywords(schema, at)
    yield from _impossible(schema, at)
    yield from _references(schema, root, at)
    for here, pattern in _patterns(schema, at):
        if pattern_of(pattern) is None:
            said = "RE2 does not know this pattern (look-around, back references?)"
            yield {"field": here, "message": said}
    for here, inner in _inner(schema, at):
        yield from _within(inner, root, here)


def _keywords(schema: Schema, at: str) -> Iterator[Wrong]:
    for name in schema:
        if name not in KEYWORDS and nearest(name, KEYWORDS, cutoff=NEAR_MISS):
            yield unknown(f"{at}.{name}", name, KEYWORDS, what="keyword")


def _impossible(schema: Schema, at: str) -> Iterator[Wrong]:
    """Yield what no value can ever be: its action would never run."""
    if schema.get("enum") == []:
        yield {"field": f"{at}.enum", "message": "names no value at all"}
    for least, most in _BOUNDS:
        low, high = schema.get(least), schema.get(most)
        if (
            isinstance(low, int | float)
            and isinstance(high, int | float)
            and low > high
        ):
            yield {"field": f"{at}.{least}", "message": f"is above `{most}`"}
    form = schema.get("format")
    if not isinstance(form, str) or form in FORMATS:
        return
    # One of their own is theirs; `emial` is none.
    if nearest(form, FORMATS, cutoff=NEAR_MISS):
        yield unknown(f"{at}.format", form, FORMATS, what="format")


def _references(schema: Schema, root: Schema, at: str) -> Iterator[Wrong]:
    properties = schema.get("properties")
    if properties and not any(name in schema for name in _JOINED):
        for name in schema.get("required", ()):
            if name not in properties:
                yield unknown(f"{at}.required", name, properties, what="property")
    reference = schema.get("$ref")
    if isinstance(reference, str) and not _leads_somewhere(reference, root):
        said = f"`{reference[:100]}` leads nowhere in this schema"
        yield {"field": f"{at}.$ref", "message": said}


def _leads_somewhere(reference: str, root: Schema) -> bool:
    if reference == "#":
        return True
    if not reference.startswith("#/"):
        return False
    found: object = root
    for part in reference[2:].split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(found, Mapping) or name not in found:
            return False
        found = found[name]
    return True


def _patterns(schema: Schema, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(schema.get("pattern"), str):
        yield f"{at}.pattern", schema["pattern"]
    for name in schema.get("patternProperties", ()):
        yield f"{at}.patternProperties", name


def _inner(schema: Schema, at: str) -> Iterator[tuple[str, object]]:
    for key in _NAMED:
        for name, each in schema.get(key, {}).items():
            yield f"{at}.{key}.{name}", each
    for key in _LISTED:
        for index, each in enumerate(schema.get(key, ())):
            yield f"{at}.{key}.{index}", each
    for key in _SINGLE:
        if key in schema:
            yield f"{at}.{key}", schema[key]
