"""The values an action needs, one by one: an object's fields are leaves too."""

# ruff: noqa: ANN401 - any JSON value

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.resolver.domain.catalogue import Parameter, parameter_of
from services.resolver.domain.parameters.known import plain_name
from services.resolver.domain.parameters.values.nouns import (
    is_identifying,
    nouns_of,
    words_of,
)

_FORMS = {
    "email": "email",
    "idn-email": "email",
    "phone": "phone",
    "tel": "phone",
    "date": "date",
    "date-time": "date-time",
    "time": "time",
    "uri": "uri",
    "url": "uri",
    "uuid": "uuid",
}
_ENDINGS = {
    "email": "email",
    "emailaddress": "email",
    "mail": "email",
    "phone": "phone",
    "phonenumber": "phone",
    "telephone": "phone",
    "mobile": "phone",
    "url": "uri",
    "website": "uri",
    "uuid": "uuid",
    "date": "date",
}
"""How a text parameter without a format is called that has one nevertheless."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value: where it stands in the arguments, and what it may be."""

    path: tuple[str, ...]
    spec: Mapping[str, Any]
    required: bool

    @property
    def label(self) -> str:
        """Return the name it is asked for by: `address.city`."""
        return ".".join(self.path)

    @property
    def name(self) -> str:
        """Return the name that is looked for in words: `order.id` is an order's."""
        last = self.path[-1]
        return last if nouns_of(last) else "_".join(self.path)

    @property
    def shape(self) -> str:
        """Return what its value looks like; two leaves of one shape are confused."""
        kind = str(self.spec.get("type", "string"))
        if self.spec.get("enum"):
            return "array of choices" if kind == "array" else "choice"
        if kind in {"number", "integer"}:
            return "number"
        if kind != "string":
            return kind
        return self._text_shape()

    def _text_shape(self) -> str:
        form = _FORMS.get(str(self.spec.get("format", "")))
        if form:
            return form
        if "pattern" in self.spec:
            return "pattern"
        named = plain_name(self.path[-1])
        for ending, shape in _ENDINGS.items():
            if named.endswith(ending) and words_of(self.path[-1])[-1:] != ("update",):
                return shape
        return "code" if is_identifying(self.path[-1]) else "text"

    def parameter(self) -> Parameter:
        """Return it as a parameter to ask for."""
        return parameter_of(self.label, dict(self.spec), required=self.required)


def leaves_of(parameters: Iterable[Parameter]) -> list[Leaf]:
    """Return the leaves of *parameters*, in order."""
    return [
        leaf
        for each in parameters
        for leaf in _leaves(Leaf((each.name,), each.schema, each.required))
    ]


def _leaves(leaf: Leaf) -> Iterator[Leaf]:
    inner = leaf.spec.get("properties")
    if leaf.spec.get("type") != "object" or not inner:
        yield leaf
        return
    required = leaf.spec.get("required", ())
    for name, spec in inner.items():
        needed = leaf.required and name in required
        yield from _leaves(Leaf((*leaf.path, name), spec, needed))


def value_at(arguments: Mapping[str, Any], path: tuple[str, ...]) -> Any | None:
    """Return the argument at *path*, or None."""
    found: Any = arguments
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def put_at(arguments: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    """Set the argument at *path*."""
    for name in path[:-1]:
        arguments = arguments.setdefault(name, {})
    arguments[path[-1]] = value
