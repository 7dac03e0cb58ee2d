"""Backtest: what other settings would have made of what happened, with no effect."""

import random
from dataclasses import replace
from typing import Any

import pytest

from shared.events import Reason
from shared.kafka.records import Record
from tests.escalator.desk import Office

PATH = "/v1/settings/backtest"
SETTINGS: dict[str, Any] = {
    "messages": {
        "handoff": "We have {number}.",
        "rules": [
            {
                "match": {"hours": "outside"},
                "texts": {"handoff": "{number}, tomorrow."},
            },
            {"match": {"language": "de"}, "texts": {"handoff": "Wir haben {number}."}},
        ],
    },
    "hours": {"timezone": "Europe/Lisbon", "week": {"sun": [["09:00", "13:00"]]}},
    "routes": [
        {
            "name": "money",
            "match": {"text": "(?i)refund|invoice"},
            "destinations": ["money-mail"],
            "priority": "high",
            "tags": ["money"],
            "continue": True,
        },
        {
            "name": "pro",
            "match": {"user.traits.plan": ["pro"], "hours": "inside"},
            "destinations": ["team-mail", "money-mail"],
            "fallback": ["default"],
            "tags": ["vip"],
        },
        {"name": "failed", "match": {"reason": ["action_failed"]}, "priority": "low"},
    ],
    "default_route": {"destinations": ["team-mail"]},
}
TEXTS = ["A refund, please", "Where is my invoice?", "Uploads fail", "How do I log in?"]


async def settled(settings: dict[str, Any] = SETTINGS) -> tuple[Office, str]:
    office = Office()
    office.destinations.known |= {"money-mail"}
    key = await office.key()
    await prefer(office, key, settings)
    return office, key


async def prefer(office: Office, key: str, settings: dict[str, Any]) -> None:
    answer = await office.ask("PUT", "/v1/settings", key, json=settings)
    assert answer.status_code == 200, answer.text
    office.world.apps.known["acme"] = office.table.get("acme")


def asked(office: Office, number: int, **facts: Any) -> list[Record]:
    """Return the records of a request that nothing answers, in its own lane."""
    world = office.world
    world.conversation_id = f"c-{number}"
    text = facts.pop("text", TEXTS[0])
    user = {"id": f"u-{number}", "traits": {"plan": facts.pop("plan", "free")}}
    return [
        world.of_message(f"e-{number}", text, user=user),
        world.of_unresolved(f"e-{number}", text=text, **facts),
    ]


async def open_one(office: Office, number: int, **facts: Any) -> dict[str, Any]:
    await office.world.feed(*asked(office, number, **facts))
    return office.world.opened[-1]


async def tried(office: Office, key: str, settings=None, **more: Any) -> dict[str, Any]:
    body = {"settings": settings or {}, **more}
    answer = await office.ask("POST", PATH, key, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_unchanged_settings_make_no_difference_over_10_000_escalations():
    office, key = await settled()
    chance = random.Random(7)
    world = office.world
    for hundred in range(100):
        world.clock.forward(minutes=chance.randrange(600))
        lanes = [
            asked(
                office,
                100 * hundred + number,
                text=chance.choice(TEXTS),
                plan=chance.choice(["free", "pro"]),
                reason=chance.choice([each.value for each in Reason]),
                language=chance.choice(["de", "en-GB", None]),
            )
            for number in range(100)
        ]
        await world.worker.work(lanes)
        world.worker.forget()
    unchanged = (await office.ask("GET", "/v1/settings", key)).json()

    report = await tried(office, key, unchanged, days=365)

    assert report["escalations"] == {
        "before": 10_000,
        "after": 10_000,
        "added": [],
        "removed": [],
    }
    assert (report["differences"], report["unknown"], report["truncated"]) == (
        0,
        0,
        False,
    )
    assert (report["texts"], report["moved"]) == ([], [])
    assert set(report["routes"]) == {"default_route", "failed", "money", "pro"}
    for tally in report["routes"].values():
        assert tally["before"] == tally["after"] > 0
    assert report["notifications"]["before"] == report["notifications"]["after"]


async def test_another_route_moves_what_it_matches_and_nothing_is_done():
    office, key = await settled()
    money = await open_one(office, 1)
    other = await open_one(office, 2, text="Uploads fail")
    published, decided = len(office.world.published), len(office.world.ledger.entries)
    uploads = {
        "name": "uploads",
        "match": {"text": "Uploads"},
        "destinations": ["team-mail", "money-mail"],
        "priority": "urgent",
    }

    report = await tried(office, key, {"routes": [*SETTINGS["routes"], uploads]})

    (moved,) = report["moved"]
    assert moved["escalation_id"] == other["escalation_id"]
    assert moved["before"] == {
        "route": "default_route",
        "destinations": ["team-mail"],
        "priority": "normal",
        "tags": [],
    }
    assert (moved["after"]["route"], moved["after"]["priority"]) == (
        "uploads",
        "urgent",
    )
    assert report["differences"] == 1
    assert report["routes"]["uploads"] == {
        "before": 0,
        "after": 1,
        "added": [other["escalation_id"]],
        "removed": [],
    }
    assert report["routes"]["money"]["before"] == 1
    assert report["notifications"] == {"before": 2, "after": 3}
    assert money["route"] == "money"
    assert len(office.world.published) == published
    assert len(office.world.ledger.entries) == decided
    assert office.table.get("acme").preferences.routes[-1].name == "failed"


async def test_other_words_are_shown_with_those_of_then():
    office, key = await settled()
    await open_one(office, 1, language="de")
    office.world.clock.forward(seconds=1)
    await prefer(office, key, {"messages": {"handoff": "Now {number}."}})
    await open_one(office, 2)

    report = await tried(office, key, {"messages": {"handoff": "Then {number}."}})

    assert [(each["before"], each["after"]) for each in report["texts"]] == [
        ("Now ESC-1002.", "Then ESC-1002."),
        ("Wir haben ESC-1001.", "Then ESC-1001."),
    ]
    assert report["moved"] == []


async def test_other_hours_count_at_the_moment_of_then():
    office, key = await settled()
    await open_one(office, 1, plan="pro", text="Uploads fail")
    closed = {"timezone": "Europe/Lisbon", "week": {"mon": [["09:00", "13:00"]]}}

    report = await tried(office, key, {"hours": closed})

    (moved,) = report["moved"]
    assert (moved["before"]["route"], moved["after"]["route"]) == (
        "pro",
        "default_route",
    )
    assert report["texts"][0]["after"] == "ESC-1001, tomorrow."


def attempt(kind: str, score: float) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": "x",
        "score": score,
        "threshold": 0.9,
        "outcome": "below_threshold",
        "started_at": "2026-11-22T10:00:00Z",
    }


@pytest.mark.parametrize(
    ("facts", "settings", "removed"),
    [
        ({"reason": "no_match"}, {"reasons": {"no_match": {"enabled": False}}}, True),
        (
            {"reason": "turn_limit"},
            {"reasons": {"no_match": {"enabled": False}}},
            False,
        ),
        (
            {"reason": "asked_for_person", "text": ""},
            {"reasons": {"asked_for_person": {"enabled": False}}},
            False,
        ),
        (
            {"reason": "low_confidence", "attempts": [attempt("document", 0.7)]},
            {"thresholds": {"document": 0.6}},
            True,
        ),
        (
            {"reason": "low_confidence", "attempts": [attempt("action", 0.7)]},
            {"thresholds": {"document": 0.6}},
            False,
        ),
        (
            {"reason": "answer_rejected", "attempts": [attempt("document", 0.7)]},
            {"thresholds": {"document": 0.6}},
            False,
        ),
        (
            {"reason": "policy", "detail": "legal"},
            {"reasons": {"policy": {"topics": []}}},
            True,
        ),
        (
            {"reason": "resolver_error"},
            {"reasons": {"turn_limit": {"enabled": False}}},
            False,
        ),
    ],
)
async def test_what_would_not_have_been_opened_is_named(facts, settings, removed):
    topic = {"name": "legal", "phrases": ["lawsuit"]}
    office, key = await settled({"reasons": {"policy": {"topics": [topic]}}})
    opened = await open_one(office, 1, **facts)

    report = await tried(office, key, settings)

    found = [opened["escalation_id"]] if removed else []
    assert report["escalations"]["removed"] == found
    assert report["escalations"]["after"] == 1 - removed
    assert report["differences"] == removed


async def test_only_so_many_days_are_looked_at():
    office, key = await settled()
    await open_one(office, 1)
    office.world.clock.forward(days=3)
    await open_one(office, 2)

    report = await tried(office, key, days=2)

    assert report["escalations"]["before"] == 1


async def test_what_too_little_is_kept_of_is_counted_apart():
    office, key = await settled()
    packet = await open_one(office, 1)
    opened_by = office.world.stored(packet["escalation_id"])["opened_by"]
    source = office.world.ledger.entries.pop(opened_by)
    office.world.ledger.entries[opened_by] = replace(source, outputs=())

    report = await tried(office, key)

    assert (report["unknown"], report["escalations"]["before"]) == (1, 0)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"settings": {"rotues": []}}, "body.settings.rotues"),
        (
            {"settings": {"routes": [{"fallback": ["gone"]}]}},
            "body.settings.routes.0.fallback.0",
        ),
        ({"settings": {}, "days": 0}, "body.days"),
        ({"settings": {}, "days": 366}, "body.days"),
        ({}, "body.settings"),
    ],
)
async def test_settings_that_could_not_be_put_cannot_be_tried(body, field):
    office, key = await settled()

    answer = await office.ask("POST", PATH, key, json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
