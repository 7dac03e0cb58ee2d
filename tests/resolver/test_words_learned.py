"""What is learned has a say on wishes that no word or frame knows, and on false ones."""

from math import inf

import pytest

from services.resolver.domain.words.plain import words_of
from services.resolver.domain.words.wishes.asking import UNLIKELY, asks_for_person
from services.resolver.domain.words.wishes.classes import classes_of
from services.resolver.domain.words.wishes.clues import clues_of_order
from services.resolver.domain.words.wishes.learned import hinted, likelihood
from services.resolver.domain.words.wishes.persons import words_hear


@pytest.mark.parametrize(
    "text",
    [
        "Mohon hubungkan saya ke petugas",
        "is there somebody with a pulse I could deal with",
        "ich mag nicht mehr mit dem Automaten schreiben, holt mir bitte einen Menschen",
    ],
)
def test_a_wish_in_words_that_nobody_listed_is_heard(text):
    assert asks_for_person(text)


def test_words_are_not_believed_where_all_else_speaks_against_them():
    text = (
        "I asked for 30 pounds at your machine and it only gave me 10, so why does the "
        "app call my card declined and say I took all of it? Support the old one?"
    )

    assert not asks_for_person(text)


def test_a_language_that_was_not_learned_is_believed_by_its_words():
    text = "ฉันต้องการคุยกับเจ้าหน้าที่"

    assert likelihood(text, least=-inf) < UNLIKELY
    assert words_hear(text, words_of(text))
    assert asks_for_person(text)


def test_the_last_sentence_of_several_may_be_the_wish():
    text = (
        "Por que fui cobrado duas vezes em março? Deixa pra lá. "
        "Me transfere direto para uma pessoa do financeiro."
    )

    assert asks_for_person(text)


def test_ordinary_words_are_not_looked_at_twice():
    assert not hinted(words_of("what is the exchange rate of the dollar today"))
    assert not hinted([])


@pytest.mark.parametrize(
    "text",
    [
        "am I talking to a bot",
        "why can't I log in",
        "you act like a machine",
        "ayer hablé con alguien",
        "quiero una persona o un robot",
        "get hold of somebody",
        "I'd like to be transferred",
        "ist da jemand",
        "I'm getting error 500 when I try to upload files larger than 10MB",
    ],
)
def test_phrases_are_only_passed_over_where_there_are_none(text):
    looked_for = [b"be"]  # a word of a phrase: then phrases are looked for

    assert classes_of(text) == classes_of(text, looked_for)


def test_clues_of_order_are_of_neighbours_and_of_words_nearly_so():
    three = clues_of_order([b"talk", b"to", b"people"])
    last_changed = clues_of_order([b"talk", b"to", b"nobody"])

    assert len(three) == 4 + 3 + 2 + 1
    # "^ talk", "talk to", "^ … to", "to … $", "talk … … $", and the number of words.
    assert len(set(three) & set(last_changed)) == 6
