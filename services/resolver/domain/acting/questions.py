"""The questions that an action puts to its user: what it needs, and whether at all."""

from dataclasses import replace

from services.resolver.domain.acting.showing import shown, visible
from services.resolver.domain.catalogue import Parameter
from services.resolver.domain.conversation import Conversation, Question
from services.resolver.domain.course.saying import say
from services.resolver.domain.outcome import Asking, Step, Turn, Why
from services.resolver.domain.parameters.filling import Filled

APPROVAL = "approval"
"""What is missing where only the user's yes is."""
MAX_SHOWN = 200
"""Characters of an argument in the question that its user approves."""


def ask(state: Conversation, turn: Turn, question: Question, filled: Filled) -> Step:
    missing = tuple(each.name for each in filled.missing)
    asked = replace(
        question,
        arguments=filled.arguments,
        missing=missing,
        rounds=question.rounds + 1,
    )
    if len(missing) == 1 and (either := filled.either.get(missing[0])):
        *said, known = map(visible, either)
        text = say("either", state, turn, said=", ".join(said), known=known)
    else:
        wanted = _wanted(filled, question.rounds)
        text = say("needs", state, turn, wanted=wanted).replace(" \n", "\n")
    return Step(
        Why.PARAMETERS_ASKED,
        replace(state, question=asked),
        reply=Asking(text, missing),
    )


def _wanted(filled: Filled, rounds: int) -> str:
    """Return what is missing, in a sentence.

    Who was asked for several and told something else is shown how to: by numbers.
    """
    names = [_named(each, filled) for each in filled.missing]
    if rounds == 0 or len(names) == 1:
        return ", ".join(names)
    return "".join(f"\n{place}. {name}" for place, name in enumerate(names, 1))


def _named(missing: Parameter, filled: Filled) -> str:
    """Return what *missing* is called, with the addresses that it may be."""
    name = visible(missing.description or missing.name)
    either = " / ".join(map(visible, filled.either.get(missing.name, ())))
    return f"{name} ({either})" if either else name


def ask_approval(state: Conversation, turn: Turn, question: Question) -> Step:
    """Ask the user for their yes to these very arguments."""
    return _ask_for_yes(state, turn, question, Why.APPROVAL_ASKED)


def ask_confirmation(state: Conversation, turn: Turn, question: Question) -> Step:
    """Ask the user whether they want the action at all."""
    return _ask_for_yes(state, turn, question, Why.CONFIRMATION_ASKED)


def _ask_for_yes(state: Conversation, turn: Turn, question: Question, why: Why) -> Step:
    asked = replace(question, rounds=question.rounds + 1)
    lines = [
        f"{name}: {shown(value, limit=MAX_SHOWN)}"
        for name, value in question.arguments.items()
    ]
    offer = say("offer", state, turn, action=described(question))
    text = "\n".join([offer, *lines, say("go_ahead", state, turn)])
    return Step(
        why,
        replace(state, question=asked),
        reply=Asking(text, (APPROVAL,)),
    )


def described(question: Question) -> str:
    action = question.action
    return visible(action.description or action.title).rstrip(". ")
