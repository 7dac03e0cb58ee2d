"""Whom a note is for, and what it says: their own question, in their language."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.analytics.domain.gaps.closing import (
    GapStatus,
    Outcome,
    Verdict,
    case_id_of,
)
from services.analytics.domain.gaps.notes import LeftOut, NotYet, check_allowed
from shared.errors import Permanent
from tests.analytics.closing.fakes import APP, GAP, case
from tests.analytics.closing.telling_fakes import Telling, affected
from tests.support.fakes import NOON


def world(*found) -> Telling:
    made = Telling()
    made.users.found = list(found)
    return made


async def test_each_user_reads_their_own_question_and_number():
    plan = await world(affected(1), affected(2)).preview()

    said = "You asked us ({}): “{}” This works now. If you still need it, just ask "
    assert [each.text for each in plan.notes] == [
        said.format("ESC-1001", "How big may file 1 be?") + "again here.",
        said.format("ESC-1002", "How big may file 2 be?") + "again here.",
    ]


@pytest.mark.parametrize(
    ("language", "begins"),
    [("de-AT", "Sie hatten uns gefragt"), ("fr", "Vous nous"), ("ja", "You asked us")],
)
async def test_our_own_text_is_in_the_users_language(language, begins):
    plan = await world(affected(1, language=language)).preview()

    assert plan.notes[0].text.startswith(begins)


async def test_the_apps_own_text_is_told_with_its_variables():
    plan = await world(affected(1)).preview("{app}: “{question}” is solved ({number}).")

    assert plan.notes[0].text == "Acme: “How big may file 1 be?” is solved (ESC-1001)."


async def test_a_text_that_quotes_nothing_has_the_question_before_it():
    plan = await world(affected(1)).preview("We added a guide.")

    assert plan.notes[0].text == "“How big may file 1 be?”\n\nWe added a guide."


async def test_a_long_question_is_quoted_as_far_as_people_read():
    plan = await world(affected(1, text="word " * 500)).preview()

    assert len(plan.notes[0].text) < 450
    assert "…" in plan.notes[0].text


async def test_braces_in_a_users_words_are_no_variables():
    plan = await world(affected(1, text="What is {number} and {{x}}?")).preview()

    assert "“What is {number} and {{x}}?”" in plan.notes[0].text


async def test_a_user_with_many_escalations_gets_one_note_of_the_newest():
    plan = await world(
        affected(1, user_id="u"), affected(2, user_id="u"), affected(3, user_id="u")
    ).preview()

    assert [each.escalation_id for each in plan.notes] == ["esc-1"]


async def test_nameless_users_are_told_by_conversation():
    plan = await world(
        affected(1, user_id=None),
        affected(2, user_id=None),
        affected(3, user_id=None, conversation_id="c-2"),
    ).preview()

    assert [each.conversation_id for each in plan.notes] == ["c-1", "c-2"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"withdrawn": True}, LeftOut.WITHDRAWN),
        ({"text": "", "user_id": None}, LeftOut.ERASED),
        ({"at": NOON - timedelta(days=31)}, LeftOut.CONVERSATION_EXPIRED),
        ({"number": ""}, LeftOut.NO_TEXT),
    ],
)
async def test_who_cannot_or_must_not_be_told_is_left_out_with_why(change, reason):
    plan = await world(replace(affected(1), **change), affected(2)).preview()

    assert [each.escalation_id for each in plan.notes] == ["esc-2"]
    assert [each.reason for each in plan.left_out] == [reason]


async def test_who_wants_no_notes_is_left_out():
    made = world(affected(1), affected(2))
    made.users.out = {"u-1"}

    plan = await made.preview()

    assert [each.reason for each in plan.left_out] == [LeftOut.OPTED_OUT]


async def test_an_older_request_that_stands_counts_where_the_newest_was_taken_back():
    plan = await world(
        affected(1, user_id="u", withdrawn=True), affected(2, user_id="u")
    ).preview()

    assert [each.escalation_id for each in plan.notes] == ["esc-2"]


async def test_who_was_told_of_a_part_of_the_gap_is_not_told_again():
    made = world(affected(1), affected(2))
    made.gaps.put("verified")
    merged = made.gaps.gaps[GAP]
    made.gaps.gaps["p-old"] = replace(merged, gap_id="p-old")
    made.users.found = [affected(1)]
    await made.notifier.notify(APP, "p-old", None, by="bo")
    made.gaps.parts[GAP] = ["p-old"]
    made.users.found = [affected(1), affected(2)]

    plan = await made.preview()

    assert [each.user_id for each in plan.notes] == ["u-2"]
    assert [each.reason for each in plan.left_out] == [LeftOut.ALREADY_TOLD]


async def test_whose_own_question_is_not_answered_is_left_out():
    made = world(affected(1), affected(2), affected(3, user_id="u-2"))
    for number, outcome in ((1, Outcome.UNRESOLVED), (2, Outcome.UNRESOLVED)):
        text = affected(number).text
        verdict = Verdict(case_id_of(APP, GAP, text), outcome)
        await made.suite.add(APP, GAP, [case(text, number)])
        await made.suite.judge(APP, GAP, [verdict], at=NOON)

    plan = await made.preview()

    assert [each.escalation_id for each in plan.notes] == ["esc-3"]
    assert [each.reason for each in plan.left_out] == [LeftOut.NOT_ANSWERED]


async def test_a_preview_keeps_and_tells_nothing():
    made = world(affected(1))

    await made.preview()
    await made.rounds(3)

    assert made.notes.rows == {}
    assert made.told() == {}


@pytest.mark.parametrize(
    ("status", "cause", "force", "why"),
    [
        ("verified", "documentation", False, None),
        ("fixed", "bug", False, None),
        ("fixed", "documentation", False, NotYet.NOT_VERIFIED),
        ("fixed", "documentation", True, None),
        ("open", "documentation", True, NotYet.NOT_VERIFIED),
        ("ignored", "bug", False, NotYet.NOT_VERIFIED),
        ("regressed", "bug", True, NotYet.REGRESSED),
    ],
)
def test_nobody_is_told_what_nothing_has_shown(status, cause, force, why):
    assert check_allowed(GapStatus(status), cause, force=force) is why


async def test_a_gap_that_is_not_verified_can_be_previewed_and_not_told():
    made = world(affected(1))
    made.gaps.put("open")

    plan = await made.preview()
    with pytest.raises(Permanent) as refused:
        await made.notify()

    assert plan.not_yet is NotYet.NOT_VERIFIED
    assert len(plan.notes) == 1
    assert refused.value.reason == "not_verified"
    assert made.notes.rows == {}


async def test_an_unknown_gap_has_nobody_to_tell():
    with pytest.raises(Permanent, match="there is no gap"):
        await world(affected(1)).notifier.notify(APP, "p-unknown", None, by="bo")
