"""The errors of every operation, as problem documents."""

from typing import Any

from shared.web.openapi.schemas import KEPT
from shared.web.problems import MEDIA_TYPE, TITLES

Document = dict[str, Any]
Answers = dict[int | str, Document]
"""As FastAPI takes them: by status."""

PROBLEM = "Problem"
SCHEMA: Document = {
    "title": PROBLEM,
    "description": "RFC 9457 problem details; other members may be added",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "description": "`about:blank`: see the status"},
        "title": {"type": "string", "description": "What happened, in a few words"},
        "status": {"type": "integer", "description": "The HTTP status"},
        "detail": {"type": "string", "description": "What to do about it"},
        "reason": {"type": "string", "description": "Why, in a stable word"},
        "errors": {
            "type": "array",
            "description": "Each thing to put right",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {
                    "field": {"type": "string", "description": "Where: `body.to.0`"},
                    "message": {"type": "string", "description": "What is wrong"},
                    "nearest": {"type": "string", "description": "The right name"},
                    "item": {"type": "integer", "description": "Of an array: which"},
                },
            },
        },
    },
}
_LEAST_ERROR = 400


def problems(*statuses: int) -> Answers:
    """Return what a route answers beside what every route may: its own *statuses*."""
    return {status: {"description": TITLES[status]} for status in statuses}


def add_errors(path: str, operation: Document) -> None:
    """Say every error that *operation* of *path* may answer with."""
    answers = operation["responses"]
    for status in _common(path, operation):
        # FastAPI describes a 422 of its own, which is never answered.
        if status == 422 or str(status) not in answers:  # noqa: PLR2004 - see above
            answers[str(status)] = {"description": TITLES[status]}
    for status, answer in answers.items():
        if int(status) >= _LEAST_ERROR and "content" not in answer:
            schema = {"$ref": f"#/components/schemas/{PROBLEM}"}
            answer["content"] = {MEDIA_TYPE: {"schema": schema}}
    operation["responses"] = dict(sorted(answers.items()))


def _common(path: str, operation: Document) -> set[int]:
    """Return the errors that follow from what *operation* takes."""
    found = {422}
    for wanted in operation.get("security", ()):
        found |= {401, 403} if "key" in wanted else {401}
    if "requestBody" in operation:
        found |= {400, 413} if KEPT in operation else {400, 413, 415}
    if any(each["name"] == "cursor" for each in operation.get("parameters", ())):
        found |= {400}
    return found | ({503} if path.startswith("/v1/") else set())
