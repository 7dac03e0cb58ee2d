"""Texts in every language, and templates that show a value, never a brace."""

import re

import pytest

from shared.events import Messages, Reason
from shared.wording.languages import choose_language, load_languages
from shared.wording.rendering import MAX_CHARS, render, render_first

LANGUAGES = load_languages()
VALUES = {
    "number": "ESC-1",
    "reason": "r",
    "app": "Acme",
    "expected_by": "soon",
    "since": "Monday 09:40",
    "count": "14",
    "until": "12:00",
    "question": "How do I pay?",
}


def test_the_languages_are_those_that_the_resolver_speaks():
    assert sorted(LANGUAGES) == ["de", "en", "es", "fr", "it", "nl", "pt"]


@pytest.mark.parametrize("name", sorted(LANGUAGES))
def test_every_language_says_everything_with_the_same_variables(name):
    ours, english = LANGUAGES[name], LANGUAGES["en"]

    assert ours.texts.keys() == english.texts.keys()
    assert ours.reasons.keys() == {reason.value for reason in Reason}
    for kind, text in ours.texts.items():
        named = set(re.findall(r"\{.*?\}", text))
        assert named == set(re.findall(r"\{.*?\}", english.texts[kind])), kind
        assert render(text, VALUES), kind
    assert ours.expected_by


@pytest.mark.parametrize("name", sorted(set(LANGUAGES) - {"en"}))
def test_no_text_was_left_in_english(name):
    for kind, text in LANGUAGES[name].texts.items():
        assert text != LANGUAGES["en"].texts[kind], kind


def test_what_an_app_is_born_with_is_what_we_say_in_english():
    stored = Messages().model_dump(exclude={"rules"}, exclude_none=True)

    assert stored
    for kind, text in stored.items():
        assert text == LANGUAGES["en"].texts[kind]


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("pt_BR", "pt"),
        ("NL", "nl"),
        ("ja", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_a_tag_finds_its_language_or_the_default(tag, name):
    assert choose_language(LANGUAGES, tag) is LANGUAGES[name]


@pytest.mark.parametrize(
    "template",
    [
        "{0.__class__}",
        "{number.__class__.__mro__}",
        "{{number.x}}",
        "{ number }",
        "{number!r}",
        "{{number}}",
        "{nmber} is kept",
        "number} is kept",
        "{}{[0]}{!r}",
        "${number.x}",
    ],
)
def test_a_text_that_would_show_a_brace_is_not_shown(template):
    assert render(template, VALUES) is None
    assert render_first([template, "ours"], VALUES) == "ours"


@pytest.mark.parametrize(
    "template", ["%s %(number)s $number", ":-} it is kept", "50 %"]
)
def test_what_is_no_variable_stays_as_it_is(template):
    assert render(template, VALUES) == template


@pytest.mark.parametrize("value", ["", None])
def test_a_variable_without_a_value_leaves_the_text_out(value):
    values = VALUES | {"expected_by": value}

    assert render("By {expected_by}.", values) is None
    assert render_first(["By {expected_by}.", "{number} is kept."], values) == (
        "ESC-1 is kept."
    )


@pytest.mark.parametrize("nothing", [None, "", "  \n"])
def test_a_text_that_says_nothing_is_none(nothing):
    assert render_first([nothing, "ours"], VALUES) == "ours"
    assert render_first([nothing], VALUES) is None


def test_a_value_is_never_read_as_a_template():
    values = {"number": "{reason}", "reason": "{app}", "app": "{number}"}

    assert render("{number} {reason} {app}", values) == "{reason} {app} {number}"


def test_a_text_full_of_variables_stays_within_bounds():
    rendered = render("{app}" * 1600, {"app": "a" * 200})

    assert rendered is not None
    assert len(rendered) == MAX_CHARS


def test_a_text_that_is_too_long_ends_with_a_whole_sign():
    rendered = render(
        "{app}e\N{COMBINING ACUTE ACCENT}e", {"app": "a" * (MAX_CHARS - 2)}
    )

    assert rendered == "a" * (MAX_CHARS - 2) + "…"
