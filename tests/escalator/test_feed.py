"""The stream of changes: who hears what, from where on, and when it ends."""

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from services.escalator.api.desk.feed import QUEUED_CHANGES, Feed
from services.escalator.api.desk.stream import follow
from shared.topics import ESCALATION_OPENED, ESCALATION_UPDATED
from shared.web.problems import Problem
from tests.escalator.world import World

HEARTBEAT = 0.01


@dataclass
class Raw:
    topic: str
    key: bytes
    value: bytes


class FakeTail:
    def __init__(self) -> None:
        self.starts = 0
        self.broken = False

    async def start(self) -> None:
        self.starts += 1
        if self.broken:
            raise OSError("no broker")

    async def stop(self) -> None:
        return


async def allowed() -> None:
    return


class Page:
    """An open page, and what it has heard."""

    def __init__(self, feed: Feed, app_id: str = "acme", last_id: str | None = None):
        self.check = allowed
        self._events = follow(
            feed, app_id, last_id, check=self._ask, heartbeat_seconds=HEARTBEAT
        )
        self.heard: list[dict[str, Any]] = []

    async def _ask(self) -> None:
        await self.check()

    async def read(self) -> list[dict[str, Any]]:
        """Read on to the next sign of life; return what was heard in all."""
        async for event in self._events:
            if event.comment is not None:
                break
            self.heard.append({"event": event.event, **orjson.loads(event.data)})
        return self.heard

    async def close(self) -> None:
        await self._events.aclose()

    async def is_over(self) -> bool:
        return await anext(self._events, None) is None


async def changes() -> list[Raw]:
    """Return what an escalation that was taken and resolved published."""
    world = World()
    opened = await world.escalate()
    await world.order(opened["escalation_id"], "acknowledge")
    await world.order(opened["escalation_id"], "resolve")
    wanted = {ESCALATION_OPENED.name, ESCALATION_UPDATED.name}
    return [
        Raw(each.topic, each.key, each.value)
        for each in world.published
        if each.topic in wanted
    ]


def feed_of(*tails: FakeTail) -> Feed:
    return Feed(lambda _: tails)


async def test_a_page_hears_each_change_of_its_app_without_the_users_words():
    feed = feed_of(FakeTail())
    page = Page(feed)
    await page.read()

    for record in await changes():
        feed.take(record)
        feed.take(Raw(record.topic, b"other:c-1", record.value))
    heard = await page.read()

    assert [each["event"] for each in heard] == ["opened", "updated", "updated"]
    assert [each["to"] for each in heard] == ["open", "acknowledged", "resolved"]
    assert {each["number"] for each in heard} == {"ESC-1001"}
    assert not {"summary", "conversation", "user", "text"} & set().union(*heard)
    await page.close()


async def test_a_page_that_comes_back_hears_what_it_missed_and_nothing_twice():
    feed = feed_of(FakeTail())
    first = Page(feed)
    await first.read()
    opened, taken, resolved = await changes()
    feed.take(opened)
    await first.close()
    feed.take(taken)
    feed.take(taken)
    feed.take(resolved)

    page = Page(feed, last_id=orjson.loads(opened.value)["escalation_id"])
    heard = await page.read()

    assert [each["to"] for each in heard] == ["acknowledged", "resolved"]
    await page.close()


async def test_a_page_is_told_where_nobody_knows_what_it_missed():
    page = Page(feed_of(FakeTail()), last_id="of-yesterday")

    heard = await page.read()

    assert [each["event"] for each in heard] == ["reset"]
    await page.close()


async def test_the_topics_are_followed_from_the_first_reader_on():
    tail = FakeTail()
    feed = feed_of(tail)
    for record in await changes():
        feed.take(record)
    assert tail.starts == 0

    pages = [Page(feed) for _ in range(3)]
    await asyncio.gather(*(page.read() for page in pages))

    assert tail.starts == 1
    assert all(page.heard == [] for page in pages)
    for page in pages:
        await page.close()


async def test_a_broker_that_did_not_answer_is_asked_again():
    tail = FakeTail()
    tail.broken = True
    feed = feed_of(tail)
    with pytest.raises(OSError, match="no broker"):
        await Page(feed).read()

    tail.broken = False
    page = Page(feed)
    await page.read()

    assert tail.starts == 2
    await page.close()


async def test_a_page_far_behind_is_cut_off():
    feed = feed_of(FakeTail())
    page = Page(feed)
    await page.read()
    (_, taken, _) = await changes()
    body = orjson.loads(taken.value)

    for number in range(QUEUED_CHANGES + 1):
        value = orjson.dumps({**body, "update_id": f"u-{number}"})
        feed.take(Raw(taken.topic, taken.key, value))

    assert await page.is_over()


async def test_a_credential_that_was_taken_back_ends_the_stream():
    page = Page(feed_of(FakeTail()))
    await page.read()

    async def refused() -> None:
        raise Problem(401, detail="This session is over. Sign in again.")

    page.check = refused

    assert await page.is_over()
