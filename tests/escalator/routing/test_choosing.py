"""Where requests go: routes in their order, `continue`, the default, and why."""

from typing import Any

import pytest

from services.escalator.domain.routing.choosing import choose
from services.escalator.domain.routing.facts import facts_of
from shared.events import Preferences


def chosen(*routes: dict[str, Any], facts=None, **parts: Any):
    preferences = Preferences.model_validate({"routes": list(routes), **parts})
    return choose(preferences, facts_of(**{"reason": "no_match", **(facts or {})}))


def test_the_first_route_that_matches_decides():
    choice = chosen(
        {"name": "a", "match": {"reason": "policy"}, "destinations": ["x"]},
        {"name": "b", "match": {}, "destinations": ["y", "y"], "fallback": ["z"]},
        {"name": "c", "match": {}, "destinations": ["w"]},
    )

    assert (choice.route, choice.destinations, choice.fallback) == ("b", ("y",), ("z",))
    assert choice.because == "the route takes everything"


def test_what_no_route_matches_goes_to_the_default_route():
    choice = chosen(
        {"match": {"reason": "policy"}, "destinations": ["x"]},
        default_route={"destinations": ["team"], "fallback": ["lead"]},
    )

    assert (choice.route, choice.because) == ("", "no route matched")
    assert (choice.destinations, choice.fallback) == (("team",), ("lead",))


def test_settings_without_a_default_route_lead_to_the_destination_default():
    assert chosen({"match": {"reason": "policy"}}).destinations == ("default",)
    assert chosen().destinations == ("default",)


def test_the_route_that_an_app_is_made_with_does_not_hide_the_default_route():
    shipped = {"match": {}, "destinations": ["default"]}

    choice = chosen(shipped, default_route={"destinations": ["team"]})

    assert choice.destinations == ("team",)


def test_destinations_of_routes_that_continue_add_up_each_once():
    choice = chosen(
        {"name": "a", "destinations": ["x", "y"], "fallback": ["l"], "continue": True},
        {"name": "no", "match": {"reason": "policy"}, "destinations": ["n"]},
        {"name": "b", "destinations": ["y", "z"], "fallback": ["l", "m"]},
        {"name": "late", "destinations": ["w"]},
    )

    assert [each.name for each in choice.matched] == ["a", "b"]
    assert choice.destinations == ("x", "y", "z")
    assert choice.fallback == ("l", "m")
    assert choice.because == (
        "the route takes everything; also b: the route takes everything"
    )


def test_a_last_route_that_continues_does_not_lead_to_the_default_route():
    choice = chosen(
        {"destinations": ["x"], "continue": True},
        default_route={"destinations": ["team"]},
    )

    assert choice.destinations == ("x",)


@pytest.mark.parametrize(
    ("given", "before", "priority"),
    [
        ([None], "high", "high"),
        (["low"], "high", "low"),
        (["high", "low"], "normal", "high"),
        (["high", "urgent"], "normal", "urgent"),
        ([None, "low"], "normal", "low"),
        (["low", None, "normal"], "normal", "normal"),
    ],
)
def test_a_later_route_changes_the_priority_only_to_a_higher_one(
    given, before, priority
):
    routes = [{"priority": each, "continue": True} for each in given]

    assert chosen(*routes, facts={"priority": before}).priority == priority


def test_a_route_sees_what_those_before_it_set():
    choice = chosen(
        {"tags": ["billing"], "priority": "high", "continue": True},
        {
            "name": "vip",
            "match": {"tags": "billing", "priority": "high"},
            "tags": ["vip", "billing"],
        },
    )

    assert choice.matched[1].name == "vip"
    assert choice.tags == ("billing", "vip")


def test_a_route_without_a_name_is_called_by_its_place():
    choice = chosen({"match": {"reason": "policy"}}, {"tags": ["x"]})

    assert choice.route == "route-2"


@pytest.mark.parametrize(
    ("match", "because"),
    [
        ({"reason": ["policy", "no_match"]}, "the reason is no_match"),
        ({"text": ["refund", "(?i)invoice"]}, "the text matches (?i)invoice"),
        ({"hours": "outside"}, "it is outside business hours"),
        ({"tags": ["a", "b"]}, "it is tagged b"),
        ({"pattern": "p-1"}, "it belongs to the pattern p-1"),
        ({"user.traits.plan": ["pro"]}, "user.traits.plan is pro"),
        (
            {"user": {"traits": {"plan": ["pro", "team"], "since": None}}},
            "user.traits.plan is pro or team and user.traits.since is empty",
        ),
        ({"app_state.beta": True}, "app_state.beta is true"),
        ({"detail": "x" * 200}, f"the detail is {'x' * 99}…"),
        (
            {"reason": "no_match", "language": ["de", "en"], "priority": "normal"},
            "the reason is no_match, the language is en and the priority is normal",
        ),
    ],
)
def test_a_rule_explains_itself(match, because):
    facts = {
        "detail": "x" * 200,
        "text": "My Invoice",
        "hours": "outside",
        "tags": ["b"],
        "pattern": {"id": "p-1"},
        "user": {"id": "u", "traits": {"plan": "pro"}},
        "app_state": {"beta": True},
        "language": "en-GB",
    }

    assert chosen({"name": "r", "match": match}, facts=facts).because == because
