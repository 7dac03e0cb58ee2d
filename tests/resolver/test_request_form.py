"""Requests and mentions of actions, on a set to tune by and on one only measured."""

import json
from pathlib import Path

import pytest

from services.resolver.domain.acting.request_form.lexicon import LANGUAGES, lexicon_of
from services.resolver.domain.acting.request_form.reading import read_request_form
from services.resolver.domain.catalogue import Action

DATA = Path(__file__).parents[1] / "data"
ACTIONS = {
    each["name"]: Action(each["name"], examples=tuple(each["examples"]))
    for each in json.loads((DATA / "mentions-actions.json").read_text())
}
SETS = ("dev", "test")
REQUEST = "request"
REQUESTS = (REQUEST, "request_with_negation")


def rows(name):
    lines = (DATA / f"mentions-{name}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def form_of(row):
    return read_request_form(row["text"], ACTIONS[row["action"]])


@pytest.mark.parametrize("name", SETS)
def test_at_most_one_mention_in_twenty_is_taken_for_a_request(name):
    mentions = [each for each in rows(name) if each["kind"] not in REQUESTS]
    taken = [each["text"] for each in mentions if form_of(each).is_direct_request]

    assert len(taken) <= len(mentions) / 20, taken


@pytest.mark.parametrize("name", SETS)
def test_nine_plain_requests_in_ten_are_taken_for_what_they_are(name):
    requests = [each for each in rows(name) if each["kind"] == REQUEST]
    asked = [each["text"] for each in requests if not form_of(each).is_direct_request]

    assert len(asked) <= len(requests) / 10, asked


@pytest.mark.parametrize("name", SETS)
def test_most_reasons_are_the_right_ones(name):
    mentions = [each for each in rows(name) if each["kind"] not in REQUESTS]
    right = [each for each in mentions if form_of(each).reason == each["kind"]]

    assert len(right) >= 0.75 * len(mentions)


def test_the_two_sets_share_nothing_and_hold_every_kind():
    dev, test = (rows(name) for name in SETS)

    assert not {each["text"] for each in dev} & {each["text"] for each in test}
    assert {each["kind"] for each in dev} == {each["kind"] for each in test}
    assert {each["action"] for each in dev} == set(ACTIONS)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("setz mein Passwort nicht zurück", id="de"),
        pytest.param("ne réinitialisez pas mon mot de passe", id="fr"),
        pytest.param("no restablezca mi contraseña por favor", id="es"),
        pytest.param("não redefina a minha senha", id="pt"),
        pytest.param("non reimpostare la mia password", id="it"),
        pytest.param("reset mijn wachtwoord niet", id="nl"),
    ],
)
def test_a_plain_negation_is_heard_in_every_language_that_we_speak(text):
    assert read_request_form(text, ACTIONS["reset_password"]).reason == "negated"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("bitte setzen Sie mein Passwort zurück", id="de"),
        pytest.param("réinitialisez mon mot de passe s'il vous plaît", id="fr"),
        pytest.param("quiero restablecer mi contraseña por favor", id="es"),
        pytest.param("quero redefinir a minha senha", id="pt"),
        pytest.param("vorrei reimpostare la mia password", id="it"),
        pytest.param("ik wil mijn wachtwoord opnieuw instellen", id="nl"),
    ],
)
def test_a_request_is_one_in_every_language_that_we_speak(text):
    assert read_request_form(text, ACTIONS["reset_password"]).is_direct_request


def test_what_an_example_says_is_no_mention_though_it_holds_a_negation():
    action = Action("unlock_account", examples=("I can't get into my account",))

    assert read_request_form(
        "I can't get into my account please", action
    ).is_direct_request
    assert not read_request_form(
        "I didn't ask you to unlock my account", action
    ).is_direct_request


def test_an_action_that_is_asked_for_by_questions_is_run_on_questions():
    action = Action("balance", examples=("what is the balance of my savings",))

    assert read_request_form("what was my balance", action).is_direct_request
    assert not read_request_form("don't tell my balance", action).is_direct_request


def test_an_action_about_other_people_is_asked_for_with_them_in_it():
    action = Action("invite_member", "Invite somebody to the team")

    assert read_request_form("invite my colleague Bob", action).is_direct_request


def test_an_error_of_something_else_is_a_wish_for_what_mends_it():
    action = Action("clear_cache", examples=("clear the cache",))

    assert read_request_form("I'm getting error 500 here", action).is_direct_request
    assert read_request_form("the cache gives an error", action).reason == "complaint"


@pytest.mark.parametrize("verb", ["archive", "submit", "copy", "freeze", "withdraw"])
def test_the_verb_is_the_actions_own_in_every_form(verb):
    forms = {
        "archive": ("archived", "archiving"),
        "submit": ("submitted", "submitting"),
        "copy": ("copied", "copying"),
        "freeze": ("froze", "freezing"),
        "withdraw": ("withdrew", "withdrawing"),
    }
    past, doing = forms[verb]
    action = Action(f"{verb}_report")

    assert read_request_form(f"{verb} my report", action).is_direct_request
    assert read_request_form(f"we {past} the report", action).reason == "past"
    assert not read_request_form(f"after {doing} the report", action).is_direct_request


@pytest.mark.parametrize("text", ["", "?", "🙂", "x" * 5000, "; ; ;", "<verb> <done>"])
def test_any_text_has_a_form(text):
    assert read_request_form(text, ACTIONS["reset_password"]) is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_knows_negation_and_other_people(language):
    assert lexicon_of(language).persons
    assert list(
        lexicon_of(language).strong.possible_in(["not", "nicht", "ne", "no"])
    ) or (list(lexicon_of(language).strong.possible_in(["nao", "non", "niet"])))


@pytest.mark.parametrize(
    "text",
    [
        "reset my password in the app",
        "I forgot my password",
        "reset the password of my T Rowe account",
        "I need a new password in order to pay",
        "what do I need to do to reset my password?",
        "is it possible to reset my password?",
        "what should I do, my password was stolen",
        "my bank needs a new password of me, reset it",
    ],
)
def test_a_problem_and_a_question_how_are_requests(text):
    assert read_request_form(text, ACTIONS["reset_password"]).is_direct_request


@pytest.mark.parametrize(
    "text",
    [
        "what happens if I reset my password?",
        "should I reset my password?",
        "I can't have you reset my password",
        "will I lose my files when I reset my password?",
        "in theory I could reset my password",
    ],
)
def test_a_doubt_about_doing_it_is_a_mention(text):
    assert not read_request_form(text, ACTIONS["reset_password"]).is_direct_request


def test_a_problem_that_an_example_tells_is_a_request_in_other_words_too():
    action = Action("unlock_account", examples=("I can't get into my account",))

    assert read_request_form("I can't open my account", action).is_direct_request


def test_a_noun_that_is_an_actions_whole_name_is_no_verb_of_it():
    action = Action("timer", examples=("set a timer", "start one", "begin a timer"))

    assert read_request_form("what is the timer at", action).is_direct_request
