"""Two escalations become one, or one becomes two."""

from dataclasses import dataclass, replace

import orjson

from services.escalator.domain.conversation import (
    Conversation,
    Escalation,
    Json,
    Request,
)
from services.escalator.escalate.drafting.draft import HANDRAIL, Draft
from services.escalator.escalate.lifecycle.merging import tell_newly_merged
from services.escalator.escalate.lifecycle.orders import Order, Task
from services.escalator.escalate.opening import Opening
from services.escalator.escalate.ports import Fresh, History, Ports
from shared import ids
from shared.errors import Permanent
from shared.events import Change, EscalationStatus
from shared.failpoints import ARMED, FailPoint, reach
from shared.kafka.deciding.decisions import Decision, Timer
from shared.kafka.records import Record

ABSORB = "absorb"


@dataclass(frozen=True, slots=True)
class Regrouping:
    """Merges and splits.

    What another conversation must learn goes there by a timer: it is stored with this
    decision, so neither can happen without the other.
    """

    ports: Ports
    opening: Opening

    async def merge(self, task: Task) -> None:
        """Let the other carry on for the user of this one too."""
        draft, escalation, order = task.draft, task.escalation, task.order
        assert order.into is not None
        task.change(
            Change.MERGED,
            "merged",
            escalation=replace(
                escalation,
                merged_into=order.into,
                merged_into_lane=order.into_lane,
                snoozed_until=None,
            ),
            to=task.to,
            text=order.into_number,
        )
        draft.later(
            ABSORB,
            draft.now,
            order.into,
            escalation.escalation_id,
            str(escalation.revision),
            lane=order.into_lane,
            escalation_id=order.into,
            merged=escalation.escalation_id,
            number=escalation.number,
            lane_of_merged=draft.record.lane,
            actor=order.actor,
        )

    async def on_absorb(
        self, state: Conversation, record: Record, _: Fresh
    ) -> Decision[Conversation]:
        """Link what was merged into this escalation."""
        timer: Timer = record.event
        escalation = state.find(timer.payload["escalation_id"])
        if escalation is None:
            return Decision("unknown_escalation", state)
        draft = self.ports.draft(state, record)
        merged = (timer.payload["merged"], timer.payload["lane_of_merged"])
        escalation = draft.update(
            replace(escalation, merged=(*escalation.merged, merged)),
            Change.MERGED,
            actor=timer.payload["actor"],
            reason="absorbed",
            text=timer.payload["number"],
        )
        if escalation.merged_into == timer.payload["merged"]:
            _take_up_again(draft, escalation)
        else:
            tell_newly_merged(draft, replace(escalation, merged=(merged,)))
        if ARMED:
            reach(FailPoint.MERGING)
        return draft.decision("absorbed")

    async def split(self, task: Task) -> None:
        """Open a second escalation for a part of this one."""
        draft, escalation = task.draft, task.escalation
        history = await self.ports.history(draft, task.fresh)
        part = await self.opening.open(
            draft,
            history,
            await _part_of(escalation, task.order, history),
            escalation_id=split_id_of(escalation.escalation_id, task.order.key),
            split_from=escalation.escalation_id,
        )
        whole = draft.conversation.find(escalation.escalation_id)
        task.change(Change.SPLIT, "split", escalation=whole, text=part.number)


def split_id_of(escalation_id: str, key: str) -> str:
    """Return the id of the part that the order of *key* splits off."""
    return ids.derive("escalation", escalation_id, key)


def _take_up_again(draft: Draft, escalation: Escalation) -> None:
    """Reopen one of two that were merged into each other at the same moment.

    Both were closed, so nobody would have either; the other is reopened likewise.
    """
    draft.update(
        replace(escalation, merged_into=None, merged_into_lane=None),
        Change.STATUS,
        actor=HANDRAIL,
        reason="merged_into_each_other",
        to=EscalationStatus.REOPENED,
    )


async def _part_of(escalation: Escalation, order: Order, history: History) -> Request:
    """Return the part as a request of its own, with what is known of the whole."""
    chosen = [line for line in history.lines if line.event_id in order.message_ids]
    text = order.text or "\n".join(line.said for line in chosen)
    if not text:
        raise Permanent("nothing_to_split", "None of these messages is known.")
    stored = await history.packet(escalation)
    packet: Json = orjson.loads(stored) if stored else {}
    return Request(
        request_id=packet.get("request_id", ""),
        event_id=escalation.trigger_event_id,
        occurred_at=chosen[0].occurred_at if chosen else escalation.occurred_at,
        text=text,
        reason=escalation.reason,
        detail=escalation.detail,
        session=packet.get("session"),
        app_state=packet.get("app_state"),
        attempts=tuple(packet.get("attempts", ())),
        language=escalation.language,
    )
