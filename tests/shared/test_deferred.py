"""Timers and commands: what is refused says so, what may work later fires again."""

import pytest

from shared.errors import Permanent, Transient
from shared.kafka.records import Record
from shared.kafka.working.deferred import Deferred
from tests.support.fakes import FakeApps, app
from tests.support.harness import Harness, said


def fired(harness: Harness, event_id: str, text: str = "hi", *, lane: str) -> Record:
    """Return a timer of an app's conversation as the runtime gets it."""
    known = FakeApps({name: app(name) for name in ("acme", "gone", "new")})
    app_id, _, conversation = lane.partition(":")
    runtime = Harness(apps=known, clock=harness.clock).start()
    raw = said(event_id, text, app_id=app_id, lane=conversation, offset=0)
    (record,) = runtime.reader._decoder.decode([raw]).records
    return record


def ids(records: list[Record]) -> list[str]:
    return [record.event.event_id for record in records]


async def test_a_timer_is_finished_refused_or_fires_again() -> None:
    harness = Harness(
        apps=FakeApps({"acme": app(), "gone": app("gone", status="deleted")})
    )
    timers = [
        fired(harness, "good", lane="acme:1"),
        fired(harness, "failing", "later", lane="acme:2"),
        fired(harness, "behind", lane="acme:2"),
        fired(harness, "refused", "never", lane="acme:3"),
        fired(harness, "deleted", lane="gone:1"),
        fired(harness, "unknown", lane="new:1"),
    ]

    result = await Deferred(harness.start()).work_timers(timers)

    assert ids(result.finished) == ["good"]
    assert {
        record.event.event_id: error.reason for record, error in result.refused
    } == {
        "deleted": "deleted_app",
        "refused": "never_works",
    }
    assert harness.answers == [b"good 1"]
    assert harness.apps.refreshed == 1


async def test_a_timer_of_an_app_the_process_just_missed_is_worked() -> None:
    harness = Harness(apps=FakeApps(late={"new": app("new")}))

    result = await Deferred(harness.start()).work_timers(
        [fired(harness, "t", lane="new:1")]
    )

    assert ids(result.finished) == ["t"]
    assert harness.answers == [b"t 1"]


async def test_one_app_that_cannot_be_looked_up_holds_up_no_other_timer() -> None:
    class Away(FakeApps):
        async def refresh(self) -> None:
            raise Transient("kafka_unavailable")

    harness = Harness(apps=Away({"acme": app()}))
    timers = [fired(harness, "a", lane="new:1"), fired(harness, "b", lane="acme:1")]

    result = await Deferred(harness.start()).work_timers(timers)

    assert ids(result.finished) == ["b"]
    assert result.refused == []


@pytest.mark.parametrize(
    ("text", "error"), [("never", Permanent), ("later", Transient), ("bug", Transient)]
)
async def test_a_command_that_fails_tells_its_caller(
    text: str, error: type[Exception]
) -> None:
    harness = Harness()

    with pytest.raises(error):
        await Deferred(harness.start()).work_now(
            fired(harness, "c", text, lane="acme:1")
        )

    assert harness.answers == []
