"""References of an OpenAPI document: followed, moved and told apart."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import TypeAdapter

Document = dict[str, Any]
PREFIX = "#/components/schemas/"
KEPT = "x-unknown-fields"
"""Of an operation that keeps what it does not know: its body is not closed."""
OPEN_BODY = {KEPT: "kept"}


def described(what: TypeAdapter[Any]) -> Document:
    """Return the schema of *what*, for a route that describes its body by itself."""
    return what.json_schema(ref_template=f"{PREFIX}{{model}}")


def hoist(document: Document) -> None:
    """Move the `$defs` of schemas into the components, where references find them."""
    components = document.setdefault("components", {}).setdefault("schemas", {})
    for node in list(_nodes(document["paths"])):
        for name, schema in node.pop("$defs", {}).items():
            components.setdefault(name, schema)


def close(document: Document) -> None:
    """Say of each body that it has no other fields than those it lists.

    What a body shares with an answer is copied: answers may gain fields.
    """
    components = document["components"]["schemas"]
    bodies = [
        operation["requestBody"]
        for operation in operations(document)
        if "requestBody" in operation and KEPT not in operation
    ]
    answers = [
        [operation["responses"], operation.get("requestBody")]
        if KEPT in operation
        else operation["responses"]
        for operation in operations(document)
    ]
    shared = reached(answers, components)
    closed = reached(bodies, components)
    names = {name: f"{name}Body" for name in closed if name in shared}
    for name in sorted(closed):
        copy = _closed(components[name], names)
        if name in names and "title" in copy:
            copy["title"] = names[name]  # what generated clients name it by
        components[names.get(name, name)] = copy
    for body in bodies:
        body.update(_closed(body, names))


def prune(document: Document) -> None:
    """Drop the components that nothing refers to."""
    components = document["components"]["schemas"]
    used = reached([document["paths"]], components)
    document["components"]["schemas"] = {
        name: components[name] for name in sorted(used)
    }


def reached(roots: Iterable[Any], components: Document) -> set[str]:
    """Return the names of the components that *roots* refer to, however far."""
    found: set[str] = set()
    waiting: list[Any] = list(roots)
    while waiting:
        for node in _nodes(waiting.pop()):
            name = str(node.get("$ref", "")).removeprefix(PREFIX)
            if name in components and name not in found:
                found.add(name)
                waiting.append(components[name])
    return found


def operations(document: Document) -> Iterator[Document]:
    """Yield each operation."""
    for item in document["paths"].values():
        yield from item.values()


def _closed(node: Any, names: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON
    """Return a copy of *node* whose objects have the fields they list and no others."""
    if isinstance(node, list):
        return [_closed(each, names) for each in node]
    if isinstance(node, str) and node.startswith(PREFIX):
        name = node.removeprefix(PREFIX)
        return PREFIX + names.get(name, name)
    if not isinstance(node, dict):
        return node
    copy = {key: _closed(each, names) for key, each in node.items()}
    if node.get("type") == "object" and isinstance(node.get("properties"), dict):
        copy.setdefault("additionalProperties", False)
    return copy


def _nodes(root: Any) -> Iterator[Document]:  # noqa: ANN401 - any JSON
    """Yield every object in *root*."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
