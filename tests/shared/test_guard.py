"""What an erased user said before, and what comes late."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from shared.errors import Transient
from shared.events import CONVERSATION_EVENT
from shared.kafka.records import Done, Failed, LaneResult, Record
from shared.mongo.lanes import user_key
from shared.privacy.guard import Guard, GuardedWorker, digest
from tests.support.factories import message
from tests.support.fakes import NOON

ANA = digest(user_key("acme", "u-7"))


class Recorder:
    """A worker that takes what it is given, up to *fails_at*."""

    def __init__(self, fails_at: str = "") -> None:
        self.seen: list[str] = []
        self.fails_at = fails_at

    async def work(self, lanes: Sequence[Sequence[Record]]) -> list[LaneResult]:
        return [self._lane(lane) for lane in lanes]

    def _lane(self, lane: Sequence[Record]) -> LaneResult:
        result = LaneResult()
        for record in lane:
            if record.source_id == self.fails_at:
                result.failed = Failed(Transient("away"))
                break
            self.seen.append(record.source_id)
            result.done.append(Done("worked"))
        return result


def record(source_id: str, *, minutes: int = 0, **changes: Any) -> Record:
    moment = (NOON + timedelta(minutes=minutes)).isoformat()
    event = CONVERSATION_EVENT.validate_python(
        message(source_id, occurred_at=moment, **changes)
    )
    lane = f"{event.app_id}:{event.conversation_id}"
    return Record("conversation.events", 0, 0, b"", event, lane, source_id)


@pytest.fixture
def guard() -> Guard:
    made = Guard()
    made.add([ANA, digest("acme:c-9")], NOON)
    return made


def test_what_was_said_before_the_erasure_is_dropped_however_late(guard: Guard) -> None:
    assert guard.drops(record("e-1", minutes=-1))
    assert guard.drops(record("e-2", minutes=0))


def test_what_the_user_says_afterwards_is_worked(guard: Guard) -> None:
    assert not guard.drops(record("e-1", minutes=1))


def test_a_conversation_of_theirs_is_known_where_an_event_names_nobody(
    guard: Guard,
) -> None:
    nameless = record("e-1", user=None, conversation_id="c-9")

    assert guard.drops(nameless)


def test_the_same_id_in_another_app_is_another_user(guard: Guard) -> None:
    assert not guard.drops(record("e-1", app_id="other"))


def test_a_timer_is_never_dropped(guard: Guard) -> None:
    timer = Record("timer", 0, 0, b"", object(), "acme:c-9", "t-1")

    assert not guard.drops(timer)


async def test_the_results_stand_in_the_order_of_the_records(guard: Guard) -> None:
    worker = Recorder()
    lanes = [
        [record("late"), record("new", minutes=1)],
        [record("theirs", user={"id": "u-8"}, conversation_id="c-1")],
        [record("gone", conversation_id="c-9")],
    ]

    results = await GuardedWorker(worker, guard).work(lanes)

    assert worker.seen == ["new", "theirs"]
    assert [[done.reason for done in each.done] for each in results] == [
        ["user_erased", "worked"],
        ["worked"],
        ["user_erased"],
    ]


async def test_a_lane_stops_where_its_work_stopped(guard: Guard) -> None:
    lane = [record("late"), record("bad", minutes=1), record("late too", minutes=-1)]

    (result,) = await GuardedWorker(Recorder("bad"), guard).work([lane])

    assert [done.reason for done in result.done] == ["user_erased"]
    assert result.failed is not None
