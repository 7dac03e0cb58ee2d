"""What one app knows: its actions, its documents, and how past messages ended."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from services.resolver.domain.catalogue import Action, Document, Passage

Floats = NDArray[np.float32]
Vectors = Mapping[str, Floats]
"""Text -> its vector, of length one."""

MOST_SENTENCES = 2_500
"""Above, an app's documents have vectors of passages only: sentences tell near pages
apart, and cost six times as many vectors."""
_END = re.compile(r"(?<=[.!?;:])\s+|\n+")
_SHORTEST = 12
"""Characters up to which it is a number, a heading or an exclamation."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A past message and what was right for it."""

    text: str
    kind: Literal["action", "document", "escalate"]
    name: str = ""
    """The action's name or the document's id; empty where people had to help."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that matching learns from, for one app."""

    actions: tuple[Action, ...] = ()
    documents: tuple[Document, ...] = ()
    history: tuple[Labelled, ...] = ()


def described(action: Action) -> str:
    """Return what an action says of itself, parameters included."""
    told = [f"{action.title}: {action.description}".strip(": ")]
    told += [each.description for each in action.parameters if each.description]
    return ". ".join(told)


def said(passage: Passage) -> str:
    """Return a passage under its title and headings."""
    return f"{' > '.join((passage.title, *passage.headings))}\n{passage.text}"


def title_of(document: Document) -> str:
    """Return what a document is called."""
    return document.title or document.document_id


def sentences_of(knowledge: Knowledge) -> list[tuple[int, str]]:
    """Return what actions and documents say, by sentences, each with whose it is."""
    told = [
        (at, each.description)
        for at, each in enumerate(knowledge.actions)
        if each.description.strip()
    ]
    for at, document in enumerate(knowledge.documents, len(knowledge.actions)):
        told += [(at, passage.text) for passage in document.passages]
        if len(told) > MOST_SENTENCES:
            return []
    found = [(at, sentence) for at, text in told for sentence in _cut(text)]
    return found if len(found) <= MOST_SENTENCES else []


def texts_of(knowledge: Knowledge) -> list[str]:
    """Return every text whose vector matching needs, once each."""
    return list(dict.fromkeys(_texts(knowledge)))


def _texts(knowledge: Knowledge) -> Iterator[str]:
    for action in knowledge.actions:
        yield described(action)
        yield action.title
        yield from action.examples
    for document in knowledge.documents:
        yield title_of(document)
        yield from document.questions
        yield from map(said, document.passages)
    for _, sentence in sentences_of(knowledge):
        yield sentence
    for past in knowledge.history:
        yield past.text


def _cut(text: str) -> list[str]:
    cut = [each.strip() for each in _END.split(text)]
    return [each for each in cut if len(each) > _SHORTEST] or [text.strip()]
