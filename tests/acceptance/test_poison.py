"""Poison of every kind reaches the dead letters; its neighbours notice nothing."""

import email
import email.policy
import time
from typing import Any

import orjson
import pytest

from handrail.stack.local import LocalStack
from tests.shared.test_decode import POISON
from tests.support.system import EVENTS, Tenant, publish, read_all, replies_of, until

pytestmark = [pytest.mark.integration]
DEAD = f"{EVENTS}.dead-letter"


def poison_of(tenant: Tenant) -> list[tuple[str, bytes | None, bytes | None, Any]]:
    """Return (name, key, value, headers) of each kind, in the tenant's own name."""
    found: list[tuple[str, bytes | None, bytes | None, Any]] = [
        # A producer cannot send neither key nor value.
        (str(case.id), None if case.values[0] is not None else b"k", case.values[0], [])
        for case in POISON
        # The broker itself refuses what is over its bound, and says so to the publisher.
        if case.values[0] is None or len(case.values[0]) < 900_000
    ]
    said = tenant.said("p-1", "p")
    lane = tenant.lane("p")
    nobody = {**said, "app_id": "nobody"}
    robot = {**said, "message": {"role": "robot", "text": "x"}}
    huge = orjson.dumps({**said, "pad": "x" * 5_000_000})
    good = orjson.dumps(said)
    return [
        *found,
        ("unknown tenant", b"nobody:p", orjson.dumps(nobody), []),
        ("unknown role", lane, orjson.dumps(robot), []),
        ("wrong key", b"someone:else", good, []),
        ("header bomb", lane, good, [("h", b"x" * 50_000)]),
        ("compressed bomb", lane, huge, []),
    ]


async def test_poison_reaches_the_dead_letters_and_its_neighbours_pass(
    stack: LocalStack, tenant: Tenant
) -> None:
    poison = poison_of(tenant)
    neighbours = [
        (tenant.lane(f"n-{n}"), orjson.dumps(tenant.said(f"n-{n}", f"n-{n}")), [])
        for n in range(len(poison))
    ]
    mixed = [
        record
        for (_, key, value, headers), neighbour in zip(poison, neighbours, strict=True)
        for record in ((key, value, headers), neighbour)
    ]
    began = time.monotonic()

    placed = await publish(stack.kafka, mixed)

    async def letters() -> dict[tuple[int, int], dict[str, bytes]]:
        found = {}
        for record in await read_all(stack.kafka, DEAD):
            headers = dict(record.headers)
            if headers["consumer"] == b"resolver":
                place = (headers["original_partition"], headers["original_offset"])
                found[int(place[0]), int(place[1])] = headers
        return found

    wanted = {place: poison[n][0] for n, place in enumerate(placed[::2])}
    dead = await until(letters, enough=lambda found: set(wanted) <= set(found))
    missing = [name for place, name in wanted.items() if place not in dead]
    assert missing == []
    for place in wanted:
        assert dead[place]["reason"]
        assert dead[place]["error"]
        assert dead[place]["attempts"] == b"1"
        assert dead[place]["first_failed_at"]

    async def told() -> set[str]:
        replies = await replies_of(stack, tenant)
        return {each["conversation_id"] for each in replies}

    everyone = {f"n-{n}" for n in range(len(poison))}
    assert everyone <= await until(told, enough=lambda found: everyone <= found)
    assert time.monotonic() - began < 60


async def test_text_that_breaks_templates_is_only_text(
    stack: LocalStack, tenant: Tenant
) -> None:
    text = "{{ 7*7 }} %s {0.__class__} ${HOME} <b>x</b> 👩‍👩‍👧 \u202eevil"
    event = tenant.said("x-1", "x", message={"role": "user", "text": text})

    await publish(stack.kafka, [(tenant.lane("x"), orjson.dumps(event), [])])

    async def mails() -> list[bytes]:
        return tenant.mails()

    (mail,) = await until(mails, enough=bool)
    parsed = email.message_from_bytes(mail, policy=email.policy.default)
    plain, html = (
        parsed.get_body((kind,)).get_content()  # type: ignore[union-attr]
        for kind in ("plain", "html")
    )
    for inert in ("{{ 7*7 }}", "%s", "{0.__class__}", "${HOME}"):
        assert inert in plain
        assert inert in html
    assert "49" not in plain.split("Escalation")[0].split("THE USER ASKS")[1][:80]
    assert "<b>x</b>" not in html
    assert "\u202e" not in str(parsed["Subject"])
