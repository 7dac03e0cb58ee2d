"""A code in a message that says nothing else is the one that the action needs."""

from time import perf_counter

import pytest

from services.resolver.domain.catalogue import Action, Parameter
from services.resolver.domain.parameters.filling import Sources, fill
from tests.support.fakes import NOON

ORDER = Parameter("order_id", required=True)
TICKET = Parameter("ticket_id", kind="integer", required=True)
AMOUNT = Parameter("amount", kind="number")
INVOICE = Parameter("invoice_id")
COUPON = Parameter("coupon", spec={"type": "string", "pattern": "^[A-Z]{3}-[0-9]+$"})
WORDS = ("cancel my order", "storniere meine Bestellung", "I have an error")


def filled(text, *parameters, name="cancel_order", **known):
    action = Action(name, "Cancel an order", parameters=parameters, examples=WORDS)
    return fill(action, Sources(text, NOON, **known)).arguments


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cancel ORD-1042", "ORD-1042"),
        ("Please cancel A7K2P9!", "A7K2P9"),
        ("Storniere bitte INV/2026/19", "INV/2026/19"),
        ("I'd like to cancel #1042", "1042"),
        ("cancel 1042", "1042"),
    ],
)
def test_a_verb_and_a_code_are_enough(text, code):
    assert filled(text, ORDER) == {"order_id": code}


@pytest.mark.parametrize(
    "text",
    [
        *("ORD-1042", "cancel ORD-1042 and ORD-1043", "don't cancel ORD-1042"),
        *("I have an error E-404", "my iPhone14 has an error", "cancel windows11"),
        *("cancel 5th", "cancel 10MB", "cancel v2", "cancel 17", "cancel 2026"),
        *("cancel 2026-12-05", "cancel 1042 \u20ac", "cancel 1042 EUR", "cancel $1042"),
        *("cancel room 1042", "cancel 10:30", "cancel a@b1.test", "cancel"),
    ],
)
def test_any_other_code_or_number_is_asked_about(text):
    assert filled(text, ORDER) == {}


@pytest.mark.parametrize(
    ("text", "parameters", "arguments"),
    [
        pytest.param(
            "cancel 1042", (TICKET,), {"ticket_id": 1042}, id="a whole number"
        ),
        pytest.param("cancel ORD-1042", (TICKET,), {}, id="of another type"),
        pytest.param("cancel 1042", (ORDER, AMOUNT), {}, id="an amount too"),
        pytest.param(
            "cancel ORD-1042", (ORDER, AMOUNT), {"order_id": "ORD-1042"}, id="no amount"
        ),
        pytest.param("cancel ORD-1042", (ORDER, INVOICE), {}, id="two codes"),
        pytest.param(
            "cancel ORD-1042", (ORDER, COUPON), {"coupon": "ORD-1042"}, id="a pattern"
        ),
        pytest.param("cancel ORD-1042", (INVOICE,), {}, id="not required"),
    ],
)
def test_it_is_taken_where_nothing_else_could_be_meant(text, parameters, arguments):
    assert filled(text, *parameters) == arguments


def test_of_money_a_number_is_rather_an_amount():
    assert filled("refund 1042", ORDER, name="refund_order") == {}


def test_it_comes_before_what_the_state_happens_to_hold():
    state = {"order_id": "ORD-1"}

    assert filled("cancel ORD-2042", ORDER, app_state=state) == {"order_id": "ORD-2042"}


def test_a_word_without_an_end_is_read_once():
    began = perf_counter()
    filled("a" * 100_000, ORDER, Parameter("from_order", required=True))

    assert perf_counter() - began < 0.25
