"""Each text is the nearest one: by rule, by app, by the user's language."""

import pytest

from shared.events import DEFAULT_HANDOFF, EscalationStatus
from shared.wording.languages import load_languages
from tests.escalator.world import START, World

GERMAN = load_languages()["de"].texts
WEEK = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
"""START is a Sunday."""


async def handed_off(world: World, **unresolved) -> str:
    """Return the hand-off text of a request that a destination accepted."""
    await world.say("e-1", "Hilfe", user={"id": "u-7", "email": "ana@example.com"})
    await world.leave_unresolved("e-1", **unresolved)
    await world.feed(world.of_delivered(world.requests[0]))
    return world.replies[0]["text"]


async def test_what_an_app_never_changed_is_said_in_the_users_language():
    world = World()

    text = await handed_off(world, language="de-AT")

    assert text == GERMAN["handoff"]
    assert world.stored(world.opened[0]["escalation_id"])["language"] == "de-AT"


@pytest.mark.parametrize("language", ["ja", None])
async def test_a_language_that_we_do_not_speak_hears_english(language):
    assert await handed_off(World(), language=language) == DEFAULT_HANDOFF


async def test_an_apps_own_words_are_used_for_every_language():
    world = World()
    world.prefer(messages={"handoff": "Ticket {number}: {reason}."})

    text = await handed_off(world, language="de")

    assert text == "Ticket ESC-1001: keine Antwort gefunden."


async def test_a_whole_life_is_told_in_the_users_language():
    world = World()
    await world.say("e-1", "Hilfe")
    await world.leave_unresolved("e-1", language="de")
    await world.wait(3)
    await world.feed(world.of_delivered(world.requests[0]))
    escalation_id = world.opened[0]["escalation_id"]
    for command in ("acknowledge", "resolve"):
        await world.order(escalation_id, command)

    told = {each.get("status"): each["text"] for each in world.replies}
    assert told["saved"].startswith(GERMAN["saved"].replace("{number}", "ESC-1001"))
    for status in ("delivered", "acknowledged", "resolved"):
        assert told[status] == GERMAN[status].replace("{number}", "ESC-1001")


async def test_the_language_of_a_later_request_is_the_one_spoken_from_then_on():
    world = World()
    opened = await world.escalate()
    await world.say("e-2", "Ist da jemand?")
    await world.leave_unresolved("e-2", language="de")
    await world.leave_unresolved("e-2b", language=None)

    await world.order(opened["escalation_id"], "acknowledge")

    stored = world.stored(opened["escalation_id"])
    assert stored["status"] == EscalationStatus.ACKNOWLEDGED
    assert stored["language"] == "de"
    assert world.replies[-1]["text"] == GERMAN["acknowledged"].replace(
        "{number}", "ESC-1001"
    )


RULES = [
    {
        "match": {"reason": ["asked_for_person"], "language": ["de"]},
        "texts": {"handoff": "Ein Mensch liest {number}."},
    },
    {"match": {"hours": "outside"}, "texts": {"handoff": "We are closed."}},
    {
        "match": {"user.traits.plan": "pro"},
        "texts": {"handoff": "Pro: {number}", "resolved": "Pro is done."},
    },
]


@pytest.mark.parametrize(
    ("unresolved", "hours", "expected"),
    [
        ({"reason": "asked_for_person", "language": "de"}, {}, "Ein Mensch liest"),
        ({"reason": "asked_for_person", "language": "fr"}, {}, "Own"),
        ({}, {"week": WEEK}, "We are closed."),
        ({"user": {"id": "u-7", "traits": {"plan": "pro"}}}, {}, "Pro: ESC-1001"),
        ({}, {}, "Own"),
    ],
)
async def test_the_first_rule_that_matches_and_has_the_text_gives_it(
    unresolved, hours, expected
):
    world = World()
    world.prefer(messages={"handoff": "Own", "rules": RULES}, hours=hours)

    assert START.weekday() == 6
    assert (await handed_off(world, **unresolved)).startswith(expected)


async def test_the_conversations_own_words_win_over_every_rule():
    world = World()
    world.prefer(messages={"rules": [{"texts": {"handoff": "Rule"}}]})
    assistant = {"escalation_message": "Conversation"}
    await world.say("e-1", "Help", assistant=assistant)

    await world.leave_unresolved("e-1")
    await world.feed(world.of_delivered(world.requests[0]))

    assert world.replies[0]["text"] == "Conversation"


async def test_a_rule_that_cannot_be_shown_gives_way_to_the_next_text():
    world = World()
    rules = [
        {"texts": {"handoff": "By {when}."}},
        {"texts": {"handoff": " "}},
        {"texts": {"handoff": "Number {number}."}},
    ]
    world.prefer(messages={"rules": rules})

    assert await handed_off(world) == "Number ESC-1001."


async def test_an_answer_is_told_beside_itself_once_where_the_app_has_words_for_it():
    world = World()
    world.prefer(messages={"answered": "{app} has answered {number}."})
    opened = await world.escalate()

    for text in ("Try again", "And now?"):
        await world.order(opened["escalation_id"], "reply", text=text)
    assert world.told == [
        ("teammate_reply", ""),
        ("receipt", "answered"),
        ("teammate_reply", ""),
    ]
    assert world.replies[1]["text"] == "Acme has answered ESC-1001."


async def test_without_words_of_the_app_an_answer_stands_alone():
    world = World()
    opened = await world.escalate()

    await world.order(opened["escalation_id"], "reply", text="Try again")

    assert world.told == [("teammate_reply", "")]


@pytest.mark.parametrize(
    ("proof_wait", "silent", "told"), [(None, 2, 1), ("10s", 9, 1), ("0s", 0, 0.1)]
)
async def test_the_app_says_how_long_its_users_wait_for_the_proof(
    proof_wait, silent, told
):
    world = World()
    world.prefer(proof_wait=proof_wait)
    await world.escalate()

    if silent:
        await world.wait(silent)
        assert world.told == []
    await world.wait(told)
    assert world.told == [("handoff", "saved")]
