"""Settings → Escalation over HTTP."""

import pytest

from shared.events import DEFAULT_HANDOFF
from tests.escalator.desk import Office

EXAMPLE = {
    "messages": {"handoff": "I've created a support ticket for you."},
    "routes": [{"match": {}, "destinations": ["team-mail"]}],
}


async def test_a_new_app_has_the_promised_text_and_one_route_to_default():
    office = Office()
    key = await office.key()

    settings = (await office.ask("GET", "/v1/settings", key)).json()

    assert settings["messages"]["handoff"] == DEFAULT_HANDOFF
    assert settings["routes"] == [{"match": {}, "destinations": ["default"]}]


async def test_a_put_replaces_the_given_parts_and_keeps_the_others():
    office = Office()
    key = await office.key()
    await office.ask("PUT", "/v1/settings", key, json={"action_timeout_seconds": 7})

    answer = await office.ask("PUT", "/v1/settings", key, json=EXAMPLE)

    settings = answer.json()
    assert answer.status_code == 200
    assert settings["messages"]["handoff"] == "I've created a support ticket for you."
    assert settings["routes"] == EXAMPLE["routes"]
    assert settings["action_timeout_seconds"] == 7
    assert settings["version"] == office.table.get("acme").version
    assert office.table.get("acme").preferences.routes[0].destinations == ["team-mail"]
    assert (await office.ask("GET", "/v1/settings", key)).json() == settings


async def test_what_was_read_may_be_written_back():
    office = Office()
    key = await office.key()
    settings = (await office.ask("GET", "/v1/settings", key)).json()

    answer = await office.ask("PUT", "/v1/settings", key, json=settings)

    assert answer.status_code == 200
    assert answer.json()["routes"] == settings["routes"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"mesages": {}}, "body.mesages"),
        ({"messages": {"handof": "x"}}, "body.messages.handof"),
        ({"messages": {"handoff": "x" * 8193}}, "body.messages.handoff"),
        ({"routes": [{"destinations": "a"}]}, "body.routes.0.destinations"),
        ({"routes": [{"destinations": ["x\n"]}]}, "body.routes.0.destinations.0"),
        (
            {"routes": [{"destinations": [str(n) for n in range(21)]}]},
            "body.routes.0.destinations",
        ),
        ({"routes": [{"destinations": []}]}, "body.routes.0.destinations"),
        ({"routes": []}, "body.routes"),
        ({"thresholds": {"action": 2}}, "body.thresholds.action"),
        ({"targets": {"first_response": "4h"}}, "body.targets"),
        ({"targets": [{"first_response": "0s"}]}, "body.targets.0.first_response"),
        ({"targets": [{"first_response": "4"}]}, "body.targets.0.first_response"),
        ({"targets": [{"first": "4h"}]}, "body.targets.0.first"),
        ({"hours": {"holidays": ["2026-02-30"]}}, "body.hours.holidays.0"),
        ({"hours": {"week": {"mon": [["9:00", "12:00"]]}}}, "body.hours.week.mon"),
        ({"hours": {"week": {"mon": [["22:00", "02:00"]]}}}, "body.hours.week.mon"),
        (
            {"hours": {"week": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}},
            "body.hours.week.mon",
        ),
        (
            {"hours": {"overrides": [{"date": "2026-1-1", "open": []}]}},
            "body.hours.overrides.0.date",
        ),
        (
            {"hours": {"overrides": [{"date": "2026-12-24"}] * 2}},
            "body.hours",
        ),
        ({"action_timeout_seconds": 0}, "body.action_timeout_seconds"),
        ([], "body"),
    ],
)
async def test_a_mistake_is_named_and_nothing_is_changed(body, field):
    office = Office()
    key = await office.key()
    version = office.stored.rows["acme"].settings.version

    answer = await office.ask("PUT", "/v1/settings", key, json=body)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert field in [each["field"] for each in answer.json()["errors"]]
    assert office.stored.rows["acme"].settings.version == version


async def test_the_key_decides_the_app():
    office = Office()
    key = await office.key("acme")
    await office.key("other")

    refused = await office.ask("PUT", "/v1/settings", key, json={"app_id": "other"})
    own = await office.ask("PUT", "/v1/settings", key, json={"app_id": "acme"})

    assert refused.status_code == 403
    assert own.status_code == 200


async def test_reading_is_not_managing():
    office = Office()
    key = await office.key("acme", "read")

    assert (await office.ask("GET", "/v1/settings", key)).status_code == 200
    answer = await office.ask("PUT", "/v1/settings", key, json=EXAMPLE)
    assert answer.status_code == 403


async def test_every_reason_has_its_switch_and_one_may_be_changed_alone():
    office = Office()
    key = await office.key()
    limit = {"turn_limit": {"turns": 3}}
    topic = {"policy": {"topics": [{"name": "legal", "phrases": ["lawsuit*"]}]}}
    await office.ask("PUT", "/v1/settings", key, json={"reasons": limit})

    answer = await office.ask("PUT", "/v1/settings", key, json={"reasons": topic})

    reasons = answer.json()["reasons"]
    assert answer.status_code == 200
    assert reasons["turn_limit"] == {"enabled": True, "turns": 3}
    assert reasons["policy"]["topics"][0]["phrases"] == ["lawsuit*"]
    assert reasons["no_match"] == {"enabled": True, "times": 1}
    stored = office.table.get("acme").preferences.reasons
    assert stored.turn_limit.turns == 3


async def test_a_reply_is_set_and_taken_back():
    office = Office()
    key = await office.key()
    own = {"greeting": "Ahoy!", "thanks": "Any time."}
    await office.ask("PUT", "/v1/settings", key, json={"replies": own})

    answer = await office.ask(
        "PUT", "/v1/settings", key, json={"replies": {"thanks": None}}
    )

    assert answer.json()["replies"]["greeting"] == "Ahoy!"
    assert answer.json()["replies"]["thanks"] is None


@pytest.mark.parametrize(
    ("reasons", "field"),
    [
        ({"no_mach": {}}, "no_mach"),
        ({"no_match": {"enabeld": True}}, "no_match.enabeld"),
        ({"no_match": {"times": 0}}, "no_match.times"),
        ({"repeated_question": {"times": 1}}, "repeated_question.times"),
        ({"repeated_question": {"similarity": 2}}, "repeated_question.similarity"),
        ({"turn_limit": {"turns": 0}}, "turn_limit.turns"),
        ({"policy": {"topics": [{"name": "x", "phrases": ["!"]}]}}, "policy.topics.0"),
        ({"policy": {"topics": [{"name": "x", "phrases": []}]}}, "policy.topics.0"),
        ({"resolver_error": {"enabled": False}}, "resolver_error"),
    ],
)
async def test_a_mistake_in_a_reason_is_named(reasons, field):
    office = Office()
    key = await office.key()

    answer = await office.ask("PUT", "/v1/settings", key, json={"reasons": reasons})

    assert answer.status_code == 422
    fields = [each["field"] for each in answer.json()["errors"]]
    assert any(each.startswith(f"body.reasons.{field}") for each in fields)


@pytest.mark.parametrize(
    ("body", "field", "nearest"),
    [
        ({"mesages": {}}, "body.mesages", "messages"),
        ({"messages": {"handof": "x"}}, "body.messages.handof", "handoff"),
        ({"messages": {"saved": "{nmber}!"}}, "body.messages.saved", "{number}"),
        ({"messages": {"saved": "{ number }"}}, "body.messages.saved", "{number}"),
        ({"messages": {"saved": "{{number}}"}}, "body.messages.saved", None),
        ({"messages": {"saved": "number} is kept"}}, "body.messages.saved", "{number}"),
        ({"messages": {"waiting": "by {expected_by}"}}, "body.messages.waiting", None),
        ({"replies": {"greeting": "{app}"}}, "body.replies.greeting", None),
        (
            {"replies": {"low_confidence": "{title}?"}},
            "body.replies.low_confidence",
            "{titles}",
        ),
        ({"routes": [{"raeson": "policy"}]}, "body.routes.0.raeson", None),
        ({"routes": [{"mach": {}}]}, "body.routes.0.mach", "match"),
        (
            {"routes": [{"match": {"raeson": "policy"}}]},
            "body.routes.0.match",
            "reason",
        ),
        ({"routes": [{"match": {"usr.id": "7"}}]}, "body.routes.0.match", "user"),
        (
            {"routes": [{"match": {"reason": "no_mach"}}]},
            "body.routes.0.match",
            "no_match",
        ),
        (
            {"routes": [{"match": {"reason": ["policy", "nomatch"]}}]},
            "body.routes.0.match",
            "no_match",
        ),
        ({"thresholds": {"docment": 1}}, "body.thresholds.docment", "document"),
        (
            {"reasons": {"policy": {"topics": [{"name": "x", "phrasses": ["y"]}]}}},
            "body.reasons.policy.topics.0.phrasses",
            "phrases",
        ),
    ],
)
async def test_a_mistaken_name_is_refused_with_the_nearest_right_one(
    body, field, nearest
):
    office = Office()
    key = await office.key()

    answer = await office.ask("PUT", "/v1/settings", key, json=body)

    assert answer.status_code == 422
    (wrong,) = answer.json()["errors"]
    assert wrong["field"] == field
    assert wrong.get("nearest") == nearest


@pytest.mark.parametrize(
    "text",
    [
        "{number}: {reason}, {app}, {expected_by}.",
        "It is kept :-} and {number} is its number.",
        "",
    ],
)
async def test_a_text_may_name_what_has_a_value(text):
    office = Office()
    key = await office.key()

    answer = await office.ask(
        "PUT", "/v1/settings", key, json={"messages": {"saved": text}}
    )

    assert answer.json()["messages"]["saved"] == text


@pytest.mark.parametrize("way", ["help", "acknowledge", "silent"])
async def test_what_is_done_for_users_who_wait_is_a_setting(way):
    office = Office()
    key = await office.key()

    before = (await office.ask("GET", "/v1/settings", key)).json()
    answer = await office.ask("PUT", "/v1/settings", key, json={"while_waiting": way})

    assert before["while_waiting"] == "help"
    assert answer.json()["while_waiting"] == way


@pytest.mark.parametrize(
    ("value", "near"), [("hlep", "help"), ("acknowlege", "acknowledge"), ("", "")]
)
async def test_another_way_of_waiting_is_refused_with_the_nearest(value, near):
    office = Office()
    key = await office.key()
    body = {"while_waiting": value}

    answer = await office.ask("PUT", "/v1/settings", key, json=body)

    assert answer.status_code == 422
    assert "while_waiting" in answer.text
    assert near in answer.json()["detail"]


@pytest.mark.parametrize(
    ("destination", "nearest"),
    [("team-mial", "team-mail"), ("defualt", "default"), ("zzz", None)],
)
async def test_a_route_to_a_destination_that_does_not_exist_is_refused(
    destination, nearest
):
    office = Office()
    key = await office.key()
    routes = [{"match": {}, "destinations": ["default", destination]}]

    answer = await office.ask("PUT", "/v1/settings", key, json={"routes": routes})

    assert answer.status_code == 422
    (wrong,) = answer.json()["errors"]
    assert wrong["field"] == "body.routes.0.destinations.1"
    assert wrong.get("nearest") == nearest


async def test_a_destination_of_a_moment_ago_is_looked_for_before_it_is_refused():
    office = Office()
    key = await office.key()
    office.destinations.late = {"made-just-now"}
    routes = [{"match": {}, "destinations": ["made-just-now"]}]

    answer = await office.ask("PUT", "/v1/settings", key, json={"routes": routes})

    assert answer.status_code == 200


async def test_default_may_be_named_before_it_is_made():
    office = Office()
    office.destinations.known = set()
    key = await office.key()
    routes = [{"match": {}, "destinations": ["default"]}]

    answer = await office.ask("PUT", "/v1/settings", key, json={"routes": routes})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("body", "nearest"),
    [
        ({"hours": {"timezone": "Europe/Lissabon"}}, "Europe/Lisbon"),
        ({"hours": {"timezone": "europe/lisbon"}}, "Europe/Lisbon"),
        ({"hours": {"country": "pt"}}, "`PT`"),
        ({"hours": {"week": {"tues": []}}}, "tue"),
        ({"targets": [{"clock": "bussiness", "first_response": "1h"}]}, "business"),
        ({"targets": [{"match": {"priorty": "high"}}]}, "priority"),
    ],
)
async def test_times_that_nothing_reads_are_refused_with_the_nearest(body, nearest):
    office = Office()
    key = await office.key()

    answer = await office.ask("PUT", "/v1/settings", key, json=body)

    assert answer.status_code == 422
    assert nearest in answer.json()["detail"]


async def test_hours_and_targets_are_taken_and_may_be_written_back():
    office = Office()
    key = await office.key()
    times = {
        "hours": {
            "timezone": "Europe/Lisbon",
            "week": {"mon": [["09:00", "12:30"], ["12:30", "24:00"]], "sat": []},
            "holidays": ["2026-12-25"],
            "country": "PT",
            "overrides": [{"date": "2026-12-24", "open": [["09:00", "12:00"]]}],
        },
        "targets": [
            {"match": {"priority": ["high"]}, "first_response": "1h", "clock": "wall"},
            {"match": {}, "first_response": "4h", "resolution": "P2D"},
        ],
    }

    answer = await office.ask("PUT", "/v1/settings", key, json=times)

    assert answer.status_code == 200
    settings = (await office.ask("GET", "/v1/settings", key)).json()
    assert settings["hours"] == times["hours"]
    assert settings["targets"] == times["targets"]
    again = await office.ask("PUT", "/v1/settings", key, json=settings)
    assert again.status_code == 200
    assert again.json()["hours"] == settings["hours"]
