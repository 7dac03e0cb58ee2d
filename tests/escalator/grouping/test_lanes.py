"""The lanes that are no conversation's: their states, and who may come into them."""

from datetime import timedelta

import orjson
import pytest

from services.escalator.domain.conversation import Conversation
from services.escalator.domain.grouping.held import (
    Digest,
    Group,
    Held,
    HeldNotifications,
)
from services.escalator.domain.grouping.lanes import digest_lane, held_lane
from services.escalator.escalate.grouping.asking import account_of
from services.escalator.repository.conversations.states import ConversationStates
from shared.errors import Permanent
from tests.escalator.grouping.storm_world import StormWorld
from tests.escalator.world import APP, START

HELD = Held("e-1", "acme:c-1", START, pattern="p-1")
GROUP = Group(
    "pattern=p-1",
    "mail",
    since=START,
    pending=(HELD,),
    due_at=START + timedelta(seconds=30),
)
STATES = [
    HeldNotifications(
        "acme",
        "handrail:held",
        openings=(("e-1", START.isoformat()),),
        groups={GROUP.place: GROUP},
        wake_at=GROUP.due_at,
    ),
    Digest("acme", "handrail:digest:d-1", members=(HELD,), at=START, told=1),
    Conversation("acme", "c-1"),
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_a_state_is_read_back_as_what_it_was(state):
    states = ConversationStates()

    assert states.load(states.dump(state)) == state


@pytest.mark.parametrize("state", STATES, ids=lambda state: type(state).__name__)
def test_what_a_later_version_adds_to_a_state_is_kept(state):
    states = ConversationStates()
    row = orjson.loads(states.dump(state)) | {"later": {"a": 1}}
    again = states.dump(states.load(orjson.dumps(row)))

    assert orjson.loads(again)["later"] == {"a": 1}


def test_each_lane_begins_with_its_own_kind_of_state():
    states = ConversationStates()

    assert isinstance(states.empty(held_lane("acme")), HeldNotifications)
    assert isinstance(states.empty(digest_lane("acme", "d-1")), Digest)
    assert isinstance(states.empty("acme:c-1"), Conversation)
    assert isinstance(states.empty("acme:handrail"), Conversation)


async def test_no_conversation_is_worked_in_a_lane_of_ours():
    world = StormWorld()
    packet = await world.open("a")
    for lane in (held_lane(APP), digest_lane(APP, "d-1")):
        record = world.of_message("e-1", "Hello")
        record.lane = lane
        with pytest.raises(Permanent, match="one of our own"):
            await world.feed(record)

    assert world.stored(packet["escalation_id"])["status"] == "open"


@pytest.mark.parametrize(
    ("user", "account"),
    [
        ({"id": "u-1", "traits": {"account_id": "a-7"}}, "a-7"),
        ({"id": "u-1", "traits": {"company": "Acme"}, "account": "a-8"}, "a-8"),
        ({"id": "u-1", "traits": {"account_id": 42}}, "42"),
        ({"id": "u-1", "traits": {"account": {"id": 1}}}, "u-1"),
        ({"id": "u-1", "traits": {"account": True}}, "u-1"),
        ({"id": "u-1", "traits": {"account": " "}}, "u-1"),
        ({"id": "u-1"}, "u-1"),
        (None, ""),
    ],
)
def test_an_account_is_what_the_user_says_it_is_or_the_user(user, account):
    assert account_of(user) == account


async def test_users_of_one_account_are_told_together():
    world = StormWorld(by=["account"], wait="30s")
    for name, account in (("a", "x"), ("b", "y"), ("c", "x")):
        user = {"id": f"u-{name}", "traits": {"account": account}}
        await world.open(name, user=user)
    await world.pass_time(40)

    (digest,) = [each["digest"] for each in world.requests if each["digest"]]
    assert digest["numbers"] == ["ESC-1001", "ESC-1003"]
    assert digest["group"] == "account=x"
