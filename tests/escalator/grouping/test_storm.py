"""A storm of 500 similar and 50 unrelated escalations in a minute, counted."""

from collections import Counter

from tests.escalator.grouping.storm_world import Json, StormWorld

SIMILAR, UNRELATED, SECONDS = 500, 50, 60
MAX_NOTIFICATIONS = 12
MAX_WRONG_JOINS = 2
CONTRACT = {
    "by": ["pattern"],
    "wait": "30s",
    "interval": "5m",
    "repeat": "4h",
    "storm": {"count": 20, "within": "1m"},
}
"""The example of the settings' contract."""
LABEL = "Uploads fail with error 500"


async def storm(world: StormWorld) -> list[Json]:
    """Let it happen, with each request accepted as it is asked for; return them."""
    many = SIMILAR + UNRELATED
    for number in range(many):
        unrelated = number % (many // UNRELATED) == 0
        text = f"Question {number} of its own" if unrelated else "Uploads fail"
        packet = await world.open(str(number), text)
        pattern = (f"p-{number}", "") if unrelated else ("p-500", LABEL)
        await world.assign(packet, *pattern)
        await accept_all(world)
        await world.pass_time(SECONDS / many)
    for _ in range(8):
        await world.pass_time(60)
        await accept_all(world)
    return world.requests


async def accept_all(world: StormWorld) -> None:
    known = {each["delivery_id"] for each in getattr(world, "accepted", [])}
    world.accepted = [*getattr(world, "accepted", [])]
    for request in world.requests:
        if request["delivery_id"] not in known:
            world.accepted.append(request)
            await world.accept(request)


def listed(request: Json) -> list[str]:
    digest = request["digest"]
    return digest["escalation_ids"] if digest else [request["escalation_id"]]


async def test_five_hundred_and_fifty_are_few_notifications_and_none_is_missing():
    world = StormWorld(**CONTRACT)
    world.forgetful = False
    requests = await storm(world)

    opened = {each["escalation_id"]: each for each in world.opened}
    told = Counter(each for request in requests for each in listed(request))
    assert len(opened) == SIMILAR + UNRELATED
    assert len(requests) <= MAX_NOTIFICATIONS
    assert set(opened) - set(told) == set()
    assert max(told.values()) == 1
    assert wrong_joins(world, requests) <= MAX_WRONG_JOINS
    assert unanswered(world) == set()


def wrong_joins(world: StormWorld, requests: list[Json]) -> int:
    """Count the unrelated that a digest shows under the pattern of the others."""
    summaries = {each["escalation_id"]: each["summary"] for each in world.opened}
    shown = [
        (summaries[escalation_id], label)
        for request in requests
        if (digest := request["digest"])
        for escalation_id, label in zip(
            digest["escalation_ids"], digest["patterns"], strict=True
        )
    ]
    return sum(label == LABEL and "of its own" in said for said, label in shown)


def unanswered(world: StormWorld) -> set[str]:
    """Return the conversations whose user did not hear that people have the request."""
    last = {each["conversation_id"]: each["status"] for each in world.replies}
    return {each["conversation_id"] for each in world.opened} - {
        name for name, status in last.items() if status == "delivered"
    }
