"""Values in words: what is read, and what is left to a question."""

# ruff: noqa: SIM905 - answers of many languages, a language a word

from datetime import UTC, datetime, timedelta, timezone

import pytest

from services.resolver.domain.acting.consent import read_consent
from services.resolver.domain.parameters.checks import fits
from services.resolver.domain.parameters.leaves import Leaf
from services.resolver.domain.parameters.reading import Words, read
from services.resolver.domain.parameters.schema import tidy

SUNDAY = datetime(2026, 11, 22, 10, tzinfo=UTC)
DAY = {"type": "string", "format": "date"}
MOMENT = {"type": "string", "format": "date-time"}
NUMBER = {"type": "number"}
WHOLE = {"type": "integer"}
TEXT = {"type": "string"}


def value(spec, text, *, name="it", locale="en-GB", answering=False, now=SUNDAY):
    words = Words(text, now, locale, "Europe/Lisbon")
    return read(Leaf((name,), tidy(spec, {}), True), words, answering=answering)


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("tomorrow", "en-GB", "2026-11-23"),
        ("the day after tomorrow please", "en-GB", "2026-11-24"),
        ("on 03/04/2026", "en-GB", "2026-04-03"),
        ("on 03/04/2026", "en-US", "2026-03-04"),
        ("13/04/2026", None, "2026-04-13"),
        ("05.12.2026", "en-US", "2026-12-05"),
        ("2026/12/05", None, "2026-12-05"),
        ("5th of December", "en-GB", "2026-12-05"),
        ("December 5th, 2027", "en-US", "2027-12-05"),
        ("this Friday", "en-GB", "2026-11-27"),
        ("last Monday", "en-GB", "2026-11-16"),
        ("in 3 days", "en-GB", "2026-11-25"),
        ("2 weeks ago", "en-GB", "2026-11-08"),
        ("in two days", "en-GB", "2026-11-24"),
        ("in a week", "en-GB", "2026-11-29"),
        ("übermorgen", "de", "2026-11-24"),
        ("am 5. März 2027", "de-DE", "2027-03-05"),
        ("in 3 Tagen", "de", "2026-11-25"),
        ("pasado mañana", "es", "2026-11-24"),
        ("mañana por la mañana", "es", "2026-11-23"),
        ("5 de marzo de 2027", "es", "2027-03-05"),
        ("le 5 mars 2027", "fr", "2027-03-05"),
        ("depois de amanhã", "pt-BR", "2026-11-24"),
        ("завтра", "ru", "2026-11-23"),
        ("明後日", "ja", "2026-11-24"),
        ("2026年12月5日", "ja", "2026-12-05"),
    ],
)
def test_a_day_is_read(text, locale, expected):
    assert value(DAY, text, locale=locale) == expected


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("03/04/2026", None),
        ("03/04/2026", "en"),
        ("Friday", "en-GB"),
        ("I waited 2 hours", "en-GB"),
        ("2 weeks", "en-GB"),
        ("it may take long", "en-GB"),
        ("on the 5th", "en-GB"),
        ("in two days instead of this Friday", "en-GB"),
        ("31 February 2027", "en-GB"),
        ("tomorrow or on 5 December", "en-GB"),
        ("20 May", "en-GB"),
        ("version 1.2.2026.4", "en-GB"),
    ],
)
def test_a_day_is_not_guessed(text, locale):
    assert value(DAY, text, locale=locale) is None


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("delivery_date", "on Friday", "2026-11-27"),
        ("purchase_date", "on Friday", "2026-11-20"),
        ("purchase_date", "20 May", "2026-05-20"),
        ("appointment", "20 May", "2027-05-20"),
    ],
)
def test_a_parameter_that_looks_back_or_ahead_says_which_day(name, text, expected):
    assert value(DAY, text, name=name) == expected


@pytest.mark.parametrize(
    ("today", "text", "expected"),
    [
        (22, "next Friday", "2026-11-27"),  # a Sunday: Friday is in another week
        (23, "next Friday", None),  # a Monday: this week's, or the week's after?
        (27, "next Monday", "2026-11-30"),
        (23, "next Monday", "2026-11-30"),
        (27, "this Friday", None),  # a Friday: today, or in a week?
        (27, "last Friday", "2026-11-20"),
    ],
)
def test_the_next_one_is_another_weeks(today, text, expected):
    assert value(DAY, text, now=SUNDAY.replace(day=today)) == expected


def test_what_the_action_does_says_whether_it_looks_ahead():
    leaf = Leaf(("day",), DAY, True)
    booking = Words("on Friday", SUNDAY, "en-GB", about="Book a table")

    assert read(leaf, booking, answering=False) == "2026-11-27"


def test_today_is_the_users_own_day():
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    words = Words("tomorrow", late, "ja-JP", "Asia/Tokyo")

    assert read(Leaf(("it",), DAY, True), words, answering=False) == "2026-11-24"


def test_without_a_time_zone_the_messages_own_offset_counts():
    late = datetime(2026, 11, 22, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    words = Words("tomorrow", late, "en-US", "No/Such_Zone")

    assert read(Leaf(("it",), DAY, True), words, answering=False) == "2026-11-23"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tomorrow at 3pm", "2026-11-23T15:00:00+00:00"),
        ("tomorrow at 15:30", "2026-11-23T15:30:00+00:00"),
        ("today at noon", "2026-11-22T12:00:00+00:00"),
        ("2026-12-01T10:00:00+02:00", "2026-12-01T10:00:00+02:00"),
        ("tomorrow", None),
        ("at 3pm", None),
        ("tomorrow at 25:00", None),
    ],
)
def test_a_moment_needs_a_day_and_a_time(text, expected):
    assert value(MOMENT, text) == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("order_id", "refund order 17 for 20 dollars", 17),
        ("orderNumber", "where is order number #1042?", 1042),
        ("amount", "refund order 17 for 20 dollars", 20),
        ("refund_amount", "I want €1,234.50 back for order 17", 1234.5),
        ("price", "the price is $ 1,234", 1234),
        ("seats", "I need 3 seats in row 12", 3),
        ("number_of_seats", "3 seats please", 3),
        ("minutes", "remind me in 20 minutes", 20),
        ("order", "order ١٧", 17),
        ("quantity", "set the quantity to 3", 3),
        ("percent", "give them 20% off order 17", 20),
    ],
)
def test_a_number_is_the_one_beside_its_noun(name, text, expected):
    assert value(NUMBER, text, name=name) == expected


@pytest.mark.parametrize(
    ("name", "text", "locale"),
    [
        ("amount", "I'm getting error 500, refund me", "en-GB"),
        ("order_id", "error 500 on files larger than 10 MB", "en-GB"),
        ("order_id", "17", "en-GB"),
        ("amount", "refund order 1042", "en-GB"),
        ("refund_amount", "refund 1042", "en-GB"),
        ("order", "order 17 or order 18", "en-GB"),
        ("amount", "1.000 €", None),
        ("amount", "$1.000", "en-US"),
        ("seats", "seats 12A", "en-GB"),
        ("order", "order 2026-12-01", "en-GB"),
        ("order", "order at 10:30", "en-GB"),
    ],
)
def test_a_number_is_not_guessed(name, text, locale):
    assert value(NUMBER, text, name=name, locale=locale) is None


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("1.234,50 €", "de-DE", 1234.5),
        ("1.000 €", "de-DE", 1000),
        ("1 234,50 €", "fr-FR", 1234.5),
        ("1'234.50 CHF", "de-CH", 1234.5),
        ("$1,000", "en-US", 1000),
        ("12,50 €", None, 12.5),
        ("12.50 €", "de-DE", 12.5),
        ("-5 €", "de-DE", -5),
        ("2 000 kr", "sv-SE", 2000),
        ("₹1,50,000", "en-IN", 150_000),
        ("१०० रुपये", "hi-IN", 100),
        ("1500円を返金", "ja-JP", 1500),
        ("退款100元", "zh-CN", 100),
        ("20USD", "en-US", 20),
    ],
)
def test_an_amount_is_read_as_its_locale_writes_it(text, locale, expected):
    assert value(NUMBER, text, name="amount", locale=locale) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17", 17),
        ("17 please", 17),
        ("it's #17", 17),
        ("error 500", None),
        ("I got error 500 again today", None),
        ("17 or 18", None),
        ("20 dollars", None),
        ("17.5", None),
        ("that thing I bought on the page with 3 others", None),
    ],
)
def test_an_answer_of_a_number_is_short(text, expected):
    assert value(WHOLE, text, name="order", answering=True) == expected


@pytest.mark.parametrize(
    ("spec", "name", "text", "expected"),
    [
        ({**TEXT, "pattern": r"^ORD-\d{4}$"}, "ref", "where is ORD-1234?", "ORD-1234"),
        ({**TEXT, "pattern": r"^ORD-\d{4}$"}, "ref", "ORD-1234 or ORD-1235", None),
        ({**TEXT, "pattern": r"^ORD-\d{4}$"}, "ref", "where is ord-1234?", "ORD-1234"),
        ({**TEXT, "pattern": r"^ord-\d{4}$"}, "ref", "where is ORD-1234?", None),
        ({**TEXT, "pattern": r"^[A-Z]{6}$"}, "ref", "cancel it please", None),
        ({**TEXT, "pattern": r"^\w+$"}, "ref", "where is it", None),
        ({**TEXT, "pattern": r"^(?=ORD)\w+$"}, "ref", "ORD1 please", None),
        (TEXT, "order_id", "my order A-1234 is late", "A-1234"),
        (TEXT, "invoice_number", "invoice no. INV/2026/7", "INV/2026/7"),
        (TEXT, "order_id", "error A-1234 in the order list", None),
        (TEXT, "order_id", "mail a1@order.test", None),
        (
            {**TEXT, "format": "uri"},
            "page",
            "see https://a.test/x.",
            "https://a.test/x",
        ),
        (TEXT, "phone", "call +351 912 345 678", "+351912345678"),
        (TEXT, "phone", "order 912345", None),
        (TEXT, "contact_email", "I am a@b.test", "a@b.test"),
        ({**TEXT, "format": "email"}, "to", "a@b..test", None),
        ({"enum": ["red", "blue"]}, "colour", "not red but blue", "blue"),
        ({"enum": ["next_day", "day"]}, "speed", "Next day please", "next_day"),
        ({"enum": ["s", "m"]}, "size", "I'm here", None),
        ({"enum": ["s", "m"]}, "size", "size m", "m"),
        ({"enum": [1, 2, 3]}, "floor", "floor 2", 2),
        ({"type": "boolean"}, "notify", "yes", None),
        (
            {"type": "array", "items": {**TEXT, "format": "email"}},
            "invite",
            "a@b.test and c@d.test",
            ["a@b.test", "c@d.test"],
        ),
        (
            {"type": "array", "items": {"enum": ["mon", "tue", "wed"]}},
            "days",
            "tue and mon",
            ["mon", "tue"],
        ),
    ],
)
def test_a_value_is_read_by_its_shape(spec, name, text, expected):
    assert value(spec, text, name=name) == expected


@pytest.mark.parametrize(
    ("spec", "good", "bad"),
    [
        ({**WHOLE, "minimum": 1, "maximum": 9}, 9, 10),
        ({**NUMBER, "exclusiveMinimum": 0}, 0.1, 0),
        ({**NUMBER, "multipleOf": 0.05}, 1.15, 1.17),
        ({**TEXT, "minLength": 2, "maxLength": 3}, "ab", "abcd"),
        ({**TEXT, "pattern": "^(a+)+$"}, "a" * 500, "a" * 500 + "!"),
        ({**TEXT, "format": "uuid"}, "6d0e7a52-4f3a-5c1b-9a77-2b8f6f1f0c11", "6d0e"),
        (DAY, "2026-02-28", "2026-02-30"),
        (MOMENT, "2026-02-28T10:00:00Z", "2026-02-28T10:00:00"),
        ({"const": 1}, 1, True),
        ({"type": "boolean"}, True, 1),
        ({"type": "array", "items": WHOLE, "maxItems": 1}, [1], [1, 2]),
        (
            {"type": "object", "properties": {"a": WHOLE}, "required": ["a"]},
            {"a": 1},
            {},
        ),
    ],
)
def test_a_value_is_checked_by_its_schema(spec, good, bad):
    tidied = tidy(spec, {})

    assert fits(good, tidied)
    assert not fits(bad, tidied)


def test_a_schema_is_read_through_references_and_alternatives():
    root = {"$defs": {"size": {"enum": ["s", "m"]}, "loop": {"$ref": "#/$defs/loop"}}}

    assert tidy({"$ref": "#/$defs/size"}, root)["enum"] == ["s", "m"]
    assert tidy({"anyOf": [WHOLE, {"type": "null"}]}, root)["type"] == "integer"
    assert tidy({"oneOf": [{"const": "a"}, {"const": "b"}]}, root)["enum"] == ["a", "b"]
    assert tidy({"allOf": [WHOLE], "minimum": 2}, root)["minimum"] == 2
    assert tidy({"$ref": "#/$defs/loop"}, root) == {"type": "string"}
    assert tidy({"$ref": "https://elsewhere.test/x"}, root) == {"type": "string"}


@pytest.mark.parametrize(
    "text",
    "yes|Yes, please!|ok do it|Sure, go ahead|ja bitte|oui, merci|sí, por favor|sim|"
    "va bene|tak|да, пожалуйста|evet|نعم|हाँ|はい、お願いします|네|好的，谢谢|👍|kyllä|ano".split(
        "|"
    ),
)
def test_yes_is_understood(text):
    assert read_consent(text) is True


@pytest.mark.parametrize(
    "text",
    "no|No, thanks|don't do it|cancel that|nein danke|non merci|no gracias|não|"
    "nie|нет, спасибо|hayır|لا|नहीं|いいえ|아니요|不要|nej tack|nem|ei".split("|"),
)
def test_no_is_understood(text):
    assert read_consent(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "yes but to another address",
        "yes no",
        "is it safe?",
        "ok, and what does it cost",
        "",
        "yesterday",
        "I said yes to the other thing last week but now I am not sure",
    ],
)
def test_anything_more_is_neither(text):
    assert read_consent(text) is None
