"""What actions and documents say is known by its sentences, in apps that are not large."""

import numpy as np
import pytest

from services.resolver.domain.catalogue import Action, Document, Passage
from services.resolver.matching import knowledge as bounds
from services.resolver.matching.evidence import evidence_of
from services.resolver.matching.knowledge import Knowledge, sentences_of, texts_of
from services.resolver.matching.learning import TAUGHT, learn
from services.resolver.matching.lexical.words import Words

WORDS = Words("english")
RESET = Action("reset", "Send a password link. Works once!")
LIMITS = Document(
    "limits",
    "Limits",
    None,
    (),
    (Passage("limits", "Limits", "Ten megabytes at most.\nPictures are PNG or JPEG."),),
)
KNOWLEDGE = Knowledge((RESET,), (LIMITS,))


def vectors_of(knowledge):
    draw = np.random.default_rng(3)
    rows = draw.standard_normal((len(texts_of(knowledge)), 8)).astype("f4")
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return dict(zip(texts_of(knowledge), rows, strict=True))


def test_every_sentence_is_a_text_of_who_says_it():
    # "Works once!" is too short to say anything alone.
    assert sentences_of(KNOWLEDGE) == [
        (0, "Send a password link."),
        (1, "Ten megabytes at most."),
        (1, "Pictures are PNG or JPEG."),
    ]
    assert {text for _, text in sentences_of(KNOWLEDGE)} < set(texts_of(KNOWLEDGE))


def test_an_action_without_a_description_says_nothing():
    assert sentences_of(Knowledge((Action("a", " "), RESET))) == [
        (1, "Send a password link.")
    ]


@pytest.mark.parametrize("text", ["Short.", "...", "a. b. c."])
def test_what_is_no_sentence_is_kept_whole(text):
    assert sentences_of(Knowledge((Action("a", text),))) == [(0, text)]


def test_a_large_app_has_vectors_of_passages_alone(monkeypatch):
    monkeypatch.setattr(bounds, "MOST_SENTENCES", 2)

    assert sentences_of(KNOWLEDGE) == []
    evidence = evidence_of(KNOWLEDGE, WORDS, vectors_of(KNOWLEDGE))
    assert evidence.spoken.texts == ()
    assert learn(evidence)[0].kernel is not None


def test_by_words_alone_sentences_are_not_needed():
    assert evidence_of(KNOWLEDGE, WORDS, None).spoken.texts == ()


def test_sentences_are_learned_until_users_have_asked_often_enough():
    asked = tuple(f"my password number {n}" for n in range(TAUGHT))
    taught = Knowledge((Action("reset", RESET.description, (), asked),), (LIMITS,))

    def learned(knowledge):
        _, lesson = learn(evidence_of(knowledge, WORDS, vectors_of(knowledge)))
        return np.bincount(lesson.owners, minlength=2).tolist()

    # Description, title and sentence; description, title and what was asked.
    assert learned(KNOWLEDGE) == [3, 4]
    assert learned(taught) == [2 + TAUGHT, 4]
