"""What can answer: actions with their parameters, passages of documents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.resolver.domain.parameters.schema import tidy
from shared.codec import Unknown

MAX_CONVERSATION_ACTIONS = 100
"""Twice the 20 to 50 that a product has; they live in the conversation's state."""
MAX_DESCRIPTION_CHARS = 300
"""Of a conversation's own action: enough to match by, and kept with every decision."""
MAX_PARAMETERS = 50


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing an action needs to know."""

    name: str
    kind: str = "string"
    """JSON type: string, number, integer, boolean, or another the platform knows."""
    description: str = ""
    required: bool = False
    form: str = ""
    """JSON Schema `format`, such as `email`."""
    choices: tuple[str, ...] = ()
    spec: Mapping[str, Any] | None = field(default=None, hash=False)
    """What else its schema says, tidied: bounds, pattern, default, inner fields. None
    for a plain one, because a conversation's own actions are kept with its state."""
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)

    @property
    def schema(self) -> Mapping[str, Any]:
        """Return its tidied schema."""
        if self.spec is not None:
            return self.spec
        plain: dict[str, Any] = {"type": self.kind}
        if self.description:
            plain["description"] = self.description
        if self.form:
            plain["format"] = self.form
        if self.choices:
            plain["enum"] = list(self.choices)
        return plain


@dataclass(frozen=True, slots=True)
class Action:
    """Something the app can do for its user."""

    name: str
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    examples: tuple[str, ...] = ()
    approval_required: bool = False
    endpoint: str | None = None
    _unknown: Unknown = field(default=None, kw_only=True, compare=False)

    @property
    def title(self) -> str:
        """Return the name as a person would say it."""
        return self.name.replace("_", " ").replace("-", " ").strip()


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document, small enough to be an answer."""

    document_id: str
    title: str
    text: str
    headings: tuple[str, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A page of knowledge as it is searched."""

    document_id: str
    title: str
    url: str | None
    questions: tuple[str, ...]
    passages: tuple[Passage, ...]


def parameters_from_options(options: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """Read the older shape: `{key: {type, description, required}}`."""
    return tuple(
        parameter_of(
            str(name),
            tidy(spec, options),
            required=isinstance(spec, Mapping) and spec.get("required") is True,
        )
        for name, spec in list(options.items())[:MAX_PARAMETERS]
    )


def parameters_from_schema(schema: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """Read the newer shape: a JSON Schema object."""
    properties = schema.get("properties")
    named = schema.get("required")
    required = set(map(str, named)) if isinstance(named, list) else set()
    if not isinstance(properties, Mapping):
        return ()
    return tuple(
        parameter_of(str(name), tidy(spec, schema), required=name in required)
        for name, spec in list(properties.items())[:MAX_PARAMETERS]
    )


def parameter_of(name: str, spec: dict[str, Any], *, required: bool) -> Parameter:
    """Return the parameter that the tidied *spec* describes."""
    plain = spec.keys() <= _PLAIN and all(
        isinstance(each, str) for each in spec.get("enum", ())
    )
    return Parameter(
        name=name,
        kind=spec["type"],
        description=spec.get("description", spec.get("title", "")),
        required=required,
        form=spec.get("format", ""),
        choices=tuple(map(str, spec.get("enum", ()))),
        spec=None if plain else spec,
    )


_PLAIN = frozenset({"type", "description", "title", "format", "enum"})
"""What a parameter says without its whole schema."""


def conversation_action(
    name: str,
    description: str,
    *,
    options: Mapping[str, Any] | None,
    schema: Mapping[str, Any] | None,
    approval_required: bool,
) -> Action:
    """Return an action of one conversation from either published shape."""
    parameters: tuple[Parameter, ...] = ()
    if schema is not None:
        parameters = parameters_from_schema(schema)
    elif options is not None:
        parameters = parameters_from_options(options)
    return Action(
        name=name,
        description=description[:MAX_DESCRIPTION_CHARS],
        parameters=parameters,
        approval_required=approval_required,
    )


def merge_actions(stored: Iterable[Action], own: Iterable[Action]) -> list[Action]:
    """Return the app's actions and the conversation's own ones.

    Where both have a name, the app's holds: a browser sends the conversation's, and
    must not talk an approval away.
    """
    merged = {action.name: action for action in own}
    merged.update({action.name: action for action in stored})
    return list(merged.values())
