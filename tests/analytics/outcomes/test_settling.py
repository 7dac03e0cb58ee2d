"""Outcomes on a real database equal a recount, whatever happened in between."""

import asyncio
import random
from collections import Counter
from datetime import timedelta

import pytest

from services.analytics.counting.audit import Auditor, Wanted
from services.analytics.counting.breakdown import Breakdown, BreakdownBy
from services.analytics.counting.report import Reporter
from services.analytics.domain.facts import HOUR
from services.analytics.domain.outcomes.history import Elsewhere
from services.analytics.domain.outcomes.judging import judge
from services.analytics.domain.outcomes.outcome import counted_as
from services.analytics.domain.outcomes.requests import requests_of
from services.analytics.domain.outcomes.sameness import likeness
from services.analytics.repository.counts import MongoCounts
from services.analytics.repository.outcomes.auditing import MongoAudit
from services.analytics.repository.outcomes.documents import document_of
from services.analytics.repository.outcomes.erasing import MongoOutcomeErasure
from services.analytics.repository.outcomes.grouping import MongoGroups
from services.analytics.repository.outcomes.histories import history_of
from services.analytics.repository.outcomes.retention import collections
from shared.mongo.stored import Subject
from tests.analytics.conftest import make_store
from tests.analytics.factories import NOON, as_records, batch_of
from tests.analytics.outcomes.chat import DAY, MINUTE, Chat, rows_of
from tests.analytics.outcomes.conftest import make_settler, settle
from tests.analytics.outcomes.simulation import simulate

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
LATER = NOON + timedelta(days=120)


def recounted(events, now):
    """Return every outcome of *events*, judged at once, by its id."""
    histories = [
        history_of(*lane, rows) for lane, rows in sorted(rows_of(events).items())
    ]
    asked = [
        (history, Elsewhere(request.request_id, request.askings[0]))
        for history in histories
        for request in requests_of(history, likeness)
    ]
    found = {}
    for history in histories:
        elsewhere = [
            each
            for other, each in asked
            if other is not history
            and history.user_id is not None
            and (other.app_id, other.user_id) == (history.app_id, history.user_id)
        ]
        for outcome in judge(history, elsewhere, now=now).outcomes:
            document = document_of(outcome)
            found[document["_id"]] = document
    return found


async def stored(database):
    rows = await database.analytics_outcomes.find({}, {"expire_at": 0}).to_list(None)
    return {row["_id"]: row for row in rows}


async def counters(database, step):
    query = {"dimension": "came_of_it", "step": step}
    rows = await database.analytics_counters.find(query).to_list(None)
    return Counter(
        {
            (row["value"], int(row["at"].timestamp())): row["n"]
            for row in rows
            if row["n"]
        }
    )


def counted(outcomes, length):
    found = Counter()
    for row in outcomes.values():
        at = int(row["at"].timestamp()) // length * length
        found.update((value, at) for value in counted_as(row))
    return found


async def assert_settled(database, events, now):
    """Outcomes and counters are what the events say, no more and no less."""
    expected = recounted(events, now)

    assert await stored(database) == expected
    assert await counters(database, "hour") == counted(expected, HOUR)
    assert await counters(database, "day") == counted(expected, 24 * HOUR)
    assert await database.analytics_news.count_documents({}) == 0


def events_of(n, seed):
    """Return the events of played conversations, to the millisecond as stored."""
    return [
        event
        for each in simulate("dev", seed=seed, conversations=n)
        for event in each.chat.events
    ]


async def store_all(database, events, *, batch=40):
    store = make_store(database)
    records = as_records(events)
    for start in range(0, len(records), batch):
        await store.add(batch_of(*records[start : start + batch]))


async def test_what_came_in_any_order_is_settled_as_if_at_once(database):
    events = events_of(120, seed=5)
    random.Random(1).shuffle(events)
    half = len(events) // 2

    await store_all(database, events[:half])
    await settle(database, NOON + 20 * DAY)
    await store_all(database, events[half:])
    await settle(database, LATER)

    await assert_settled(database, events, LATER)


async def test_time_alone_changes_what_is_said(database):
    chat = Chat()
    chat.answer(chat.ask())
    await store_all(database, chat.events)
    said = []

    for after in (MINUTE, 31 * MINUTE, 8 * DAY):
        await settle(database, chat.at + after)
        ((_, row),) = (await stored(database)).items()
        said.append((row["came_of_it"], row["durable"]))

    assert said == [("pending", None), ("resolved", None), ("resolved", True)]
    await assert_settled(database, chat.events, chat.at + 8 * DAY)


async def test_a_replay_changes_nothing(database):
    events = events_of(60, seed=6)
    await store_all(database, events)
    await settle(database, LATER)

    await store_all(database, events, batch=70)
    changed = await settle(database, LATER)

    assert changed == 0
    await assert_settled(database, events, LATER)


class Killed(BaseException):
    """What SIGKILL is to a process."""


class Dying:
    """A database that dies at its n-th call of a method that writes."""

    def __init__(self, real, countdown):
        self._real, self._countdown = real, countdown

    @property
    def client(self):
        return self._real.client

    def __getattr__(self, name):
        return getattr(self._real, name)

    def __getitem__(self, name):
        return _DyingCollection(self._real[name], self._countdown)


class _DyingCollection:
    def __init__(self, real, countdown):
        self._real, self._countdown = real, countdown

    def __getattr__(self, name):
        found = getattr(self._real, name)
        if name not in {"bulk_write", "insert_many", "delete_many"}:
            return found

        async def call(*args, **options):
            self._countdown[0] -= 1
            if self._countdown[0] == 0:
                raise Killed
            result = await found(*args, **options)
            if self._countdown[0] == -1:
                self._countdown[0] = 0
                raise Killed
            return result

        return call


async def test_a_crash_at_any_write_costs_and_doubles_nothing(database):
    events = events_of(30, seed=7)
    await store_all(database, events)
    chance = random.Random(7)
    deaths = 0

    for _ in range(12):
        await database.analytics_settling.delete_many({})
        dying = Dying(database, [chance.randrange(1, 12)])
        try:
            await make_settler(dying, LATER).round()
        except Killed:
            deaths += 1
    await database.analytics_settling.delete_many({})
    await settle(database, LATER)

    assert deaths > 0
    await assert_settled(database, events, LATER)


async def test_news_that_comes_while_it_is_judged_is_not_lost(database):
    chat = Chat()
    chat.answer(chat.ask())
    await store_all(database, chat.events)
    settler = make_settler(database, LATER)
    due = await settler.outcomes.due(LATER, limit=50)
    chat.rate(next(e.reply_id for e in chat.events if getattr(e, "reply_id", None)))

    await store_all(database, chat.events)
    await settler.outcomes.settle(due, lambda told: judge(*told, now=LATER), now=LATER)
    await settler.round()

    await assert_settled(database, chat.events, LATER)


async def test_two_instances_at_once_leave_what_one_would(database):
    events = events_of(40, seed=8)
    await store_all(database, events)
    settlers = [make_settler(database, LATER) for _ in range(2)]

    async def judged(settler):
        while (due := await settler.outcomes.due(LATER, limit=10)).lanes:
            decide = lambda told: judge(*told, now=LATER)  # noqa: E731
            await settler.outcomes.settle(due, decide, now=LATER)

    await asyncio.gather(*map(judged, settlers))

    await assert_settled(database, events, LATER)


async def test_one_instance_settles_at_a_time(database):
    first, second = (make_settler(database, LATER) for _ in range(2))

    assert await first.outcomes.claim()
    assert not await second.outcomes.claim()
    assert await first.outcomes.claim()
    await first.outcomes.release()
    assert await second.outcomes.claim()


async def test_the_recount_holds_outcomes_too(database):
    events = events_of(40, seed=9)
    await store_all(database, events)
    await settle(database, LATER)
    reporter = Reporter(MongoCounts(database))

    found = await reporter.recount("acme", NOON - DAY, NOON + 90 * DAY)

    assert found.hours == found.days == []
    assert found.counters > 0


async def test_an_erased_conversation_stays_as_it_was_judged(database):
    events = events_of(30, seed=10)
    await store_all(database, events)
    await settle(database, LATER)
    before = await counters(database, "day")
    subject = Subject("acme", "u-7", lanes=tuple(f"acme:c-{i}" for i in range(100)))

    for each in collections(facts_days=400):
        if each.of_user is not None:
            await database[each.name].update_many(
                each.of_user.find(subject), each.of_user.blank
            )
    await database.analytics_turns.update_many({}, {"$set": {"text": ""}})
    await store_all(database, [events[0]])
    await database.analytics_news.insert_one(
        {"app_id": "acme", "conversation_id": "c-1", "at": LATER}
    )
    await settle(database, LATER + DAY)

    assert await counters(database, "day") == before
    texts = await database.analytics_outcomes.distinct("text")
    assert texts == [""]


async def test_nothing_is_judged_of_a_conversation_that_is_being_erased(database):
    chat = Chat()
    chat.answer(chat.ask("my secret words"))
    await store_all(database, chat.events)
    settler = make_settler(database, LATER)
    due = await settler.outcomes.due(LATER, limit=50)
    erasure = MongoOutcomeErasure(
        database, clock=settler.clock, retention=timedelta(days=400)
    )
    await erasure.let_be(Subject("acme", "u-7", lanes=("acme:c-1",)))

    await settler.outcomes.settle(due, lambda told: judge(*told, now=LATER), now=LATER)

    assert await stored(database) == {}


async def test_the_audit_finds_planted_false_claims(database):
    """Three answers did not stand: turned down, asked again, and handed over."""
    true = [Chat(f"true-{i}", user=f"t-{i}") for i in range(5)]
    for chat in true:
        chat.answer(chat.ask(), "uploads")
        chat.say("thanks")
    turned_down, back, handed = (Chat(f"false-{i}", user=f"f-{i}") for i in range(3))
    turned_down.admit(
        turned_down.rate(turned_down.answer(turned_down.ask())), "answer_rejected"
    )
    back.answer(back.ask())
    back.wait(2 * DAY)
    back.answer(back.ask())
    asked = handed.ask()
    handed.rate(handed.answer(asked))
    handed.hand_over(asked, "answer_rejected")
    chats = [*true, turned_down, back, handed]
    await store_all(database, [event for chat in chats for event in chat.events])
    await settle(database, LATER)
    auditor = Auditor(MongoAudit(database))

    wanted = Wanted("acme", NOON - DAY, LATER, {"false_claim": True})
    rows, after = await auditor.page(wanted, limit=50, after=None)

    assert {row["conversation_id"] for row in rows} == {"false-0", "false-1", "false-2"}
    assert {row["came_of_it"] for row in rows} == {
        "abandoned",
        "came_back",
        "handed_over",
    }
    assert after is None


async def test_pages_of_the_audit_hold_each_request_once(database):
    events = events_of(60, seed=11)
    await store_all(database, events)
    await settle(database, LATER)
    auditor = Auditor(MongoAudit(database))
    wanted = Wanted("acme", NOON - DAY, LATER, {})
    seen, after = [], None

    while True:
        rows, after = await auditor.page(wanted, limit=7, after=after)
        seen += [row["_id"] for row in rows]
        if after is None:
            break

    assert sorted(seen) == sorted(await stored(database))


async def test_who_asked_for_a_person_is_reported_with_when_they_reached_one(database):
    chats = [Chat(f"c-{i}", user=f"u-{i}") for i in range(4)]
    for chat in chats:
        escalation = chat.hand_over(chat.press(), "asked_for_person")
        if chat is not chats[0]:
            chat.person(escalation)
    await store_all(database, [event for chat in chats for event in chat.events])
    await settle(database, LATER)

    found = await Auditor(MongoAudit(database)).people("acme", NOON - DAY, LATER)

    assert (found.asked, found.reached) == (4, 3)
    assert found.not_reached == {"waiting": 1}
    assert 20 * 60_000 <= found.median_ms <= 21 * 60_000
    assert found.p90_ms == found.median_ms


async def test_figures_by_any_key_add_up_to_all_of_them(database):
    events = events_of(60, seed=12)
    await store_all(database, events)
    await settle(database, LATER)
    breakdown = Breakdown(MongoGroups(database))
    every = await stored(database)

    for by in set(BreakdownBy) - {BreakdownBy.DESTINATION}:
        lines = await breakdown.lines("acme", by, NOON - DAY, LATER)

        assert sum(line.requests for line in lines) == len(every), by
        assert sum(line.figures.dead_ends for line in lines) == sum(
            row["dead_end"] for row in every.values()
        ), by
    reasons = {
        line.key
        for line in await breakdown.lines("acme", BreakdownBy.REASON, NOON, LATER)
    }
    assert {None, "no_match", "asked_for_person"} <= reasons
