"""Losses of each kind are found and made good once; a whole system has none."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from services.escalator.escalate.drafting.documents import ESCALATIONS
from shared import topics
from shared.errors import Transient
from tests.escalator.audit.auditing import Desk
from tests.escalator.world import APP, World

SETTLED = 31
"""Seconds after which a decision is compared with the topics."""
Plant = Callable[[Desk, str], Awaitable[None]]


async def opened() -> tuple[Desk, str]:
    """Return a desk with one escalation, opened just now."""
    desk = Desk(World())
    escalation = await desk.world.escalate()
    return desk, escalation["escalation_id"]


def timer_of(desk: Desk, kind: str) -> str:
    """Lose the timer of that kind; return its id."""
    (timer,) = [each for each in desk.planted.stored_timers if each.kind == kind]
    desk.planted.timers.add(timer.timer_id)
    return timer.timer_id


async def lose_opening(desk: Desk, _: str) -> None:
    desk.planted.lose_outputs(topics.ESCALATION_OPENED.name)


async def lose_request(desk: Desk, _: str) -> None:
    desk.planted.lose_outputs(topics.NOTIFICATION_REQUESTED.name)


async def lose_updates(desk: Desk, _: str) -> None:
    await desk.world.feed(desk.world.of_delivered(desk.world.requests[0]))
    desk.planted.lose_outputs(topics.ESCALATION_UPDATED.name)


async def lose_replies(desk: Desk, _: str) -> None:
    await desk.world.feed(desk.world.of_delivered(desk.world.requests[0]))
    desk.planted.lose_outputs(topics.CONVERSATION_REPLIES.name)


async def lose_proof_wait(desk: Desk, _: str) -> None:
    timer_of(desk, "proof_wait")


async def lose_snooze_end(desk: Desk, escalation_id: str) -> None:
    until = desk.world.clock.now() + timedelta(hours=1)
    await desk.world.order(escalation_id, "snooze", until=until)
    timer_of(desk, "snooze_end")


async def lose_level(desk: Desk, escalation_id: str) -> None:
    within = {"within": "30m", "levels": [{"destinations": ["lead"]}]}
    desk.world.prefer(acknowledgement=within)
    await desk.world.order(escalation_id, "claim")
    await desk.world.order(escalation_id, "unassign")
    timer_of(desk, "level_due")


async def lose_trigger_wait(desk: Desk, _: str) -> None:
    desk.world.conversation_id = "c-other"
    await desk.world.leave_unresolved("e-never-seen", text="help")
    timer_of(desk, "trigger_wait")


async def lose_row(desk: Desk, escalation_id: str) -> None:
    desk.planted.rows[escalation_id] = None


async def set_row_back(desk: Desk, escalation_id: str) -> None:
    row = dict(desk.world.documents(ESCALATIONS)[escalation_id])
    await desk.world.order(escalation_id, "acknowledge")
    desk.planted.rows[escalation_id] = row


async def skip_request(desk: Desk, _: str) -> None:
    desk.world.conversation_id = "c-skipped"
    await desk.world.say("e-skipped", "Nobody hears me")
    desk.planted.unread.append(desk.world.of_unresolved("e-skipped", text="help"))


LOSSES: dict[str, tuple[Plant, list[tuple[str, str]]]] = {
    "an opening": (lose_opening, [("output_unpublished", "escalation.opened")]),
    "a request": (lose_request, [("output_unpublished", "notification.requested")]),
    "changes": (lose_updates, [("output_unpublished", "escalation.updated")]),
    "replies": (lose_replies, [("output_unpublished", "conversation.replies")]),
    "the proof's wait": (lose_proof_wait, [("timer_missing", "proof_wait")]),
    "a snooze's end": (lose_snooze_end, [("timer_missing", "snooze_end")]),
    "a level": (lose_level, [("timer_missing", "level_due")]),
    "a trigger's wait": (lose_trigger_wait, [("timer_missing", "trigger_wait")]),
    "a row": (lose_row, [("escalation_unlisted", "revision 0")]),
    "a row's revision": (set_row_back, [("escalation_outdated", "revision 1")]),
    "a read request": (
        skip_request,
        [("request_undecided", "conversation.unresolved")],
    ),
}


@pytest.mark.parametrize(("plant", "kinds"), LOSSES.values(), ids=LOSSES)
async def test_a_planted_loss_is_found_once_and_made_good(
    plant: Plant, kinds: list[tuple[str, str]]
) -> None:
    desk, escalation_id = await opened()
    await plant(desk, escalation_id)

    found = await desk.audit(after=SETTLED)
    again = await desk.audit(after=SETTLED)

    assert found == kinds
    assert again == kinds
    assert [row["times"] for row in desk.log.findings.values()] == [1]
    assert len(await desk.log.open(limit=9)) == 0
    assert len(desk.repairs.done) == (0 if plant is skip_request else 1)


async def test_what_is_whole_has_no_finding_whatever_its_users_and_people_do() -> None:
    desk, escalation_id = await opened()
    world = desk.world
    world.prefer(
        acknowledgement={
            "within": "30m",
            "levels": [{"destinations": ["lead"]}],
            "claim_for": "1h",
        }
    )
    findings = [await desk.audit(after=SETTLED)]
    await world.wait(5)
    await world.feed(world.of_delivered(world.requests[0]))
    findings.append(await desk.audit(after=SETTLED))
    for command in ("acknowledge", "reply", "resolve", "reopen", "claim", "unassign"):
        await world.order(escalation_id, command, text="On it.")
        findings.append(await desk.audit(after=SETTLED))
    until = world.clock.now() + timedelta(minutes=10)
    await world.order(escalation_id, "snooze", until=until)
    findings.append(await desk.audit(after=SETTLED))
    await world.wait(900)
    findings.append(await desk.audit(after=SETTLED))

    assert findings == [[]] * len(findings)
    assert desk.repairs.done == []


async def test_a_user_who_was_never_told_is_told_once() -> None:
    desk, _ = await opened()
    timer_of(desk, "proof_wait")

    found = await desk.audit(after=120)
    await desk.fire()
    await desk.audit(after=SETTLED)
    await desk.fire()

    assert found == [("user_untold", "proof_wait")]
    assert desk.world.told == [("handoff", "saved")]


async def test_a_timer_that_is_only_late_is_no_loss() -> None:
    desk, _ = await opened()

    found = await desk.audit(after=3600 / 7)

    assert found == []


async def test_a_delivery_nobody_speaks_of_is_asked_for_again_and_more_rarely() -> None:
    desk, _ = await opened()
    await desk.world.wait(5)
    (request,) = desk.world.requests

    asked = []
    for _ in range(8):  # every five minutes
        await desk.audit(after=300)
        asked.append(desk.repairs.done.count("publish"))

    assert asked == [0, 1, 1, 1, 1, 1, 2, 2]
    assert desk.log.kinds == [("delivery_unanswered", "no_outcome")]
    assert desk.world.requests == [request]
    assert len(await desk.log.open(limit=9)) == 0


async def test_a_delivery_that_is_silenced_or_closed_is_not_asked_for() -> None:
    desk, escalation_id = await opened()
    await desk.world.wait(5)
    await desk.world.order(escalation_id, "resolve")

    found = await desk.audit(after=3600)

    assert found == []


async def test_what_the_runtime_has_yet_to_publish_is_lag_and_looked_at_later() -> None:
    desk, _ = await opened()
    desk.planted.lose_outputs(topics.ESCALATION_OPENED.name)
    desk.decisions.at_work = set(desk.world.ledger.entries)
    waiting = await desk.audit(after=SETTLED)
    desk.decisions.at_work = set()
    later = await desk.audit(after=SETTLED)

    assert waiting == []
    assert later == [("output_unpublished", "escalation.opened")]


async def test_where_the_topics_could_not_be_read_nothing_counts_as_lost() -> None:
    desk, _ = await opened()
    desk.planted.lose_outputs(topics.ESCALATION_OPENED.name)
    desk.topics.knows = False
    unknown = await desk.audit(after=SETTLED)
    desk.topics.knows = True

    assert unknown == []
    assert await desk.audit(after=1) == [("output_unpublished", "escalation.opened")]


async def test_what_cannot_be_made_good_stays_unaccounted_until_it_is() -> None:
    desk, escalation_id = await opened()
    desk.planted.rows[escalation_id] = None
    desk.repairs.failing = [Transient("mongo_unavailable")]
    await desk.audit(after=SETTLED)
    waiting = await desk.log.open(limit=9)
    told = list(desk.told)
    await desk.audit(after=SETTLED)

    assert len(waiting) == 1
    assert told == []
    assert await desk.log.open(limit=9) == []
    assert len(desk.told) == 1


async def test_an_instance_that_does_not_hold_the_audit_does_nothing() -> None:
    desk, escalation_id = await opened()
    desk.planted.rows[escalation_id] = None
    desk.log.held = False

    assert await desk.audit(after=SETTLED) == []
    assert desk.told == []


async def test_a_heartbeat_that_nobody_takes_stops_nothing() -> None:
    desk, _ = await opened()
    desk.failing = [OSError("the far side answered 503")]
    await desk.audit(after=SETTLED)
    await desk.audit(after=SETTLED)

    assert [each["unaccounted"] for each in desk.told] == [0]


async def test_a_claim_whose_holder_is_silent_is_given_back_though_its_timer_is_lost() -> (
    None
):
    desk, escalation_id = await opened()
    desk.world.prefer(acknowledgement={"claim_for": "1h"})
    await desk.world.order(escalation_id, "claim")
    timer_of(desk, "claim_end")

    early = await desk.audit(after=600)
    late = await desk.audit(after=3600)
    await desk.fire()

    assert [each for each in early if each[0] == "timer_missing"] == []
    assert ("timer_missing", "claim_end") in late
    assert desk.world.reasons[-1] == "released"


async def test_a_decision_while_we_looked_makes_what_was_found_old() -> None:
    desk, escalation_id = await opened()
    desk.planted.rows[escalation_id] = None
    known = desk.decisions.numbers

    async def decided_since(lanes: list[str]) -> dict[str, int]:
        return {lane: number + 1 for lane, number in (await known(lanes)).items()}

    desk.decisions.numbers = decided_since  # type: ignore[method-assign,assignment]

    assert await desk.audit(after=SETTLED) == []


async def test_what_a_deleted_app_has_lost_is_nobodys_loss():
    desk, escalation_id = await opened()
    await lose_opening(desk, escalation_id)
    apps = desk.world.apps.known
    apps[APP] = apps[APP].model_copy(update={"status": "deleted"})

    found = await desk.audit(after=SETTLED)

    assert found == []
    assert desk.repairs.done == []
