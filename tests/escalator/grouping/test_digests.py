"""Notifications that are folded, and users who hear the truth of it."""

from tests.escalator.grouping.storm_world import StormWorld

BY_APP = {"by": ["app"]}


async def two_in_one_digest() -> tuple[StormWorld, dict]:
    world = StormWorld(**BY_APP)
    for name in "ab":
        await world.open(name, text=f"Uploads fail for {name}")
    await world.pass_time(30)
    (digest,) = world.requests
    return world, digest


async def test_without_grouping_each_is_asked_for_at_once():
    world = StormWorld()
    await world.open("a")

    assert [each["kind"] for each in world.requests] == ["opened"]


async def test_a_group_of_one_is_the_notification_itself():
    world = StormWorld(**BY_APP)
    packet = await world.open("a")
    await world.pass_time(29)
    assert world.requests == []
    await world.pass_time(1)

    (request,) = world.requests
    assert (request["kind"], request["revision"]) == ("opened", 0)
    assert request["packet"] == packet


async def test_a_group_is_one_digest_with_every_id_and_number():
    world, request = await two_in_one_digest()

    digest = request["digest"]
    assert request["kind"] == "digest"
    assert digest["escalation_ids"] == [each["escalation_id"] for each in world.opened]
    assert digest["numbers"] == ["ESC-1001", "ESC-1002"]
    assert digest["summaries"] == ["Uploads fail for a", "Uploads fail for b"]
    assert digest["conversation_ids"] == ["c-a", "c-b"]
    assert (digest["count"], digest["group"]) == (2, "app=all")
    assert request["packet"]["summary"] == "2 requests: Uploads fail for a"


async def test_users_hear_saved_until_the_digest_that_lists_them_is_accepted():
    world, request = await two_in_one_digest()
    assert world.told_in("a") == world.told_in("b") == [("handoff", "saved")]
    await world.accept(request)

    for name in "ab":
        assert world.told_in(name) == [("handoff", "saved"), ("receipt", "delivered")]


async def test_a_digests_delivery_is_each_escalations_with_its_proof():
    world, request = await two_in_one_digest()
    await world.accept(request)

    for packet in world.opened:
        (delivery,) = world.stored(packet["escalation_id"])["deliveries"]
        assert (delivery["status"], delivery["proof"]) == ("delivered", "250 2.0.0 Ok")


async def test_a_digest_accepted_twice_is_told_once():
    world, request = await two_in_one_digest()
    await world.accept(request)
    replies = len(world.replies)
    await world.accept(request, message_id="again")

    assert len(world.replies) == replies


async def test_a_digest_that_is_given_up_is_said_so_to_each():
    world, request = await two_in_one_digest()
    world.conversation_id = request["conversation_id"]
    await world.feed(world.of_failed(request))
    await world.pass_time(0)

    assert world.told_in("b") == [("handoff", "saved"), ("receipt", "delayed")]


async def test_a_digest_of_many_is_told_in_bounded_batches():
    world = StormWorld(**BY_APP)
    for number in range(230):
        await world.open(str(number))
    await world.pass_time(40)
    (request,) = world.requests
    world.conversation_id = request["conversation_id"]
    (done,) = await world.feed(world.of_delivered(request))

    assert done.reason == "digest_delivered"
    told = [each for each in world.ledger.timers if each.kind == "listed"]
    assert len(told) == 200
    await world.pass_time(0)
    assert all(
        world.told_in(str(number))[-1] == ("receipt", "delivered")
        for number in range(230)
    )


async def test_a_crash_anywhere_on_the_way_loses_and_doubles_nothing():
    world = StormWorld(**BY_APP)
    for name in "ab":
        await world.open(name)
    # Every record once more, with nothing in memory, as after a crash on any line.
    for moment in (0, 30, 0, 10):
        await world.pass_time(moment)
        world.restart()
        for timer in list(world.ledger.timers):
            if timer.timer_id in world.fired:
                await world.feed(world.of_timer(timer))
    (request,) = world.requests
    await world.accept(request)

    assert len(world.requests) == 1
    assert world.told_in("a") == world.told_in("b")


async def test_later_words_of_a_listed_user_go_with_the_next_digest():
    world, request = await two_in_one_digest()
    await world.accept(request)
    world.conversation_id = "c-b"
    await world.say("e-more", "Still broken")
    assert len(world.requests) == 1
    await world.pass_time(300)

    news = world.requests[-1]["digest"]
    assert (news["news"], news["numbers"]) == (["message_added"], ["ESC-1002"])
    assert news["thread"] == request["digest"]["thread"]


async def test_later_words_go_to_the_holder_at_once():
    world, request = await two_in_one_digest()
    await world.accept(request)
    world.conversation_id = "c-b"
    await world.order(world.opened[1]["escalation_id"], "assign", assignee="Bo")
    await world.say("e-more", "Still broken")
    await world.pass_time(0)

    assert world.requests[-1]["kind"] == "message_added"


async def test_a_group_is_told_again_while_nobody_has_one_of_it():
    world, request = await two_in_one_digest()
    await world.accept(request)
    world.conversation_id = "c-a"
    await world.order(world.opened[0]["escalation_id"], "acknowledge")
    await world.pass_time(4 * 3600)

    again = world.requests[-1]
    assert again["digest"]["numbers"] == ["ESC-1002"]
    assert again["digest"]["repeat"]
    assert again["packet"]["summary"].startswith("1 request still waiting")
    world.conversation_id = "c-b"
    await world.order(world.opened[1]["escalation_id"], "acknowledge")
    await world.pass_time(9 * 3600)
    assert len(world.requests) == 2


async def test_what_a_digest_did_not_reach_is_one_digest_to_the_fallback():
    world = StormWorld(**BY_APP)
    route = {"destinations": ["team-mail"], "fallback": ["lead-mail"]}
    world.prefer(grouping=BY_APP, routes=[route])
    for name in "ab":
        await world.open(name)
    await world.pass_time(30)
    (digest,) = world.requests
    world.conversation_id = digest["conversation_id"]
    await world.feed(world.of_failed(digest))
    await world.pass_time(40)

    again = world.requests[-1]
    assert len(world.requests) == 2
    assert again["destination_id"] == "lead-mail"
    assert again["digest"]["numbers"] == ["ESC-1001", "ESC-1002"]
    await world.accept(again)
    assert world.told_in("a")[-1] == ("receipt", "delivered")


async def test_levels_that_hear_of_many_hear_of_them_in_one_digest():
    world = StormWorld(**BY_APP)
    levels = {"within": "10m", "levels": [{"destinations": ["lead-mail"]}]}
    world.prefer(grouping=BY_APP, acknowledgement=levels)
    for name in "ab":
        await world.open(name)
    await world.pass_time(30)
    await world.accept(world.requests[0])
    await world.pass_time(11 * 60)

    told = [each for each in world.requests if each["destination_id"] == "lead-mail"]
    assert [each["digest"]["numbers"] for each in told] == [["ESC-1001", "ESC-1002"]]
