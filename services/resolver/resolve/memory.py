"""From the contract's events to what the domain remembers and decides by."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from services.resolver.domain.catalogue import (
    MAX_CONVERSATION_ACTIONS,
    Action,
    conversation_action,
)
from services.resolver.domain.conversation import Conversation, Request
from services.resolver.domain.outcome import Context, Turn
from shared.events import (
    Assistant,
    AvailableAction,
    ContactProvided,
    HandoffRequested,
    MessageReceived,
)

MAX_REMEMBERED_BYTES = 32 * 1024
"""Of each part of a context. The state is written with every decision, so a huge app
state is used for its own message and not kept."""
Speaking = MessageReceived | HandoffRequested


def remember(
    state: Conversation, event: Speaking, *, size: int
) -> tuple[Conversation, Context]:
    """Return the state that knows the event's facts, and the context it is said in.

    The same state comes back where the event says nothing new: then there is nothing
    to write. *size* is the event's, in bytes: a small one needs no measuring.
    """
    user = _merged(state.user, _plain(event.user))
    session = _plain(event.session) or state.session
    app_state = state.app_state if event.app_state is None else event.app_state
    context = Context(user, session, app_state)
    actions = state.actions
    if event.assistant is not None and event.assistant.available_actions:
        actions = actions_of(event.assistant)
    if size > MAX_REMEMBERED_BYTES:
        user, session, app_state = map(_bounded, (user, session, app_state))
    if (
        user == state.user
        and session == state.session
        and app_state == state.app_state
        and actions == state.actions
    ):
        return state, context
    # Spelled out: `replace` costs as much as all else that a message costs us.
    known = Conversation(
        user=user,
        session=session,
        app_state=app_state,
        actions=actions,
        escalations=state.escalations,
        handed_off_at=state.handed_off_at,
        calls=state.calls,
        question=state.question,
        answers=state.answers,
        progress=state.progress,
        meanwhile=state.meanwhile,
        _unknown=state.unknown,
    )
    return known, context


def remember_contact(state: Conversation, event: ContactProvided) -> Conversation:
    """Return the state that knows how to reach the user."""
    told = {"email": event.email}
    if event.name:
        told["name"] = event.name
    user = {**(state.user or {}), **told}
    return state if user == state.user else replace(state, user=user)


def actions_of(assistant: Assistant) -> tuple[Action, ...]:
    """Return a conversation's own actions, normalised from either shape."""
    return tuple(
        action_of(each)
        for each in assistant.available_actions[:MAX_CONVERSATION_ACTIONS]
    )


def action_of(available: AvailableAction) -> Action:
    """Return one published action, normalised."""
    return conversation_action(
        available.name,
        available.description,
        options=available.options,
        schema=available.inputSchema,
        approval_required=available.approvalRequired,
    )


def context_of(state: Conversation) -> Context:
    """Return the last context that was heard of."""
    return Context(state.user, state.session, state.app_state)


def turn_of(
    event: Any,  # noqa: ANN401 - any event of a conversation
    request: Request,
    context: Context,
    now: datetime,
) -> Turn:
    """Return the turn that *event* causes."""
    return Turn(
        event.app_id, event.conversation_id, event.event_id, request, context, now
    )


def _plain(model: Any) -> dict[str, Any] | None:  # noqa: ANN401 - user or session
    if model is None:
        return None
    # Flat models of JSON values: their own dictionaries say it all, and at once.
    facts = model.__dict__
    if model.__pydantic_extra__:
        facts = {**facts, **model.__pydantic_extra__}
    return {name: value for name, value in facts.items() if value is not None}


def _merged(
    known: dict[str, Any] | None, told: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Keep what we knew of the same user: a contact once given stays."""
    if told is None:
        return known
    if known is None or known.get("id", told["id"]) != told["id"]:
        return told
    return {**known, **told}


def _bounded(part: dict[str, Any] | None) -> dict[str, Any] | None:
    if part is None or len(orjson.dumps(part)) <= MAX_REMEMBERED_BYTES:
        return part
    return None
