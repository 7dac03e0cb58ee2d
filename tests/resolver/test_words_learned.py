"""What is learned has a say on wishes that no word or frame knows, and on false ones."""

from math import inf

import pytest

from services.resolver.domain.words.plain import words_of
from services.resolver.domain.words.wishes.asking import UNLIKELY, asks_for_person
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
