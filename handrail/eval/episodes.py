"""Apps that might be, made of the open sets: what a new app's gate is learned on.

An episode registers some of a set's actions and documents, with some of their examples
and some past messages, and asks it what the set's other examples and history ask. What
was left unregistered, and what another set asks, is for people. Queries are never
touched.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from services.resolver.catalogue.passages import passages_of
from services.resolver.domain.catalogue import Action, Document, Passage
from services.resolver.matching.knowledge import Knowledge, Labelled

STAGES = (
    (0, 0, 0), (0, 0, 0), (1, 0, 0), (3, 0, 0), (10, 0, 0), (30, 0, 0),
    (0, 90, 0), (3, 90, 0), (0, 300, 0), (3, 600, 0), (10, 600, 0),
    (0, 0, 1), (1, 0, 1), (3, 0, 2), (0, 0, 3), (1, 0, 4), (0, 0, 6), (3, 0, 8),
)  # fmt: skip
"""Examples per outcome, past messages, and how many outcomes there are (0: most of the
set's): from a new app to a settled one, and the handful that somebody begins with."""
HIDDEN = 0.3
"""Share of the outcomes that are not registered."""
ASKED = 600
"""Messages of an episode, at most."""
MIXED_SHOTS = 1
"""Examples up to which a mixed episode teaches something."""
MIXED_WEIGHT = 0.2
"""A description is not quite a document. From 0.15 to 0.3 hardly anything changes."""
FAR = 60
"""Of these, how many another app's users ask."""


@dataclass(frozen=True, slots=True)
class Episode:
    """An app, and messages to it with what is right; `escalate` where nothing is."""

    knowledge: Knowledge
    asked: tuple[Labelled, ...]
    weight: float = 1.0
    """Beside other episodes."""


def episodes_of(
    knowledge: Knowledge, others: Sequence[str], random: Random
) -> Iterator[Episode]:
    """Yield episodes of one app; *others* are messages to other apps."""
    if not knowledge.actions and not any(
        each.questions for each in knowledge.documents
    ):
        knowledge = _titles_as_questions(knowledge)
    pool = _pool(knowledge)
    for shots, past, size in STAGES:
        if _is_possible(knowledge, pool, shots, past):
            yield _episode(knowledge, pool, (shots, past, size), others, random)


def mixed_episodes(
    knowledge: Knowledge, others: Sequence[str], random: Random
) -> Iterator[Episode]:
    """Yield episodes of an app half of whose actions became documents.

    Few sets register both, and without examples a gate cannot learn elsewhere which
    of the two a message is for.
    """
    names = {each.name for each in knowledge.actions[random.randrange(2) :: 2]}
    mixed = Knowledge(
        tuple(each for each in knowledge.actions if each.name not in names),
        (*_as_documents(knowledge.actions, names), *knowledge.documents),
        tuple(
            replace(each, kind="document") if each.name in names else each
            for each in knowledge.history
        ),
    )
    pool = _pool(mixed)
    for shots, past, size in STAGES:
        if shots <= MIXED_SHOTS and _is_possible(mixed, pool, shots, past):
            episode = _episode(mixed, pool, (shots, past, size), others, random)
            yield replace(episode, weight=MIXED_WEIGHT)


def _is_possible(
    knowledge: Knowledge, pool: Sequence[Labelled], shots: int, past: int
) -> bool:
    most = max((len(each.examples) for each in knowledge.actions), default=0)
    most = max([most, *(len(each.questions) for each in knowledge.documents)])
    enough = shots < max(most, 1) + bool(knowledge.history)
    return enough and past <= len(pool) / 2


def _as_documents(actions: Sequence[Action], names: set[str]) -> Iterator[Document]:
    for each in actions:
        passages = passages_of(
            each.name, title=each.title, text=each.description, form="text", url=None
        )
        if each.name in names and passages:
            yield Document(each.name, each.title, None, each.examples, tuple(passages))


def messages_of(knowledge: Knowledge) -> list[str]:
    """Return what users of an app asked, its queries aside."""
    return [each.text for each in _pool(knowledge)]


def _episode(
    knowledge: Knowledge,
    pool: Sequence[Labelled],
    stage: tuple[int, int, int],
    others: Sequence[str],
    random: Random,
) -> Episode:
    shots, past, size = stage
    names = [("action", each.name) for each in knowledge.actions]
    names += [("document", each.document_id) for each in knowledge.documents]
    kept = min(size, len(names)) or round(len(names) * (1 - HIDDEN))
    hidden = set(random.sample(names, len(names) - kept))
    actions = tuple(
        _taught(each, shots)
        for each in knowledge.actions
        if ("action", each.name) not in hidden
    )
    documents = tuple(
        _questioned(each, shots)
        for each in knowledge.documents
        if ("document", each.document_id) not in hidden
    )
    known = {text for each in actions for text in each.examples}
    known |= {text for each in documents for text in each.questions}
    asked = [each for each in pool if each.text not in known]
    if size:
        asked = _balanced(asked, hidden, random)
    asked = random.sample(asked, min(ASKED - FAR + past, len(asked)))
    far = random.sample(others, min(FAR, len(others), len(asked) // 10))
    asked += [Labelled(text, "escalate") for text in far]
    asked = [
        replace(each, kind="escalate", name="")
        if (each.kind, each.name) in hidden
        else each
        for each in asked
    ]
    random.shuffle(asked)
    return Episode(
        Knowledge(actions, documents, tuple(asked[:past])), tuple(asked[past:])
    )


def _balanced(
    asked: list[Labelled], hidden: set[tuple[str, str]], random: Random
) -> list[Labelled]:
    """Return twice as many messages to people as to the few outcomes there are."""
    answered = [
        each
        for each in asked
        if each.kind != "escalate" and (each.kind, each.name) not in hidden
    ]
    others = [
        each
        for each in asked
        if each.kind == "escalate" or (each.kind, each.name) in hidden
    ]
    return answered + random.sample(others, min(len(others), 2 * len(answered)))


def _pool(knowledge: Knowledge) -> list[Labelled]:
    pool = [
        Labelled(text, "action", each.name)
        for each in knowledge.actions
        for text in each.examples
    ]
    pool += [
        Labelled(text, "document", each.document_id)
        for each in knowledge.documents
        for text in each.questions
    ]
    return [*pool, *knowledge.history]


def _taught(action: Action, shots: int) -> Action:
    return replace(action, examples=action.examples[:shots])


def _questioned(document: Document, shots: int) -> Document:
    return replace(document, questions=document.questions[:shots])


def _titles_as_questions(knowledge: Knowledge) -> Knowledge:
    """Let the title of each document be what users ask, and its text stand alone."""
    return replace(
        knowledge,
        documents=tuple(
            replace(
                each,
                title=each.passages[0].text,
                questions=(" ".join((each.title.rsplit(" > ", 1)[-1],)),),
                passages=tuple(_bare(passage) for passage in each.passages),
            )
            for each in knowledge.documents
            if each.passages
        ),
    )


def _bare(passage: Passage) -> Passage:
    return replace(passage, title="", headings=())
