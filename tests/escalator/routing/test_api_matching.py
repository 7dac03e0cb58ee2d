"""Routes over HTTP: what can never match, lead anywhere or be told apart is refused."""

import pytest

from tests.escalator.desk import Office

ROUTE = {
    "name": "billing",
    "match": {
        "reason": ["action_failed"],
        "detail": ["refunds"],
        "text": "(?i)\\binvoice|refund",
        "language": ["en", "pt-BR"],
        "hours": "inside",
        "priority": ["high"],
        "tags": ["vip"],
        "pattern": ["p-12"],
        "assistant": ["shop"],
        "user.traits.plan": ["pro"],
        "session.locale": "en-GB",
        "app_state.beta": True,
    },
    "destinations": ["team-mail"],
    "fallback": ["lead-mail"],
    "priority": "high",
    "tags": ["billing"],
    "continue": True,
}


async def put(office: Office | None = None, **parts):
    office = office or Office()
    office.destinations.known |= {"lead-mail"}
    return await office.ask("PUT", "/v1/settings", await office.key(), json=parts)


async def test_every_fact_and_effect_of_a_route_is_stored_as_it_was_given():
    default = {"destinations": ["team-mail"], "fallback": ["lead-mail"]}

    answer = await put(routes=[ROUTE], default_route=default)

    assert answer.status_code == 200
    assert answer.json()["routes"] == [ROUTE]
    assert answer.json()["default_route"] == default


@pytest.mark.parametrize(
    ("match", "field", "nearest"),
    [
        ({"raeson": "no_match"}, "match", "reason"),
        ({"text.x": "a"}, "match", "text"),
        ({"text": "(unclosed"}, "match.text", None),
        ({"text": ["fine", "a{9999}"]}, "match.text.1", None),
        ({"text": "(?=ahead)"}, "match.text", None),
        ({"text": None}, "match.text", None),
        ({"text": ""}, "match.text", None),
        ({"hours": "outsde"}, "match.hours", "outside"),
        ({"priority": ["hihg"]}, "match.priority.0", "high"),
        ({"language": "english please"}, "match.language", None),
        ({"tags": [1]}, "match.tags.0", None),
        ({"tags": {"a": 1}}, "match.tags", None),
        ({"pattern": []}, "match", None),
        ({"detail": ["x"] * 501}, "match", None),
    ],
)
async def test_a_fact_or_value_that_there_is_not_is_named(match, field, nearest):
    answer = await put(routes=[{"match": match, "destinations": ["default"]}])

    assert answer.status_code == 422
    (wrong,) = answer.json()["errors"]
    assert wrong["field"] == f"body.routes.0.{field}"
    assert wrong.get("nearest") == nearest


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"routes": [{"name": "a"}, {"name": "a"}]}, "routes.1.name"),
        ({"routes": [{"name": "route-2"}, {}]}, "routes.1.name"),
        ({"routes": [{"priority": "hihg"}]}, "routes.0.priority"),
        ({"routes": [{"tags": [" "]}]}, "routes.0.tags.0"),
        ({"routes": [{"continue": "perhaps"}]}, "routes.0.continue"),
        ({"routes": [{"destinations": ["gone"]}]}, "routes.0.destinations.0"),
        ({"routes": [{"fallback": ["laed-mail"]}]}, "routes.0.fallback.0"),
        ({"default_route": {"destinations": []}}, "default_route.destinations"),
        ({"default_route": {"fallback": ["gone"]}}, "default_route.fallback.0"),
        ({"default_route": {"match": {}}}, "default_route.match"),
    ],
)
async def test_a_route_that_cannot_be_worked_is_named(parts, field):
    answer = await put(**parts)

    assert answer.status_code == 422
    assert f"body.{field}" in [each["field"] for each in answer.json()["errors"]]


async def test_the_default_route_cannot_be_removed():
    office = Office()
    await put(office, default_route={"destinations": ["team-mail"]})

    answer = await put(office, default_route=None)

    assert answer.json()["default_route"]["destinations"] == ["team-mail"]


async def test_a_destination_that_is_gone_is_shown_with_the_settings_that_need_it():
    office = Office()
    key = await office.key()
    await put(
        office, routes=[{"destinations": ["team-mail"], "fallback": ["lead-mail"]}]
    )

    office.destinations.known -= {"lead-mail"}

    settings = (await office.ask("GET", "/v1/settings", key)).json()
    assert settings["missing_destinations"] == ["default", "lead-mail"]


async def test_a_pattern_is_tried_on_the_newest_escalations_before_it_is_stored():
    office = Office()
    await office.key()
    for number, text in enumerate(["An invoice", "A refund", "Uploads fail"]):
        office.world.conversation_id = f"c-{number}"
        await office.world.say(f"e-{number}", text)
        await office.world.leave_unresolved(f"e-{number}", text=text)
    rule = {"match": {"text": ["refund", "."]}, "texts": {"handoff": "Money"}}

    answer = await put(
        office,
        routes=[{"match": {"text": "(?i)invoice|refund"}}],
        messages={"rules": [rule]},
    )

    assert answer.status_code == 200
    assert answer.headers["Handrail-Patterns-Found"] == (
        "routes.0.match.text=2/3, messages.rules.0.match.text.0=1/3, "
        "messages.rules.0.match.text.1=3/3"
    )


async def test_an_answer_without_patterns_says_nothing_of_them():
    answer = await put(routes=[{"match": {}}])

    assert "Handrail-Patterns-Found" not in answer.headers
