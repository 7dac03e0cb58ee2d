"""What rules match: each fact, as a table."""

import pytest

from services.escalator.domain.routing import patterns
from services.escalator.domain.routing.facts import NAMES, facts_of, words_of
from services.escalator.domain.routing.rules import should_match

FACTS = facts_of(
    reason="action_failed",
    detail="refunds",
    text="My Invoice is wrong\nHello",
    language="en-GB",
    hours="outside",
    priority="high",
    tags=["billing", "vip"],
    pattern={"id": "p-12", "label": "refunds fail", "size": 4},
    user={"id": "u-7", "traits": {"plan": "pro", "roles": ["admin", "owner"]}},
    session={"locale": "en-GB"},
    app_state={"last_request": {"status": 500}, "beta": True},
    assistant="billing-bot",
)


@pytest.mark.parametrize(
    "match",
    [
        {},
        {"reason": "action_failed"},
        {"reason": ["no_match", "action_failed"]},
        {"detail": ["refunds"]},
        {"text": "(?i)\\binvoice|refund"},
        {"text": ["nothing", "Hello$"]},
        {"language": "en"},
        {"language": ["de", "EN_gb"]},
        {"hours": "outside"},
        {"priority": ["high", "urgent"]},
        {"tags": ["vip", "other"]},
        {"tags": "billing"},
        {"pattern": ["p-1", "p-12"]},
        {"user.id": "u-7"},
        {"user.traits.plan": ["pro", "team"]},
        {"user.traits.roles": "owner"},
        {"user": {"traits": {"plan": ["pro"]}}},
        {"session.locale": "en-GB"},
        {"app_state.last_request.status": [500, 502]},
        {"app_state.beta": True},
        {"app_state.missing": None},
        {"assistant": "billing-bot"},
        {"reason": "action_failed", "user.traits.plan": "pro", "hours": "outside"},
    ],
)
def test_a_rule_matches_what_is_so(match):
    assert should_match(match, FACTS)


@pytest.mark.parametrize(
    "match",
    [
        {"reason": "policy"},
        {"reason": ["no_match"]},
        {"detail": "refund"},
        {"text": "invoice"},
        {"text": "(unclosed"},
        {"text": None},
        {"language": "e"},
        {"language": "en-US"},
        {"language": None},
        {"hours": "inside"},
        {"priority": "normal"},
        {"tags": ["bill"]},
        {"pattern": "p-1"},
        {"user.traits.plan": "free"},
        {"user.traits.plan.deeper": "pro"},
        {"app_state.last_request.status": "500"},
        {"app_state.beta": 1},
        {"assistant": "other"},
        {"reason": "action_failed", "hours": "inside"},
        {"nothing": "here"},
    ],
)
def test_a_rule_does_not_match_what_is_not_so(match):
    assert not should_match(match, FACTS)


def test_every_fact_is_given_by_name():
    assert tuple(facts_of(reason="no_match")) == NAMES


def test_a_language_that_is_not_known_is_null():
    unknown = facts_of(reason="no_match")

    assert should_match({"language": None}, unknown)
    assert not should_match({"language": "en"}, unknown)


@pytest.mark.parametrize(
    ("text", "summary", "words"),
    [
        ("long words", "long…\nfirst", "long words\nfirst"),
        ("only", "only", "only"),
        ("", "last\nfirst", "last\nfirst"),
        ("", "The user asked for a person without typing a message.", ""),
    ],
)
def test_the_text_is_the_users_words_alone(text, summary, words):
    assert words_of(text, summary) == words


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(unclosed", "missing"),
        ("(?=ahead)", "perl"),
        (r"(a)\1", "escape"),
        ("a{2000}", "repetition"),
        ("(((a{100}){100}){100})", "repetition"),
        ("x" * 1001, "1000 characters"),
        ("(.?){1000}z", "too large"),
        (r"\pL{400}", "too large"),
    ],
)
def test_a_pattern_that_cannot_be_searched_says_why(pattern, said):
    with pytest.raises(patterns.PatternError, match=f"(?i){said}"):
        patterns.check_pattern(pattern)


def test_a_pattern_that_takes_too_long_is_refused_before_the_last_text():
    spent = iter([0.0, 0.2, 0.6])

    with pytest.raises(patterns.PatternError, match="too long"):
        patterns.count_matches(
            "a", ["a", "a", "never looked at"], seconds=0.5, spent=lambda: next(spent)
        )


def test_it_is_counted_where_a_pattern_is_found():
    assert (
        patterns.count_matches("(?i)INVOICE", ["an invoice", "a bill"], seconds=9) == 1
    )


def test_a_pattern_that_backtracks_elsewhere_takes_no_longer_here():
    text = "a" * 100_000

    assert not patterns.search("(a*)*b", text)
