"""While records wait to be counted, judging what is counted takes little."""

from datetime import UTC, datetime

from services.analytics.counting.aggregate import Aggregator
from services.analytics.counting.backlog import BUSY_SECONDS, FULL_RECORDS, Backlog
from services.analytics.counting.settle import MAX_ROUNDS, Due, Settler
from tests.analytics.factories import BUILDERS, record, unresolved
from tests.analytics.test_aggregate import FakeFacts

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Ticking:
    """A clock of seconds that is turned by hand."""

    seconds = 0.0

    def __call__(self):
        return self.seconds


class EndlessOutcomes:
    """Always has a conversation to judge."""

    def __init__(self):
        self.settled = 0

    async def claim(self):
        return True

    async def due(self, now, *, limit):
        return Due([("acme", "c-1")])

    async def read(self, lanes):
        return []

    async def settle(self, due, decide, *, now):
        self.settled += 1
        return 0


class Clock:
    def now(self):
        return NOW


def test_a_full_batch_makes_a_backlog_for_a_moment():
    clock = Ticking()
    backlog = Backlog(clock)
    assert not backlog.is_long()

    backlog.note(FULL_RECORDS - 1)
    assert not backlog.is_long()
    backlog.note(FULL_RECORDS)
    assert backlog.is_long()
    clock.seconds += BUSY_SECONDS
    assert not backlog.is_long()


async def test_each_stored_batch_is_told_of():
    told = []
    worker = Aggregator(
        facts=FakeFacts(),
        builders=BUILDERS,
        on_unexpected=lambda *_: None,
        on_batch=told.append,
    )

    await worker.work([[record(unresolved(str(n)), n)] for n in range(3)])

    assert told == [3]


async def test_under_a_backlog_a_round_judges_one_part_and_otherwise_many():
    outcomes, busy = EndlessOutcomes(), False
    settler = Settler(outcomes=outcomes, clock=Clock(), is_busy=lambda: busy)

    await settler.round()
    assert outcomes.settled == MAX_ROUNDS
    busy = True
    await settler.round()

    assert outcomes.settled == MAX_ROUNDS + 1
