"""A known issue: its users hear what is known, the team gets one thread of it."""

from datetime import timedelta
from typing import Any

import pytest

from shared.errors import Permanent
from shared.events import KnownIssue
from tests.escalator.grouping.storm_world import StormWorld
from tests.escalator.world import START

SINCE = START - timedelta(minutes=20)


def issue(**changes: Any) -> KnownIssue:
    facts = {"pattern_id": "p-1", "label": "Upload 500", "since": SINCE, "count": 15}
    return KnownIssue(**facts | changes)


async def known_issue(**changes: Any) -> StormWorld:
    world = StormWorld()
    world.noise.issues["p-1"] = issue(**changes)
    return world


async def joined(*names: str) -> StormWorld:
    """Return a world where these were opened, joined, and told to people."""
    world = await known_issue()
    for name in names:
        packet = await world.open(name)
        await world.assign(packet, "p-1", "Upload 500")
    await world.pass_time(40)
    return world


def said(world: StormWorld, name: str, status: str) -> list[str]:
    return [
        each["text"]
        for each in world.replies
        if each["conversation_id"] == f"c-{name}" and each.get("status") == status
    ]


async def test_the_user_hears_since_when_how_many_and_until_when():
    world = await known_issue(until=START + timedelta(hours=2))
    packet = await world.open("a")
    await world.assign(packet, "p-1")

    (text,) = said(world, "a", "known_issue")
    assert text == (
        "This is a problem that our team has known of since 09:40 UTC; 14"
        " other users have reported it. ESC-1001 is added to it. We expect to have"
        " news by 12:00 UTC."
    )


async def test_what_is_not_known_is_not_said():
    world = await known_issue(count=1)
    packet = await world.open("a")
    await world.assign(packet, "p-1")

    (text,) = said(world, "a", "known_issue")
    assert "other users" not in text
    assert "news by" not in text


async def test_the_apps_own_text_is_told_with_its_variables():
    world = await known_issue()
    world.prefer(messages={"known_issue": "Known since {since}, {count} more."})
    packet = await world.open("a")
    await world.assign(packet, "p-1")

    assert said(world, "a", "known_issue") == ["Known since 09:40 UTC, 14 more."]


async def test_the_team_gets_one_thread_and_no_mail_for_each():
    world = await joined("a", "b", "c")
    (first,) = world.requests
    assert first["digest"]["group"] == "known-issue=p-1"
    assert first["digest"]["label"] == "Upload 500"
    await world.accept(first)
    await world.assign(await world.open("d"), "p-1")
    await world.pass_time(400)

    (_, second) = world.requests
    assert second["digest"]["numbers"] == ["ESC-1004"]
    assert second["digest"]["thread"] == first["digest"]["thread"]
    assert second["digest"]["count"] == 4


async def test_its_users_hear_sent_when_the_digest_was_accepted():
    world = await joined("a", "b")
    assert said(world, "a", "delivered") == []
    await world.accept(world.requests[0])

    assert len(said(world, "a", "delivered")) == len(said(world, "b", "delivered")) == 1


async def test_an_assignment_that_comes_twice_is_told_once():
    world = await known_issue()
    packet = await world.open("a")
    for label in ("Upload 500", "Uploads fail"):
        await world.assign(packet, "p-1", label)

    assert len(said(world, "a", "known_issue")) == 1


async def test_a_pattern_that_nobody_knows_of_tells_the_user_nothing():
    world = await known_issue()
    packet = await world.open("a")
    await world.assign(packet, "p-2", "Something else")

    assert said(world, "a", "known_issue") == []
    stored = world.stored(packet["escalation_id"])
    assert (stored["pattern"]["id"], stored["known_issue"]) == ("p-2", None)


async def test_one_without_a_pattern_is_notified_within_two_seconds():
    world = await known_issue()
    await world.open("a")
    await world.pass_time(2)

    assert [each["kind"] for each in world.requests] == ["opened"]


async def test_one_call_splits_a_wrong_match_and_people_are_notified_of_it():
    world = await known_issue()
    packet = await world.open("a")
    await world.assign(packet, "p-1")
    await world.order(packet["escalation_id"], "known-issue", pattern=None)
    await world.pass_time(0)

    assert [each["kind"] for each in world.requests] == ["opened"]
    stored = world.stored(packet["escalation_id"])
    assert (stored["pattern"], stored["known_issue"]) == (None, None)
    assert world.updates[-1]["reason"] == "pattern_split"


async def test_what_a_digest_has_listed_is_notified_by_itself_after_a_split():
    world = await joined("a", "b")
    await world.accept(world.requests[0])
    world.conversation_id = "c-a"
    packet = world.opened[0]
    await world.order(packet["escalation_id"], "known-issue", pattern=None)
    await world.pass_time(0)

    assert world.requests[-1]["kind"] == "opened"
    assert world.requests[-1]["escalation_id"] == packet["escalation_id"]


async def test_a_split_is_not_undone_by_the_same_assignment():
    world = await known_issue()
    packet = await world.open("a")
    await world.assign(packet, "p-1")
    await world.order(packet["escalation_id"], "known-issue", pattern=None)
    await world.assign(packet, "p-1", "again")

    assert world.stored(packet["escalation_id"])["pattern"] is None


async def test_there_is_nothing_to_split_where_there_is_no_pattern():
    world = await known_issue()
    packet = await world.open("a")

    with pytest.raises(Permanent, match="belongs to no pattern"):
        await world.order(packet["escalation_id"], "known-issue", pattern=None)


async def test_a_person_may_say_which_issue_it_is():
    world = await known_issue()
    packet = await world.open("a")
    await world.order(packet["escalation_id"], "known-issue", pattern="p-1")
    await world.pass_time(40)

    assert len(said(world, "a", "known_issue")) == 1
    assert world.requests[-1]["digest"]["group"] == "known-issue=p-1"


async def test_a_pattern_of_their_own_is_known_since_its_first_escalation():
    world = StormWorld()
    for name in "ab":
        packet = await world.open(name)
        await world.order(packet["escalation_id"], "known-issue", pattern="p-9")

    (text,) = said(world, "b", "known_issue")
    assert "since 10:00 UTC" in text


async def test_an_assignment_to_nobodys_escalation_changes_nothing():
    world = await known_issue()
    packet = await world.open("a")
    await world.assign({**packet, "escalation_id": "gone"}, "p-1")

    assert world.reasons[-1] == "unknown_escalation"
