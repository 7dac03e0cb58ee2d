"""From raw records to lanes: decode, check, group; or the reason why not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from shared import ids, metrics
from shared.errors import Permanent, Transient
from shared.events import CONVERSATION_EVENT, REPLY
from shared.kafka.records import Record
from shared.kafka.table import Apps
from shared.kafka.working.decode import (
    check_headers,
    check_time,
    read_untrusted,
    validate_ours,
)
from shared.topics import CONVERSATION_EVENTS, CONVERSATION_REPLIES, Topic
from shared.untrusted import Notes
from shared.untrusted.times import is_possible

UNIONS: dict[str, TypeAdapter[Any]] = {
    CONVERSATION_EVENTS.name: CONVERSATION_EVENT,
    CONVERSATION_REPLIES.name: REPLY,
}


@dataclass(slots=True)
class Intake:
    """A batch, decoded."""

    records: list[Record] = field(default_factory=list)
    refused: list[tuple[Any, Permanent]] = field(default_factory=list)
    """Raw records that can never be worked, each with why."""
    unknown_app: list[Any] = field(default_factory=list)
    """Raw records whose app is not known yet; it may just have been made."""


class Decoder:
    """Decodes the records of a service's topics."""

    def __init__(
        self,
        topics: Iterable[Topic],
        *,
        apps: Apps,
        max_event_bytes: int,
        now: Callable[[], datetime],
        service: str = "",
    ) -> None:
        self._topics = {topic.name: topic for topic in topics}
        self._apps = apps
        self._max_event_bytes = max_event_bytes
        self._now = now
        self._service = service

    def decode(self, raws: Iterable[Any]) -> Intake:
        """Return the batch decoded; nothing in it can make this raise."""
        intake = Intake()
        now = self._now()
        for raw in raws:
            try:
                record = self._record(raw, now)
            except Permanent as error:
                intake.refused.append((raw, error))
                continue
            app = self._apps.get(record.event.app_id)
            if app is None:
                intake.unknown_app.append(raw)
            elif app.status == "deleted":
                deleted = Permanent("deleted_app", f"app {app.app_id} was deleted")
                intake.refused.append((raw, deleted))
            else:
                intake.records.append(record)
        return intake

    def _record(self, raw: Any, now: datetime) -> Record:  # noqa: ANN401 - aiokafka's
        topic, renamed = self._topics[raw.topic], False
        if topic.ours:
            model: Any = UNIONS.get(topic.name, topic.events[0])
            event = validate_ours(model, raw.value)
            source_id = ids.derive(topic.name, event.identity)
        else:
            event, renamed = self._from_outside(raw, now)
            source_id = ids.derive("event", event.app_id, event.event_id)
        check_time(event.occurred_at, now=now)
        lane = ids.conversation_key(event.app_id, event.conversation_id)
        # kcat and friends may send no key; one that says otherwise would break order.
        if raw.key is not None and raw.key != lane.encode() and not renamed:
            raise Permanent("wrong_key", f"the key is not {lane[:200]!r}")
        return Record(
            topic=raw.topic,
            partition=raw.partition,
            offset=raw.offset,
            value=raw.value,
            event=event,
            lane=lane,
            source_id=source_id,
            key=raw.key,
            headers=list(raw.headers),
            traceparent=_header(raw.headers, "traceparent"),
            timestamp=getattr(raw, "timestamp", None),
        )

    def _from_outside(self, raw: Any, now: datetime) -> tuple[Any, bool]:  # noqa: ANN401 - aiokafka's
        """Return the event, and whether its conversation's id had to be mended.

        Then the key names the one that was sent, and keeps its order by that.
        """
        if raw.headers:
            check_headers(raw.headers)
        notes = Notes()
        event = read_untrusted(
            raw.value,
            notes,
            max_bytes=self._max_event_bytes,
            now=_received_at(raw, now),
        )
        for name, done in notes:
            metrics.FIELDS_MENDED.labels(self._service, name, done.value).inc()
        return event, any(name == "conversation_id" for name, _ in notes)


def _received_at(raw: Any, now: datetime) -> datetime:  # noqa: ANN401 - aiokafka's
    """Return when the record came to the log: at every reading the same moment.

    That is its producer's clock where the topic does not use the broker's; one that is
    wrong itself, or unknown (of what earlier versions parked), is *now*.
    """
    stamp = getattr(raw, "timestamp", None) or 0
    try:
        moment = datetime.fromtimestamp(stamp / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return now
    return moment if is_possible(moment, now=now) else now


class Reader:
    """Decodes, and looks again at records of apps that are not known yet."""

    def __init__(self, decoder: Decoder, apps: Apps) -> None:
        self._decoder = decoder
        self._apps = apps

    async def read(self, raws: Iterable[Any]) -> Intake:
        """Return *raws* decoded; each is a record or refused, none is left out.

        Raises Transient where the app table cannot be brought up to date.
        """
        intake = self._decoder.decode(raws)
        if not intake.unknown_app:
            return intake
        await self._apps.refresh()
        again = self._decoder.decode(intake.unknown_app)
        records = intake.records + again.records
        nobody = Permanent("unknown_app", "no app of this id")
        return Intake(
            sorted(records, key=lambda record: record.offset),
            intake.refused
            + again.refused
            + [(raw, nobody) for raw in again.unknown_app],
        )

    async def judge(self, app_id: str) -> None:
        """Raise Permanent(`deleted_app`) or Transient(`unknown_app`) for what we noted.

        For timers and commands, which no dead-letter topic would keep: an app that is
        not known yet may become known, so they wait.
        """
        app = self._apps.get(app_id)
        if app is None:
            await self._apps.refresh()
            app = self._apps.get(app_id)
        if app is None:
            raise Transient("unknown_app", f"no app {app_id}")
        if app.status == "deleted":
            raise Permanent("deleted_app", f"app {app_id} was deleted")


def _header(headers: Any, name: str) -> bytes | None:  # noqa: ANN401 - aiokafka's pairs
    for key, value in headers:
        if key == name:
            found: bytes = value
            return found
    return None


def by_lane(records: Iterable[Record], order: dict[str, int]) -> list[list[Record]]:
    """Return *records* as lanes, each in the order its topics and offsets give.

    *order* ranks topics: where two topics tell of one conversation, what was said
    comes before what became of it.
    """
    lanes: dict[str, list[Record]] = {}
    for record in records:
        lanes.setdefault(record.lane, []).append(record)
    for lane in lanes.values():
        if len(lane) > 1:
            lane.sort(key=lambda record: order.get(record.topic, 0))
    return list(lanes.values())
