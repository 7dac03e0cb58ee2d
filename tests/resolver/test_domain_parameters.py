"""Parameters are filled from what is known, and never guessed."""

import pytest

from services.resolver.domain.catalogue import (
    Action,
    Parameter,
    conversation_action,
    merge_actions,
)
from services.resolver.domain.parameters.filling import Sources, fill, fill_answer
from tests.support.fakes import NOON

EMAIL = Parameter("email", required=True, form="email")
NUMBER = Parameter("order", kind="integer", required=True)
COLOUR = Parameter("colour", required=True, choices=("red", "blue"))


def filled(*parameters, text="", **known):
    action = Action("act", parameters=parameters)
    return fill(action, Sources(text, NOON, **known))


def answered(action, arguments, missing, text):
    return fill_answer(action, arguments, missing, Sources(text, NOON))


@pytest.mark.parametrize(
    ("parameter", "known", "value"),
    [
        pytest.param(EMAIL, {"user": {"email": "a@b.test"}}, "a@b.test", id="the user"),
        pytest.param(
            Parameter("customerEmail", required=True),
            {"user": {"email": "a@b.test"}},
            "a@b.test",
            id="the user by another name of the field",
        ),
        pytest.param(
            Parameter("user_id", required=True), {"user": {"id": "u-7"}}, "u-7", id="id"
        ),
        pytest.param(NUMBER, {"app_state": {"order": 17}}, 17, id="the app state"),
        pytest.param(NUMBER, {"app_state": {"order": "17"}}, 17, id="a number as text"),
        pytest.param(
            Parameter("plan", required=True),
            {"user": {"traits": {"plan": "pro"}}},
            "pro",
            id="a trait",
        ),
        pytest.param(EMAIL, {"text": "it is a@b.test."}, "a@b.test", id="an address"),
        pytest.param(NUMBER, {"text": "order 17 please"}, 17, id="a number"),
        pytest.param(COLOUR, {"text": "the BLUE one"}, "blue", id="a word of a list"),
        pytest.param(
            Parameter("day", required=True, form="date"),
            {"text": "on 2026-11-22"},
            "2026-11-22",
            id="a date",
        ),
    ],
)
def test_a_parameter_is_found_in(parameter, known, value):
    assert filled(parameter, **known).arguments == {parameter.name: value}


@pytest.mark.parametrize(
    ("parameter", "known"),
    [
        pytest.param(EMAIL, {"text": "a@b.test or c@d.test"}, id="two addresses"),
        pytest.param(NUMBER, {"text": "order 500 or order 17"}, id="two numbers"),
        pytest.param(NUMBER, {"text": "about 1,000"}, id="a number read two ways"),
        pytest.param(NUMBER, {"text": "version v2"}, id="a number within a word"),
        pytest.param(COLOUR, {"text": "red or blue"}, id="two words of a list"),
        pytest.param(COLOUR, {"app_state": {"colour": "green"}}, id="a word not of it"),
        pytest.param(
            Parameter("id", required=True), {"user": {"id": "u-7"}}, id="a bare id"
        ),
        pytest.param(
            Parameter("new_email", required=True),
            {"user": {"email": "a@b.test"}},
            id="a new address",
        ),
        pytest.param(
            Parameter("why", required=True), {"text": "because"}, id="free text unasked"
        ),
    ],
)
def test_a_parameter_is_not_guessed_from(parameter, known):
    result = filled(parameter, **known)

    assert result.arguments == {}
    assert result.missing == (parameter,)


def test_an_address_that_is_not_the_users_own_is_asked_about():
    result = filled(EMAIL, user={"email": "a@b.test"}, text="send it to evil@x.test")

    assert result.missing == (EMAIL,)


def test_the_users_own_address_in_capitals_is_still_their_own():
    result = filled(EMAIL, user={"email": "a@b.test"}, text="reset A@B.test please")

    assert result.arguments == {"email": "a@b.test"}


def test_an_address_to_send_something_to_is_the_one_said():
    action = Action("send_invoice", parameters=(EMAIL,))
    sources = Sources("to bo@b.test", NOON, user={"email": "a@b.test"})

    assert fill(action, sources).arguments == {"email": "bo@b.test"}


def test_two_parameters_of_one_shape_are_not_told_apart():
    other = Parameter("amount", kind="number", required=True)

    assert filled(NUMBER, other, text="17").arguments == {}


def test_an_optional_parameter_is_not_missing():
    assert filled(Parameter("note")).missing == ()


def test_an_answer_is_taken_whole_where_one_free_text_was_asked_for():
    action = Action("act", parameters=(EMAIL, Parameter("why", required=True)))

    result = answered(action, {"email": "a@b.test"}, ["why"], " I moved abroad ")

    assert result.arguments == {"email": "a@b.test", "why": "I moved abroad"}


def test_a_question_back_is_no_answer():
    action = Action("act", parameters=(Parameter("why", required=True),))

    assert answered(action, {}, ["why"], "Why do you ask?").missing


def test_both_published_shapes_are_one_action():
    older = conversation_action(
        "reset",
        "Reset",
        options={"email": {"type": "string", "description": "Yours", "required": True}},
        schema=None,
        approval_required=True,
    )
    newer = conversation_action(
        "reset",
        "Reset",
        options=None,
        schema={
            "type": "object",
            "properties": {"email": {"type": "string", "description": "Yours"}},
            "required": ["email"],
        },
        approval_required=True,
    )

    assert older == newer
    assert older.parameters == (Parameter("email", "string", "Yours", required=True),)


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"properties": []},
        {"properties": {"a": True}, "required": "a"},
        {"properties": {"a": {"type": ["string", "null"], "enum": [1, 2]}}},
    ],
)
def test_an_odd_schema_is_read_as_far_as_it_goes(schema):
    action = conversation_action(
        "act", "", options=None, schema=schema, approval_required=False
    )

    assert all(each.kind == "string" for each in action.parameters)


def test_a_conversation_cannot_talk_an_approval_away():
    stored = Action("pay", approval_required=True)

    assert merge_actions([stored], [Action("pay"), Action("own")]) == [
        stored,
        Action("own"),
    ]


STAY = conversation_action(
    "book",
    "Book a room",
    options=None,
    schema={
        "type": "object",
        "properties": {
            "check_in": {"type": "string", "format": "date"},
            "check_out": {"type": "string", "format": "date"},
            "guests": {"type": "integer", "minimum": 1, "maximum": 4},
            "room": {"enum": ["single", "double"], "default": "double"},
            "address": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "zip": {"type": "string"}},
                "required": ["city"],
            },
        },
        "required": ["check_in", "check_out", "guests", "room"],
    },
    approval_required=False,
)


def test_a_whole_request_is_read_at_once():
    sources = Sources(
        "A room from 1 December to 5 December for 2 guests",
        NOON,
        session={"locale": "en-GB", "timezone": "Europe/London"},
    )

    result = fill(STAY, sources)

    assert result.missing == ()
    assert result.arguments == {
        "check_in": "2026-12-01",
        "check_out": "2026-12-05",
        "guests": 2,
        "room": "double",
    }


def test_what_its_schema_refuses_is_asked_for_again():
    result = fill_answer(STAY, {}, ["guests"], Sources("9", NOON))

    assert [each.name for each in result.missing] == ["guests"]


def test_a_field_of_an_object_is_asked_for_by_its_path():
    action = conversation_action(
        "move",
        "",
        options=None,
        schema={
            "properties": {"to": STAY.parameters[4].schema},
            "required": ["to"],
        },
        approval_required=False,
    )

    asked = fill(action, Sources("I moved", NOON))
    told = fill_answer(action, asked.arguments, ["to.city"], Sources("Lisbon", NOON))

    assert [each.name for each in asked.missing] == ["to.city"]
    assert told.arguments == {"to": {"city": "Lisbon"}}


def test_what_the_user_said_before_still_holds():
    result = filled(
        NUMBER, text="refund it please", earlier=("where is order 99", "order 5 came")
    )

    assert result.arguments == {"order": 99}


@pytest.mark.parametrize("said", ["it was 99", "I moved here yesterday"])
def test_what_was_only_in_passing_said_before_does_not(said):
    day = Parameter("day", required=True, form="date")

    assert filled(NUMBER, day, text="refund it", earlier=(said,)).arguments == {}


def test_the_app_state_is_searched_inside():
    state = {"selected": {"order": {"id": 17}}, "route": "/orders"}

    assert filled(Parameter("order_id", required=True), app_state=state).arguments == {
        "order_id": "17"
    }


def test_two_candidates_in_the_app_state_are_a_question():
    state = {"a": {"order_id": 1}, "b": {"order_id": 2}}
    wanted = Parameter("order_id", kind="integer", required=True)

    assert filled(wanted, app_state=state).missing == (wanted,)


def test_the_session_says_language_and_zone():
    session = {"locale": "pt-PT", "timezone": "Europe/Lisbon"}
    zone = Parameter("timezone", required=True)

    assert filled(zone, session=session).arguments == {"timezone": "Europe/Lisbon"}


def test_not_knowing_is_no_answer():
    action = Action("act", parameters=(Parameter("why", required=True),))

    assert answered(action, {}, ["why"], "I don't know").missing


def test_an_optional_value_is_taken_where_it_is_named():
    colour = Parameter("colour", choices=("red", "blue"))

    assert filled(colour, text="the blue one").arguments == {"colour": "blue"}


PLAN = Parameter("plan", required=True, choices=("free", "pro", "enterprise"))
ANA = {"id": "u-7", "email": "ana@a.test", "traits": {"plan": "pro"}}


def of(name, parameters, text, **known):
    action = Action(name, parameters=parameters)
    return fill(action, Sources(text, NOON, user=ANA, **known)).arguments


def test_words_come_before_what_the_state_happens_to_hold():
    order = Parameter("order_id", kind="integer", required=True)

    assert of("upgrade_plan", (PLAN,), "upgrade me to enterprise") == {
        "plan": "enterprise"
    }
    assert of("refund", (order,), "refund order 18", app_state={"order_id": 17}) == {
        "order_id": 18
    }
    assert of("refund", (order,), "refund it", app_state={"order_id": 17}) == {
        "order_id": 17
    }


def test_where_words_name_two_the_state_does_not_settle_it():
    order = Parameter("order_id", kind="integer", required=True)

    assert (
        of("refund", (order,), "order 18 or order 19", app_state={"order_id": 18}) == {}
    )
    assert of("show_price", (PLAN,), "pro or enterprise?") == {}


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("change_plan", PLAN),
        ("change_email", EMAIL),
        ("add_email", EMAIL),
        ("update_profile", EMAIL),
        ("invite_teammate", EMAIL),
        ("setTimezone", Parameter("timezone", required=True)),
    ],
)
def test_what_is_to_be_changed_is_not_filled_with_what_it_is(name, parameter):
    session = {"timezone": "Europe/Lisbon", "locale": "pt-PT"}

    assert of(name, (parameter,), "please do", session=session) == {}


def test_a_change_still_knows_whose_it_is():
    street = Parameter("street_address", required=True)
    user = Parameter("user_id", required=True)

    found = of("change_address", (EMAIL, user, street), "I moved")

    assert found == {"email": "ana@a.test", "user_id": "u-7"}


def test_a_change_takes_the_new_value_from_the_words():
    assert of("change_email", (EMAIL,), "it is new@b.test now") == {
        "email": "new@b.test"
    }


ORDER = {"type": "string", "description": "Order number"}


@pytest.mark.parametrize(
    "shape",
    [
        {"options": {"order_id": {**ORDER, "required": True}}, "schema": None},
        {
            "options": None,
            "schema": {"properties": {"order_id": ORDER}, "required": ["order_id"]},
        },
    ],
    ids=["older", "newer"],
)
def test_a_parameter_is_asked_for_by_its_description(shape):
    action = conversation_action("cancel_order", "", approval_required=False, **shape)

    (asked,) = fill(action, Sources("cancel it", NOON)).missing

    assert asked.description == "Order number"


def test_a_description_says_whether_a_day_is_past_or_to_come():
    bought = Parameter(
        "day", required=True, form="date", description="Date of purchase"
    )

    assert filled(bought, text="on 5 March").arguments == {"day": "2026-03-05"}
