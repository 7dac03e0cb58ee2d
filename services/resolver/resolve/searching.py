"""Search for what a message asks: for its answer, or in an action's place."""

from dataclasses import replace

import structlog

from services.resolver.domain.answering import decide_documents, hand_off
from services.resolver.domain.conversation import Conversation
from services.resolver.domain.course.meanwhile import (
    acknowledge,
    decide_after_search,
    decide_before_search,
)
from services.resolver.domain.course.steps import follow_up, take_step
from services.resolver.domain.decide import (
    decide_before_ranking,
    decide_ranked,
    decide_same_answer,
    should_look_alone,
)
from services.resolver.domain.outcome import Decided, GoOn, Step, Turn, Why
from services.resolver.domain.ranking import Ranking, Rules
from services.resolver.resolve.ports import Ranker
from shared.errors import Transient

log = structlog.get_logger()


class Searching:
    """Decides what only a search can tell; reads only, so that it may run twice."""

    def __init__(self, ranker: Ranker) -> None:
        self._ranker = ranker

    async def decide(
        self, state: Conversation, turn: Turn, rules: Rules
    ) -> Step | GoOn:
        """Decide what a user said."""
        if state.people_have_it(turn.now):
            return await self._meanwhile(state, turn, rules)
        if state.progress is not None and state.question is None:
            follow_up(turn, state.progress)
        step = decide_before_ranking(state, turn, rules)
        if step is not None:
            return step
        ranking = await self._rank(state, turn)
        step = decide_ranked(state, turn, ranking, rules)
        if turn.query and should_look_alone(state, step):
            alone = replace(turn, query="")
            ranking = await self._rank(state, alone)
            other = decide_ranked(state, alone, ranking, rules)
            return step if should_look_alone(state, other) else other
        return decide_same_answer(state, step, turn, rules)

    async def _meanwhile(self, state: Conversation, turn: Turn, rules: Rules) -> Step:
        """Decide what a user says who waits for a person."""
        if (step := decide_before_search(state, turn, rules)) is not None:
            return step
        try:
            ranking = await self._rank(state, turn)
        except Transient:
            raise
        except Exception as error:  # noqa: BLE001 - people have it already
            warn("search failed", turn.app_id, error)
            return acknowledge(state, turn, rules)
        return decide_after_search(state, turn, ranking, rules)

    async def go_on(self, over: GoOn, rules: Rules, *, spoken: bool = False) -> Decided:
        """Search the documents in an action's place; what finds nothing, people get."""
        turn = over.turn
        try:
            ranking = await self._rank(over.state, turn, of_documents=True)
        except Transient:
            raise
        except Exception as error:  # noqa: BLE001 - people get it
            warn("search failed", turn.app_id, error)
            step = hand_off(over.state, turn, Why.RESOLVER_ERROR, over.tried)
            return Decided(step, turn)
        step = decide_documents(
            over.state,
            turn,
            over.tried,
            ranking=ranking,
            rules=rules,
            otherwise=over.otherwise,
        )
        return Decided(take_step(over.state, step, turn, rules, spoken=spoken), turn)

    async def _rank(
        self, state: Conversation, turn: Turn, *, of_documents: bool = False
    ) -> Ranking:
        words = turn.query or turn.request.text
        return await self._ranker.rank(
            turn.app_id, words, state.actions, of_documents=of_documents
        )


def warn(what: str, app_id: str, error: Exception) -> None:
    """Log *error*, with where it happened."""
    # A time-out comes by the hundred, and the place where it ended says nothing.
    trace = None if isinstance(error, TimeoutError) else error
    log.warning(what, app_id=app_id, error=repr(error), exc_info=trace)
