"""What is found in free text, what is left alone, and how long it takes."""

import random
import string

import pytest

from shared.redaction import Redactor
from shared.redaction.checks import iban_length, is_card

FOUND = [
    ("my password is hunter2, ok?", "my password is [password], ok?"),
    ("Password: correct-horse", "Password: [password]"),
    ('the passphrase is "two words"', 'the passphrase is "[password]"'),
    ("mein Passwort lautet Geheim!1.", "mein Passwort lautet [password]."),
    ("mi contraseña es Gato2024", "mi contraseña es [password]"),
    ("mot de passe : azerty12", "mot de passe : [password]"),
    ("la mia password è Luna99", "la mia password è [password]"),
    ("mijn wachtwoord is Fiets8", "mijn wachtwoord is [password]"),
    ("a minha senha é Sol2020", "a minha senha é [password]"),
    ("pin 1234 and cvv: 987", "pin [password] and cvv: [password]"),
    ("https://bob:s3cret@host/x", "https://bob:[password]@host/x"),
    ("write to ana.b+x@example.co.uk!", "write to [email]!"),
    ("jürgen@müller.example", "[email]"),
    ("card 4111 1111 1111 1111 please", "card [card] please"),
    ("5500-0000-0000-0004", "[card]"),
    ("IBAN DE89 3704 0044 0532 0130 00 NOW", "IBAN [IBAN] NOW"),
    ("gb82west12345698765432", "[IBAN]"),
    ("+351 912 345 678", "[phone]"),
    ("call 020 7946 0958 today", "call [phone] today"),
    ("Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer [token]"),
    ("eyJhbGciOiJI.eyJzdWIiOiIx.c2ln", "[token]"),
    ("AKIAIOSFODNN7EXAMPLE", "[token]"),
    ("hr_0123456789abcdef.abcdefghijklmnopqrstuvwx", "[token]"),
    (
        "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\nthanks",
        "[key]\nthanks",
    ),
    ("-----BEGIN RSA PRIVATE KEY-----\ncut off", "[key]"),
]
LEFT = [
    "I'm getting error 500 when I try to upload files larger than 10MB",
    "my password is wrong",
    "My password isn't working",
    "das Passwort ist falsch",
    "mi contraseña no es correcta",
    "how do I reset my password?",
    "order 4111 1111 1111 1112 is late",
    "order 20261122001 of 2026-11-22 10:00",
    "DE00 3704 0044 0532 0130 00",
    "version 10.0.0.1 and 1.2.3",
    "pin the message",
    "see you at 12:30, room 4",
    "a@b",
    "",
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_what_is_personal_or_secret_is_blacked_out_by_its_kind(text, expected):
    assert Redactor("standard", region="GB").text(text) == expected


@pytest.mark.parametrize("text", LEFT)
def test_ordinary_words_and_numbers_are_left_alone(text):
    assert Redactor("standard", region="GB").text(text) == text


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_what_was_blacked_out_stays_as_it_is(text, expected):
    assert Redactor("standard", region="GB").text(expected) == expected


@pytest.mark.parametrize("text", [text for text, _ in FOUND])
def test_without_a_profile_only_an_apps_own_patterns_count(text):
    redactor = Redactor("off", also=("(?i)case-[0-9]{6}",))

    assert redactor.text(f"{text} CASE-123456") == f"{text} [redacted]"
    assert Redactor("off").is_off


def test_strict_takes_more():
    text = "from 10.0.0.1, order 20261122001"

    assert Redactor("strict").text(text) == "from [IP address], order [number]"


def test_an_apps_state_is_looked_through_and_its_secret_fields_are_taken():
    state = {
        "user": {"password": "x", "age": 41, "api_key": "zzz"},
        "attendees": ["Bo <bo@example.com>", {"sessionId": "s-1", "seats": 2}],
        "token_count": 5,
    }

    assert Redactor("standard").value(state) == {
        "user": {"password": "[secret]", "age": 41, "api_key": "[secret]"},
        "attendees": ["Bo <[email]>", {"sessionId": "[secret]", "seats": 2}],
        "token_count": 5,
    }


def luhn_digit(digits: str) -> str:
    return next(d for d in string.digits if is_card(digits + d))


def planted(chance: random.Random) -> tuple[str, str]:
    """Return something personal, made by rule, and its kind."""
    word = "".join(chance.choices(string.ascii_lowercase, k=8))
    digits = "".join(chance.choices(string.digits, k=14))
    card = f"4{digits}{luhn_digit('4' + digits)}"
    account = "".join(chance.choices(string.digits, k=18))
    checked = 98 - int(account + "131400") % 97
    return chance.choice(
        [
            (f"{word}.{digits[:3]}@{word}.example.org", "email"),
            (" ".join(card[at : at + 4] for at in range(0, 16, 4)), "card"),
            (card, "card"),
            (f"DE{checked:02}{account}", "IBAN"),
            (f"ghp_{word * 4}", "token"),
            (f"+44 20 7946 0{digits[:3]}", "phone"),
        ]
    )


def test_nothing_planted_in_two_thousand_texts_leaks():
    chance = random.Random(11)
    words = [
        "the",
        "upload",
        "of",
        "our",
        "invoice",
        "fails",
        "since",
        "monday",
        "please",
        "help",
        "me",
        "now",
    ]
    leaked = []
    for _ in range(2000):
        secret, kind = planted(chance)
        said = chance.choices(words, k=8)
        said.insert(chance.randrange(9), secret)
        redactor = Redactor("standard")
        after = redactor.text(" ".join(said))
        if secret in after or redactor.found != {kind: 1}:
            leaked.append((secret, after))

    assert leaked == []


@pytest.mark.parametrize(
    "text",
    ["a" * 100_000, "1 " * 50_000, "a@" * 50_000, "DE00 " * 20_000, "-" * 99_999],
)
def test_no_text_is_looked_at_for_long(text):
    # Nothing is timed: what is not linear does not come to an end here.
    assert isinstance(Redactor("strict", region="US").text(text), str)


def test_an_iban_ends_before_the_words_behind_it():
    text = "DE89 3704 0044 0532 0130 00 PLEASE"

    assert text[: iban_length(text)] == "DE89 3704 0044 0532 0130 00"
