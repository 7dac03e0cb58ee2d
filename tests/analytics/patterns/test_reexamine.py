"""The night: who is examined when, what is proposed, and what people's word is worth."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from services.analytics.domain.patterns.merging import ProposedMerge
from services.analytics.patterns import steer
from services.analytics.patterns.reexamine import (
    Reexaminer,
    by_pattern,
    night_of,
    renewed,
)
from services.analytics.repository.patterns.steering.examining import (
    MongoExaminations,
)
from shared.mongo.stored import Subject
from tests.analytics.patterns.grouping_factories import NINE, Instance, fact
from tests.support.fakes import FakeClock, app


class Inline:
    """Runs at once."""

    async def run(self, act):
        return act()


def merge(into, absorbed, score=0.7):
    return ProposedMerge(into, absorbed, score, "They speak of “upload”.")


@pytest.mark.parametrize(
    ("at", "night"),
    [
        ("2026-11-30T00:30:00+00:00", "2026-11-29"),
        ("2026-11-30T01:30:00+00:00", "2026-11-30"),
        ("2026-12-01T00:59:00+00:00", "2026-11-30"),
    ],
)
def test_a_night_begins_at_two_where_the_people_are(at, night):
    moment = datetime.fromisoformat(at).astimezone(UTC)

    assert night_of(moment, ZoneInfo("Europe/Berlin")) == night


def test_both_patterns_show_what_is_proposed():
    found = by_pattern([merge("p-1", "p-2")], at=NINE)

    assert found["p-1"][0]["with"] == "p-2"
    assert found["p-2"][0]["with"] == "p-1"
    assert {each[0]["into"] for each in found.values()} == {"p-1"}
    assert all(each[0]["status"] == "open" for each in found.values())


def test_what_people_refused_stays_refused_and_the_rest_is_tonights():
    before = [
        {"with": "p-2", "status": "refused"},
        {"with": "p-3", "status": "open", "at": NINE},
        {"with": "p-4", "status": "open", "at": NINE},
    ]
    later = NINE.replace(day=1)
    tonight = [{"with": each, "status": "open", "at": later} for each in
               ("p-2", "p-3", "p-5")]  # fmt: skip

    after = renewed(before, tonight)

    assert [each["with"] for each in after] == ["p-2", "p-3", "p-5"]
    assert after[0] == {"with": "p-2", "status": "refused"}
    assert (after[1]["at"], after[2]["at"]) == (NINE, later)


class FirstTwo:
    """Proposes to merge the first two patterns of each run that may be merged."""

    def __init__(self):
        self.runs = []

    def __call__(self, patterns, *, encoder, language):
        self.runs.append(list(patterns))
        return [
            merge(one.pattern_id, other.pattern_id)
            for one, other in pairwise(patterns)
            if other.pattern_id not in one.not_with
        ][:1]


@pytest.fixture
def first_two():
    return FirstTwo()


def job(database, one, clock, propose):
    return Reexaminer(
        claims=one.claims,
        examinations=MongoExaminations(database),
        apart=Inline(),
        apps=lambda: [app("acme")],
        clock=clock,
        propose=propose,
    )


async def grouped(database, clock):
    one = Instance(database, clock=clock)
    await database.analytics_escalations.insert_many(
        [
            fact(1, "upload fails"),
            fact(2, "upload stops"),
            fact(3, "file refused"),
            fact(4, "datei zu gross", language="de"),
        ]
    )
    await one.group()
    return one


@pytest.mark.integration
async def test_an_app_is_examined_once_a_night_by_one_instance(database, first_two):
    clock = FakeClock(NINE)
    one = await grouped(database, clock)
    night = job(database, one, clock, first_two)
    await night.round()
    assert first_two.runs == []

    clock.forward(days=1)
    await night.round()
    await night.round()
    other = Instance(database, owner="b", clock=clock)
    await job(database, other, clock, first_two).round()

    assert [len(run) for run in first_two.runs] == [1, 2]
    first, second = first_two.runs[1]
    assert (len(first.vectors), len(second.vectors)) == (2, 1)
    assert first.representative_text == "upload fails"


@pytest.mark.integration
async def test_a_proposal_is_shown_on_both_and_changes_nothing_else(
    database, first_two
):
    clock = FakeClock(NINE)
    one = await grouped(database, clock)
    members = await database.analytics_pattern_members.find().to_list(None)

    await job(database, one, clock, first_two).examine("acme")

    rows = await database.analytics_patterns.find({"language": "en"}).to_list(None)
    upload, file = sorted(rows, key=lambda row: row["first_seen"])
    assert [each["with"] for each in upload["proposals"]] == [file["pattern_id"]]
    assert [each["with"] for each in file["proposals"]] == [upload["pattern_id"]]
    assert upload["proposals"][0]["score"] == 0.7
    assert await database.analytics_pattern_members.find().to_list(None) == members
    assert await one.queue.apps_waiting() == []


@pytest.mark.integration
async def test_a_refused_proposal_and_a_split_never_come_again(database, first_two):
    clock = FakeClock(NINE)
    one = await grouped(database, clock)
    night = job(database, one, clock, first_two)
    await night.examine("acme")
    rows = await database.analytics_patterns.find({"language": "en"}).to_list(None)
    upload, file = [row["pattern_id"] for row in rows]

    await one.edits.edit(
        "acme",
        [(upload, steer.refuse_merge([file])), (file, steer.refuse_merge([upload]))],
        actor="ana",
    )
    await night.examine("acme")

    rows = await database.analytics_patterns.find({"language": "en"}).to_list(None)
    assert [each["status"] for row in rows for each in row["proposals"]] == [
        "refused",
        "refused",
    ]
    assert file in next(
        each.not_with for each in first_two.runs[-1] if each.pattern_id == upload
    )


@pytest.mark.integration
async def test_what_is_proposed_quotes_no_erased_user(database, first_two):
    clock = FakeClock(NINE)
    one = await grouped(database, clock)
    await job(database, one, clock, first_two).examine("acme")

    await one.erasure.take_out(Subject("acme", "u-1", ("acme:c-1",)))

    rows = await database.analytics_patterns.find({"language": "en"}).to_list(None)
    assert [each["because"] for row in rows for each in row["proposals"]] == ["", ""]
