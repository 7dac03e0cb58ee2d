"""Labels that a person would write, and that stay while they are right."""

import pytest

from services.analytics.domain.patterns.words import WordCutter
from services.analytics.domain.profiles.labels import (
    MAX_CHARS,
    choose_label,
    phrase_of,
)

CARDS = [
    ("a", "Hi there, my card has not arrived yet, can you help?"),
    ("b", "I ordered a new card two weeks ago and it still hasn't arrived"),
    ("c", "Where is my card? It hasn't come."),
    ("d", "card not arrived"),
    ("e", "Hello. I'm still waiting on my card to arrive. Thanks!"),
]


def test_a_label_is_a_phrase_of_a_text_in_the_middle():
    label = choose_label(CARDS, ["a", "d", "e"])

    assert (label.text, label.source) == ("My card has not arrived yet", "a")


def test_of_a_long_text_the_clause_that_all_speak_of_is_taken():
    texts = [
        ("a", "I was so happy until today: uploads of large files fail. Sad!"),
        ("b", "uploading large files fails"),
        ("c", "upload of a large file fails for me"),
    ]

    assert choose_label(texts, ["a"]).text == "Uploads of large files fail"


@pytest.mark.parametrize(
    ("clause", "phrase"),
    [
        ("can you please cancel my subscription please", "Cancel my subscription"),
        ("hi there", ""),
        ("I would like to know where my refund is", "Where my refund is"),
        ("“error on save”", "Error on save"),
        ("x" * 300, "X" + "x" * (MAX_CHARS - 1)),
        ("please help me get a copy of my policy", "Get a copy of my policy"),
        (
            "Can I receive a refund for an item I bought yesterday at the shop",
            "Can I receive a refund for an item",
        ),
        ("Bonjour", ""),
        ("Ich habe eine Frage", ""),
    ],
)
def test_a_phrase_has_no_greeting_and_few_words(clause, phrase):
    assert phrase_of(clause, WordCutter("en")) == phrase


def test_what_is_one_users_own_is_not_what_a_pattern_is_called():
    texts = [
        ("a", "order 4711 is late for ana@example.com. My order is late"),
        ("b", "the order is late"),
        ("c", "late order"),
    ]

    label = choose_label(texts, ["a"])

    assert label.text == "My order is late"


def test_a_label_stays_while_the_pattern_grows():
    assert choose_label(CARDS, ["c", "e"], current="Card has not arrived") is None


def test_a_label_that_speaks_for_nothing_any_more_is_replaced():
    label = choose_label(CARDS, ["a"], current="Invoice of last month")

    assert label.text == "My card has not arrived yet"


def test_a_label_whose_words_are_to_be_gone_is_replaced():
    label = choose_label(
        CARDS, ["a"], current="Card has not arrived", current_stands=False
    )

    assert label is not None


def test_without_words_there_is_no_label():
    assert choose_label([("a", "")], ["a"]) is None
    assert choose_label([], []) is None
