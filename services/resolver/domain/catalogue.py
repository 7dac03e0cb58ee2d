"""What can answer: actions with their parameters, passages of documents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_CONVERSATION_ACTIONS = 100
"""Twice the 20 to 50 that a product has; they live in the conversation's state."""
MAX_DESCRIPTION_CHARS = 300
"""Of a conversation's own action: enough to match by, and kept with every decision."""
MAX_PARAMETERS = 50
MAX_CHOICES = 50


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


@dataclass(frozen=True, slots=True)
class Action:
    """Something the app can do for its user."""

    name: str
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    examples: tuple[str, ...] = ()
    approval_required: bool = False
    endpoint: str | None = None

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
        _parameter(name, spec, required=spec.get("required") is True)
        for name, spec in _specs(options)
    )


def parameters_from_schema(schema: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """Read the newer shape: a JSON Schema object."""
    properties = schema.get("properties")
    named = schema.get("required")
    required = set(map(str, named)) if isinstance(named, list) else set()
    if not isinstance(properties, Mapping):
        return ()
    return tuple(
        _parameter(name, spec, required=name in required)
        for name, spec in _specs(properties)
    )


def _specs(found: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [
        (str(name), spec if isinstance(spec, Mapping) else {})
        for name, spec in list(found.items())[:MAX_PARAMETERS]
    ]


def _parameter(name: str, spec: Mapping[str, Any], *, required: bool) -> Parameter:
    kind = spec.get("type")
    if isinstance(kind, list):  # ["string", "null"]: nullable, so still a string
        kind = next((each for each in kind if each != "null"), "string")
    choices = spec.get("enum")
    return Parameter(
        name=name,
        kind=str(kind or "string"),
        description=str(spec.get("description") or "")[:MAX_DESCRIPTION_CHARS],
        required=required,
        form=str(spec.get("format") or ""),
        choices=tuple(map(str, choices[:MAX_CHOICES]))
        if isinstance(choices, list)
        else (),
    )


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
