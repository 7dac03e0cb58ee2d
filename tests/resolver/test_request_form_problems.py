"""A problem that an action mends is a request for it, however it is negated."""

import json
from pathlib import Path

import pytest

from services.resolver.domain.acting.request_form.reading import read_request_form
from services.resolver.domain.acting.request_form.verbs import is_asked_for
from services.resolver.domain.catalogue import Action

DATA = Path(__file__).parents[1] / "data"
ACTIONS = {
    each["name"]: Action(
        each["name"], each["description"], examples=tuple(each["examples"])
    )
    for each in json.loads((DATA / "mentions-more-actions.json").read_text())
}
ROWS = [
    json.loads(line) for line in (DATA / "mentions-more.jsonl").read_text().splitlines()
]
RESET = Action(
    "reset_password",
    "Send a password reset link",
    examples=("I forgot my password", "reset my password"),
)
CARD = Action(
    "replace_card",
    "Send a new card",
    examples=("replace my card", "I need a new card", "my card is damaged"),
)
SCORE = Action(
    "credit_score",
    "Tell the credit score",
    examples=("what's my credit score", "how good is my credit", "is my credit ok?"),
)


def of_kind(*kinds):
    """Return the texts of *kinds*, and those of them that would be called at once."""
    rows = [each for each in ROWS if each["kind"] in kinds]
    called = [
        each["text"]
        for each in rows
        if read_request_form(each["text"], ACTIONS[each["action"]]).is_direct_request
    ]
    return [each["text"] for each in rows], called


def test_at_most_one_mention_in_fifty_is_taken_for_a_request():
    mentions, called = of_kind(
        "negated",
        "another_person",
        "past",
        "hypothetical",
        "complaint",
        "decided_against",
    )

    assert len(mentions) == 72
    assert len(called) <= len(mentions) / 50, called


@pytest.mark.parametrize(("kind", "least"), [("request", 0.9), ("problem", 0.75)])
def test_plain_requests_and_problems_are_called(kind, least):
    said, called = of_kind(kind)

    assert len(called) >= least * len(said), set(said) - set(called)


@pytest.mark.parametrize(
    "text",
    [
        "I can't remember my password",
        "I can't get in",
        "my password won't work",
        "I don't know my password any more",
        "Ich kann mich nicht anmelden",
        "mein Passwort funktioniert nicht",
        "je ne me souviens plus de mon mot de passe",
        "no puedo entrar en mi cuenta",
        "não consigo entrar na minha conta",
        "non riesco ad accedere",
        "ik kan niet inloggen",
    ],
)
def test_what_does_not_work_is_a_problem(text):
    assert read_request_form(text, RESET).is_direct_request


@pytest.mark.parametrize(
    "text",
    [
        "you can't do that",
        "please don't",
        "I can't believe this",
        "I don't want that",
        "that's not what I want",
        "I didn't mean that",
        "nobody asked for this",
        "my password isn't the problem",
        "that isn't what I meant",
        "it isn't necessary",
        "I don't mind the old one",
        "I can't have you reset my password",
        "I can't remember it, but don't reset it",
        "setz mein Passwort nicht zurück",
        "no restablezca mi contraseña por favor",
    ],
)
def test_what_shall_be_left_undone_is_none(text):
    assert not read_request_form(text, RESET).is_direct_request


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("replace_card", "my card isn't damaged"),
        ("unlock_account", "I'm not locked out"),
        ("track_order", "I have no open orders"),
    ],
)
def test_a_denial_of_the_problem_that_an_example_tells_is_none(name, text):
    assert not read_request_form(text, ACTIONS[name]).is_direct_request


@pytest.mark.parametrize(
    "text",
    [
        "what do I do if I replace my card by accident?",
        "it's been a week since I replaced my card",
        "you saw how I replaced my card",
        "I don't see why I should replace my card",
        "I am not sure yet",
    ],
)
def test_what_sounds_like_a_question_that_leads_there_is_none(text):
    assert not read_request_form(text, CARD).is_direct_request


@pytest.mark.parametrize("verb", ["request", "order", "create"])
def test_what_is_not_there_yet_is_no_wish_for_another(verb):
    action = Action(f"{verb}_voucher", examples=("give me a voucher",))

    assert read_request_form("my voucher isn't here", action).reason == "negated"
    assert read_request_form("the shoes don't fit", action).is_direct_request


@pytest.mark.parametrize(
    "text",
    [
        "who do I ask to replace my card?",
        "is there a branch where I can replace my card?",
        "how do I go about replacing my card?",
        "what should I do if my card is damaged?",
        "I'd like to know where I can replace my card",
        "what's the address to replace a card?",
        "Replacing my card",
        "I'd like to have my card replaced",
        "someone else used my card",
    ],
)
def test_a_question_that_leads_to_the_action_asks_for_it(text):
    assert read_request_form(text, CARD).is_direct_request


@pytest.mark.parametrize(
    "text",
    [
        "Replacing my card is a nightmare",
        "will I get a new PIN if I replace my card?",
        "my wife replaced her card",
        "is replacing a card worth it?",
    ],
)
def test_a_question_about_the_action_does_not(text):
    assert not read_request_form(text, CARD).is_direct_request


@pytest.mark.parametrize(
    "text",
    ["what is my credit score", "can you tell me if my credit is bad", "my credit?"],
)
def test_what_an_action_only_tells_is_asked_for_by_questions(text):
    assert is_asked_for(SCORE.name, SCORE.examples)
    assert read_request_form(text, SCORE).is_direct_request


def test_a_name_whose_first_word_its_examples_use_as_a_verb_is_something_done():
    examples = ("credit my account", "what do I do to credit my account?")

    assert not is_asked_for("credit_account", examples)
    assert not read_request_form(
        "what happens if I credit it?", Action("credit_account", examples=examples)
    ).is_direct_request


def test_a_message_to_people_may_go_to_one_that_is_named():
    transfer = ACTIONS["transfer_money"]

    assert read_request_form(
        "please transfer 200 to my landlord", transfer
    ).is_direct_request
    assert not read_request_form(
        "my landlord transferred 200", transfer
    ).is_direct_request
