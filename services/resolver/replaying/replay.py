"""Replay the questions of a gap, one after the other, and publish what came of each.

A replay is a dry run of each question: nothing is stored of it, no endpoint is called,
nobody is asked or told. At most one question of an instance's replays is among those
that are matched, so users' messages do not wait for them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.resolver import metrics
from services.resolver.domain.outcome import Why
from services.resolver.replaying.verdict import verdict_of
from services.resolver.resolve.ports import Apps
from services.resolver.resolve.trial import Trial, trial_event
from shared import ids
from shared.clock import Clock
from shared.events import (
    CaseVerdict,
    GapCase,
    GapVerificationRequested,
    GapVerified,
    MessageReceived,
)
from shared.kafka.publisher import Publisher
from shared.kafka.records import outgoing
from shared.topics import GAP_VERIFIED

ERROR_TRIES = 3
"""Of a question whose search failed."""
ERROR_WAIT_SECONDS = 1.0
MAX_TAG = 64
"""Characters of a language tag that a session takes."""

Sleep = Callable[[float], Awaitable[None]]


class Tries(Protocol):
    """The dry run."""

    async def refresh(self, app_id: str) -> None: ...
    async def run(self, event: MessageReceived, *, refresh: bool = True) -> Trial: ...


class Versions(Protocol):
    """Which version of its catalogue an app has."""

    async def versions(self, app_ids: Sequence[str]) -> dict[str, int]: ...


class Entries(Protocol):
    """The app's actions, or its documents."""

    async def changed_at(
        self, app_id: str, names: Sequence[str]
    ) -> Mapping[str, datetime]: ...


@dataclass(frozen=True, slots=True)
class Replays:
    """Answers `gap.verification-requested`; a repeat is replayed again."""

    trial: Tries
    versions: Versions
    entries: Mapping[str, Entries]
    """By kind: `action` and `document`."""
    apps: Apps
    publisher: Publisher
    clock: Clock
    sleep: Sleep = asyncio.sleep

    async def take(self, event: GapVerificationRequested) -> None:
        """Replay *event*'s questions and publish the result. Raises Transient."""
        app = self.apps.get(event.app_id)
        if app is None or app.status != "active":
            return
        # Read before the first question: whatever changes meanwhile has a higher one.
        found = await self.versions.versions([event.app_id])
        await self.trial.refresh(event.app_id)
        judged = [await self._judge(event.app_id, each) for each in cases_of(event)]
        verdicts = await self._dated(event.app_id, judged)
        outcomes = [each.outcome for each in verdicts]
        now = self.clock.now()
        result = GapVerified(
            verification_id=event.verification_id,
            gap_id=event.gap_id,
            app_id=event.app_id,
            resolved=outcomes.count("resolved"),
            unresolved=len(outcomes) - outcomes.count("resolved"),
            cases=verdicts,
            part=event.part,
            parts=event.parts,
            catalogue_version=found.get(event.app_id, 0),
            verified_at=now,
        )
        await self.publisher.publish(
            [outgoing(GAP_VERIFIED, result, source="resolver", now=now)]
        )
        for outcome in outcomes:
            metrics.GAP_CASES.labels(outcome).inc()

    async def _dated(
        self, app_id: str, verdicts: Sequence[CaseVerdict]
    ) -> list[CaseVerdict]:
        """Return *verdicts* with when what answers was changed last."""
        dates: dict[tuple[str, str], datetime] = {}
        for kind, entries in self.entries.items():
            names = {
                each.name
                for each in verdicts
                if each.outcome == "resolved" and each.kind == kind
            }
            if names:
                found = await entries.changed_at(app_id, sorted(names))
                dates |= {(kind, name): at for name, at in found.items()}
        return [
            each.model_copy(
                update={"changed_at": dates.get((each.kind or "", each.name))}
            )
            if each.outcome == "resolved"
            else each
            for each in verdicts
        ]

    async def _judge(self, app_id: str, case: GapCase) -> CaseVerdict:
        """Try *case*; a search that fails is tried again, then it says nothing."""
        event = trial_event(app_id, _body(case), now=self.clock.now())
        for left in reversed(range(ERROR_TRIES)):
            trial = await self.trial.run(event, refresh=False)
            if trial.reason != Why.RESOLVER_ERROR or not left:
                break
            await self.sleep(ERROR_WAIT_SECONDS)
        return verdict_of(case, trial)


def cases_of(event: GapVerificationRequested) -> Sequence[GapCase]:
    """Return what is to be replayed; a question without a case becomes one."""
    if event.cases:
        return event.cases
    return [
        GapCase(case_id=ids.derive("case", event.app_id, event.gap_id, text), text=text)
        for text in event.questions
    ]


def _body(case: GapCase) -> dict[str, object]:
    return {
        "text": case.text,
        "user": case.user and case.user.model_dump(),
        "session": {"locale": case.language[:MAX_TAG]} if case.language else None,
        "app_state": case.app_state,
    }
