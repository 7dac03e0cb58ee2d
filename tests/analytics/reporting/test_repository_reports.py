"""Patterns of a period from a real store, and that a report is noted once."""

from datetime import timedelta

import pytest

from services.analytics.reporting.gaps import Gaps, Remedy
from services.analytics.repository.counts import MongoCounts
from services.analytics.repository.reporting.gaps import MongoGaps
from services.analytics.repository.reporting.sent import MongoSentReports
from tests.analytics.factories import NOON
from tests.support.fakes import FakeClock

pytestmark = pytest.mark.integration

WEEK = timedelta(days=7)
MIDNIGHT = NOON.replace(hour=0)


def pattern(name, **also):
    return {
        "_id": f"acme:{name}",
        "app_id": "acme",
        "pattern_id": name,
        "label": f"label of {name}",
        "representative": f"{name}-0",
        "status": "open",
        "merged_into": None,
    } | also


async def fill(database, name, *, now, before, app_id="acme", users=3):
    """Store members and the counters that belong to them."""
    times = [MIDNIGHT + timedelta(hours=i) for i in range(now)]
    times += [MIDNIGHT - WEEK + timedelta(hours=i) for i in range(before)]
    await database.analytics_pattern_members.insert_many(
        [
            {
                "_id": f"{name}-{i}",
                "app_id": app_id,
                "pattern_id": name,
                "at": at,
                "conversation_id": f"c-{name}-{i}",
                "user_id": f"u-{i % users}",
            }
            for i, at in enumerate(times)
        ]
    )
    await database.analytics_counters.insert_many(
        [
            {
                "_id": f"{app_id}:{step}:{at.timestamp()}:pattern:{name}",
                "app_id": app_id,
                "dimension": "pattern",
                "value": name,
                "step": step,
                "at": at,
                "n": n,
            }
            for step in ("day", "hour")
            for at, n in _buckets(times, step).items()
        ]
    )


def _buckets(times, step):
    found = {}
    for at in times:
        bucket = at.replace(hour=0) if step == "day" else at
        found[bucket] = found.get(bucket, 0) + 1
    return found


class NoRemedies:
    """Knows none."""

    async def of(self, app_id, pattern_id):
        return Remedy()


class Remedies(NoRemedies):
    """Knows one for each, and who asked."""

    def __init__(self):
        self.asked = []

    async def of(self, app_id, pattern_id):
        self.asked.append(pattern_id)
        return Remedy(
            ["Write it.", "Show it."],
            ["app.version = 3"],
            first_step="Write it.",
            nearest="Cards",
        )


async def gaps_of(database, remedies=None):
    gaps = Gaps(MongoCounts(database), MongoGaps(database), remedies or NoRemedies())
    return await gaps.of_period("acme", MIDNIGHT, MIDNIGHT + WEEK)


async def test_the_largest_of_the_week_come_first_with_what_is_known_of_them(database):
    await database.analytics_patterns.insert_many(
        [
            pattern("p-small"),
            pattern(
                "p-large",
                profile={
                    "cause": "documentation",
                    "cause_code": "doc_miss_soft",
                    "because": "5 of 5.",
                    "confidence": 0.9,
                    "minutes_per_escalation": 7.5,
                    "near_misses": [
                        {"kind": "action", "name": "x", "title": "", "score": 0.5},
                        {"kind": "document", "name": "d", "title": "Cards"},
                    ],
                    "label_from": "p-large-1",
                },
            ),
            pattern("p-merged", merged_into="p-large"),
        ]
    )
    await fill(database, "p-small", now=2, before=0)
    await fill(database, "p-large", now=5, before=5)
    await fill(database, "p-merged", now=1, before=0)

    large, small = await gaps_of(database)

    assert (large.gap.pattern_id, large.gap.count, large.gap.before) == (
        "p-large",
        5,
        5,
    )
    assert large.gap.users == 3
    assert (large.gap.code, large.gap.nearest) == ("doc_miss_soft", "Cards")
    assert (large.gap.minutes_each, large.because) == (7.5, "5 of 5.")
    assert large.conversation_id == "c-p-large-1"
    assert (small.gap.pattern_id, small.gap.count) == ("p-small", 2)
    assert (small.gap.cause, small.gap.before) == ("unclear", 0)
    assert small.conversation_id == "c-p-small-0"


async def test_what_comes_next_has_its_remedy_and_the_rest_is_not_asked_for(database):
    names = [f"p-{n}" for n in range(5)]
    await database.analytics_patterns.insert_many([pattern(each) for each in names])
    for size, name in enumerate(names, start=2):
        await fill(database, name, now=size, before=0)
    remedies = Remedies()

    found = await gaps_of(database, remedies)

    assert sorted(remedies.asked) == ["p-2", "p-3", "p-4"]
    assert found[0].gap.first_step == "Write it."
    assert found[0].gap.shared == ("app.version = 3",)
    assert found[0].gap.nearest == "Cards"
    assert found[0].remedy == ("Write it.", "Show it.")
    assert found[-1].gap.first_step == ""


async def test_another_apps_patterns_are_not_told(database):
    await database.analytics_patterns.insert_one(
        pattern("p-1", _id="other:p-1", app_id="other")
    )
    await fill(database, "p-1", now=3, before=0, app_id="other")

    assert await gaps_of(database) == []


async def test_a_report_is_known_once_it_was_noted_however_often(database):
    sent = MongoSentReports(database, clock=FakeClock())
    before = await sent.known(["r-1", "r-2"])

    for _ in range(2):
        await sent.note("r-1", app_id="acme", destination_id="hook", week="2026-W48")

    assert before == frozenset()
    assert await sent.known(["r-1", "r-2"]) == {"r-1"}
    assert await database.analytics_reports.count_documents({}) == 1
