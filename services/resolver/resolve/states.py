"""How a conversation's state is kept: JSON, as small as it can be."""

from datetime import datetime
from typing import Any

import orjson

from services.resolver.domain.catalogue import Action, Parameter
from services.resolver.domain.conversation import (
    Answered,
    Attempt,
    AttemptOutcome,
    Call,
    Conversation,
    Escalation,
    Progress,
    Question,
    Request,
)


class ConversationStates:
    """Births, writes and reads `Conversation`."""

    def empty(self, lane: str) -> Conversation:
        """Return what is known of a conversation never heard of."""
        del lane
        return Conversation()

    def dump(self, state: Conversation) -> bytes:
        """Return *state* as JSON; dataclasses are orjson's own business."""
        return orjson.dumps(state)

    def load(self, raw: bytes) -> Conversation:
        """Return the state that `dump` wrote; fields of an older writer default."""
        kept = orjson.loads(raw)
        question = kept.get("question")
        moment = kept.get("handed_off_at")
        progress = kept.get("progress")
        return Conversation(
            user=kept.get("user"),
            session=kept.get("session"),
            app_state=kept.get("app_state"),
            actions=tuple(map(_action, kept.get("actions", ()))),
            escalations=tuple(Escalation(**each) for each in kept["escalations"]),
            handed_off_at=datetime.fromisoformat(moment) if moment else None,
            calls=tuple(map(_call, kept.get("calls", ()))),
            question=_question(question) if question else None,
            answers=tuple(map(_answered, kept.get("answers", ()))),
            progress=_progress(progress) if progress else None,
        )


def _action(kept: dict[str, Any]) -> Action:
    parameters = tuple(
        Parameter(**{**each, "choices": tuple(each["choices"])})
        for each in kept["parameters"]
    )
    return Action(
        **{**kept, "parameters": parameters, "examples": tuple(kept["examples"])}
    )


def _request(kept: dict[str, Any]) -> Request:
    return Request(**{**kept, "at": datetime.fromisoformat(kept["at"])})


def _attempt(kept: dict[str, Any]) -> Attempt:
    return Attempt(
        **{
            **kept,
            "outcome": AttemptOutcome(kept["outcome"]),
            "started_at": datetime.fromisoformat(kept["started_at"]),
        }
    )


def _call(kept: dict[str, Any]) -> Call:
    return Call(
        **{
            **kept,
            "request": _request(kept["request"]),
            "attempt": _attempt(kept["attempt"]),
            "due_at": datetime.fromisoformat(kept["due_at"]),
        }
    )


def _question(kept: dict[str, Any]) -> Question:
    return Question(
        **{
            **kept,
            "action": _action(kept["action"]),
            "missing": tuple(kept["missing"]),
            "request": _request(kept["request"]),
            "attempt": _attempt(kept["attempt"]),
        }
    )


def _progress(kept: dict[str, Any]) -> Progress:
    request, over_at = kept.get("request"), kept.get("over_at")
    return Progress(
        request=_request(request) if request else None,
        topic=kept.get("topic", ""),
        turns=kept.get("turns", 0),
        failed=kept.get("failed", 0),
        settled=kept.get("settled", False),
        said=tuple(kept.get("said", ())),
        over_at=datetime.fromisoformat(over_at) if over_at else None,
    )


def _answered(kept: dict[str, Any]) -> Answered:
    return Answered(
        reply_id=kept["reply_id"],
        asked=kept["asked"],
        request=_request(kept["request"]),
        attempts=tuple(map(_attempt, kept["attempts"])),
    )
