"""A user without an address is asked for one, and thanked once for it."""

from datetime import datetime

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
async def test_an_address_is_asked_for_in_the_users_language_beside_the_text(saved):
    reply = await handed_off(World(), saved=saved)

    assert reply["contact_needed"] is True
    assert reply["contact_text"] == LANGUAGES["de"].texts["contact"]
    assert reply["contact_text"] not in reply["text"]


@pytest.mark.parametrize("saved", [True, False])
async def test_who_has_an_address_is_not_asked(saved):
    user = {"id": "u-7", "email": "ana@example.com"}

    reply = await handed_off(World(), saved=saved, user=user)

    assert reply["contact_needed"] is False
    assert reply["contact_text"] is None


@pytest.mark.parametrize(
    ("messages", "text", "beside"),
    [
        ({"handoff": "Own."}, "Own.", True),
        ({"handoff": "Own.", "contact": "Mail?"}, "Own. Mail?", False),
        ({"contact": "Mail?"}, f"{LANGUAGES['de'].texts['handoff']} Mail?", False),
    ],
)
async def test_only_an_apps_own_question_stands_behind_the_text(messages, text, beside):
    world = World()
    world.prefer(messages=messages)

    reply = await handed_off(world, saved=False)

    assert reply["text"] == text
    assert (reply["contact_text"] is not None) is beside
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


@pytest.mark.parametrize("said", ["ana@example.com", " <ana@example.com>. "])
async def test_an_address_that_is_typed_into_the_chat_is_one_too(said):
    world = World()
    await handed_off(world, saved=False)

    await world.say("e-2", said)

    assert ("receipt", "contact_added") in world.told
    stored = world.stored(world.opened[0]["escalation_id"])
    assert stored["contact"]["email"] == "ana@example.com"


@pytest.mark.parametrize("said", ["write to bo@example.com, not me", "@home", "a@b"])
async def test_words_with_an_address_in_them_are_words(said):
    world = World()
    await handed_off(world, saved=False)

    await world.say("e-2", said)

    assert world.stored(world.opened[0]["escalation_id"])["contact"] is None


async def test_who_has_an_address_may_write_about_others():
    world = World()
    await handed_off(world, saved=False, user={"id": "u", "email": "ana@example.com"})

    await world.say("e-2", "bo@example.com")

    assert world.stored(world.opened[0]["escalation_id"])["contact"] is None


@pytest.mark.parametrize("saved", [True, False])
async def test_a_hand_off_says_when_its_user_asked(saved):
    world = World()

    reply = await handed_off(world, saved=saved)

    asked_at = datetime.fromisoformat(reply["asked_at"])
    assert asked_at == datetime.fromisoformat(world.opened[0]["occurred_at"])
    assert asked_at <= datetime.fromisoformat(reply["occurred_at"])
