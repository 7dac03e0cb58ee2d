"""The demo's acts: prepare two apps, play the story, then the many, then wait."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from handrail.demo import cast, tally
from handrail.demo.cast import Json, Story
from handrail.demo.door import Door, create_app, prepare, sign_in_by_mail
from handrail.demo.mailbox import Mailbox
from handrail.demo.story import Telling, Told
from handrail.demo.tally import Mailed, Seen, Tally
from handrail.demo.traffic import DIGEST_APP, Gathered, Traffic, gather

MAIL_PATIENCE = 30.0
COUNT_PATIENCE = 10.0
GROUP_PATIENCE = 120.0
"""Seconds until every escalation is in a pattern, and each of the largest has a cause:
on a busy machine the encoders take their time."""
QUIET = 0.5
"""Seconds after the last mail in which a duplicate would still show."""

PROPOSED = {
    "routes": [{"name": "gaps", "match": {"reason": "no_match"}}],
    "default_route": {"destinations": ["default"]},
}
"""A route that the demo tries on its own past, and does not store."""


class Place(Protocol):
    """The running system, as far as the demo must know it."""

    @property
    def origin(self) -> str: ...
    @property
    def kafka(self) -> str: ...
    @property
    def admin_key(self) -> str: ...
    @property
    def mail_dir(self) -> Path: ...


@dataclass
class Played:
    """All that came of a run."""

    story: Told
    tally: Tally
    summary: Json
    trends: Json
    promises: list[Json] = field(default_factory=list)
    """The times that users were told."""
    people: Json = field(default_factory=dict)
    """Who signed in by mail, and what each service answered."""
    texts: Json = field(default_factory=dict)
    """What users read: by kind, language and business hours."""
    gathered: Gathered | None = None
    """What came of several requests at once."""
    backtests: tuple[Json, Json] = ({}, {})
    """What the settings of now would have made of the past, and what a proposal."""
    next_steps: Json = field(default_factory=dict)
    """What to do next for the bank app, from these conversations."""


@dataclass
class Reports:
    """Who is told how far the demo is; called with done and total."""

    act: Callable[[str, int, int], None] = lambda _act, _done, _total: None


@dataclass
class Play:
    """One run against one system."""

    place: Place
    reports: Reports = field(default_factory=Reports)
    run: str = field(default_factory=lambda: f"{int(time.time()):x}")
    """Part of every conversation's id: a database that was named may hold others."""

    async def perform(self) -> Played:
        """Play everything and return what came of it."""
        story, mailbox = cast.story(), Mailbox(self.place.mail_dir)
        began = datetime.now(UTC) - timedelta(seconds=5)
        async with AsyncExitStack() as closing:
            operator = self._door(self.place.admin_key, closing)
            acme = self._door(await create_app(operator, story.app), closing)
            bank = self._door(await create_app(operator, cast.BANK), closing)
            await prepare(acme, actions=[], documents=story.documents)
            await prepare(
                bank, actions=cast.rows("actions"), documents=cast.rows("documents")
            )
            traffic = await closing.enter_async_context(Traffic(self.place.kafka))
            told = await self._story(story, acme, traffic, mailbox)
            await self._many(bank, traffic)
            found = await self._count([acme, bank], traffic, mailbox)
            summary, trends = await self._trends(bank, began, found)
            promises = [
                each
                for door in (acme, bank)
                for each in await door.items("/escalator/v1/promises")
            ]
            shown = await bank.ask("POST", "/escalator/v1/settings/preview", {})
            backtests = await _try_settings(bank)
            # Last: these mails are no mails of an escalation.
            people = await sign_in_by_mail(acme, self.place.origin, mailbox)
            calm = self._door(await create_app(operator, DIGEST_APP), closing)
            gathered = await gather(calm, mailbox, self.run)
            steps = await self._next_steps(bank)
        return Played(
            told,
            found,
            summary,
            trends,
            promises,
            people,
            shown["texts"],
            gathered,
            backtests,
            steps,
        )

    def _door(self, key: str, closing: AsyncExitStack) -> Door:
        door = Door(self.place.origin, key)
        closing.push_async_callback(door.close)
        return door

    async def _story(
        self, story: Story, door: Door, traffic: Traffic, mailbox: Mailbox
    ) -> Told:
        telling = Telling(
            story=story,
            door=door,
            traffic=traffic,
            mailbox=mailbox,
            conversation_id=f"story-{self.run}",
            act=self.reports.act,
        )
        return await telling.tell()

    async def _many(self, door: Door, traffic: Traffic) -> None:
        queries = cast.rows("queries")
        total, done = len(queries), 0

        def told() -> None:
            nonlocal done
            done += 1
            self.reports.act("conversations", done, total)

        await traffic.play(queries, self.run, door, told)

    async def _count(
        self, doors: list[Door], traffic: Traffic, mailbox: Mailbox
    ) -> Tally:
        deadline = time.monotonic() + MAIL_PATIENCE
        while True:
            inbox = await self._inbox(doors, traffic)
            found = tally.tally(_seen(traffic), _mailed(mailbox), inbox)
            self.reports.act("mails", found.delivered, found.escalated)
            if not found.lost:
                break
            if time.monotonic() > deadline:
                return found
            await asyncio.sleep(0.2)
        await asyncio.sleep(QUIET)
        inbox = await self._inbox(doors, traffic)
        return tally.tally(_seen(traffic), _mailed(mailbox), inbox)

    async def _inbox(self, doors: list[Door], traffic: Traffic) -> dict[str, str]:
        return {
            each["escalation_id"]: each["conversation_id"]
            for door in doors
            for each in await door.items("/escalator/v1/escalations")
            if each["conversation_id"] in traffic.talks
        }

    async def _next_steps(self, door: Door) -> Json:
        """Ask what to do next, once every escalation belongs to a pattern.

        Or, after `GROUP_PATIENCE`, what is known by then.
        """
        total = len(await door.items("/escalator/v1/escalations"))
        deadline = time.monotonic() + GROUP_PATIENCE
        while True:
            patterns = await door.items("/analytics/v1/patterns")
            grouped = sum(each["size"] for each in patterns)
            self.reports.act("patterns", grouped, total)
            if grouped >= total and all(map(_is_judged, patterns)):
                break
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(0.5)
        found: Json = await door.ask("GET", "/analytics/v1/next-steps")
        return found

    async def _trends(
        self, door: Door, began: datetime, found: Tally
    ) -> tuple[Json, Json]:
        """Ask analytics once it has counted everything, or for what it has by then."""
        hour = began.replace(minute=0, second=0, microsecond=0)
        end = hour + timedelta(hours=2)
        period = f"from={_rfc(hour)}&to={_rfc(end)}"
        deadline = time.monotonic() + COUNT_PATIENCE
        while True:
            summary: Json = await door.ask("GET", f"/analytics/v1/summary?{period}")
            # One of them was the story's, which is another app's.
            if summary["requests"] >= found.sent - 1 or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.2)
        trends: Json = await door.ask(
            "GET", f"/analytics/v1/trends?{period}&step=hour&by=reason"
        )
        return summary, trends


def _is_judged(pattern: Json) -> bool:
    """Return whether its cause was looked for: of one alone nothing depends on it."""
    return pattern["size"] <= 1 or bool(pattern["because"])


def _seen(traffic: Traffic) -> dict[str, Seen]:
    return {
        each.conversation_id: Seen(each.asked_at, each.told_at, each.replies)
        for each in traffic.talks.values()
    }


def _mailed(mailbox: Mailbox) -> list[Mailed]:
    return [
        Mailed(each.escalation_id, recipient, each.accepted_at)
        for each in mailbox.collect()
        for recipient in each.recipients
    ]


def _rfc(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


async def _try_settings(door: Door) -> tuple[Json, Json]:
    """Return what the app's settings, and then a proposal, would make of its past."""
    path = "/escalator/v1/settings/backtest"
    return (
        await door.ask("POST", path, {"settings": {}}),
        await door.ask("POST", path, {"settings": PROPOSED}),
    )
