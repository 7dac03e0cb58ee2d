"""Signs and files without a word: asked about, or handed over, never silence."""

import pytest

from shared.events import Preferences, Replies
from tests.resolver.world import World
from tests.support.fakes import app

FILE = {"type": "image/png", "name": "a.png", "url": "https://x.example/a.png"}


@pytest.fixture
def world():
    return World()


@pytest.mark.parametrize(
    "text", ["❓", "😭", "🤔", "…", "-", ":(", "\U0001fae9", "🧑‍💻"]
)
async def test_a_sign_that_wants_something_is_asked_and_then_gets_people(world, text):
    first = await world.say(text)
    again = await world.say(text)

    assert first.topics == ["conversation.replies"]
    assert "help" in first.reply.text
    assert again.unresolved.reason == "no_match"


@pytest.mark.parametrize("text", ["🆘", "🆘🆘", "🚨", "📞", "☎️"])
async def test_a_sign_that_calls_people_gets_them(world, text):
    told = await world.say(text)

    assert told.unresolved.reason == "asked_for_person"


@pytest.mark.parametrize("text", ["thanks", "vielen Dank!", "gracias"])
async def test_thanks_for_nothing_are_greeted_and_thanks_for_something_are_not(
    world, text
):
    first = await world.say(text)
    again = await world.say(text)

    assert first.reason == "greeted"
    assert first.reply.type == "question"
    assert again.topics == []


async def test_thanks_for_nothing_get_the_apps_own_words_where_it_has_some(world):
    world.apps.known["acme"] = app(
        preferences=Preferences(replies=Replies(thanks="Any time!"))
    )

    assert (await world.say("thanks")).reply.text == "Any time!"


@pytest.mark.parametrize("text", ["👍", "ok", "🙂"])
async def test_a_nod_to_nothing_is_greeted_and_one_to_something_is_not(world, text):
    first = await world.say(text)
    await world.say("How do I fly?")

    assert first.topics == ["conversation.replies"]
    assert first.reason == "greeted"


async def send(world, *files, text="", role="user"):
    message = {"role": role, "text": text, "attachments": list(files)}
    return await world.send(type="message", message=message, user={"id": "u-7"})


@pytest.mark.parametrize("text", ["", " ", "\n"])
async def test_files_alone_are_asked_about_once_and_then_seen_by_people(world, text):
    first = await send(world, FILE, text=text)
    second = await send(world, FILE, FILE, text=text)

    assert first.topics == ["conversation.replies"]
    assert "file" in first.reply.text
    assert second.unresolved.reason == "no_match"


async def test_words_after_files_are_answered_as_any(world):
    await send(world, FILE)

    told = await world.say("How do I fly?")

    assert told.unresolved.text == "How do I fly?"


async def test_files_of_a_user_whom_people_have_change_nothing(world):
    await world.say("How do I fly?")

    told = await send(world, FILE)

    assert told.reason == "people_have_it"


@pytest.mark.parametrize("role", ["assistant", "teammate"])
async def test_files_of_others_are_only_heard(world, role):
    told = await send(world, FILE, role=role)

    assert told.topics == []
