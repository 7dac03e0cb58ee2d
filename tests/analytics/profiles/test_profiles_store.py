"""Patterns, profiles and counters on a real database."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from services.analytics.domain.profiles.asking import Place, Sort, Wanted
from services.analytics.domain.profiles.counting.pieces import cut
from services.analytics.domain.profiles.growth import Flags
from services.analytics.patterns.browsing.ranking import Ranking
from services.analytics.repository.patterns.counters import bump_pattern_counters
from services.analytics.repository.patterns.grouping.recording import tally_members
from services.analytics.repository.profiles.causes import MongoCauseCounters
from services.analytics.repository.profiles.counting import MongoPatternCounters
from services.analytics.repository.profiles.keeping import MongoProfiles
from services.analytics.repository.profiles.openings import MongoOpenings
from services.analytics.repository.profiles.reading import MongoPatterns
from services.analytics.repository.sessions import MongoSessions
from services.analytics.repository.transactions import Transactions
from shared.clock import SystemClock
from tests.analytics.factories import NOON, batch_of, opened, record
from tests.analytics.profiles.fakes import DAY, profile
from tests.analytics.profiles.test_ranking import scattered

pytestmark = pytest.mark.integration


ALL = Wanted()


def profiles_of(database):
    transactions = Transactions(MongoSessions(database, clock=SystemClock()))
    return MongoProfiles(database, transactions=transactions)


def causes_of(database):
    transactions = Transactions(MongoSessions(database, clock=SystemClock()))
    return MongoCauseCounters(database, transactions=transactions)


async def put_pattern(database, name, *, app_id="acme", **also):
    row = {
        "_id": f"{app_id}:{name}",
        "app_id": app_id,
        "pattern_id": name,
        "version": 1,
        "encoder": "pair",
        "language": "en",
        "representative": "e-1",
        "representative_text": "uploads fail",
        "label": name,
        "labelled_by": "handrail",
        "size": 1,
        "first_seen": NOON - DAY,
        "last_seen": NOON,
        "status": "open",
        "owner": None,
        "merged_into": None,
        "state": b"much",
        "revision": 1,
        "dirty": True,
        "profile": {},
        "expire_at": NOON + 400 * DAY,
    }
    await database.analytics_patterns.insert_one(row | also)


async def put_member(database, name, pattern_id="p-1", *, at=NOON, **also):
    row = {
        "_id": name,
        "app_id": "acme",
        "pattern_id": pattern_id,
        "version": 1,
        "assignment": 1,
        "at": at,
        "grouped_at": at,
        "conversation_id": "c-1",
        "number": "ESC-1",
        "user_id": "u-1",
        "text": "uploads fail",
        "language": "en",
        "similarity": 1.0,
        "because": "It is the first.",
        "vector": b"\x01\x02",
        "published": True,
        "expire_at": NOON + 400 * DAY,
    }
    await database.analytics_pattern_members.insert_one(row | also)


async def first_due(database):
    [(_, pattern)] = await profiles_of(database).due(now=NOON, limit=9)
    return pattern


async def test_a_profile_is_read_back_as_it_was_kept(database):
    await put_pattern(database, "p-1")
    profiles = profiles_of(database)
    made = profile(
        users=3,
        growth=0.5,
        minutes_per_escalation=2.0,
        cost_minutes=20.0,
        exemplars=("e-1",),
        evidence={"cases": 3},
        flags=Flags(emerging=True),
        label_from="e-1",
    )

    kept = await profiles.keep("acme", await first_due(database), made, "Uploads fail")

    found = await MongoPatterns(database).get("acme", "p-1")
    assert kept
    assert found.profile.near_misses == list(made.near_misses)
    assert (found.label, found.profile.flags) == ("Uploads fail", Flags(emerging=True))
    assert (found.profile.growth, found.profile.label_from) == (0.5, "e-1")
    assert list(found.profile.exemplars) == ["e-1"]
    assert await profiles.due(now=NOON, limit=9) == []


@pytest.mark.parametrize(
    "change",
    [
        {"revision": 2},
        {"size": 2},
        {"status": "ignored"},
        {"label": "Sam's", "labelled_by": "sam"},
    ],
)
async def test_a_pattern_that_changed_meanwhile_stays_due(database, change):
    await put_pattern(database, "p-1")
    read = await first_due(database)
    await database.analytics_patterns.update_one({}, {"$set": change})

    kept = await profiles_of(database).keep("acme", read, profile(), "Another")

    row = await database.analytics_patterns.find_one({})
    assert not kept
    assert (row["dirty"], row["profile"]) == (True, {})
    assert row["label"] != "Another"


async def test_the_newest_is_looked_at_first_and_a_quiet_one_once_a_day(database):
    await put_pattern(database, "older", last_seen=NOON - DAY)
    await put_pattern(database, "newer", last_seen=NOON)
    profiles = profiles_of(database)

    due = await profiles.due(now=NOON, limit=1)
    assert [each.pattern_id for _, each in due] == ["newer"]

    for _, each in await profiles.due(now=NOON, limit=9):
        await profiles.keep("acme", each, profile(), None)

    assert await profiles.due(now=NOON + timedelta(hours=11), limit=9) == []
    tomorrow = await profiles.due(now=NOON + timedelta(hours=12), limit=9)
    assert {each.pattern_id for _, each in tomorrow} == {"older", "newer"}


async def test_users_are_counted_once_and_the_nameless_not_at_all(database):
    for name, user_id in (("a", "u-1"), ("b", "u-1"), ("c", "u-2"), ("d", None)):
        await put_member(database, name, user_id=user_id)
    await put_member(database, "e", "p-2", user_id="u-3", at=NOON - DAY)
    profiles, counters = profiles_of(database), MongoPatternCounters(database)

    assert await profiles.count_users("acme", "p-1") == 2
    assert await profiles.count_users("other", "p-1") == 0
    end = NOON + DAY
    assert await counters.users("acme", ["p-1", "p-2"], NOON, end) == {"p-1": 2}


async def test_the_source_of_a_label_is_looked_at_however_old(database):
    for i in range(3):
        await put_member(database, f"e-{i}", at=NOON - i * DAY)
    profiles = profiles_of(database)

    found = await profiles.newest("acme", "p-1", limit=1, also="e-2")

    assert [each.escalation_id for each in found] == ["e-0", "e-2"]
    assert found[0].vector == b"\x01\x02"
    assert len(await profiles.newest("acme", "p-1", limit=1, also="gone")) == 1


async def test_lists_are_sorted_narrowed_and_paged(database):
    profiled = {"as_of": NOON, "cause": "bug"}
    await put_pattern(
        database, "a", size=3, profile={**profiled, "growth": 0.1, "cost_minutes": 9.0}
    )
    await put_pattern(
        database, "b", size=5, profile={**profiled, "growth": 0.4, "cost_minutes": None}
    )
    await put_pattern(database, "c", size=5, status="fixed")
    await put_pattern(database, "merged", size=9, merged_into="a")
    await put_pattern(database, "theirs", app_id="other", size=9)
    patterns = MongoPatterns(database)

    async def ids(wanted=ALL, sort=Sort.SIZE, after=None, limit=9):
        found = await patterns.page("acme", wanted, sort=sort, after=after, limit=limit)
        return [each.pattern_id for each in found]

    assert await ids() == ["b", "c", "a"]
    assert await ids(limit=2) == ["b", "c"]
    assert await ids(after=Place(5, "b")) == ["c", "a"]
    assert await ids(sort=Sort.GROWTH) == ["b", "a", "c"]
    assert await ids(sort=Sort.COST) == ["a", "b", "c"]
    assert await ids(sort=Sort.COST, after=Place(9.0, "a")) == ["b", "c"]
    assert await ids(sort=Sort.COST, after=Place(None, "b")) == ["c"]
    assert await ids(Wanted(causes=("bug",))) == ["b", "a"]
    assert await ids(Wanted(causes=("unclear",))) == ["c"]
    assert await ids(Wanted(statuses=("fixed",))) == ["c"]
    assert await patterns.counts("acme", Wanted()) == {
        "bug": (2, 8),
        "unclear": (1, 5),
    }
    sketches = {each.pattern_id: each for each in await patterns.sketches("acme")}
    assert {each: found.cause for each, found in sketches.items()} == {
        "a": "bug",
        "b": "bug",
        "c": "unclear",
        "merged": "unclear",
    }
    assert sketches["merged"].merged_into == "a"
    assert len(await patterns.sketches("acme", ["a", "theirs"])) == 1


async def test_a_merged_patterns_id_finds_the_survivor_in_its_app_alone(database):
    await put_pattern(database, "a", merged_into="b")
    await put_pattern(database, "b", merged_into="c")
    await put_pattern(database, "c")
    await put_pattern(database, "round", merged_into="round")
    patterns = MongoPatterns(database)

    assert (await patterns.get("acme", "a")).pattern_id == "c"
    assert await patterns.get("other", "a") is None
    assert await patterns.get("acme", "round") is None
    found = await patterns.some("acme", ["a", "c", "none"])
    assert {each.pattern_id for each in found} == {"a", "c"}


async def test_members_are_leafed_through_and_the_erased_are_not_quoted(database):
    for i in range(4):
        await put_member(database, f"e-{i}", at=NOON - i // 2 * DAY)
    await database.analytics_pattern_members.update_one(
        {"_id": "e-3"}, {"$set": {"text": ""}}
    )
    patterns = MongoPatterns(database)

    first = await patterns.members("acme", "p-1", after=None, limit=3)
    last = first[-1]
    rest = await patterns.members(
        "acme", "p-1", after=(last.at, last.escalation_id), limit=3
    )
    today = await patterns.members("acme", "p-1", after=None, limit=9, start=NOON)

    assert [each.escalation_id for each in first] == ["e-0", "e-1", "e-2"]
    assert [each.escalation_id for each in rest] == ["e-3"]
    assert [each.escalation_id for each in today] == ["e-0", "e-1"]
    assert await patterns.members("other", "p-1", after=None, limit=9) == []
    assert set(await patterns.texts("acme", ["e-0", "e-3"])) == {"e-0"}
    assert await patterns.texts("other", ["e-0"]) == {}


async def test_counters_of_a_period_are_a_recount_of_the_members(database):
    escalations = scattered(patterns=30, escalations=1_500)
    for i, (pattern_id, at, _) in enumerate(escalations):
        await put_member(database, f"e-{i}", pattern_id, at=at)
    hourly = tally_members(("acme", each, at) for each, at, _ in escalations)
    await database.analytics_counters.bulk_write(
        bump_pattern_counters(hourly, expire_at=NOON + 400 * DAY)
    )
    ranking = Ranking(MongoPatternCounters(database))

    for start, days in (
        (NOON - 55 * DAY, 41.37),
        (NOON - 30 * DAY, 0.01),
        (NOON - 30 * DAY, 2.5),
        (NOON.replace(day=1, hour=0), 30),
    ):
        end = start + timedelta(days=days)
        recount = Counter(each for each, at, _ in escalations if start <= at < end)
        largest = await ranking.largest("acme", start, end, limit=5)

        assert await ranking.totals("acme", start, end) == recount
        assert list(largest.values()) == [n for _, n in recount.most_common(5)]
        lines = await ranking.lines("acme", list(recount), start, end)
        assert {each: sum(line) for each, line in lines.items()} == recount
    assert await ranking.totals("other", NOON - 60 * DAY, NOON) == {}


async def test_all_of_a_counter_is_counted_whatever_part_is_left_out(database):
    hourly = {
        ("acme", "pattern", "p", int((NOON + timedelta(hours=i)).timestamp())): (1, 0)
        for i in range(200)
    }
    await database.analytics_counters.bulk_write(
        bump_pattern_counters(hourly, expire_at=NOON + 400 * DAY)
    )
    counters = MongoPatternCounters(database)

    for hours in (1, 5, 13, 50, 190):
        pieces = cut(NOON, NOON + timedelta(hours=hours)).counters
        found = [await counters.all("acme", piece) for piece in pieces]

        assert sum(each["p"] for each in found) == hours


async def test_openings_by_hour_are_whole_hours_and_facts_at_the_edges(database, store):
    times = [0, 10, 59, 60, 61, 200]
    events = [
        opened(f"s-{i}", NOON + timedelta(minutes=each)) for i, each in enumerate(times)
    ]
    events.append(opened("theirs", NOON, app_id="other"))
    await store.add(batch_of(*map(record, events, range(len(events)))))
    openings = MongoOpenings(database)

    whole = await openings.by_hour("acme", NOON, NOON + timedelta(hours=4))
    cut_off = await openings.by_hour(
        "acme", NOON + timedelta(minutes=10), NOON + timedelta(minutes=61)
    )
    within = await openings.by_hour(
        "acme", NOON + timedelta(minutes=5), NOON + timedelta(minutes=20)
    )

    hour = timedelta(hours=1)
    assert sorted(whole) == [(NOON, 3), (NOON + hour, 2), (NOON + 3 * hour, 1)]
    assert sorted(cut_off) == [(NOON, 2), (NOON + hour, 1)]
    assert within == [(NOON, 1)]


NOVEMBER = NOON.replace(day=1, hour=0)


async def bumped(database, *cells):
    """Count escalations: pairs of a pattern and a day of November."""
    hourly = {}
    for name, day in cells:
        at = int(NOVEMBER.replace(day=day, hour=9).timestamp())
        cell = ("acme", "pattern", name, at)
        hourly[cell] = (hourly.get(cell, (0, 0))[0] + 1, 0)
    await database.analytics_counters.bulk_write(
        bump_pattern_counters(hourly, expire_at=NOON + 400 * DAY)
    )


async def by_cause(database):
    """Return the lines by cause, before and after the job has settled them."""
    causes = causes_of(database)
    before = await causes.by_day("acme", [NOVEMBER])
    await causes.settle()
    after = await causes.by_day("acme", [NOVEMBER])

    def shown(lines):
        days = {
            key[2]: {d: n for d, n in each.items() if n} for key, each in lines.items()
        }
        return {cause: each for cause, each in days.items() if each}

    assert shown(before) == shown(after)
    left = await database.analytics_counters.count_documents({"unsettled": True})
    assert left == 0
    return shown(after)


async def test_lines_by_cause_follow_numbers_and_causes(database):
    for name, cause in (("p-1", "bug"), ("p-2", "action")):
        row = {"as_of": NOON, "cause": cause}
        await put_pattern(database, name, profile=row, first_seen=NOVEMBER)
    await bumped(database, ("p-1", 3), ("p-1", 3), ("p-2", 4), ("p-new", 4))
    assert await by_cause(database) == {
        "bug": {"3": 2},
        "action": {"4": 1},
        "unclear": {"4": 1},
    }

    await bumped(database, ("p-1", 3), ("p-2", 5))
    assert await by_cause(database) == {
        "bug": {"3": 3},
        "action": {"4": 1, "5": 1},
        "unclear": {"4": 1},
    }

    patterns, profiles = MongoPatterns(database), profiles_of(database)
    read = await patterns.get("acme", "p-2")
    await profiles.keep("acme", read, profile("documentation"), None)
    assert await by_cause(database) == {
        "bug": {"3": 3},
        "documentation": {"4": 1, "5": 1},
        "unclear": {"4": 1},
    }


async def test_a_merge_moves_the_lines_by_cause(database):
    row = {"as_of": NOON, "cause": "bug"}
    await put_pattern(database, "p-1", profile=row, first_seen=NOVEMBER)
    await bumped(database, ("p-1", 3), ("p-2", 3))
    await by_cause(database)
    at = int(NOVEMBER.replace(day=3, hour=9).timestamp())
    moved = {
        ("acme", "pattern", "p-2", at): (-1, 0),
        ("acme", "pattern", "p-1", at): (1, 0),
    }
    await database.analytics_counters.bulk_write(
        bump_pattern_counters(moved, expire_at=NOON + 400 * DAY)
    )

    assert await by_cause(database) == {"bug": {"3": 2}}


async def test_two_instances_settle_once(database):
    await put_pattern(
        database, "p-1", profile={"as_of": NOON, "cause": "bug"}, first_seen=NOVEMBER
    )
    await bumped(database, *[("p-1", day) for day in range(1, 20)])

    await asyncio.gather(*(causes_of(database).settle() for _ in range(4)))

    found = await by_cause(database)
    assert found == {"bug": {str(day): 1 for day in range(1, 20)}}
