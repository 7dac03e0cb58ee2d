"""What an app blacks out is nowhere that people read or that leaves; the rest is."""

import orjson
import pytest

from services.escalator.escalate.ports import SEALED
from services.escalator.redacting import MAX_SEALED_CHARS
from shared.events.preferences import Redaction
from tests.escalator.desk import Office
from tests.escalator.world import SEAL, World

SECRETS = ("hunter2", "4111 1111 1111 1111", "bo@example.com", "s3cr3t", "case-123456")
SAID = "My password is hunter2 and the card 4111 1111 1111 1111 fails, case-123456"
STATE = {"attendee": "bo@example.com", "apiKey": "s3cr3t", "route": "/pay"}
ATTEMPT = {
    "kind": "action",
    "name": "pay",
    "score": 0.9,
    "threshold": 0.5,
    "outcome": "failed",
    "detail": "no such card 4111 1111 1111 1111",
    "arguments": {"card": "4111 1111 1111 1111", "note": "bo@example.com"},
    "started_at": "2026-11-22T10:00:00Z",
}
ON = Redaction(profile="standard", also=["case-[0-9]{6}"])


async def told(world: World) -> None:
    """Have a user say secrets, be handed off, and say more."""
    user = {"id": "u-7", "name": "Ana", "email": "ana@example.com"}
    await world.say("e-1", SAID, user=user, app_state=STATE)
    await world.leave_unresolved(
        "e-1", text=SAID, user=user, app_state=STATE, attempts=[ATTEMPT]
    )
    await world.say("e-2", f"again: {SAID}", user=user)


def all_that_people_see(world: World) -> str:
    documents = [each for _, each in sorted(world.ledger.documents.items())]
    published = b"\n".join(each.value for each in world.published).decode()
    return published + repr(documents)


async def test_nothing_blacked_out_is_published_or_in_a_document():
    world = World()
    world.prefer(redaction=ON)

    await told(world)

    seen = all_that_people_see(world)
    assert [secret for secret in SECRETS if secret in seen] == []
    packet = world.opened[-1]
    assert "[password]" in packet["summary"]
    assert packet["app_state"] == {
        "attendee": "[email]",
        "apiKey": "[secret]",
        "route": "/pay",
    }
    assert packet["attempts"][0]["arguments"] == {"card": "[card]", "note": "[email]"}


async def test_who_the_user_is_stays_for_people_to_answer():
    world = World()
    world.prefer(redaction=ON)

    await told(world)

    assert world.opened[-1]["user"]["email"] == "ana@example.com"


async def test_an_app_that_blacks_out_nothing_is_read_as_it_came():
    world = World()

    await told(world)

    seen = all_that_people_see(world)
    assert all(secret in seen for secret in SECRETS)
    assert SEALED not in repr(await world.ledger.facts(world.lane))


@pytest.mark.parametrize(("original", "kept"), [("sealed", 3), ("none", 0)])
async def test_the_original_is_sealed_or_kept_nowhere(original, kept):
    world = World()
    world.prefer(redaction=ON.model_copy(update={"original": original}))

    await told(world)

    facts = await world.ledger.facts(world.lane)
    assert "hunter2" not in repr(facts)
    sealed = [each for fact in facts for each in fact.get(SEALED, ())]
    assert len(sealed) == kept
    assert all(
        SAID in orjson.loads(SEAL.open(each.encode()))["message"]["text"]
        for each in sealed[:1]
    )


async def test_what_is_too_long_to_seal_whole_is_sealed_without_the_apps_state():
    world = World()
    world.prefer(redaction=ON)
    state = {"log": "bo@example.com " * (MAX_SEALED_CHARS // 10)}

    await world.say("e-1", SAID, app_state=state)

    (fact,) = [each for each in await world.ledger.facts(world.lane) if SEALED in each]
    (sealed,) = fact[SEALED]
    clear = orjson.loads(SEAL.open(sealed.encode()))
    assert clear["message"]["text"] == SAID
    assert "app_state" not in clear


async def test_the_originals_are_shown_to_who_manages_alone():
    office = Office()
    key = await office.key()
    put = {"redaction": {"profile": "standard", "also": ["case-[0-9]{6}"]}}
    (await office.ask("PUT", "/v1/settings", key, json=put)).raise_for_status()
    office.world.apps.known["acme"] = office.table.get("acme")
    await told(office.world)
    reader = await office.key("acme", "read")

    shown = await office.ask("GET", "/v1/escalations/ESC-1001/original", key)
    refused = await office.ask("GET", "/v1/escalations/ESC-1001/original", reader)

    assert SAID in shown.text
    assert shown.json()["unreadable"] == 0
    assert refused.status_code == 403


@pytest.mark.parametrize(
    "redaction",
    [
        {"profile": "strong"},
        {"also": ["("]},
        {"also": ["x*"]},
        {"also": ["(?=a)b"]},
        {"original": "kept"},
        {"profiles": "standard"},
    ],
)
async def test_what_cannot_be_worked_is_refused(redaction):
    office = Office()
    key = await office.key()

    answer = await office.ask("PUT", "/v1/settings", key, json={"redaction": redaction})

    assert answer.status_code == 422
    assert "redaction" in answer.text
