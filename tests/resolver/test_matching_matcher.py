"""What an app knows is matched by words and by meaning, with probabilities."""

import numpy as np
import pytest

from services.resolver.domain.catalogue import Action, Document, Passage
from services.resolver.matching.knowledge import Knowledge, Labelled
from services.resolver.matching.lexical.words import Words
from services.resolver.matching.matcher import AppMatcher

WORDS = Words("english")
RESET = Action("reset_password", "Send a password link", examples=("I forgot it",))
REFUND = Action("refund_order", "Refund an order", examples=("I want money back",))
LIMITS = Document(
    "limits",
    "Upload limits",
    None,
    ("How big may a file be?",),
    (
        Passage("limits", "Upload limits", "Files may have ten megabytes."),
        Passage("limits", "Upload limits", "Pictures are PNG or JPEG."),
    ),
)
KNOWLEDGE = Knowledge((RESET, REFUND), (LIMITS,))


class Letters:
    """Counts letters: no model, but like texts have like vectors."""

    name = "letters"

    def __init__(self):
        self.encoded = []

    def encode(self, texts):
        self.encoded += texts
        counts = np.array(
            [[text.lower().count(chr(97 + at)) for at in range(26)] for text in texts],
            dtype=np.float32,
        )
        return counts / np.maximum(1e-9, np.linalg.norm(counts, axis=1, keepdims=True))


@pytest.fixture(params=["lexical", "dense"])
def encoder(request):
    return Letters() if request.param == "dense" else None


def matched(matcher, text, encoder):
    vectors = None if encoder is None else encoder.encode([text])
    return matcher.match([text], vectors)[0]


def test_a_page_without_a_passage_is_no_candidate_and_no_hindrance(encoder):
    empty = Document("empty", "Empty", None, ("How big may a file be?",), ())
    history = (Labelled("how big", "document", "empty"),)
    knowledge = Knowledge((RESET,), (empty, LIMITS), history)
    matcher = AppMatcher.build(knowledge, words=WORDS, encoder=encoder)
    alone = AppMatcher.build(Knowledge((), (empty,)), words=WORDS, encoder=encoder)

    found = matched(matcher, "How big may a file be?", encoder)

    assert {each.name for each in found.passages} == {"limits"}
    assert matched(alone, "How big may a file be?", encoder).passages == ()


def test_an_example_word_by_word_is_the_best_action(encoder):
    matcher = AppMatcher.build(KNOWLEDGE, words=WORDS, encoder=encoder)

    found = matched(matcher, "i want money BACK", encoder)

    assert found.actions[0].action is REFUND


def test_probabilities_add_up_to_one_at_most(encoder):
    matcher = AppMatcher.build(KNOWLEDGE, words=WORDS, encoder=encoder)

    found = matched(matcher, "how big may a picture be", encoder)

    everything = [*found.actions, *found.passages]
    assert sum(each.score for each in everything) <= 1 + 1e-6
    assert all(0 <= each.score <= 1 for each in everything)


def test_of_a_document_one_passage_is_listed(encoder):
    matcher = AppMatcher.build(KNOWLEDGE, words=WORDS, encoder=encoder)

    found = matched(matcher, "are pictures PNG or JPEG?", encoder)

    assert [each.text for each in found.passages] == ["Pictures are PNG or JPEG."]


def test_what_was_right_before_is_matched_again(encoder):
    past = Labelled("gimme cash again pls", "action", "refund_order")
    matcher = AppMatcher.build(
        Knowledge((RESET, REFUND), (LIMITS,), (past,)), words=WORDS, encoder=encoder
    )

    found = matched(matcher, "gimme cash again pls", encoder)

    assert found.actions[0].action is REFUND


def test_a_conversations_own_actions_are_added_to_this_app_only(encoder):
    own = Action("water_plants", "Water the plants")
    matcher = AppMatcher.build(KNOWLEDGE, words=WORDS, encoder=encoder)

    wider = matcher.with_actions((own,))

    text = "please water the plants"
    assert matched(wider, text, encoder).actions[0].action is own
    assert own not in [each.action for each in matched(matcher, text, encoder).actions]


def test_a_known_vector_is_not_computed_again():
    first = Letters()
    AppMatcher.build(KNOWLEDGE, words=WORDS, encoder=first)
    known = dict(zip(first.encoded, first.encode(first.encoded), strict=True))
    second = Letters()

    AppMatcher.build(KNOWLEDGE, words=WORDS, encoder=second, vectors=known)

    assert second.encoded == []


def test_an_app_that_registered_nothing_matches_nothing(encoder):
    matcher = AppMatcher.build(Knowledge(), words=WORDS, encoder=encoder)

    found = matched(matcher, "hello", encoder)

    assert found.actions == ()
    assert found.passages == ()


def test_a_report_of_broken_software_is_for_people(encoder):
    matcher = AppMatcher.build(KNOWLEDGE, words=WORDS, encoder=encoder)

    story = "I'm getting error 500 when I try to upload files larger than 10MB"
    found = matched(matcher, story, encoder)

    assert found.passages[0].score < 0.1
    assert found.none > 0.9


def test_unless_somebody_wrote_down_what_to_do_about_that_fault(encoder):
    page = Document(
        "fault",
        "Error 500 when uploading",
        None,
        ("I get error 500 when I upload a file",),
        (Passage("fault", "Error 500", "Error 500 means the disk is full: wait."),),
    )
    matcher = AppMatcher.build(
        Knowledge(KNOWLEDGE.actions, (LIMITS, page)), words=WORDS, encoder=encoder
    )

    found = matched(matcher, "I get error 500 when I upload a file", encoder)

    assert found.passages[0].name == "fault"
    assert found.passages[0].score > 0.67
