"""What an escalation is found by."""

import pytest

from services.escalator.domain.inbox.words import (
    MAX_CHARS,
    MAX_WORDS,
    asked_number,
    asked_words,
    words_of,
    words_of_row,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Uploads over 10 MB fail", {"uploads", "over", "10", "mb", "fail"}),
        ("Crème BRÛLÉE", {"creme", "brulee"}),
        ("Straße", {"strasse"}),
        ("ana@example.com", {"ana", "example", "com"}),
        ("无法上传", {"无法", "法上", "上传"}),
        ("PDFが開けません", {"pdf", "が開", "開け", "けま", "ませ", "せん"}),
        ("", set()),
        ("?! …", set()),
    ],
)
def test_case_accents_and_spaces_do_not_matter(text, words):
    assert set(words_of(text)) == words


def test_what_is_asked_without_accents_finds_what_has_them():
    assert set(asked_words("brulee creme")) <= set(words_of("Une Crème Brûlée !"))


def test_a_text_has_a_bounded_number_of_bounded_words():
    found = words_of(" ".join(f"{n}{'x' * 100}" for n in range(1000)))

    assert len(found) == MAX_WORDS
    assert max(map(len, found)) == MAX_CHARS


def test_who_it_is_is_found_even_where_the_summary_is_long():
    row = {
        "user": {"id": "u-7", "name": "Ana Silva", "email": "ana@example.com"},
        "contact": {"email": "other@example.org"},
        "summary": " ".join(f"word{n}" for n in range(100)),
    }

    assert {"ana", "silva", "other", "word1"} <= set(words_of_row(row))


@pytest.mark.parametrize(
    ("asked", "number"),
    [("ESC-1042", "ESC-1042"), (" esc-1042 ", "ESC-1042"), ("1042", None), ("", None)],
)
def test_a_number_is_told_from_words(asked, number):
    assert asked_number(asked) == number
