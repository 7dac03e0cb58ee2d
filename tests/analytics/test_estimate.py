"""Estimates of how long people take, as they are published."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from services.analytics.counting.estimate import Estimator
from services.analytics.domain.estimates import PAST, Wait
from shared.events import Preferences
from tests.support.fakes import FakeClock, app

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


class FakeWaits:
    def __init__(self) -> None:
        self.known: dict[str, list[Wait]] = {}

    async def since(self, app_id: str, start: datetime, *, now: datetime, limit: int):
        assert now - start == PAST
        return self.known.get(app_id, [])


class FakeApps:
    def __init__(self, *apps: Any) -> None:
        self.apps = apps

    def active(self):
        return self.apps


class FakePublisher:
    def __init__(self) -> None:
        self.outputs: list[Any] = []

    async def publish(self, outputs) -> None:
        self.outputs += outputs

    @property
    def events(self) -> list[dict[str, Any]]:
        return [orjson.loads(each.value) for each in self.outputs]


def waited(minutes: int, *, route: str = "", answered: bool = True) -> Wait:
    opened_at = NOW - timedelta(days=7)
    return Wait(route, opened_at, opened_at + timedelta(minutes=minutes), answered)


def estimator(*apps: Any) -> tuple[Estimator, FakeWaits, FakePublisher]:
    waits, publisher = FakeWaits(), FakePublisher()
    made = Estimator(
        waits=waits, apps=FakeApps(*apps), publisher=publisher, clock=FakeClock(NOW)
    )
    return made, waits, publisher


async def test_an_apps_answers_are_published_by_route_and_hour_of_its_zone():
    hours = {"timezone": "Europe/Lisbon"}
    made, waits, publisher = estimator(
        app("acme", preferences=Preferences(hours=hours))
    )
    waits.known["acme"] = [waited(10, route="billing")] * 30

    await made.round()

    (event,) = publisher.events
    assert publisher.outputs[0].key == b"acme"
    assert (event["samples"], event["timezone"]) == (30, "Europe/Lisbon")
    assert event["p80_seconds"] == 600.0
    (at_noon,) = [each for each in event["by"] if each["hour_of_week"] == 12]
    assert at_noon == {
        "route": "billing",
        "hour_of_week": 12,
        "samples": 30,
        "p80_seconds": 600.0,
    }


async def test_the_same_is_said_once():
    made, waits, publisher = estimator(app("acme"))
    waits.known["acme"] = [waited(10)] * 30

    await made.round()
    await made.round()
    waits.known["acme"] = [waited(20)] * 30
    await made.round()

    assert [each["p80_seconds"] for each in publisher.events] == [600.0, 1200.0]


async def test_where_most_still_wait_nothing_is_believed():
    made, waits, publisher = estimator(app("acme"))
    waits.known["acme"] = [waited(10)] * 30 + [waited(600, answered=False)] * 30

    await made.round()

    assert publisher.events[0]["samples"] == 0
    assert publisher.events[0]["by"] == []


async def test_an_app_of_which_nothing_is_known_says_so():
    made, _, publisher = estimator(app("new"))

    await made.round()

    assert publisher.events[0]["samples"] == 0
