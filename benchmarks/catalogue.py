"""An app as large as they come: actions, documents, and messages about them."""

import random
from itertools import product

from services.resolver.domain.catalogue import Action, Document, Passage
from services.resolver.matching.knowledge import Knowledge

VERBS = ("change", "cancel", "export", "download", "share", "reset", "activate",
         "delete", "find", "update")  # fmt: skip
THINGS = ("invoice", "password", "subscription", "report", "address", "delivery",
          "payment card", "user account", "file upload", "refund")  # fmt: skip
FRAMES = (
    "How do I {verb} my {thing}?",
    "I want to {verb} the {thing} of {when}",
    "please {verb} my {thing}, it is about {when}",
    "Hi, I tried to {verb} the {thing} since {when}; nothing happens, what can I do?",
    "{thing} {verb} not possible {when}",
)
WHEN = ("yesterday", "last week", "March", "my old plan", "the second order",
        "our team in Porto", "the mobile app", "this morning")  # fmt: skip
SYLLABLES = ("ba", "co", "di", "fu", "ger", "hol", "in", "jal", "kem", "lon", "mur",
             "nes", "or", "pra", "qui", "ros", "sti", "tam", "ul", "ver")  # fmt: skip
WORDS_A_PASSAGE = 90


def messages(count: int) -> list[str]:
    """Return *count* messages, hardly two of them alike, as people write them."""
    draw = random.Random(7)
    frames = list(product(FRAMES, VERBS, THINGS, WHEN))
    return [
        frame.format(verb=verb, thing=thing, when=when) + f" ({number})"
        for number, (frame, verb, thing, when) in enumerate(
            draw.choices(frames, k=count)
        )
    ]


def actions(count: int) -> tuple[Action, ...]:
    """Return *count* actions with three examples each."""
    pairs = list(product(VERBS, THINGS))[:count]
    return tuple(
        Action(
            f"{verb}_{thing.replace(' ', '_')}",
            f"{verb.capitalize()} the {thing} of the user",
            examples=tuple(
                frame.format(verb=verb, thing=thing, when=WHEN[0])
                for frame in FRAMES[:3]
            ),
        )
        for verb, thing in pairs
    )


def documents(passages: int, *, per_document: int = 10) -> tuple[Document, ...]:
    """Return documents of *passages* together, words used unevenly, as ever."""
    draw = random.Random(11)
    rare = ["".join(each) for each in product(SYLLABLES, repeat=3)]
    vocabulary = [*VERBS, *THINGS, *rare]
    weights = [1 / (rank + 5) for rank in range(len(vocabulary))]
    made = []
    for at in range(passages // per_document):
        title = " ".join(draw.choices(vocabulary, weights, k=3))
        name = f"d-{at}"
        made.append(
            Document(
                name,
                title,
                None,
                (f"What about {title}?", f"Where is {title}?"),
                tuple(
                    Passage(
                        name,
                        title,
                        " ".join(draw.choices(vocabulary, weights, k=WORDS_A_PASSAGE)),
                        (f"Part {part}",),
                    )
                    for part in range(per_document)
                ),
            )
        )
    return tuple(made)


def knowledge(*, actions_: int, passages: int) -> Knowledge:
    """Return an app's knowledge of this size, without history."""
    return Knowledge(actions(actions_), documents(passages))
