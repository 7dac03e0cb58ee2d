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
