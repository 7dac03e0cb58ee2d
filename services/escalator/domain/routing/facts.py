"""What rules look at: the facts of one request, the same for all kinds of rules."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from services.escalator.domain.conversation import (
    Conversation,
    Escalation,
    Json,
    Request,
)
from services.escalator.domain.transcripts.transcript import NOTHING_TYPED

Facts = Mapping[str, Any]
Hours = Literal["inside", "outside"]

NAMES = (
    "reason",
    "detail",
    "text",
    "language",
    "hours",
    "priority",
    "tags",
    "pattern",
    "user",
    "session",
    "app_state",
    "assistant",
)
"""Every fact; `facts_of` gives each of them."""


def facts_of(  # noqa: PLR0913 - each is a fact of its own, all by name
    *,
    reason: str,
    detail: str | None = None,
    text: str = "",
    language: str | None = None,
    hours: Hours = "inside",
    priority: str = "normal",
    tags: Iterable[str] = (),
    pattern: Json | str | None = None,
    user: Json | None = None,
    session: Json | None = None,
    app_state: Json | None = None,
    assistant: str | None = None,
) -> dict[str, Any]:
    """Return the facts by name. *text*: the user's words; *pattern*: `{id, …}`."""
    return {
        "reason": reason,
        "detail": detail,
        "text": text,
        "language": language,
        "hours": hours,
        "priority": priority,
        "tags": tuple(tags),
        "pattern": pattern["id"] if isinstance(pattern, Mapping) else pattern,
        "user": user,
        "session": session,
        "app_state": app_state,
        "assistant": assistant,
    }


def facts_of_request(
    request: Request,
    *,
    summary: str,
    hours: Hours = "inside",
    priority: str = "normal",
    pattern: Json | None = None,
    assistant: str | None = None,
) -> dict[str, Any]:
    """Return the facts of a request that is about to be opened."""
    return facts_of(
        reason=str(request.reason),
        detail=request.detail,
        text=words_of(request.text, summary),
        language=request.language,
        hours=hours,
        priority=priority,
        pattern=pattern,
        user=request.user,
        session=request.session,
        app_state=request.app_state,
        assistant=assistant,
    )


def facts_of_packet(packet: Facts, *, hours: Hours) -> dict[str, Any]:
    """Return the facts that an opened packet was decided from.

    Of one from before packets held them all, as many as it has.
    """
    assistant = packet.get("assistant")
    return facts_of(
        reason=packet["reason"],
        detail=packet.get("detail"),
        text=words_of(packet.get("text") or "", packet.get("summary") or ""),
        language=packet.get("language"),
        hours=hours,
        priority=packet.get("priority_before") or "normal",
        pattern=packet.get("pattern"),
        user=packet.get("user"),
        session=packet.get("session"),
        app_state=packet.get("app_state"),
        assistant=assistant and assistant["name"],
    )


def facts_of_escalation(
    conversation: Conversation, escalation: Escalation, *, hours: Hours = "inside"
) -> dict[str, Any]:
    """Return the facts of an escalation as it stands now.

    Its text is the summary: the words themselves are in the packet, not in the state.
    """
    return facts_of(
        reason=str(escalation.reason),
        detail=escalation.detail,
        text=words_of("", escalation.summary),
        language=escalation.language,
        hours=hours,
        priority=escalation.priority,
        tags=escalation.tags,
        pattern=escalation.pattern,
        user=conversation.user,
        session=conversation.session,
        app_state=conversation.app_state,
        assistant=conversation.assistant,
    )


def words_of(text: str, summary: str) -> str:
    """Return the request's words and, on a line of its own, the message that began it.

    Where a person is asked for in words, what it is about was said before.
    """
    last, _, first = ("" if summary == NOTHING_TYPED else summary).partition("\n")
    return "\n".join(part for part in (text or last, first) if part)
