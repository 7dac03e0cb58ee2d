"""Events and records to count, with every field that matters settable."""

import random
import zlib
from datetime import UTC, datetime, timedelta

from services.analytics import handlers
from services.analytics.domain.facts import Batch
from shared import ids, topics
from shared.events import (
    Attempt,
    AttemptOutcome,
    ConversationResolved,
    ConversationUnresolved,
    EscalationOpened,
    EscalationStatus,
    EscalationUpdated,
    MessageReceived,
    NotificationDelivered,
    NotificationFailed,
    NotificationRequested,
    Reason,
    User,
)
from shared.kafka.records import Record

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BUILDERS = {topic.name: build for topic, build in handlers.BUILDERS.items()}


def attempt(score=0.4):
    return Attempt(
        kind="document",
        name="upload-limits",
        score=score,
        threshold=0.6,
        outcome=AttemptOutcome.BELOW_THRESHOLD,
        started_at=NOON,
    )


def common(at, app_id="acme", conversation_id="c-1"):
    return {"app_id": app_id, "conversation_id": conversation_id, "occurred_at": at}


def resolved(request_id="r-1", at=NOON, **also):
    return ConversationResolved(
        **common(at, also.pop("app_id", "acme")),
        request_id=request_id,
        event_id=f"e-{request_id}",
        kind="document",
        name="upload-limits",
        title="Upload limits",
        **also,
    )


def unresolved(request_id="r-1", at=NOON, reason=Reason.NO_MATCH, **also):
    return ConversationUnresolved(
        **common(at, also.pop("app_id", "acme"), also.pop("conversation_id", "c-1")),
        request_id=request_id,
        event_id=f"e-{request_id}",
        reason=reason,
        **also,
    )


def opened(escalation_id="s-1", at=NOON, reason=Reason.NO_MATCH, app_id="acme", **also):
    return EscalationOpened(
        **common(at, app_id),
        escalation_id=escalation_id,
        number=also.pop("number", "ESC-1"),
        opened_at=at,
        reason=reason,
        summary="I cannot upload",
        conversation=[],
        user=also.pop("user", User(id="u-7")),
        **also,
    )


def updated(
    escalation_id="s-1",
    revision=1,
    at=NOON,
    before="open",
    after="acknowledged",
    opened_at=None,
    app_id="acme",
    **also,
):
    return EscalationUpdated(
        **common(at, app_id),
        update_id=f"{escalation_id}/{revision}",
        escalation_id=escalation_id,
        revision=revision,
        change=also.pop("change", "status"),
        from_=EscalationStatus(before),
        to=EscalationStatus(after),
        actor="Sam",
        at=at,
        reason="button",
        opened_at=opened_at,
        **also,
    )


def delivered(delivery_id="d-1", at=NOON, after=timedelta(seconds=2), **also):
    return NotificationDelivered(
        **common(at - after, also.pop("app_id", "acme")),
        delivery_id=delivery_id,
        escalation_id="s-1",
        destination_id=also.pop("destination_id", "team-mail"),
        channel="email",
        delivered_at=at,
        proof="250 2.0.0 Ok",
        attempts=1,
        **also,
    )


def failed(delivery_id="d-1", at=NOON, **also):
    return NotificationFailed(
        **common(at, also.pop("app_id", "acme")),
        delivery_id=delivery_id,
        escalation_id="s-1",
        destination_id="team-mail",
        channel="email",
        failed_at=at,
        reason="mailbox_unknown",
        attempts=3,
        **also,
    )


def requested(delivery_id="d-1", at=NOON, **also):
    packet = opened()
    return NotificationRequested(
        **common(at, also.pop("app_id", "acme")),
        delivery_id=delivery_id,
        escalation_id="s-1",
        destination_id="team-mail",
        requested_at=at,
        packet=packet,
        **also,
    )


def said(event_id="e-1", at=NOON, text="I cannot upload", role="user", **also):
    return MessageReceived(
        **common(at, also.pop("app_id", "acme"), also.pop("conversation_id", "c-1")),
        event_id=event_id,
        message={"role": role, "text": text},
        **also,
    )


def shown(reply, reply_id="p-1", at=NOON, event_id="e-1", **also):
    """Return a reply of the class *reply* to the event."""
    return reply(
        **common(at, also.pop("app_id", "acme"), also.pop("conversation_id", "c-1")),
        reply_id=reply_id,
        in_reply_to=event_id,
        text=also.pop("text", "Here you are."),
        **also,
    )


TOPIC_OF = {
    **dict.fromkeys(topics.CONVERSATION_EVENTS.events, topics.CONVERSATION_EVENTS),
    **dict.fromkeys(topics.CONVERSATION_REPLIES.events, topics.CONVERSATION_REPLIES),
    NotificationRequested: topics.NOTIFICATION_REQUESTED,
    ConversationResolved: topics.CONVERSATION_RESOLVED,
    ConversationUnresolved: topics.CONVERSATION_UNRESOLVED,
    EscalationOpened: topics.ESCALATION_OPENED,
    EscalationUpdated: topics.ESCALATION_UPDATED,
    NotificationDelivered: topics.NOTIFICATION_DELIVERED,
    NotificationFailed: topics.NOTIFICATION_FAILED,
}


def record(event, offset=0, partition=0):
    topic = TOPIC_OF[type(event)].name
    return Record(
        topic=topic,
        partition=partition,
        offset=offset,
        value=b"",
        event=event,
        lane=ids.conversation_key(event.app_id, event.conversation_id),
        source_id=ids.derive("event", event.app_id, event.event_id)
        if topic == topics.CONVERSATION_EVENTS.name
        else ids.derive(topic, event.identity),
    )


def fact_of(event):
    return BUILDERS[TOPIC_OF[type(event)].name](record(event))


def batch_of(*records):
    batch = Batch()
    for each in records:
        batch.facts[each.source_id] = BUILDERS[each.topic](each)
        batch.note(each.topic, each.partition, each.offset)
    return batch


def many_events(n, *, seed=1, start=NOON, within=timedelta(days=3), app_id="acme"):
    """Return `n` different events of every kind, spread over time."""
    chance = random.Random(seed)
    found = []
    for i in range(n):
        at = start + within * chance.random()
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        name = f"{seed}-{i}"
        kind = chance.randrange(6)
        if kind == 0:
            event = resolved(name, at, app_id=app_id)
        elif kind in (1, 2):
            reason = chance.choice(list(Reason))
            event = unresolved(name, at, reason, app_id=app_id)
        elif kind == 3:
            event = opened(name, at, app_id=app_id)
        elif kind == 4:
            before, after = chance.sample(list(EscalationStatus), 2)
            wait = timedelta(milliseconds=chance.randrange(9_000_000))
            event = updated(name, 1, at, before, after, at - wait, app_id)
        elif chance.random() < 0.2:
            event = failed(name, at, app_id=app_id)
        else:
            wait = timedelta(milliseconds=chance.randrange(90_000))
            event = delivered(
                name,
                at,
                wait,
                app_id=app_id,
                destination_id=chance.choice(["team-mail", "hook", "a:b.$c"]),
            )
        found.append(event)
    return found


def as_records(events, *, partitions=4):
    """Return the events as their topics would hold them."""
    ends = {}
    found = []
    for event in events:
        name = getattr(event, "identity", None) or event.event_id
        partition = zlib.crc32(name.encode()) % partitions
        place = (TOPIC_OF[type(event)].name, partition)
        ends[place] = ends.get(place, -1) + 1
        found.append(record(event, ends[place], partition))
    return found
