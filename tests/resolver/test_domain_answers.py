"""An answer fills what was asked for, each value once, and a no fills nothing."""

import pytest

from services.resolver.domain.catalogue import Action, Parameter
from services.resolver.domain.parameters.filling import Sources, fill_answer
from services.resolver.domain.parameters.values import numerals
from tests.resolver.world import FakeRanker, World, found
from tests.support.fakes import NOON

ORDER = Parameter("order_id", description="Order number", required=True)
AMOUNT = Parameter("amount", kind="number", required=True)
EMAIL = Parameter("email", required=True, form="email")
NAME = Parameter("name", required=True)
REASON = Parameter("reason", required=True)
DAY = Parameter("day", required=True, form="date")
CANCEL = Action("cancel_order", "Cancel an order", parameters=(ORDER,))


def told(text, *asked, session=None):
    sources = Sources(text, NOON, session=session)
    action = Action("act", parameters=asked)
    return fill_answer(action, {}, [each.name for each in asked], sources).arguments


@pytest.mark.parametrize(
    "text",
    [
        *("no", "cancel", "stop", "nein", "nope", "non merci"),
        *("ok", "yes", "help", "what", "hmm", "idk", "unknown", "?", "order"),
    ],
)
def test_a_word_that_names_nothing_is_no_order_number(text):
    assert told(text, ORDER) == {}


@pytest.mark.parametrize("text", ["acme", "XKJQ", "ORD-17", "it's 17", "number 17!"])
def test_a_code_is_taken_from_an_answer(text):
    assert told(text, ORDER)["order_id"] in text


@pytest.mark.parametrize("text", ["no", "cancel that", "ok", "I don't know", "why?"])
def test_a_yes_or_a_no_is_no_free_text(text):
    assert told(text, REASON) == {}


def test_a_yes_is_free_text_where_the_parameter_asks_for_one():
    receipt = Parameter("receipt", description="Do you have one?", required=True)

    assert told("yes", receipt) == {"receipt": "yes"}


@pytest.mark.parametrize(
    ("text", "asked", "arguments"),
    [
        pytest.param("1042", (ORDER, AMOUNT), {}, id="an order or an amount"),
        pytest.param("order 1042", (ORDER, AMOUNT), {"order_id": "1042"}, id="noun"),
        pytest.param(
            "1042, $20", (ORDER, AMOUNT), {"order_id": "1042", "amount": 20}, id="both"
        ),
        pytest.param("1042", (ORDER, NAME), {"order_id": "1042"}, id="no name too"),
        pytest.param("20", (AMOUNT, REASON), {"amount": 20}, id="no reason too"),
        pytest.param(
            "Bob, 1042", (NAME, ORDER), {"name": "Bob", "order_id": "1042"}, id="rest"
        ),
        pytest.param(
            "Ana Lopes, ana@a.test",
            (NAME, EMAIL),
            {"name": "Ana Lopes", "email": "ana@a.test"},
            id="a name and an address",
        ),
        pytest.param(
            "tomorrow, because I am ill",
            (DAY, REASON),
            {"day": "2026-11-23", "reason": "because I am ill"},
            id="a day and why",
        ),
    ],
)
def test_what_was_read_for_one_parameter_is_not_anothers(text, asked, arguments):
    assert told(text, *asked) == arguments


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("example.com", "https://example.com"),
        ("www.example.com/a?b=1.", "https://www.example.com/a?b=1"),
        ("http://example.com/a", "http://example.com/a"),
        ("ana@example.com", None),
        ("v1.2", None),
        ("It is broken.It hangs", None),
    ],
)
def test_a_web_address_is_answered_as_people_write_it(text, site):
    website = Parameter("website", required=True)

    assert told(text, website) == ({"website": site} if site else {})


@pytest.mark.parametrize(
    "name", ["ticket_subject", "order_notes", "accountName", "invoice_address"]
)
def test_what_is_told_in_words_is_no_code(name):
    told_in_words = Parameter(name, required=True)

    assert told("The big one", told_in_words) == {name: "The big one"}


GUESTS = Parameter("guests", kind="integer", required=True)


@pytest.mark.parametrize(
    ("text", "number", "locale"),
    [
        *(("three", 3, None), ("Twelve, please.", 12, None), ("two guests", 2, None)),
        *(
            ("drei", 3, None),
            ("zwei", 2, "de-DE"),
            ("dos", 2, None),
            ("trois", 3, None),
        ),
        *(("duas", 2, None), ("sette", 7, None), ("zeven", 7, None), ("dwie", 2, None)),
        *(("пять", 5, None), ("三", 3, None), ("két", None, None), ("åtta", 8, None)),
        *(("once", 11, "es-ES"), ("once", None, "en-GB"), ("once", None, None)),
        *(("to", 2, "nb-NO"), ("to", None, "en-GB"), ("um", None, None)),
        *(("two weeks", None, None), ("two or three", None, None), ("no", None, None)),
        *(("one of them is my brother", None, None), ("thirteen", None, None)),
    ],
)
def test_a_number_is_answered_in_words(text, number, locale):
    known = told(text, GUESTS, session={"locale": locale})

    assert known == ({} if number is None else {"guests": number})


def test_a_number_in_words_is_taken_once_and_only_where_it_was_asked_for():
    assert told("two", GUESTS, REASON) == {"guests": 2}
    assert told("two", GUESTS, AMOUNT) == {}


def test_no_word_is_two_numbers():
    said = [pair for table in numerals._TABLES.values() for pair in table.items()]

    assert len(dict(said)) == len(set(said))


SUBJECT = Parameter(
    "ticket_subject", required=True, spec={"type": "string", "title": "Betreff"}
)
STORY = Parameter("description", description="Your problem", required=True)
BOTH = {"ticket_subject": "printer broken", "description": "it smokes"}


@pytest.mark.parametrize(
    "text",
    [
        "subject: printer broken, description: it smokes",
        "Hi, description = it smokes; the ticket subject: printer broken",
        "Subject - printer broken\nDescription - it smokes",
        "**Betreff:** printer broken\n**Problem:** it smokes",
        "subject: printer broken and your problem: it smokes",
        "printer broken\nit smokes",
        "- printer broken\n\n- it smokes",
        "1. printer broken 2. it smokes",
        "1) printer broken\n2) it smokes",
    ],
)
def test_several_free_texts_are_told_by_label_or_in_order(text):
    assert told(text, SUBJECT, STORY) == BOTH


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("my printer smokes", id="a sentence is one of them, or neither"),
        pytest.param("printer broken, it smokes", id="a comma is no order"),
        pytest.param("Hi\nmy printer smokes", id="a greeting"),
        pytest.param("printer broken\nit smokes\nthanks a lot", id="too many lines"),
        pytest.param("2. it smokes\n1. printer broken", id="not the order asked"),
        pytest.param("Raum: 12\nGrund: it smokes", id="labels of something else"),
        pytest.param("subject: broken description: it smokes", id="where does it end"),
        pytest.param("no\nno", id="a no is no subject"),
        pytest.param("why?\nwhat for?", id="questions back"),
    ],
)
def test_what_is_not_evident_fills_none_of_several_free_texts(text):
    assert told(text, SUBJECT, STORY) == {}


@pytest.mark.parametrize(
    ("text", "asked", "arguments"),
    [
        pytest.param(
            "reason: order 17 is late", (ORDER, REASON), {"reason": "order 17 is late"}
        ),
        pytest.param(
            "here you go, subject: x1", (SUBJECT, STORY), {"ticket_subject": "x1"}
        ),
        pytest.param(
            "1042\nlate", (REASON, ORDER), {"reason": "late", "order_id": "1042"}
        ),
        pytest.param("reason: I moved", (REASON,), {"reason": "I moved"}),
        pytest.param(
            "It fails. Reason: a", (REASON,), {"reason": "It fails. Reason: a"}
        ),
    ],
    ids=["beside", "before", "another order", "one", "a sentence"],
)
def test_a_label_says_whose_a_value_is_and_no_more(text, asked, arguments):
    assert told(text, *asked) == arguments


async def test_who_told_neither_is_asked_again_by_numbers_and_then_people_are():
    open_ticket = Action("open_ticket", "Open a ticket", parameters=(SUBJECT, STORY))
    world = World(FakeRanker(found(actions={open_ticket: 0.95})))

    await world.say("open a ticket")
    again = await world.say("my printer smokes")
    people = await world.say("it really smokes")

    assert again.reply.text.endswith(":\n1. Betreff\n2. Your problem")
    assert again.reply.missing == ["ticket_subject", "description"]
    assert people.unresolved.reason == "action_failed"


async def test_an_answer_by_numbers_to_the_second_question_is_taken():
    open_ticket = Action("open_ticket", "Open a ticket", parameters=(SUBJECT, STORY))
    world = World(FakeRanker(found(actions={open_ticket: 0.95})))

    await world.say("open a ticket")
    await world.say("my printer smokes")
    called = await world.say("1. printer broken\n2. it smokes")

    assert called.reply.arguments == BOTH


@pytest.mark.parametrize("text", ["no", "cancel", "never mind", "nein danke"])
async def test_a_no_to_our_question_is_a_denial_and_calls_nothing(text):
    world = World(FakeRanker(found(actions={CANCEL: 0.95})))

    asked = await world.say("cancel my order")
    denied = await world.say(text)

    assert asked.reply.missing == ["order_id"]
    assert asked.reply.text == "To do this I need to know: Order number"
    assert denied.unresolved.reason == "action_denied"
    assert denied.unresolved.text == "cancel my order"
    (attempt,) = denied.unresolved.attempts[:1]
    assert (attempt.name, attempt.outcome) == ("cancel_order", "denied")
    assert world.state.calls == ()
