"""A dry run: the very search and decision of a message, with nothing published."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any, Protocol

import structlog

from services.resolver.domain.answering import attempts_of
from services.resolver.domain.catalogue import Action
from services.resolver.domain.conversation import Conversation
from services.resolver.domain.outcome import Calling, Solved, Step, Why
from services.resolver.domain.ranking import Ranking, Rules
from services.resolver.resolve.compose import attempt_of, reply_of
from services.resolver.resolve.ports import Apps, Ranker
from services.resolver.resolve.resolver import Resolver
from services.resolver.resolve.weighing import Weighed, in_words, weighed
from shared.clock import Clock
from shared.errors import Transient
from shared.events import Attempt, MessageReceived, Reply

log = structlog.get_logger()

REFRESH_SECONDS = 20.0
"""How long a dry run waits for a catalogue that was written just now."""

WORDS: dict[Why, str] = {
    Why.NO_MATCH: "No action and no document is about this.",
    Why.LOW_CONFIDENCE: "Something comes near, but not near enough to be sure.",
    Why.ASKED_FOR_PERSON: "The user asks for a person, and that is always honoured.",
    Why.POLICY: "The message is about a topic that the app leaves to people.",
    Why.ASKED_AGAIN: "Nothing is sure enough, and the app does not ask people yet.",
    Why.GREETED: "A greeting: it is answered with an invitation to ask.",
    Why.INVITED: "A request is announced and not made: the user is asked for it.",
    Why.SMALL_TALK: "Thanks, a farewell or a nod: nothing is asked.",
    Why.RESOLVER_ERROR: "The search failed, so the request goes to people.",
    Why.DOCUMENT_ANSWERS: "A passage matches well enough to be the answer.",
    Why.ACTION_CALLED: "An action matches, and all that it needs is known.",
    Why.ENDPOINT_CALLED: "An action matches, and its endpoint would be called.",
    Why.APPROVAL_ASKED: "An action matches; the user must approve before it runs.",
    Why.PARAMETERS_ASKED: "An action matches, but the user must say what it needs.",
    Why.CONFIRMATION_ASKED: "An action matches, but the message may only mention it "
    "({mention}), so the user is asked first.",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What would have come of a message, and all that was weighed."""

    outcome: str
    reason: str
    why: str
    attempts: list[Attempt]
    reply: Reply | None
    candidates: list[Weighed]
    encoder: str | None
    waiting_for: int
    search_ms: float
    total_ms: float
    chosen: Weighed | None = None
    """What answers or is begun; None where nothing is."""


class FreshRanker(Ranker, Protocol):
    """A ranker that can be brought up to date."""

    async def refresh(self, app_id: str) -> None: ...


class TrialRun:
    """Tries a message against an app as it is now."""

    def __init__(
        self, *, ranker: FreshRanker, apps: Apps, clock: Clock, defaults: Rules
    ) -> None:
        self._ranker = ranker
        self._apps = apps
        self._clock = clock
        self._defaults = defaults

    async def run(self, event: MessageReceived, *, refresh: bool = True) -> Trial:
        """Decide *event* as the first of its conversation.

        Without *refresh* it is matched by the catalogue that is in memory.
        """
        if refresh:
            await self.refresh(event.app_id)
        began = perf_counter()
        kept = _KeptRanking(self._ranker, self._clock.now())
        resolver = Resolver(
            ranker=kept, apps=self._apps, clock=self._clock, defaults=self._defaults
        )
        decided = await resolver.on_message(Conversation(), event)
        step, turn = decided.step, decided.turn
        reply = reply_of(step.reply, turn) if step.reply and turn else None
        tried = step.result.attempts if step.result else ()
        named = {(each.kind, each.name) for each in tried}
        rules = resolver.rules_of(event.app_id)
        others = [
            attempt
            for candidates, threshold in (
                (kept.ranking.actions, rules.action),
                (kept.ranking.passages, rules.document),
            )
            for attempt in attempts_of(candidates, threshold, kept.ranking, rules)
            if (attempt.kind, attempt.name) not in named
        ]
        candidates = weighed(kept.ranking, rules)
        said = WORDS.get(step.why, step.why.value.replace("_", " "))
        if step.state.question is not None:
            said = said.replace("{mention}", step.state.question.mention)
        return Trial(
            outcome=step.outcome,
            reason=step.why.value,
            why=f"{said} {in_words(candidates)}".rstrip(),
            attempts=[attempt_of(each) for each in (*tried, *others)],
            reply=reply,
            candidates=candidates,
            encoder=kept.ranking.encoder,
            waiting_for=kept.ranking.waiting_for,
            search_ms=kept.ranking.duration_ms,
            total_ms=round((perf_counter() - began) * 1000, 3),
            chosen=_chosen(step, candidates),
        )

    async def refresh(self, app_id: str) -> None:
        """Match by what is stored now, if it can be had in time."""
        try:
            async with asyncio.timeout(REFRESH_SECONDS):
                await self._ranker.refresh(app_id)
        except Exception as error:
            # What is known already is tried; the search says so if that is nothing.
            log.warning("catalogue not refreshed", app_id=app_id, exc_info=error)


def _chosen(step: Step, candidates: Sequence[Weighed]) -> Weighed | None:
    """Return which of *candidates* the step answers with, or begins."""
    if isinstance(step.result, Solved):
        key = (step.result.kind, step.result.name)
    elif isinstance(step.reply, Calling):
        key = ("action", step.reply.call.action)
    elif step.call is not None:
        key = ("action", step.call.action)
    elif step.state.question is not None:
        key = ("action", step.state.question.action.name)
    else:
        return None
    return next((each for each in candidates if (each.kind, each.name) == key), None)


class _KeptRanking:
    """Ranks once and remembers what it found."""

    def __init__(self, ranker: Ranker, now: datetime) -> None:
        self._ranker = ranker
        self.ranking = Ranking((), (), now)

    async def rank(
        self,
        app_id: str,
        text: str,
        actions: tuple[Action, ...],
        *,
        of_documents: bool = False,
    ) -> Ranking:
        try:
            self.ranking = await self._ranker.rank(
                app_id, text, actions, of_documents=of_documents
            )
        except Transient as error:  # nobody tries a dry run again
            raise TimeoutError(str(error)) from error
        return self.ranking


def trial_event(app_id: str, body: dict[str, Any], *, now: datetime) -> MessageReceived:
    """Return the message that a dry run's *body* stands for."""
    return MessageReceived.model_validate(
        {
            "app_id": app_id,
            "conversation_id": "try",
            "event_id": "try",
            "occurred_at": now,
            "message": {"role": "user", "text": body["text"]},
            "user": body.get("user"),
            "session": body.get("session"),
            "app_state": body.get("app_state"),
            "assistant": {"available_actions": body.get("available_actions") or []},
        }
    )
