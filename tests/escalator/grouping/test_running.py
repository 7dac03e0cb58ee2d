"""Digests, silences and known issues on a real broker and a real database."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared import ids, topics
from shared.events import AppKnownIssues
from tests.escalator.test_integration import Outside, running

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

LABEL = "Uploads fail with error 500"
Json = dict[str, Any]


@pytest.fixture
def database() -> str:
    return f"escalator_{uuid.uuid4().hex[:8]}"


async def until(outside: Outside, done: Callable[[], bool], seconds: float) -> None:
    """Look at what is published until it is *done*."""
    async with asyncio.timeout(seconds):
        while not done():
            await outside.look()
            await accept_new(outside)


async def accept_new(outside: Outside) -> None:
    """Let the destination accept what it was not asked before."""
    accepted: set[str] = outside.__dict__.setdefault("accepted", set())
    for request in list(outside.on(topics.NOTIFICATION_REQUESTED)):
        if request["delivery_id"] not in accepted:
            accepted.add(request["delivery_id"])
            await outside.accept(request)


async def assign(outside: Outside, packet: Json, pattern: str, label: str) -> None:
    await outside.send(
        "pattern.assigned",
        {
            "conversation_id": packet["conversation_id"],
            "assignment_id": ids.derive("test", packet["escalation_id"]),
            "escalation_id": packet["escalation_id"],
            "pattern": {"id": pattern, "label": label, "size": 2},
        },
    )


async def storm(
    outside: Outside, *, similar: int, unrelated: int, seconds: float
) -> None:
    """Open so many in so many *seconds*, each with its pattern as soon as it is."""
    many, assigned = similar + unrelated, 0
    loop = asyncio.get_running_loop()
    start = loop.time()
    for number in range(many):
        await outside.say(f"c-{number}", f"e-{number}", f"Uploads fail ({number})")
        await outside.leave_unresolved(f"c-{number}", f"e-{number}")
        await outside.look()
        for packet in outside.on(topics.ESCALATION_OPENED)[assigned:]:
            assigned += 1
            place = int(packet["conversation_id"].removeprefix("c-"))
            alone = place % (many // unrelated) == 0
            pattern = (f"p-{place}", "") if alone else ("p-500", LABEL)
            await assign(outside, packet, *pattern)
        await accept_new(outside)
        late = start + seconds * (number + 1) / many - loop.time()
        await asyncio.sleep(max(0.0, late))


def answered(outside: Outside) -> set[str]:
    """Return the conversations whose user heard that people have the request."""
    return {
        each["conversation_id"]
        for each in outside.on(topics.CONVERSATION_REPLIES)
        if each.get("status") == "delivered"
    }


def listed(outside: Outside) -> list[str]:
    return [
        escalation_id
        for request in outside.on(topics.NOTIFICATION_REQUESTED)
        for escalation_id in (
            request["digest"]["escalation_ids"]
            if request["digest"]
            else [request["escalation_id"]]
        )
    ]


async def put(outside: Outside, **settings: Any) -> None:
    answer = await outside.http.put("/v1/settings", json=settings)
    assert answer.status_code == 200, answer.text


async def test_a_storm_is_few_digests_with_every_id_and_every_user_is_answered(
    kafka, mongo_url, database
):
    async with running(kafka, mongo_url, database) as outside:
        grouping = {
            "by": ["pattern"],
            "wait": "2s",
            "interval": "3s",
            "storm": {"count": 4, "within": "1m"},
        }
        await put(outside, grouping=grouping)
        await storm(outside, similar=20, unrelated=4, seconds=4)
        await until(outside, lambda: len(answered(outside)) == 24, 60)

        opened = {
            each["escalation_id"] for each in outside.on(topics.ESCALATION_OPENED)
        }
        assert len(opened) == 24
        assert sorted(listed(outside)) == sorted(opened)
        assert len(outside.on(topics.NOTIFICATION_REQUESTED)) <= 6


async def test_a_silence_ends_and_what_it_kept_back_is_told(kafka, mongo_url, database):
    async with running(kafka, mongo_url, database) as outside:
        ends = datetime.now(UTC) + timedelta(seconds=6)
        made = await outside.http.post(
            "/v1/silences",
            json={
                "match": {"text": "uploads"},
                "until": ends.isoformat(),
                "author": "Bo",
                "reason": "Moving the storage",
            },
        )
        assert made.status_code == 201, made.text
        await outside.say("c-1", "e-1", "All uploads fail")
        await outside.leave_unresolved("c-1", "e-1")
        (packet,) = await outside.see(topics.ESCALATION_OPENED, 1)
        shown = (await outside.http.get(f"/v1/escalations/{packet['number']}")).json()
        assert shown["silenced_by"] == made.json()["silence_id"]
        assert outside.on(topics.NOTIFICATION_REQUESTED) == []

        await until(outside, lambda: answered(outside) == {"c-1"}, 40)
        assert listed(outside) == [packet["escalation_id"]]
        (listing,) = (await outside.http.get("/v1/silences")).json()["items"]
        assert listing["state"] == "over"


async def test_a_silence_that_is_ended_early_is_over_at_once(
    kafka, mongo_url, database
):
    async with running(kafka, mongo_url, database) as outside:
        ends = datetime.now(UTC) + timedelta(hours=1)
        body = {
            "match": {},
            "until": ends.isoformat(),
            "author": "Bo",
            "reason": "Test",
        }
        made = (await outside.http.post("/v1/silences", json=body)).json()
        await outside.say("c-1", "e-1", "Help")
        await outside.leave_unresolved("c-1", "e-1")
        await outside.see(topics.ESCALATION_OPENED, 1)
        gone = await outside.http.delete(f"/v1/silences/{made['silence_id']}")
        assert gone.status_code == 204

        await until(outside, lambda: answered(outside) == {"c-1"}, 40)


async def test_a_known_issue_is_told_to_its_users_and_one_thread_to_the_team(
    kafka, mongo_url, database
):
    async with running(kafka, mongo_url, database) as outside:
        await put(outside, grouping={"wait": "2s"})
        now = datetime.now(UTC)
        issue = {"pattern_id": "p-1", "label": LABEL, "since": now.isoformat()}
        await outside.producer.send_and_wait(
            "app.known-issues",
            known_issues(outside, [issue | {"count": 15}]),
            key=outside.app_id.encode(),
        )
        await asyncio.sleep(1)
        for number in range(3):
            await outside.say(f"c-{number}", f"e-{number}", "Uploads fail")
            await outside.leave_unresolved(f"c-{number}", f"e-{number}")
        for packet in await outside.see(topics.ESCALATION_OPENED, 3):
            await assign(outside, packet, "p-1", LABEL)

        await until(outside, lambda: len(answered(outside)) == 3, 40)
        told = [
            each["conversation_id"]
            for each in outside.on(topics.CONVERSATION_REPLIES)
            if each.get("status") == "known_issue"
        ]
        assert sorted(told) == ["c-0", "c-1", "c-2"]
        assert {
            request["digest"]["group"]
            for request in outside.on(topics.NOTIFICATION_REQUESTED)
        } == {"known-issue=p-1"}


def known_issues(outside: Outside, issues: list[Json]) -> bytes:
    said = AppKnownIssues(
        app_id=outside.app_id, issues=issues, updated_at=datetime.now(UTC)
    )
    return said.model_dump_json().encode()
