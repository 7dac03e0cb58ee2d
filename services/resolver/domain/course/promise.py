"""Keep the promise of a person that the chat's own assistant gave, and nobody else."""

from dataclasses import replace

from services.resolver.domain.acting.calling import under_way
from services.resolver.domain.answering import excerpt, hand_off
from services.resolver.domain.conversation import Conversation
from services.resolver.domain.course.steps import mark_of
from services.resolver.domain.outcome import Step, Turn, Why
from services.resolver.domain.ranking import Rules
from services.resolver.domain.words.promises import promises_person


def decide_promise(state: Conversation, turn: Turn, rules: Rules) -> Step:
    """Hand to people what the assistant said that people will see to.

    *turn* is of the assistant's message. Nothing is to be done where people have the
    conversation, or had it when this was said; and what we said ourselves may come back
    as the assistant's, and promises nothing.
    """
    said = turn.request
    if not rules.sense.keeps_promises or not promises_person(said.text):
        return Step(Why.RECORDED, state)
    if state.people_have_it(turn.now):
        return Step(Why.PEOPLE_HAVE_IT, state)
    progress = state.progress
    if progress is not None:
        before = progress.over_at is not None and said.at <= progress.over_at
        if before or mark_of(said.text) in progress.said:
            return Step(Why.RECORDED, state)
    asked = progress.request if progress else None
    answered = state.answers[-1].attempts if state.answers else ()
    return hand_off(
        state,
        turn,
        Why.ASKED_FOR_PERSON,
        (*answered, *under_way(state)),
        request=replace(said, text=asked.text, at=asked.at) if asked else said,
        detail=f"The assistant promised a person: {excerpt(said.text)}",
    )
