"""Files of a teammate: to the user, into the transcript and the inbox, never fetched."""

import pytest

from shared.events import Preferences
from tests.escalator.desk import Office
from tests.escalator.world import World

GUIDE = {
    "type": "application/pdf",
    "name": "guide.pdf",
    "url": "https://acme.test/guide.pdf",
    "size": 2048,
}


async def test_a_reply_carries_its_files_to_the_user_and_into_the_transcript():
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]
    await world.feed(world.of_delivered(world.requests[0]))

    await world.order(
        escalation_id, "reply", text="Please see this.", attachments=[GUIDE]
    )
    await world.say("e-2", "Thanks, and now?")

    assert world.replies[-1]["attachments"] == [GUIDE]
    lines = world.requests[-1]["packet"]["conversation"]
    (answer,) = [each for each in lines if each["role"] == "teammate"]
    assert answer["attachments"] == [GUIDE]


async def test_files_without_words_are_named_in_words():
    world = World()
    escalation_id = (await world.escalate())["escalation_id"]

    await world.order(escalation_id, "reply", attachments=[GUIDE])

    assert world.replies[-1]["text"] == (
        "[guide.pdf (application/pdf, 2 kB) https://acme.test/guide.pdf]"
    )


async def test_merged_users_get_the_files_too():
    world = World()
    kept = (await world.escalate())["escalation_id"]
    world.conversation_id = "c-43"
    await world.say("m-1", "Me too")
    await world.leave_unresolved("m-1", text="Me too")
    merged = world.opened[-1]["escalation_id"]
    await world.order(
        merged, "merge", into=kept, into_number="ESC-1001", into_lane="acme:c-42"
    )
    await world.wait(1)
    world.conversation_id = "c-42"

    await world.order(kept, "reply", text="Here", attachments=[GUIDE])
    await world.wait(1)

    told = {each["conversation_id"]: each for each in world.replies}
    assert told["c-43"]["attachments"] == [GUIDE]


async def test_the_inbox_shows_the_files_beside_the_change():
    office = Office()
    key = await office.key()
    escalation_id = (await office.world.escalate())["escalation_id"]

    answer = await office.ask(
        "POST",
        f"/v1/escalations/{escalation_id}/reply",
        key,
        json={"actor": "Bo", "attachments": [GUIDE]},
    )

    assert answer.status_code == 200
    assert answer.json()["updates"][-1]["attachments"] == [GUIDE]


@pytest.mark.parametrize(
    "attachments",
    [
        pytest.param([{**GUIDE, "url": "http://acme.test/guide.pdf"}], id="no https"),
        pytest.param([{**GUIDE, "url": "javascript:alert(1)"}], id="a script"),
        pytest.param([{"name": "guide.pdf"}], id="nowhere"),
        pytest.param([{**GUIDE, "size": -1}], id="less than nothing"),
        pytest.param([GUIDE] * 21, id="too many"),
        pytest.param([], id="nothing said"),
    ],
)
async def test_what_cannot_be_shown_is_refused(attachments):
    office = Office()
    key = await office.key()
    escalation_id = (await office.world.escalate())["escalation_id"]

    answer = await office.ask(
        "POST",
        f"/v1/escalations/{escalation_id}/reply",
        key,
        json={"actor": "Bo", "attachments": attachments},
    )

    assert answer.status_code == 422
    assert office.world.replies == []


def test_a_claim_goes_back_after_a_day_unless_said_otherwise():
    assert Preferences().acknowledgement.claim_for == "24h"
