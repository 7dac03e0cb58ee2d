"""The lane of an app's held notifications: asked, waited for, sent together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.escalator.domain.grouping import flushing, placing
from services.escalator.domain.grouping.flushing import Sending
from services.escalator.domain.grouping.held import Held, HeldNotifications
from services.escalator.domain.grouping.lanes import digest_lane, held_lane
from services.escalator.domain.grouping.placing import Notice, Placement
from services.escalator.domain.grouping.policy import GroupingPolicy
from services.escalator.escalate.drafting.packets import REQUEST
from services.escalator.escalate.grouping.asking import UNTAKEN, to_policy
from services.escalator.escalate.ports import Ports
from shared import ids
from shared.codec import Codec
from shared.kafka.deciding.decisions import Decision, Timer
from shared.kafka.records import Record

FLUSH = "flush"
"""Timer: something that is held is due."""
REGROUP = "regroup"
"""Timer: the pattern of an escalation has become known, or another."""
DIGEST_DUE = "digest_due"
"""Timer in the lane of a digest: write it."""

HELD = Codec(Held)


@dataclass(frozen=True, slots=True)
class Holding:
    """Decides when people are told."""

    ports: Ports

    async def on_notice(
        self, state: HeldNotifications, record: Record
    ) -> Decision[HeldNotifications]:
        """Let a notification go, or hold it."""
        timer: Timer = record.event
        now, notice = self.ports.clock.now(), to_notice(timer.payload)
        after, placed = placing.place(state, notice, self._policy(state), now=now)
        if placed is Placement.HELD:
            reason = f"{placed}_{placing.kind_of_place(after, notice)}"
            return _decided(reason, after, record, now=now)
        go = _request(timer, notice, now=now)
        return _decided(placed.value, after, record, now=now, timers=[go])

    async def on_regroup(
        self, state: HeldNotifications, record: Record
    ) -> Decision[HeldNotifications]:
        """Move what is pending to the group of its pattern."""
        payload: dict[str, str] = record.event.payload
        now = self.ports.clock.now()
        after = placing.regroup(
            state,
            payload["escalation_id"],
            payload["pattern"],
            self._policy(state),
            known_issue=bool(payload["known_issue"]),
            now=now,
        )
        return _decided("regrouped", after, record, now=now)

    async def on_flush(
        self, state: HeldNotifications, record: Record
    ) -> Decision[HeldNotifications]:
        """Send what is due, and tell again what nobody has taken."""
        now, policy = self.ports.clock.now(), self._policy(state)
        state, sendings = flushing.flush(replace(state, wake_at=None), policy, now=now)
        for group in flushing.due_repeats(state, now=now):
            waiting = await self._waiting(state.app_id, group.listed)
            state, again = flushing.repeat(state, group, waiting, policy, now=now)
            sendings += again
        state = flushing.forget_idle(state, policy, now=now)
        timers = [
            _send(state.app_id, sending, record, str(place), now=now)
            for place, sending in enumerate(sendings)
        ]
        reason = "sent" if timers else "nothing_due"
        return _decided(reason, state, record, now=now, timers=timers)

    async def _waiting(self, app_id: str, listed: Sequence[Held]) -> set[str]:
        """Return which of them are open and in nobody's hands."""
        found = await self.ports.noise.standing(
            app_id, [each.escalation_id for each in listed]
        )
        return {
            escalation_id
            for escalation_id, row in found.items()
            if row["status"] in UNTAKEN and row["assignee"] is None
        }

    def _policy(self, state: HeldNotifications) -> GroupingPolicy:
        app = self.ports.apps.get(state.app_id)
        if app is None:
            return GroupingPolicy()
        known = self.ports.noise.has_known_issues(state.app_id)
        return to_policy(app.preferences.grouping, known_issues=known)


def to_notice(payload: dict[str, str]) -> Notice:
    """Return what a conversation asked."""
    return Notice(
        Held(
            escalation_id=payload["escalation_id"],
            lane=payload["lane_of_escalation"],
            opened_at=datetime.fromisoformat(payload["opened_at"]),
            news=payload["news"],
            pattern=payload["pattern"],
            account=payload["account"],
            urgent=bool(payload["urgent"]),
        ),
        payload["destination_id"],
        known_issue=bool(payload["known_issue"]),
        silence=payload["silence"],
        alone=bool(payload["alone"]),
        group=payload["group"],
    )


def _decided(
    reason: str,
    state: HeldNotifications,
    record: Record,
    *,
    now: datetime,
    timers: Sequence[Timer] = (),
) -> Decision[HeldNotifications]:
    """Return the decision, and a timer for what is due next."""
    due = state.next_at
    awake = state.wake_at is not None and due is not None and state.wake_at <= due
    if due is None or (awake and state.wake_at is not None and now < state.wake_at):
        return Decision(reason, state, timers=tuple(timers))
    wake = Timer(
        timer_id=ids.derive("timer", FLUSH, record.source_id),
        lane=held_lane(state.app_id),
        due_at=due,
        kind=FLUSH,
    )
    return Decision(reason, replace(state, wake_at=due), timers=(*timers, wake))


def _request(timer: Timer, notice: Notice, *, now: datetime) -> Timer:
    """Return what has an escalation's own notification sent."""
    held, payload = notice.held, timer.payload
    return Timer(
        timer_id=ids.derive("timer", REQUEST, timer.timer_id),
        lane=held.lane,
        due_at=now,
        kind=REQUEST,
        payload={
            "escalation_id": held.escalation_id,
            "destination_id": notice.destination_id,
            "news": payload["exact"],
            "revision": payload["revision"],
            "text": payload["text"],
        },
    )


def _send(
    app_id: str, sending: Sending, record: Record, place: str, *, now: datetime
) -> Timer:
    """Return what sends one digest, or the one notification that it would list."""
    identity = ids.derive("digest", record.source_id, place)
    if not sending.is_digest:
        (held,) = sending.members
        own = {"exact": held.news, "revision": "0", "text": ""}
        asked = Timer(identity, held.lane, now, "", own)
        return _request(asked, Notice(held, sending.destination_id), now=now)
    payload: dict[str, Any] = {
        "destination_id": sending.destination_id,
        "group": sending.key,
        "since": sending.since.isoformat(),
        "count": sending.count,
        "repeat": sending.is_repeat,
        "members": [
            {**HELD.write(each), "opened_at": each.opened_at.isoformat()}
            for each in sending.members
        ],
    }
    return Timer(
        timer_id=ids.derive("timer", DIGEST_DUE, identity),
        lane=digest_lane(app_id, identity),
        due_at=now,
        kind=DIGEST_DUE,
        payload=payload,
    )
