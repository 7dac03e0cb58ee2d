"""Events with the words of people blacked out, whichever service reads them.

It knows the names that our events give to words, and none of their classes.
"""

from typing import Any

from shared.redaction.redactor import Redactor

_TEXTS = ("text", "comment", "error", "detail")
_VALUES = ("app_state", "output")
_ATTEMPT_TEXTS = ("detail",)


def region_of(event: Any) -> str | None:  # noqa: ANN401 - of any kind
    """Return the country (ISO 3166) of the event's session, where its locale says."""
    session = getattr(event, "session", None)
    locale = (session.locale if session else None) or ""
    _, _, region = locale.replace("_", "-").partition("-")
    found = region.rpartition("-")[2]
    return found.upper() if len(found) == 2 and found.isalpha() else None  # noqa: PLR2004 - a country's code


def redact_event(event: Any, redactor: Redactor) -> Any:  # noqa: ANN401 - of any kind
    """Return *event* with its words and the app's state blacked out.

    Who the user is stays: people answer them. So do names of actions and documents.
    """
    changes: dict[str, Any] = {}
    for name in _TEXTS:
        if text := getattr(event, name, None):
            changes[name] = redactor.text(text)
    for name in _VALUES:
        if (value := getattr(event, name, None)) is not None:
            changes[name] = redactor.value(value)
    for name, change in (
        ("message", _message),
        ("user", _user),
        ("session", _session),
    ):
        if (part := getattr(event, name, None)) is not None:
            changes[name] = change(part, redactor)
    if attempts := getattr(event, "attempts", None):
        changes["attempts"] = [_attempt(each, redactor) for each in attempts]
    return event.model_copy(update=changes)


def _message(message: Any, redactor: Redactor) -> Any:  # noqa: ANN401 - a model
    return message.model_copy(update={"text": redactor.text(message.text)})


def _user(user: Any, redactor: Redactor) -> Any:  # noqa: ANN401 - a model
    return user.model_copy(update={"traits": redactor.value(user.traits)})


def _session(session: Any, redactor: Redactor) -> Any:  # noqa: ANN401 - a model
    if not session.url:
        return session
    return session.model_copy(update={"url": redactor.text(session.url)})


def _attempt(attempt: Any, redactor: Redactor) -> Any:  # noqa: ANN401 - a model
    changes: dict[str, Any] = {
        name: redactor.text(text)
        for name in _ATTEMPT_TEXTS
        if (text := getattr(attempt, name))
    }
    if attempt.arguments:
        changes["arguments"] = redactor.value(attempt.arguments)
    return attempt.model_copy(update=changes)
