"""The verb among fakes: one delivery, its passes, crashes and doubles."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from services.notifier.deliver.deliverer import LeaseLostError
from services.notifier.domain.delivery import Status
from services.notifier.domain.destination import Destination
from services.notifier.domain.outcomes import Accepted, Deferred, Reason, Refused
from shared.events import NotificationDelivered, NotificationFailed
from tests.notifier.letters import make_delivery
from tests.notifier.world import OK, TEAM, CrashError, World
from tests.support.fakes import NOON

LATER = Deferred(Reason.TEMPORARY_FAILURE, "451 4.7.1 greylisted")
NEVER = Refused(Reason.RECIPIENT_REFUSED, "550 5.1.1 unknown")
AWAY = Deferred(Reason.CONNECT_FAILED, "connection refused")
ME = "team@acme.test"
DELIVERED, FAILED = "notification.delivered", "notification.failed"


def world_with(*to: str) -> World:
    world = World()
    world.destinations.put(replace(TEAM, to=to or (ME,)))
    return world


async def deliver(world: World, **changes: object) -> object:
    """Store one delivery, deliver it once, publish its news."""
    found = await world.verb.deliver(await world.ask(make_delivery(NOON, **changes)))
    await world.announce()
    return found


async def test_what_the_far_side_accepted_is_announced_with_its_proof() -> None:
    world = world_with()

    delivery = await deliver(world)

    assert delivery.status is Status.DELIVERED
    (news,) = world.publisher.on(DELIVERED)
    event = NotificationDelivered.model_validate_json(news.value)
    assert event.proof == "250 2.0.0 Ok"
    assert (event.recipients, event.refused, event.attempts) == ([ME], [], 1)
    assert event.message_id == world.sent_to(ME)[0]
    assert dict(news.headers)["ce_id"] == delivery.delivery_id.encode()
    assert news.key == b"acme:c-42"
    assert world.deliveries.outbox == {}


async def test_what_is_refused_for_good_is_announced_as_failed() -> None:
    world = world_with()
    world.channel.script(ME, NEVER)

    delivery = await deliver(world)

    assert delivery.status is Status.DEAD
    (news,) = world.publisher.on(FAILED)
    event = NotificationFailed.model_validate_json(news.value)
    assert (event.reason, event.error) == ("recipient_refused", "550 5.1.1 unknown")


async def test_greylisting_costs_one_retry_with_the_same_message_id() -> None:
    world = world_with()
    world.channel.script(ME, LATER)
    first = await deliver(world)
    assert (first.status, first.due_at) == (Status.RETRY, NOON + timedelta(seconds=5))
    assert world.publisher.published == []

    assert await world.run_due() == []
    world.clock.forward(seconds=5)
    (second,) = await world.run_due()
    await world.announce()

    assert second.status is Status.DELIVERED
    assert len(set(world.sent_to(ME))) == 1
    assert len(world.publisher.on(DELIVERED)) == 1


async def test_the_first_acceptance_is_told_and_the_others_go_on() -> None:
    world = world_with("a@x.test", "b@x.test", "c@x.test")
    world.channel.script("a@x.test", NEVER)
    world.channel.script("c@x.test", LATER)
    first = await deliver(world)
    assert first.status is Status.RETRY
    (news,) = world.publisher.on(DELIVERED)
    event = orjson.loads(news.value)
    assert (event["recipients"], event["refused"]) == (["b@x.test"], ["a@x.test"])

    world.clock.forward(seconds=6)
    (second,) = await world.run_due()
    await world.announce()

    assert second.status is Status.DELIVERED
    assert len(world.publisher.on(DELIVERED)) == 1
    assert world.publisher.on(FAILED) == []
    assert [len(world.sent_to(f"{each}@x.test")) for each in "abc"] == [1, 1, 2]


async def test_a_slow_second_recipient_does_not_hold_the_news_back() -> None:
    world = world_with("a@x.test", "slow@x.test")
    told = asyncio.Event()

    async def slow() -> Accepted:
        # It answers only once the news of the first is out: patience would hang here.
        await asyncio.wait_for(told.wait(), 5)
        return OK

    world.channel.script("slow@x.test", slow)
    ours = await world.ask(make_delivery(NOON))
    sending = asyncio.create_task(world.verb.deliver(ours))
    while not world.deliveries.outbox:
        await asyncio.sleep(0.02)
    await world.announce()
    told.set()
    delivery = await sending

    assert delivery.status is Status.DELIVERED
    (news,) = world.publisher.on(DELIVERED)
    assert orjson.loads(news.value)["recipients"] == ["a@x.test"]
    assert world.deliveries.outbox == {}


async def test_when_the_whole_relay_is_away_the_other_recipients_are_not_tried() -> (
    None
):
    world = world_with("a@x.test", "b@x.test")
    world.channel.script("a@x.test", AWAY)

    delivery = await deliver(world)

    assert (delivery.status, delivery.reason) == (Status.RETRY, Reason.CONNECT_FAILED)
    assert world.sent_to("b@x.test") == []


async def test_without_a_destination_it_waits_and_goes_out_when_there_is_one() -> None:
    world = World()
    waiting = await deliver(world)
    assert (waiting.status, waiting.reason) == (Status.WAITING, Reason.NO_DESTINATION)
    world.clock.forward(days=30)
    assert await world.run_due() == []

    world.destinations.put(TEAM)
    await world.deliveries.wake_waiting("acme", "team-mail")
    (found,) = await world.run_due()

    assert found.status is Status.DELIVERED


async def test_what_waited_too_long_for_a_destination_is_given_up_and_told() -> None:
    world = World()
    waiting = await deliver(world)
    assert waiting.status is Status.WAITING

    world.clock.forward(days=91)
    await world.deliveries.wake_waiting("acme", "team-mail")
    (dead,) = await world.run_due()
    await world.announce()

    assert (dead.status, dead.reason) == (Status.DEAD, Reason.NO_DESTINATION)
    assert dead.closed_at == world.clock.now()
    (news,) = world.publisher.on(FAILED)
    assert NotificationFailed.model_validate_json(news.value).reason == "no_destination"


async def test_a_destination_put_between_look_and_write_is_not_missed() -> None:
    world = World()
    ours = await world.ask(make_delivery(NOON))
    save = world.deliveries.save

    async def put_meanwhile(*args: object) -> bool:
        world.destinations.put(TEAM)
        return await save(*args)

    world.deliveries.save = put_meanwhile  # type: ignore[method-assign]
    await world.verb.deliver(ours)

    assert world.deliveries.kept[ours.delivery_id].status is Status.PENDING


async def test_a_deleted_destination_makes_it_wait_again() -> None:
    world = world_with()
    world.channel.script(ME, LATER)
    await deliver(world)
    world.destinations.known.clear()
    world.clock.forward(seconds=10)

    (found,) = await world.run_due()

    assert found.status is Status.WAITING


async def test_later_news_waits_until_the_earlier_reached_somebody() -> None:
    world = world_with()
    world.channel.script(ME, LATER)
    await deliver(world)
    held = await deliver(world, revision=1, kind="message_added", text="More")
    assert (held.status, held.reason) == (Status.PENDING, Reason.BEHIND_EARLIER)
    assert len(world.channel.sent) == 1

    world.clock.forward(seconds=10)
    for each in await world.deliveries.claim(99):
        await world.verb.deliver(each)
    world.clock.forward(seconds=10)
    await world.run_due()

    kinds = [letter.request.kind for _, _, letter in world.channel.sent]
    assert kinds == ["opened", "opened", "message_added"]
    assert world.channel.sent[-1][2].earlier == (world.channel.sent[0][2].delivery_id,)


async def test_later_news_does_not_wait_for_a_dead_one() -> None:
    world = world_with()
    world.channel.script(ME, NEVER)
    await deliver(world)

    then = await deliver(world, revision=1, kind="message_added", text="More")

    assert then.status is Status.DELIVERED


async def test_a_full_mailbox_delays_later_news_only_for_itself() -> None:
    world = world_with("a@x.test", "full@x.test")
    world.channel.script("full@x.test", LATER)
    await deliver(world)
    then = await deliver(world, revision=1, kind="message_added", text="More")

    assert then.accepted_at is not None
    assert (then.status, then.reason) == (Status.PENDING, Reason.BEHIND_EARLIER)
    assert len(world.sent_to("full@x.test")) == 1

    world.clock.forward(seconds=10)
    await world.run_due()
    world.clock.forward(seconds=10)
    await world.run_due()
    order = [
        each.request.kind for to, _, each in world.channel.sent if to == "full@x.test"
    ]
    assert order == ["opened", "opened", "message_added"]


async def test_a_crash_after_acceptance_repeats_once_with_the_same_id() -> None:
    world = world_with()
    ours = await world.ask(make_delivery(NOON))
    world.deliveries.crash_before_save = True
    with pytest.raises(CrashError):
        await world.verb.deliver(ours)

    world.deliveries.crash_before_save = False
    again = await world.verb.deliver(world.deliveries.take_over(ours.delivery_id))
    await world.announce()

    assert again.status is Status.DELIVERED
    assert len(world.sent_to(ME)) == 2
    assert len(set(world.sent_to(ME))) == 1
    assert len(world.publisher.on(DELIVERED)) == 1


async def test_a_crash_among_recipients_repeats_only_the_one_in_flight() -> None:
    world = world_with("a@x.test", "b@x.test", "c@x.test")
    world.channel.script("b@x.test", CrashError())
    ours = await world.ask(make_delivery(NOON))
    with pytest.raises(CrashError):
        await world.verb.deliver(ours)

    found = await world.verb.deliver(world.deliveries.take_over(ours.delivery_id))

    assert found.status is Status.DELIVERED
    assert [len(world.sent_to(f"{each}@x.test")) for each in "abc"] == [1, 2, 1]


async def test_a_crash_between_write_and_publish_is_made_good_by_the_relay() -> None:
    world = world_with()
    await world.verb.deliver(await world.ask(make_delivery(NOON)))
    assert world.publisher.published == []
    stored = world.deliveries.outbox[next(iter(world.deliveries.outbox))]

    assert await world.announcer.relay() == 1

    assert world.publisher.published == stored
    assert world.deliveries.outbox == {}
    assert await world.announcer.relay() == 0


async def test_news_that_kafka_does_not_take_stays_for_the_relay() -> None:
    world = world_with()
    world.publisher.failing = 1
    await deliver(world)
    assert world.publisher.published == []

    await world.announcer.relay()

    assert len(world.publisher.on(DELIVERED)) == 1


async def test_a_zombie_with_an_old_token_writes_nothing_and_announces_nothing() -> (
    None
):
    world = world_with()
    zombie = await world.ask(make_delivery(NOON))
    owner = world.deliveries.take_over(zombie.delivery_id)
    await world.verb.deliver(owner)
    before = world.deliveries.kept[owner.delivery_id]

    with pytest.raises(LeaseLostError):
        await world.verb.deliver(zombie)

    await world.announce()
    assert world.deliveries.kept[owner.delivery_id] == before
    assert len(world.publisher.on(DELIVERED)) == 1


async def test_the_schedule_runs_out_after_its_tries_and_says_so() -> None:
    world = world_with()
    world.channel.script(ME, *[LATER] * 30)
    await deliver(world)
    while world.deliveries.kept and (
        (left := next(iter(world.deliveries.kept.values()))).status is Status.RETRY
    ):
        world.clock.at = left.due_at
        await world.run_due()
    await world.announce()

    assert len(world.sent_to(ME)) == 16
    assert left.reason == Reason.RETRIES_EXHAUSTED
    assert timedelta(hours=119) < world.clock.at - NOON < timedelta(hours=121)
    (news,) = world.publisher.on(FAILED)
    assert orjson.loads(news.value)["error"] == LATER.detail


async def test_an_open_circuit_puts_back_without_counting_a_try() -> None:
    world = world_with()
    world.channel.script(ME, *[AWAY] * 5)
    for revision in range(5):
        conversation = f"c-{revision}"
        await deliver(world, conversation_id=conversation, delivery_id=f"d-{revision}")
    assert len(world.channel.sent) == 5

    held = await deliver(world, conversation_id="c-9", delivery_id="d-9")

    assert (held.status, held.reason) == (Status.RETRY, Reason.CIRCUIT_OPEN)
    assert (held.tries, held.step) == (0, 0)
    assert len(world.channel.sent) == 5
    world.clock.forward(seconds=11)
    await world.run_due()
    assert ("email",) in world.deliveries.woken


async def test_a_letter_that_cannot_be_rendered_harms_nobody_else() -> None:
    world = world_with()

    def broken(letter: object, address: str) -> object:
        raise KeyError("template")

    world.channel.render = broken  # type: ignore[method-assign]
    delivery = await deliver(world)

    assert (delivery.status, delivery.reason) == (Status.RETRY, Reason.CANNOT_RENDER)


async def test_a_channel_that_fails_unexpectedly_is_tried_again() -> None:
    world = world_with()
    world.channel.script(ME, ValueError("a bug"))

    delivery = await deliver(world)

    assert (delivery.status, delivery.reason) == (Status.RETRY, Reason.UNEXPECTED_ERROR)


async def test_a_webhook_is_dead_after_fourteen_tries() -> None:
    world = World()
    hook = Destination("acme", "team-mail", "webhook", to=(ME,), url="https://x.test/")
    world.destinations.put(hook)
    world.channel.name = "webhook"
    world.channel.script(ME, *[Deferred(Reason.HTTP_ERROR, "500")] * 30)
    delivery = await deliver(world)
    while delivery.status is Status.RETRY:
        world.clock.at = delivery.due_at
        (delivery,) = await world.run_due()

    assert (delivery.status, delivery.tries) == (Status.DEAD, 14)
