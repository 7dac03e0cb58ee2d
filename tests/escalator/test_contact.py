"""A user without an address is asked for one, and thanked once for it."""

import pytest

from shared.wording.languages import load_languages
from tests.escalator.world import World

LANGUAGES = load_languages()


async def handed_off(world: World, *, saved: bool, **body) -> dict:
    await world.say("e-1", "Help", **body)
    await world.leave_unresolved("e-1", language="de")
    if saved:
        await world.wait(3)
    else:
        await world.feed(world.of_delivered(world.requests[0]))
    return world.replies[0]


async def give_contact(world: World, event_id: str, email: str) -> None:
    body = {"type": "contact", "event_id": event_id, "email": email}
    await world.feed(world.of_event(body))


@pytest.mark.parametrize("saved", [True, False])
async def test_our_text_asks_for_an_address_in_the_users_language(saved):
    reply = await handed_off(World(), saved=saved)

    assert reply["contact_needed"] is True
    assert reply["text"].endswith(" " + LANGUAGES["de"].texts["contact"])


@pytest.mark.parametrize("saved", [True, False])
async def test_who_has_an_address_is_not_asked(saved):
    user = {"id": "u-7", "email": "ana@example.com"}

    reply = await handed_off(World(), saved=saved, user=user)

    assert reply["contact_needed"] is False
    assert LANGUAGES["de"].texts["contact"] not in reply["text"]


@pytest.mark.parametrize(
    ("messages", "text"),
    [
        ({"handoff": "Own."}, "Own."),
        ({"handoff": "Own.", "contact": "Mail?"}, "Own. Mail?"),
        ({"contact": "Mail?"}, f"{LANGUAGES['de'].texts['handoff']} Mail?"),
    ],
)
async def test_behind_an_apps_own_text_only_its_own_question_stands(messages, text):
    world = World()
    world.prefer(messages=messages)

    reply = await handed_off(world, saved=False)

    assert reply["text"] == text
    assert reply["contact_needed"] is True


async def test_an_address_is_confirmed_once_and_reaches_the_team():
    world = World()
    await handed_off(world, saved=False)

    await give_contact(world, "e-2", "ana@example.com")
    await give_contact(world, "e-2", "ana@example.com")
    await give_contact(world, "e-3", "ana@example.com")

    assert world.told == [("handoff", "delivered"), ("receipt", "contact_added")]
    confirmed = LANGUAGES["de"].texts["contact_added"].replace("{number}", "ESC-1001")
    assert world.replies[-1]["text"] == confirmed
    assert "Contact: ana@example.com" in world.requests[-1]["text"]


async def test_a_corrected_address_is_confirmed_too():
    world = World()
    await handed_off(world, saved=False)

    await give_contact(world, "e-2", "ana@exmaple.com")
    await give_contact(world, "e-3", "ana@example.com")

    assert [status for _, status in world.told].count("contact_added") == 2
    stored = world.stored(world.opened[0]["escalation_id"])
    assert stored["contact"]["email"] == "ana@example.com"


async def test_an_address_given_before_people_are_asked_needs_no_word():
    world = World()
    await give_contact(world, "e-0", "ana@example.com")

    reply = await handed_off(world, saved=False)

    assert reply["contact_needed"] is False
    assert world.told == [("handoff", "delivered")]
