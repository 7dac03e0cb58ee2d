"""What proposed settings would have made of the escalations that there were."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from services.escalator.domain.routing.triggers import should_open
from services.escalator.escalate.routing.deciding import Outcome, decide
from shared.clock import Clock
from shared.events import AppSettings, Preferences
from shared.wording.languages import Languages

MAX_ESCALATIONS = 20_000
"""That one backtest looks at, the newest of its days."""
MAX_LISTED = 100
"""Of each list in a report; the counts are of all."""
DEFAULT_ROUTE = "default_route"
"""What the default route is called here: it has no name of its own."""


@dataclass(frozen=True, slots=True)
class Opened:
    """One escalation as it was opened."""

    escalation_id: str
    number: str
    opened_at: datetime
    packet: Mapping[str, Any]
    """Empty where the ledger does not have it any more."""


class Recorded(Protocol):
    """The escalations that there were, in batches, the newest first."""

    def openings(
        self, app_id: str, *, since: datetime, limit: int
    ) -> AsyncIterator[Sequence[Opened]]: ...


PreferencesOf = Callable[[str, int], Awaitable[Preferences | None]]
"""Finds an app's settings by their version."""


@dataclass(slots=True)
class Tally:
    """How many there were and would be, and which of them make the difference."""

    before: int = 0
    after: int = 0
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def count(self, escalation_id: str, *, before: bool, after: bool) -> None:
        """Count one escalation; of what changes, the first ones are named."""
        self.before += before
        self.after += after
        if before is not after:
            listed = self.removed if before else self.added
            if len(listed) < MAX_LISTED:
                listed.append(escalation_id)


@dataclass(frozen=True, slots=True)
class Moved:
    """One escalation that would be handled otherwise; each pair is before and after."""

    opened: Opened
    routes: tuple[str, str]
    destinations: tuple[list[str], list[str]]
    priorities: tuple[str, str]
    tags: tuple[list[str], list[str]]


@dataclass(frozen=True, slots=True)
class OtherText:
    """What one user would have read in place of what they read."""

    opened: Opened
    before: str
    after: str


@dataclass(slots=True)
class Report:
    """The differences between what happened and what would have."""

    escalations: Tally = field(default_factory=Tally)
    routes: dict[str, Tally] = field(default_factory=dict)
    notifications_before: int = 0
    notifications_after: int = 0
    moved: list[Moved] = field(default_factory=list)
    texts: list[OtherText] = field(default_factory=list)
    differences: int = 0
    """Escalations that would not be opened, go elsewhere, or be told otherwise."""
    unknown: int = 0
    """Escalations of which too little is left to decide them again."""
    truncated: bool = False
    """Whether there were more than one backtest looks at."""

    def take(self, opened: Opened, was: Outcome | None, now: Outcome | None) -> None:
        """Take one escalation: as it was, and as it would be; None is not opened."""
        packet, name = opened.packet, opened.escalation_id
        self.escalations.count(name, before=True, after=now is not None)
        before = packet["route"] or DEFAULT_ROUTE
        after = (now.choice.route or DEFAULT_ROUTE) if now else None
        for route in {before, *([after] if after else [])}:
            tally = self.routes.setdefault(route, Tally())
            tally.count(name, before=route == before, after=route == after)
        self.notifications_before += len(packet["destinations"])
        if now is None:
            self.differences += 1
            return
        self.notifications_after += len(now.choice.destinations)
        is_moved = self._compare_ways(opened, now)
        is_told = was is not None and was.handoff != now.handoff
        if was is not None and is_told and len(self.texts) < MAX_LISTED:
            self.texts.append(OtherText(opened, was.handoff, now.handoff))
        self.differences += is_moved or is_told

    def _compare_ways(self, opened: Opened, now: Outcome) -> bool:
        packet, choice = opened.packet, now.choice
        moved = Moved(
            opened,
            routes=(packet["route"], choice.route),
            destinations=(list(packet["destinations"]), list(choice.destinations)),
            priorities=(packet["priority"], choice.priority),
            tags=(list(packet["tags"]), list(choice.tags)),
        )
        pairs = (moved.routes, moved.destinations, moved.priorities, moved.tags)
        is_moved = any(before != after for before, after in pairs)
        if is_moved and len(self.moved) < MAX_LISTED:
            self.moved.append(moved)
        return is_moved


@dataclass(frozen=True, slots=True)
class Backtest:
    """Decides again what was decided, with other settings; nothing comes of it."""

    recorded: Recorded
    preferences_of: PreferencesOf
    languages: Languages
    clock: Clock
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """One at a time: each is a second of work for 10,000 escalations."""

    async def run(self, app: AppSettings, proposed: Preferences, days: int) -> Report:
        """Return what *proposed* would have changed in the last *days*."""
        report = Report()
        settings = app.model_copy(update={"preferences": proposed})
        past: dict[int, AppSettings | None] = {}
        since = self.clock.now() - timedelta(days=days)
        looked_at = 0
        async with self._turn:
            batches = self.recorded.openings(
                app.app_id, since=since, limit=MAX_ESCALATIONS + 1
            )
            async for batch in batches:
                room = MAX_ESCALATIONS - looked_at
                looked_at += len(batch)
                report.truncated = len(batch) > room
                for each in batch[:room]:
                    await self._learn(app, each, past)
                compare = partial(self._compare, batch[:room], settings, past, report)
                await asyncio.to_thread(compare)
        return report

    async def _learn(
        self, app: AppSettings, opened: Opened, past: dict[int, AppSettings | None]
    ) -> None:
        """Find the settings that decided *opened*, each version once."""
        version = opened.packet.get("settings_version")
        if version is None or version in past:
            return
        found = await self.preferences_of(app.app_id, version)
        update = {"preferences": found}
        past[version] = app.model_copy(update=update) if found else None

    def _compare(
        self,
        batch: Sequence[Opened],
        proposed: AppSettings,
        past: Mapping[int, AppSettings | None],
        report: Report,
    ) -> None:
        for opened in batch:
            version = opened.packet.get("settings_version")
            if version is None:
                report.unknown += 1
                continue
            was = past[version]
            report.take(opened, *self._outcomes(opened, was, proposed))

    def _outcomes(
        self, opened: Opened, was: AppSettings | None, proposed: AppSettings
    ) -> tuple[Outcome | None, Outcome | None]:
        again = partial(
            decide, opened.packet, at=opened.opened_at, languages=self.languages
        )
        before = again(was) if was else None
        if was and not should_open(
            opened.packet, was.preferences, proposed.preferences
        ):
            return before, None
        return before, again(proposed)
