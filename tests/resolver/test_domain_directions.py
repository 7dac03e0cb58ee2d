"""The old address and the new, where from and where to: told apart, or asked for."""

import pytest

from services.resolver.domain.catalogue import Action, Parameter
from services.resolver.domain.parameters.filling import Sources, fill, fill_answer
from tests.support.fakes import NOON

ANA = {"id": "u-7", "email": "ana@a.test"}
OLD = Parameter("current_email", required=True)
NEW = Parameter("new_email", required=True, form="email")
OWN = {"current_email": "ana@a.test"}


def filled(name, text, *parameters, **known):
    action = Action(name, parameters=parameters)
    return fill(action, Sources(text, NOON, **known)).arguments


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("change my email", None),
        ("change my email to bo@b.test", "bo@b.test"),
        ("change my email from ana@a.test to bo@b.test", "bo@b.test"),
        ("it is Ana@a.test, and should be bo@b.test", "bo@b.test"),
        ("change my email, it is ana@a.test", None),
    ],
)
def test_the_old_address_is_the_users_own_and_the_new_one_never_is(text, new):
    known = filled("change_email", text, OLD, NEW, user=ANA)

    assert known == (OWN | {"new_email": new} if new else OWN)


@pytest.mark.parametrize(
    "text",
    [
        "change my email from old@a.test",
        "I lost access to old@a.test, change my email",
        "change old@a.test into bo@b.test or into cy@c.test",
    ],
)
def test_an_old_address_that_is_not_the_users_own_is_asked_about(text):
    assert filled("change_email", text, OLD, NEW, user=ANA) == {}


def test_an_answer_of_ones_own_address_is_no_new_one():
    action = Action("change_email", parameters=(OLD, NEW))
    sources = Sources("ana@a.test", NOON, user=ANA)

    assert fill_answer(action, OWN, ["new_email"], sources).arguments == OWN


def test_of_somebody_else_the_users_own_address_says_nothing():
    assert filled("update_user", "update her email", OLD, NEW, user=ANA) == {}


START = Parameter("start_date", required=True, form="date")
END = Parameter("end_date", required=True, form="date")
DAY = Parameter("day", required=True, form="date")
STAY = {"start_date": "2026-12-05", "end_date": "2026-12-08"}


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("from 5 to 8 December", "en-GB"),
        ("I am away 5\u20138 December", "en-GB"),
        ("5th to 8th of December 2026 please", "en-GB"),
        ("between 5 and 8 December", "en-GB"),
        ("December 5-8, 2026", "en-US"),
        ("a room from Dec 5 to 8 for two", "en-US"),
        ("vom 5. bis 8. Dezember", "de-DE"),
        ("Urlaub 5. \u2013 8. Dezember 2026", "de-DE"),
        ("du 5 au 8 d\u00e9cembre", "fr-FR"),
        ("del 5 al 8 de diciembre", "es-ES"),
        ("de 5 a 8 de dezembro", "pt-PT"),
        ("dal 5 all\u20198 dicembre", None),
        ("van 5 tot 8 december", "nl-NL"),
    ],
)
def test_a_range_within_a_month_is_a_start_and_an_end(text, locale):
    known = filled("book_room", text, START, END, session={"locale": locale})

    assert known == (STAY if locale else {})


@pytest.mark.parametrize(
    "text",
    [
        *("move order 5 to 8 December", "from 28 to 3 January", "8 December"),
        *("December 5 - 8 pm", "I need 5 and 8 December deliveries", "12/5 to 8"),
    ],
)
def test_what_is_no_range_within_a_month_fills_no_start_and_end(text):
    assert filled("book_room", text, START, END, session={"locale": "en-GB"}) == {}


def test_a_range_is_not_one_day():
    assert filled("book", "from 5 to 8 December", DAY) == {}
    assert filled("move", "order 5 to 8 December", DAY) == {"day": "2026-12-08"}


def pair(first, second, **shape):
    return (
        Parameter(first, required=True, **shape),
        Parameter(second, required=True, **shape),
    )


ACCOUNTS = pair("from_account", "to_account")
NUMBERS = pair("source_account", "target_account", kind="integer")
PLANS = pair("from_currency", "to_currency", choices=("EUR", "USD", "GBP"))
MAILS = pair("sender", "recipient", form="email")


@pytest.mark.parametrize(
    ("text", "asked", "values"),
    [
        ("from account 123 to account 456", ACCOUNTS, ("123", "456")),
        ("to account 456 from my account no. 123.", ACCOUNTS, ("123", "456")),
        ("from account 123 to 456", ACCOUNTS, ("123", "456")),
        ("from ACC-1 to ACC-2", ACCOUNTS, ("ACC-1", "ACC-2")),
        ("from account lab12 to account no42", ACCOUNTS, ("lab12", "no42")),
        ("from account no.12 to account nr 42", ACCOUNTS, ("12", "42")),
        ("move 50 from account 123 to account 456", NUMBERS, (123, 456)),
        ("from a EUR account", PLANS, None),
        ("convert from EUR to USD", PLANS, ("EUR", "USD")),
        ("von EUR zu GBP", PLANS, ("EUR", "GBP")),
        ("mail it from a@b.test to c@d.test", MAILS, ("a@b.test", "c@d.test")),
        ("from 123 to 456", ACCOUNTS, None),
        ("from account 123 to 8 December", ACCOUNTS, ("123",)),
        ("from account 123 to 100 EUR", NUMBERS, (123,)),
        ("from account 123 to account 123", ACCOUNTS, None),
        ("from account 1 or from account 2 to account 3", ACCOUNTS, None),
        ("accounts 123 and 456", ACCOUNTS, None),
        ("open from 9 to 5", NUMBERS, None),
    ],
)
def test_from_and_to_tell_two_of_one_shape_apart(text, asked, values):
    names = [each.name for each in asked]
    wanted = dict(zip(names, values or (), strict=False))

    assert filled("transfer", text, *asked) == wanted


def test_where_it_comes_from_is_not_where_it_goes():
    target = Parameter("to_account", required=True)

    assert filled("transfer", "from account 123", target) == {}
    assert filled("transfer", "to account 123", target) == {"to_account": "123"}
