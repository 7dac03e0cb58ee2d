"""The lane of one digest: written once, then its delivery is told to each it lists."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.escalator.domain.conversation import Json
from services.escalator.domain.grouping.held import Digest, Held
from services.escalator.domain.grouping.lanes import digest_id_of
from services.escalator.domain.grouping.wording import headline, one_line
from services.escalator.escalate.grouping.holding import HELD
from services.escalator.escalate.ports import Ports
from shared import events, ids
from shared.kafka.deciding.decisions import Decision, Document, Timer
from shared.kafka.records import Outgoing, Record, outgoing
from shared.topics import NOTIFICATION_REQUESTED

DIGESTS = "escalator_digests"
"""Which escalations each digest lists: by this an erased user is found in them."""
TELL = "tell_listed"
"""Timer in a digest's lane: go on telling."""
REQUESTED = "digest_requested"
LISTED = "listed"
"""Timer in an escalation's lane: what became of the digest that lists it."""
TOLD_AT_ONCE = 200
"""Escalations that one decision tells: a digest of thousands takes several."""
PRIORITIES = ("urgent", "high", "normal", "low")
UNKNOWN: Json = {}


@dataclass(frozen=True, slots=True)
class Digesting:
    """Writes digests, and accounts for them."""

    ports: Ports

    async def on_digest_due(self, state: Digest, record: Record) -> Decision[Digest]:
        """Write the digest with how its escalations stand now."""
        timer: Timer = record.event
        now = self.ports.clock.now()
        members = tuple(
            HELD.read({**each, "_unknown": None}) for each in timer.payload["members"]
        )
        rows = await self.ports.noise.standing(
            state.app_id, [each.escalation_id for each in members]
        )
        opened = tuple(each for each in members if each.news == "opened")
        after = replace(
            state,
            members=() if timer.payload["repeat"] else opened,
            destination_id=timer.payload["destination_id"],
            group=timer.payload["group"],
        )
        return Decision(
            REQUESTED,
            after,
            outputs=(self._request(after, record, members, rows, now=now),),
            documents=(_found_by(after, members, now=now),),
        )

    def _request(
        self,
        state: Digest,
        record: Record,
        members: Sequence[Held],
        rows: Mapping[str, Json],
        *,
        now: datetime,
    ) -> Outgoing:
        digest_id = digest_id_of(state.conversation_id)
        digest = _contents(state.app_id, record.event.payload, members, rows)
        common = {
            "app_id": state.app_id,
            "conversation_id": state.conversation_id,
            "occurred_at": now,
            "causation_id": record.source_id,
            "escalation_id": digest_id,
        }
        request = events.NotificationRequested(
            **common,
            delivery_id=digest_id,
            destination_id=state.destination_id,
            kind="digest",
            requested_at=now,
            digest=digest,
            packet=events.EscalationOpened(
                **common | {"occurred_at": digest.since},
                number="",
                opened_at=now,
                reason=_most(rows.values(), "reason") or events.Reason.NO_MATCH,
                priority=_priority(rows.values()),
                summary=headline(
                    len(members),
                    digest.summaries,
                    digest.patterns,
                    repeat=digest.repeat,
                ),
                conversation=[],
                links=_links(self.ports.public_url),
            ),
        )
        return outgoing(
            NOTIFICATION_REQUESTED, request, source="escalator", cause=record
        )

    async def on_notification_delivered(
        self, state: Digest, record: Record
    ) -> Decision[Digest]:
        """Begin to tell each escalation that a destination has accepted its digest."""
        event: events.NotificationDelivered = record.event
        if state.outcome == "delivered":
            return Decision("already_delivered", state)
        after = replace(
            state,
            outcome="delivered",
            told=0,
            proof=event.proof,
            channel=event.channel,
            tries=event.attempts,
            at=event.delivered_at,
        )
        return _tell(after, record, "digest_delivered", now=self.ports.clock.now())

    async def on_notification_failed(
        self, state: Digest, record: Record
    ) -> Decision[Digest]:
        """Begin to tell each escalation that its digest was given up."""
        event: events.NotificationFailed = record.event
        if state.outcome:
            return Decision(f"already_{state.outcome}", state)
        after = replace(
            state,
            outcome="failed",
            reason=event.reason,
            proof=event.error,
            channel=event.channel,
            tries=event.attempts,
            at=event.failed_at,
        )
        return _tell(after, record, "digest_failed", now=self.ports.clock.now())

    async def on_tell(self, state: Digest, record: Record) -> Decision[Digest]:
        """Tell the next ones."""
        if record.event.payload["outcome"] != state.outcome:
            return Decision("no_longer_told", state)  # failed, and redriven since
        return _tell(state, record, "listed_told", now=self.ports.clock.now())


async def on_answer_to_digest(state: Digest, _: Record) -> Decision[Digest]:
    """Change nothing: an answer to many is an answer to none."""
    return Decision("answer_to_digest", state)


def _tell(
    state: Digest, record: Record, reason: str, *, now: datetime
) -> Decision[Digest]:
    """Tell some of those that are listed, and set a timer for the rest."""
    some = state.members[state.told : state.told + TOLD_AT_ONCE]
    timers = [_listed(state, each, now=now) for each in some]
    after = replace(state, told=state.told + len(some))
    if after.told < len(after.members):
        timers.append(
            Timer(
                timer_id=ids.derive("timer", TELL, record.source_id),
                lane=record.lane,
                due_at=now,
                kind=TELL,
                payload={"outcome": state.outcome},
            )
        )
    return Decision(reason, after, timers=tuple(timers))


def _listed(state: Digest, held: Held, *, now: datetime) -> Timer:
    digest_id = digest_id_of(state.conversation_id)
    return Timer(
        timer_id=ids.derive(
            "timer", LISTED, digest_id, held.escalation_id, state.outcome
        ),
        lane=held.lane,
        due_at=now,
        kind=LISTED,
        payload={
            "escalation_id": held.escalation_id,
            "destination_id": state.destination_id,
            "outcome": state.outcome,
            "reason": state.reason,
            "proof": state.proof,
            "channel": state.channel,
            "tries": state.tries,
            "at": (state.at or now).isoformat(),
            "group": state.group,
        },
    )


def _contents(
    app_id: str, payload: Json, members: Sequence[Held], rows: Mapping[str, Json]
) -> events.Digest:
    """Return what the digest lists; an escalation that is gone keeps its id."""
    found = [rows.get(each.escalation_id, UNKNOWN) for each in members]
    patterns = [str((each.get("pattern") or {}).get("label", "")) for each in found]
    group: str = payload["group"]
    return events.Digest(
        escalation_ids=[each.escalation_id for each in members],
        conversation_ids=[each.lane.removeprefix(f"{app_id}:") for each in members],
        numbers=[str(each.get("number", "")) for each in found],
        summaries=[one_line(str(each.get("summary", ""))) for each in found],
        news=[each.news for each in members],
        patterns=patterns,
        count=payload["count"],
        since=payload["since"],
        group=group,
        label=next((each for each in patterns if each), "") if "=" in group else "",
        thread=ids.derive("thread", app_id, group, payload["destination_id"]),
        repeat=payload["repeat"],
    )


def _most(rows: Collection[Json], name: str) -> str:
    found = Counter(each[name] for each in rows)
    return str(found.most_common(1)[0][0]) if found else ""


def _priority(rows: Collection[Json]) -> str:
    found = {each["priority"] for each in rows}
    return next((each for each in PRIORITIES if each in found), "normal")


def _links(public_url: str) -> dict[str, str]:
    origin = public_url.rstrip("/")
    return {
        "api": f"{origin}/escalator/v1/escalations?status=open",
        "dashboard": f"{origin}/#/escalations",
    }


def _found_by(state: Digest, members: Sequence[Held], *, now: datetime) -> Document:
    return Document(
        DIGESTS,
        {
            "_id": digest_id_of(state.conversation_id),
            "revision": 1,
            "app_id": state.app_id,
            "destination_id": state.destination_id,
            "group": state.group,
            "at": now,
            "escalation_ids": [each.escalation_id for each in members],
        },
        new=True,
    )
