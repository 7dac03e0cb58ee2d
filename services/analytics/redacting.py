"""Personal data blacked out of records before analytics makes facts of them.

The escalator has done so with what it publishes; what the resolver and the chat
platforms say is as the user said it. Only the facts of apps that ask for it pay.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from services.analytics import metrics
from shared import topics
from shared.events import AppSettings
from shared.events.preferences import Redaction
from shared.kafka.records import LaneResult, Record, Worker
from shared.redaction import Found, Redactor, redact_event, region_of

log = structlog.get_logger()

READ = frozenset(
    {
        topics.CONVERSATION_EVENTS.name,
        topics.CONVERSATION_REPLIES.name,
        topics.CONVERSATION_RESOLVED.name,
        topics.CONVERSATION_UNRESOLVED.name,
    }
)
"""Topics whose words nobody has looked through."""
Lanes = Sequence[Sequence[Record]]


class Apps(Protocol):
    """What is known of the apps."""

    def get(self, app_id: str) -> AppSettings | None: ...


class Redacting:
    """The worker, for which every record was blacked out before."""

    def __init__(self, worker: Worker, *, apps: Apps) -> None:
        self._worker = worker
        self._apps = apps

    async def work(self, lanes: Lanes) -> list[LaneResult]:
        """Work *lanes* without what their apps have blacked out."""
        apps = {lane[0].event.app_id for lane in lanes if lane}
        by_app = {
            app_id: redaction
            for app_id in apps
            if (redaction := self._wanted(app_id)) is not None
        }
        wanted = {
            place: by_app[lane[0].event.app_id]
            for place, lane in enumerate(lanes)
            if by_app and lane and lane[0].event.app_id in by_app
        }
        if wanted:
            # Beside the event loop: a batch's words take many milliseconds.
            lanes, found = await asyncio.to_thread(_without, lanes, wanted)
            for kind, count in found.items():
                metrics.REDACTED.labels(kind).inc(count)
        return await self._worker.work(lanes)

    def _wanted(self, app_id: str) -> Redaction | None:
        app = self._apps.get(app_id)
        if app is None:
            return None
        redaction = app.preferences.redaction
        return None if redaction.profile == "off" and not redaction.also else redaction


def _without(lanes: Lanes, wanted: dict[int, Redaction]) -> tuple[Lanes, Found]:
    found = Found()
    return [
        [_redacted(each, wanted[place], found) for each in lane]
        if place in wanted
        else lane
        for place, lane in enumerate(lanes)
    ], found


def _redacted(record: Record, wanted: Redaction, found: Found) -> Record:
    if record.topic not in READ:
        return record
    try:
        region, also = region_of(record.event), tuple(wanted.also)
        redactor = Redactor(wanted.profile, also, region=region, found=found)
        return replace(record, event=redact_event(record.event, redactor))
    except Exception as error:
        log.exception("words could not be blacked out", topic=record.topic)
        # It fails by itself, and the rest of the batch is worked.
        return replace(record, event=_Unredacted(repr(error)))


@dataclass(frozen=True)
class _Unredacted:
    """Stands for an event of which nothing may be stored: no builder can read it."""

    error: str
