"""Weekly reports: asked for once a week and destination, with what the week was."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from services.analytics.counting.aggregate import NO_FACT, Aggregator
from services.analytics.domain.gaps.next_steps import Gap
from services.analytics.domain.reports import Deliveries, Escalations, Summary
from services.analytics.reporting.gaps import GapOfPeriod
from services.analytics.reporting.weekly.weekly import WeeklyReports
from shared.errors import Transient
from shared.events import NotificationRequested, Preferences
from tests.analytics.factories import BUILDERS, delivered, failed, record, requested
from tests.support.fakes import FakeApps, FakeClock, FakePublisher, app

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
WEEKLY = {"destinations": ["team-mail", "hook"]}


def summary(**also):
    known = {
        "requests": 100,
        "resolved": 80,
        "escalations": Escalations(20, 10, 9, 8, 3),
        "by_reason": {},
        "deliveries": Deliveries(20, 0, 0),
        "ms": {"first_response_p50": 60_000},
    }
    return Summary(**(known | also))


@dataclass
class FakeFigures:
    """Answers the same for each period, and remembers which were asked for."""

    asked: list = field(default_factory=list)
    error: Exception | None = None

    async def summary(self, app_id, start, end):
        if self.error and app_id == "acme":
            raise self.error
        self.asked.append((app_id, start, end))
        return summary()


@dataclass
class FakePatterns:
    """Has one pattern."""

    async def of_period(self, app_id, start, end, *, largest):
        gap = Gap(
            "p-1",
            "How do I change my PIN?",
            count=12,
            before=4,
            cause="documentation",
            code="doc_miss_hard",
        )
        return [
            GapOfPeriod(
                gap, "12 of 12 asked for it.", "c-42", ("Do this.", "Then that.")
            )
        ]


@dataclass
class FakeSent:
    """Keeps which reports were asked for; may fail to."""

    ids: set = field(default_factory=set)
    failing: bool = False

    async def known(self, report_ids):
        return frozenset(self.ids & set(report_ids))

    async def note(self, report_id, **_):
        if self.failing:
            raise Transient("mongo_unavailable")
        self.ids.add(report_id)


class World:
    """One instance of analytics, as far as reports go."""

    def __init__(self, *, weekly=WEEKLY, sent=None, apps=("acme",), **hours):
        preferences = Preferences.model_validate(
            {"reports": {"weekly": weekly}, "hours": hours}
        )
        self.apps = FakeApps(
            {each: app(each, preferences=preferences) for each in apps}
        )
        self.figures, self.publisher = FakeFigures(), FakePublisher()
        self.sent, self.clock = sent or FakeSent(), FakeClock(MONDAY)
        self.reports = WeeklyReports(
            figures=self.figures,
            patterns=FakePatterns(),
            sent=self.sent,
            apps=self.apps,
            publisher=self.publisher,
            clock=self.clock,
            public_url="https://handrail.example.com",
        )

    @property
    def asked(self):
        return [
            NotificationRequested.model_validate_json(each.value)
            for each in self.publisher.published
        ]


async def test_each_destination_gets_one_when_it_is_time():
    world = World()

    await world.reports.round()
    await world.reports.round()

    assert [each.destination_id for each in world.asked] == ["hook", "team-mail"] or [
        each.destination_id for each in world.asked
    ] == ["team-mail", "hook"]
    assert {each.kind for each in world.asked} == {"report"}
    assert {each.conversation_id for each in world.asked} == {
        "handrail:report:team-mail",
        "handrail:report:hook",
    }


@pytest.mark.parametrize(
    "weekly",
    [
        pytest.param(None, id="nobody asked"),
        pytest.param({"destinations": []}, id="to nobody"),
        pytest.param(WEEKLY | {"weekday": "wed"}, id="another day"),
        pytest.param(WEEKLY | {"weekday": "sat"}, id="two days ago"),
    ],
)
async def test_none_is_made_that_is_not_due(weekly):
    world = World(weekly=weekly)

    await world.reports.round()

    assert world.asked == []
    assert world.figures.asked == []


async def test_the_next_week_has_its_own():
    world = World()
    await world.reports.round()

    world.clock.forward(days=7)
    await world.reports.round()

    assert len({each.delivery_id for each in world.asked}) == 4


async def test_it_is_the_apps_clock_that_counts():
    world = World(timezone="America/New_York")

    await world.reports.round()
    nothing = list(world.asked)
    world.clock.forward(hours=5)
    await world.reports.round()

    assert nothing == []
    assert len(world.asked) == 2
    assert world.asked[0].report.timezone == "America/New_York"


async def test_two_instances_and_a_crash_before_the_note_ask_for_the_same_deliveries():
    first, second = World(sent=FakeSent(failing=True)), World()

    with pytest.raises(Transient):
        await first.reports.round()
    await second.reports.round()

    ids = {each.delivery_id for each in second.asked}
    assert len(ids) == 2
    assert {each.delivery_id for each in first.asked} <= ids


async def test_a_restart_makes_none_again():
    world = World()
    await world.reports.round()

    restarted = World(sent=world.sent)
    await restarted.reports.round()

    assert restarted.asked == []
    assert restarted.figures.asked == []


async def test_one_app_that_cannot_be_counted_keeps_no_other_waiting():
    world = World(apps=("acme", "other"))
    world.figures.error = Transient("too_much_to_count")

    with pytest.raises(Transient):
        await world.reports.round()

    assert {each.app_id for each in world.asked} == {"other"}


async def test_one_app_whose_settings_cannot_be_read_keeps_no_other_waiting():
    world = World(apps=("acme", "other"))
    later = Preferences.model_validate({"reports": {"weekly": WEEKLY | {"at": "noon"}}})
    world.apps.known["acme"] = app("acme", preferences=later)

    await world.reports.round()

    assert {each.app_id for each in world.asked} == {"other"}


async def test_it_tells_two_weeks_in_figures_and_what_to_do():
    world = World()

    await world.reports.round()

    report = world.asked[0].report
    week = timedelta(days=7)
    midnight = MONDAY.replace(hour=0)
    assert sorted(world.figures.asked) == [
        ("acme", midnight - 2 * week, midnight - week),
        ("acme", midnight - week, midnight),
    ]
    figures = {each.name: (each.now, each.before) for each in report.figures}
    assert figures["escalations"] == (20, 20)
    assert figures["resolution"] == (0.8, 0.8)
    assert figures["first_response"] == (60_000, 60_000)
    assert figures["dead_ends"] == (0, 0)
    assert "csat" not in figures
    assert report.patterns[0].label == "How do I change my PIN?"
    assert (report.patterns[0].count, report.patterns[0].before) == (12, 4)
    assert report.patterns[0].remedy == "Do this. Then that."
    assert report.conversation_ids == ["c-42"]
    assert report.next[0].sentence.startswith("Write a document that answers")
    assert report.note.startswith("Only one thing stands out")
    assert world.asked[0].packet.summary == "Weekly report: 20 requests reached people"


@pytest.mark.parametrize("make", [requested, delivered, failed])
async def test_a_report_is_no_news_of_an_escalation_and_is_not_counted(make):
    event = make().model_copy(update={"conversation_id": "handrail:report:team-mail"})
    aggregator = Aggregator(
        facts=NoFacts(),
        builders=BUILDERS,
        on_unexpected=lambda *_: pytest.fail("a bug"),
    )

    (result,) = await aggregator.work([[record(event)]])

    assert result.done == [NO_FACT]


class NoFacts:
    """Takes none."""

    async def add(self, batch):
        raise AssertionError(batch)


async def test_a_test_is_of_the_days_until_now_and_takes_no_report_away():
    world = World()
    (acme,) = world.apps.active()
    world.clock.forward(hours=-1)

    first = await world.reports.ask_now(acme, "team-mail")
    second = await world.reports.ask_now(acme, "team-mail")
    world.clock.forward(hours=1)
    await world.reports.round()

    tests, reports = world.asked[:2], world.asked[2:]
    assert first.report_id != second.report_id
    assert tests[0].packet.summary.startswith("Test: Weekly report: ")
    assert tests[0].report.end == MONDAY - timedelta(hours=1)
    assert tests[0].report.start == MONDAY - timedelta(days=7, hours=1)
    assert {each.destination_id for each in reports} == {"team-mail", "hook"}
