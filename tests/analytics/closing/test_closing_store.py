"""Cases, replays, statuses and notes in a real MongoDB."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.analytics.domain.gaps.closing import (
    GapStatus,
    Outcome,
    Ruling,
    Score,
    Verdict,
)
from services.analytics.domain.gaps.notes import LeftOut, Note
from services.analytics.gaps.closing.ports import Change, Verification
from services.analytics.repository.gaps.members import MongoQuestions
from services.analytics.repository.gaps.notes import MongoNotes
from services.analytics.repository.gaps.statuses import MongoGaps
from services.analytics.repository.gaps.suite import MongoSuite
from services.analytics.repository.gaps.users import MongoUsers
from services.analytics.repository.gaps.verifications import MongoVerifications
from shared import ids
from tests.analytics.closing.fakes import APP, GAP, case
from tests.support.fakes import NOON

pytestmark = pytest.mark.integration
PROVEN = Ruling(GapStatus.VERIFIED, frozenset({"c-1"}))
NOTHING = Ruling(GapStatus.OPEN)
KEPT = timedelta(days=400)


async def put_pattern(database: Any, gap_id: str = GAP, **more: Any) -> None:
    row = {
        "_id": f"{APP}:{gap_id}",
        "app_id": APP,
        "pattern_id": gap_id,
        "status": "open",
        "representative": "esc-1",
        "history": [],
        "profile": {},
        "merged_into": None,
    }
    await database.analytics_patterns.insert_one(row | more)


async def put_member(database: Any, number: int, **more: Any) -> None:
    member = {
        "_id": f"esc-{number}",
        "app_id": APP,
        "pattern_id": GAP,
        "at": NOON - timedelta(hours=number),
        "conversation_id": f"c-{number}",
        "number": f"ESC-{1000 + number}",
        "user_id": f"u-{number}",
        "text": f"Question {number}",
        "language": "en",
    }
    member |= more
    await database.analytics_pattern_members.insert_one(member)
    fact = {
        "_id": ids.derive("escalation.opened", member["_id"]),
        "escalation_id": member["_id"],
        "reason": "no_match",
        "expire_at": NOON,
        "app_state": [{"path": "route", "value": "/files"}],
        **{
            name: member[name]
            for name in ("app_id", "at", "conversation_id", "user_id", "text")
        },
    }
    await database.analytics_escalations.insert_one(fact)


async def put_change(database: Any, number: int, to: str, revision: int) -> None:
    await database.analytics_escalation_changes.insert_one(
        {
            "_id": f"esc-{number}-{revision}",
            "app_id": APP,
            "escalation_id": f"esc-{number}",
            "revision": revision,
            "at": NOON,
            "conversation_id": f"c-{number}",
            "from": "open",
            "to": to,
            "expire_at": NOON,
        }
    )


def change(to: str, **more: Any) -> Change:
    return Change(GapStatus(to), NOON, "bo", "because", **more)


def verification(name: str = "v-1", minutes: int = 0) -> Verification:
    return Verification(
        verification_id=name,
        app_id=APP,
        gap_id=GAP,
        why="asked",
        asked_by="bo",
        requested_at=NOON + timedelta(minutes=minutes),
        parts=(("c-1", "c-2"), ("c-3",)),
        catalogue_version=7,
    )


async def test_questions_are_members_with_their_facts(database):
    for number in (1, 2, 3):
        await put_member(database, number)
    await put_member(database, 9, pattern_id="p-other")
    questions = MongoQuestions(database)

    newest = await questions.newest(APP, GAP, limit=2)
    named = await questions.named(APP, GAP, ["esc-3", "esc-9", "esc-1"])
    since = await questions.since(APP, GAP, NOON - timedelta(minutes=150), limit=9)

    assert [each.text for each in newest] == ["Question 1", "Question 2"]
    assert newest[0].reason == "no_match"
    assert newest[0].app_state == {"route": "/files"}
    assert newest[0].number == "ESC-1001"
    assert [each.escalation_id for each in named] == ["esc-3", "esc-1"]
    assert [each.escalation_id for each in since] == ["esc-2", "esc-1"]


async def test_a_case_is_kept_once_and_remembers_its_last_verdict(database):
    suite = MongoSuite(database, retention=KEPT)
    first, second = case("one", app_state={"a.b": "1"}), case("two", 2)
    await suite.add(APP, GAP, [first, second])
    await suite.add(APP, GAP, [case("one", 9)])

    verdict = Verdict(second.case_id, Outcome.UNRESOLVED, "no_match")
    await suite.judge(APP, GAP, [verdict], at=NOON)

    found = await suite.of(APP, GAP)
    assert [each.text for each in found] == ["two", "one"]
    assert found[0].last == verdict
    assert found[1].escalation_id == "esc-1"
    assert found[1].app_state == {"a.b": "1"}


async def test_each_part_of_a_replay_is_kept_the_first_time(database):
    kept = MongoVerifications(database, retention=KEPT)
    await kept.add(verification())
    resolved = [Verdict("c-1", Outcome.RESOLVED, score=0.9)]
    again = [Verdict("c-1", Outcome.UNRESOLVED)]

    first = await kept.take("v-1", 0, resolved, catalogue_version=7)
    await kept.take("v-1", 0, again, catalogue_version=8)
    both = await kept.take("v-1", 1, [], catalogue_version=6)

    assert first is not None
    assert both is not None
    assert first.parts_done == 1
    assert both.parts_done == 2
    assert list(both.verdicts) == resolved
    assert both.catalogue_version == 6
    assert await kept.take("v-none", 0, [], catalogue_version=1) is None


async def test_a_replay_that_was_not_published_is_found(database):
    kept = MongoVerifications(database, retention=KEPT)
    await kept.add(verification("v-1"))
    await kept.add(verification("v-2"))
    await kept.published("v-2")

    later = NOON + timedelta(minutes=1)
    found = await kept.unpublished(before=later)

    assert [each.verification_id for each in found] == ["v-1"]
    assert await kept.unpublished(before=NOON) == []
    assert await kept.count_open(APP, since=NOON) == 2


async def test_a_status_changes_from_what_it_may_be_and_is_remembered(database):
    await put_pattern(database)
    gaps = MongoGaps(database)
    gap = await gaps.get(APP, GAP)
    assert gap is not None

    done = await gaps.change(gap, change("verified"), of=[GapStatus.OPEN])
    again = await gaps.change(gap, change("verified"), of=[GapStatus.OPEN])

    assert (done, again) == (True, False)
    row = await database.analytics_patterns.find_one({"pattern_id": GAP})
    assert row["status"] == "verified"
    assert [(each["from"], each["to"]) for each in row["history"]] == [
        ("open", "verified")
    ]
    assert [each.gap_id for each in await gaps.proven(None, limit=10)] == [GAP]
    assert await gaps.proven("other", limit=10) == []


async def test_an_older_replay_is_not_noted_over_a_newer_one(database):
    await put_pattern(database)
    gaps = MongoGaps(database)
    gap = await gaps.get(APP, GAP)
    assert gap is not None

    assert await gaps.note_replay(gap, verification("v-2", 5), Score(2, 0, 0), PROVEN)
    assert not await gaps.note_replay(
        gap, verification("v-1", 0), Score(0, 2, 0), NOTHING
    )
    assert await gaps.note_replay(gap, verification("v-2", 5), Score(2, 0, 0), PROVEN)

    found = await gaps.get(APP, GAP)
    assert found is not None
    assert found.verified_at == NOON + timedelta(minutes=5)
    assert found.catalogue_version == 7
    assert found.answered == {"c-1"}


async def test_a_replay_is_claimed_by_one_of_many_instances(database):
    await put_pattern(database)
    gaps = MongoGaps(database)
    gap = await gaps.get(APP, GAP)
    assert gap is not None

    async def claim() -> bool:
        return await gaps.claim_replay(
            gap, 3, now=NOON, again_before=NOON - timedelta(minutes=10)
        )

    claims = await asyncio.gather(*(claim() for _ in range(8)))

    assert sum(claims) == 1


async def test_what_was_merged_into_a_gap_is_known(database):
    await put_pattern(database)
    await put_pattern(database, "p-2", merged_into=GAP)

    assert await MongoGaps(database).absorbed(APP, GAP) == ["p-2"]


async def test_affected_users_are_read_with_what_they_took_back(database):
    for number in (1, 2, 3):
        await put_member(database, number)
    await put_change(database, 2, "withdrawn", 1)
    await put_change(database, 3, "withdrawn", 1)
    await put_change(database, 3, "reopened", 2)

    found = await MongoUsers(database).affected(APP, GAP, limit=10)

    assert [each.withdrawn for each in found] == [False, True, False]
    assert [each.user_id for each in found] == ["u-1", "u-2", "u-3"]


async def test_who_wants_no_notes_is_remembered_until_they_do(database):
    users = MongoUsers(database)
    await users.opt_out(APP, "u-1", now=NOON)
    await users.opt_out(APP, "u-1", now=NOON)

    assert await users.opted_out(APP, ["u-1", "u-2"]) == {"u-1"}
    assert await users.opt_in(APP, "u-1")
    assert not await users.opt_in(APP, "u-1")
    assert await users.opted_out(APP, ["u-1"]) == set()


def note(number: int) -> Note:
    return Note(f"n-{number}", f"u-{number}", f"esc-{number}", f"c-{number}", "", "It")


async def test_a_note_is_kept_once_whoever_asks(database):
    notes = MongoNotes(database)

    async def add() -> int:
        found = [note(number) for number in range(50)]
        return await notes.add(APP, GAP, found, by="bo", now=NOON)

    added = await asyncio.gather(*(add() for _ in range(6)))

    assert sum(added) == 50
    assert len(await notes.known([f"n-{number}" for number in range(60)])) == 50


async def test_a_note_is_claimed_by_one_of_many_until_its_lease_is_over(database):
    notes = MongoNotes(database)
    await notes.add(APP, GAP, [note(1)], by="bo", now=NOON)
    until = NOON + timedelta(seconds=30)

    claims = await asyncio.gather(
        *(notes.claim(APP, now=NOON, until=until) for _ in range(8))
    )
    later = await notes.claim(APP, now=until, until=until + timedelta(seconds=30))

    (taken,) = [each for each in claims if each is not None]
    assert later is not None
    assert later.note_id == taken.note_id
    assert await notes.claimed_since(APP, NOON) == 1


async def test_what_ended_is_not_due_and_holds_no_words(database):
    notes = MongoNotes(database)
    await notes.add(APP, GAP, [note(1), note(2), note(3)], by="bo", now=NOON)
    assert await notes.apps_waiting(now=NOON) == [APP]
    until = NOON + timedelta(seconds=30)
    taken = [await notes.claim(APP, now=NOON, until=until) for _ in range(3)]
    sent, left_out, dropped = [each for each in taken if each is not None]

    await notes.sent(sent, now=NOON)
    await notes.leave_out(left_out, LeftOut.OPTED_OUT, now=NOON)
    await notes.drop(dropped)

    rows = await notes.page(APP, GAP, after=None, limit=10)
    assert [(row["state"], row["text"]) for row in rows] == [
        ("sent", ""),
        ("left_out", ""),
    ]
    assert await notes.apps_waiting(now=until) == []
