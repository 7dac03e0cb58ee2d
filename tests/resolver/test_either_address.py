"""An address that the message says against the profile's: one question names both."""

import pytest

from services.resolver.domain.acting.either import chosen_in
from services.resolver.domain.catalogue import Action, Parameter
from services.resolver.domain.parameters.filling import Sources, fill
from tests.resolver.world import RESET, World, found
from tests.support.fakes import NOON

ANA, BOB = "ana@example.com", "bob@example.com"
FORGOT = f"I forgot my password, my e-mail is {BOB}"


async def asked(text=FORGOT, action=RESET, **user):
    world = World()
    world.ranker.ranking = found(actions={action: 0.95})
    return world, await world.say(text, user={"id": "u-7", **user})


async def test_an_address_in_the_message_is_taken_where_the_profile_has_none():
    _, told = await asked()

    assert told.reply.arguments == {"email": BOB}


async def test_the_profiles_own_address_in_the_message_is_no_contradiction():
    _, told = await asked(f"I forgot my password, it is {ANA}", email=ANA)

    assert told.reply.arguments == {"email": ANA}


async def test_two_addresses_are_named_in_one_question():
    _, told = await asked(email=ANA)

    assert told.reason == "parameters_asked"
    assert told.reply.text == f"Is it {BOB} or {ANA}?"
    assert told.reply.missing == ["email"]


async def test_both_are_named_in_the_users_language():
    action = Action("reset_password", parameters=RESET.parameters)
    text = f"Bitte setzen Sie das Passwort von {BOB} zurück"
    _, told = await asked(text, action, email=ANA)

    assert told.reply.text == f"Ist es {BOB} oder {ANA}?"


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        (BOB, BOB),
        (f"it's {ANA}", ANA),
        ("the first", BOB),
        ("bob's", BOB),
        ("Ana", ANA),
        ("the second one", ANA),
        ("2", ANA),
        ("it is cy@example.com", "cy@example.com"),
    ],
)
async def test_the_answer_is_understood(answer, meant):
    world, _ = await asked(email=ANA)

    told = await world.say(answer, user={"id": "u-7", "email": ANA})

    assert told.reason == "action_called"
    assert told.reply.arguments == {"email": meant}


async def test_an_answer_that_is_neither_is_asked_the_same_again():
    world, _ = await asked(email=ANA)
    world.ranker.ranking = found()

    told = await world.say("yes", user={"id": "u-7", "email": ANA})

    assert told.reply.text == f"Is it {BOB} or {ANA}?"


async def test_both_are_named_beside_what_else_is_missing():
    order = Parameter("order", kind="integer", required=True)
    action = Action("cancel_order", parameters=(*RESET.parameters, order))
    _, told = await asked(f"cancel my order, I am {BOB}", action, email=ANA)

    assert f"email ({BOB} / {ANA})" in told.reply.text


@pytest.mark.parametrize(
    "answer", ["", "not bob's", "bob or ana", "neither", "com", "the first or second"]
)
def test_an_answer_against_one_or_for_both_chooses_none(answer):
    assert chosen_in(answer, (BOB, ANA)) is None


def test_an_address_said_to_an_action_for_others_is_meant():
    action = Action("send_invoice", parameters=RESET.parameters)
    filled = fill(action, Sources(f"send it to {BOB}", NOON, user={"email": ANA}))

    assert filled.arguments == {"email": BOB}
    assert filled.either == {}
