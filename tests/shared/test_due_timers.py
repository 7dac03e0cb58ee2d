"""One timer that nobody can read holds up no other, and is not lost."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pydantic import BaseModel, TypeAdapter

from shared.errors import Permanent
from shared.foundation.commands import COMMAND, Commands
from shared.foundation.timers import DueTimers
from shared.kafka.deciding.decisions import Timer
from shared.kafka.records import Record
from shared.kafka.working.deferred import FiredTimers
from tests.support.fakes import NOON, FakeClock


class Order(BaseModel):
    what: str


@dataclass
class FakeTimers:
    due: list[Timer]
    cleared: list[str] = field(default_factory=list)
    aside: dict[str, str] = field(default_factory=dict)

    looks: int = 0

    async def earliest(self) -> datetime | None:
        self.looks += 1
        return min((each.due_at for each in self.due), default=None)

    async def claim(self, *, now: datetime, limit: int) -> list[Timer]:
        return self.due

    async def set(self, timer: Timer) -> None:
        self.due.append(timer)

    async def set_aside(
        self, timer_id: str, error: Exception, *, now: datetime
    ) -> None:
        self.aside[timer_id] = repr(error)

    async def keep_refused(
        self, timer_id: str, error: Permanent, *, now: datetime
    ) -> None:
        self.aside[timer_id] = error.reason

    async def clear(self, timer_ids: list[str]) -> None:
        self.cleared += timer_ids


class FakeDeferred:
    def __init__(self, **refused: str) -> None:
        self.worked: list[Record] = []
        self.refused = refused
        """Reasons by the ids of the timers that are refused."""

    async def work_timers(self, records: list[Record]) -> FiredTimers:
        self.worked += records
        refused = [
            (each, Permanent(self.refused[each.source_id]))
            for each in records
            if each.source_id in self.refused
        ]
        bad = [each for each, _ in refused]
        return FiredTimers([each for each in records if each not in bad], refused)


def timer(timer_id: str, kind: str = "remind", **payload: Any) -> Timer:
    return Timer(timer_id, f"acme:{timer_id}", NOON, kind, payload)


async def fire(timers: FakeTimers, **refused: str) -> list[Record]:
    deferred: Any = FakeDeferred(**refused)
    commands = Commands(timers, clock=FakeClock())
    commands.deferred, commands.known = deferred, TypeAdapter(Order)
    due = DueTimers(timers, commands=commands, clock=FakeClock(), service="test")
    await due.fire()
    worked: list[Record] = deferred.worked
    return worked


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param({}, id="no body"),
        pytest.param({"body": "{"}, id="no JSON"),
        pytest.param({"body": '{"of_a_later_version":1}'}, id="no order of ours"),
        pytest.param({"body": 5}, id="no text"),
    ],
)
async def test_a_command_that_cannot_be_read_is_set_aside_and_the_others_fire(
    payload: dict[str, Any],
) -> None:
    orders = [timer(f"o-{n}", COMMAND, body='{"what":"resolve"}') for n in range(3)]
    bad = timer("bad", COMMAND, **payload)
    timers = FakeTimers([timer("t-1"), orders[0], bad, *orders[1:], timer("t-2")])

    worked = await fire(timers)

    fired = ["t-1", "o-0", "o-1", "o-2", "t-2"]
    assert [each.source_id for each in worked] == fired
    assert timers.cleared == fired
    assert list(timers.aside) == ["bad"]


async def test_timers_of_which_none_can_be_read_work_nothing() -> None:
    timers = FakeTimers([timer("bad", COMMAND)])

    assert await fire(timers) == []
    assert timers.cleared == []
    assert "bad" in timers.aside


async def test_a_timer_that_fires_is_counted_and_one_set_aside_is_not() -> None:
    def count(kind: str) -> float:
        labels = {"service": "test", "kind": kind}
        return REGISTRY.get_sample_value("handrail_timers_total", labels) or 0.0

    before = (count("remind"), count(COMMAND))

    await fire(FakeTimers([timer("t-1"), timer("bad", COMMAND)]))

    assert (count("remind"), count(COMMAND)) == (before[0] + 1, before[1])


async def test_a_refused_timer_stays_with_why_and_a_refused_command_is_over() -> None:
    order = timer("order", COMMAND, body='{"what":"resolve"}')
    timers = FakeTimers([timer("good"), timer("large"), timer("gone"), order])

    await fire(timers, large="decision_too_large", gone="deleted_app", order="stale")

    assert timers.cleared == ["good", "gone", "order"]
    assert timers.aside == {"large": "decision_too_large"}


def due_timers(timers: FakeTimers) -> tuple[DueTimers, FakeClock, FakeDeferred]:
    deferred: Any = FakeDeferred()
    clock = FakeClock()
    commands = Commands(timers, clock=clock)
    commands.deferred = deferred
    due = DueTimers(timers, commands=commands, clock=clock, service="test")
    return due, clock, deferred


async def test_while_none_is_due_the_store_is_asked_once_a_second() -> None:
    timers = FakeTimers([])
    due, clock, _ = due_timers(timers)

    for _ in range(30):
        await due.fire()
        clock.forward(seconds=0.1)

    assert timers.looks == 3


async def test_a_timer_fires_when_it_is_due_and_not_at_the_next_look() -> None:
    later = Timer("later", "acme:later", NOON + timedelta(seconds=0.25), "remind")
    due, clock, deferred = due_timers(FakeTimers([later]))

    fired = []
    for _ in range(4):
        await due.fire()
        fired.append(len(deferred.worked))
        clock.forward(seconds=0.1)

    assert fired == [0, 0, 0, 1]


async def test_a_timer_that_is_stored_between_two_looks_is_not_late() -> None:
    timers = FakeTimers([])
    due, clock, deferred = due_timers(timers)
    await due.fire()

    soon = Timer("soon", "acme:soon", NOON + timedelta(seconds=0.2), "remind")
    timers.due.append(soon)
    due.note(soon.due_at)
    clock.forward(seconds=0.2)
    await due.fire()

    assert [each.source_id for each in deferred.worked] == ["soon"]


async def test_what_is_left_when_many_are_due_is_looked_for_at_once() -> None:
    timers = FakeTimers([timer("t-1")])
    due, _, deferred = due_timers(timers)

    await due.fire()
    await due.fire()

    assert len(deferred.worked) == 2
