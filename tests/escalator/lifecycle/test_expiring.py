"""What nobody took for too long ends, with notice to both sides; a claim never does."""

from typing import Any

import pytest

from services.escalator.escalate.acknowledgement.expiring import Expirer
from services.escalator.escalate.lifecycle.orders import Order
from shared.errors import Permanent
from tests.escalator.desk import Office
from tests.escalator.lifecycle.looking import FakeUnclaimed
from tests.escalator.world import World

DAY = 86_400


def expirer_of(world: World) -> Expirer:
    async def submit(record: Any) -> object:
        world.conversation_id = record.lane.partition(":")[2]
        return await world.feed(record)

    return Expirer(FakeUnclaimed(world), world.apps, submit, world.clock)


async def waiting(**settings: Any) -> tuple[World, str]:
    """Return a world with one delivered escalation that nobody has."""
    world = World()
    world.prefer(**settings)
    escalation_id = (await world.escalate())["escalation_id"]
    await world.feed(world.of_delivered(world.requests[0]))
    return world, escalation_id


async def test_what_nobody_took_expires_and_both_sides_hear_it():
    world, escalation_id = await waiting(unclaimed_after="14d")
    expirer = expirer_of(world)
    await expirer.round()
    before = world.stored(escalation_id)["status"]
    world.clock.forward(seconds=14 * DAY)

    await expirer.round()

    update = world.updates[-1]
    assert before == "open"
    assert (update["to"], update["actor"]) == ("expired", "handrail")
    assert world.told[-1] == ("receipt", "expired")
    assert world.requests[-1]["news"] == "expired"
    assert world.stored(escalation_id)["closed_at"] is not None


async def test_two_who_look_at_once_end_it_once():
    world, _ = await waiting(unclaimed_after="1d")
    world.clock.forward(seconds=DAY)

    await expirer_of(world).round()
    await expirer_of(world).round()

    assert world.told.count(("receipt", "expired")) == 1


@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("acknowledge", {}),
        ("claim", {}),
        ("assign", {"assignee": "Cy"}),
        ("reply", {"text": "Words"}),
    ],
)
async def test_what_a_person_has_never_expires(command, more):
    world, escalation_id = await waiting(
        unclaimed_after="1d", acknowledgement={"claim_for": None}
    )
    await world.order(escalation_id, command, **more)
    world.clock.forward(seconds=400 * DAY)

    await expirer_of(world).round()

    assert world.stored(escalation_id)["status"] != "expired"


async def test_the_time_begins_again_with_what_nobody_has_again():
    world, escalation_id = await waiting(unclaimed_after="2d")
    await world.order(escalation_id, "claim")
    world.clock.forward(seconds=DAY)
    await world.order(escalation_id, "unassign")
    expirer = expirer_of(world)

    world.clock.forward(seconds=DAY)
    await expirer.round()
    early = world.stored(escalation_id)["status"]
    world.clock.forward(seconds=DAY)
    await expirer.round()

    assert early == "open"
    assert world.stored(escalation_id)["status"] == "expired"


async def test_a_shorter_setting_holds_for_what_is_open_already():
    world, escalation_id = await waiting(unclaimed_after="14d")
    expirer = expirer_of(world)
    world.clock.forward(seconds=DAY)
    await expirer.round()

    world.prefer(unclaimed_after="1d")
    await expirer.round()

    assert world.stored(escalation_id)["status"] == "expired"


async def test_null_is_never():
    world, escalation_id = await waiting(unclaimed_after=None)
    world.clock.forward(seconds=4000 * DAY)

    await expirer_of(world).round()

    assert world.stored(escalation_id)["status"] == "open"


async def test_a_row_that_is_older_than_the_state_ends_nothing():
    world, escalation_id = await waiting(unclaimed_after="1d")
    await world.order(escalation_id, "claim")
    order = Order(
        command="expire", escalation_id=escalation_id, actor="handrail", key="1"
    )

    with pytest.raises(Permanent) as refused:
        await world.feed(world.record("command", order, "expire-1"))

    assert refused.value.reason == "impossible_transition"


async def test_who_is_merged_into_what_expired_hears_it_too():
    world, kept = await waiting(unclaimed_after="1d")
    world.conversation_id = "c-43"
    await world.say("m-1", "Me too")
    await world.leave_unresolved("m-1", text="Me too")
    merged = world.opened[-1]["escalation_id"]
    await world.order(
        merged, "merge", into=kept, into_number="ESC-1001", into_lane="acme:c-42"
    )
    await world.wait(1)
    world.clock.forward(seconds=DAY)

    await expirer_of(world).round()
    await world.wait(1)

    told = {
        each["conversation_id"]
        for each in world.replies
        if each.get("status") == "expired"
    }
    assert told == {"c-42", "c-43"}


async def test_a_user_who_writes_after_it_expired_asks_afresh():
    world, _ = await waiting(unclaimed_after="1d")
    world.clock.forward(seconds=DAY)
    await expirer_of(world).round()

    await world.say("e-2", "Anybody?")

    assert await world.leave_unresolved("e-2", text="Anybody?") == "opened"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ({"reopen_within": "12h", "unclaimed_after": "3d"}, ("12h", "3d")),
        ({"unclaimed_after": None}, ("72h", None)),
        ({"reopen_within": "0s"}, ("0s", "14d")),
    ],
)
async def test_the_spans_are_settings(body, shown):
    office = Office()
    key = await office.key()

    answer = await office.ask("PUT", "/v1/settings", key, json=body)

    stored = answer.json()
    assert (stored["reopen_within"], stored["unclaimed_after"]) == shown


@pytest.mark.parametrize(
    "body", [{"unclaimed_after": "0s"}, {"unclaimed_after": "x"}, {"reopen_within": 3}]
)
async def test_spans_that_mean_nothing_are_refused(body):
    office = Office()
    key = await office.key()

    answer = await office.ask("PUT", "/v1/settings", key, json=body)

    assert answer.status_code == 422
