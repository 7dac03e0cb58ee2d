"""What people do with an escalation, by HTTP, by e-mail or by button."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from services.escalator.domain.conversation import Conversation, Escalation, Json
from services.escalator.domain.lifecycle import (
    Command,
    decide_transition,
    describe_impossible,
)
from services.escalator.escalate import packets
from services.escalator.escalate.draft import HANDRAIL, Draft
from services.escalator.escalate.orders import Order
from services.escalator.escalate.ports import Ports
from services.escalator.escalate.regrouping import Regrouping, tell_merged
from shared.errors import Permanent
from shared.events import Change, EscalationStatus, NotificationReplyReceived
from shared.kafka.decisions import Decision, Timer
from shared.kafka.records import Record

SNOOZE_END = "snooze_end"
BY_MAIL = {Command.ACKNOWLEDGE, Command.RESOLVE, Command.REOPEN, Command.NOTE}
"""Commands that need nothing but the word."""

Act = Callable[
    [Draft, Escalation, Order, EscalationStatus, Sequence[Json]], Awaitable[None]
]


@dataclass(frozen=True, slots=True)
class Answering:
    """Lets people take, answer, close and hand on an escalation."""

    ports: Ports
    regrouping: Regrouping

    async def on_command(
        self, state: Conversation, record: Record, fresh: Sequence[Json]
    ) -> Decision[Conversation]:
        """Do what was ordered; raise Permanent where it is impossible."""
        order: Order = record.event
        escalation = state.find(order.escalation_id)
        if escalation is None:
            raise Permanent("unknown_escalation", "It is no longer at hand.")
        draft = self.ports.draft(state, record)
        await self._act(draft, escalation, order, fresh)
        return draft.decision(order.command.value)

    async def on_notification_reply_received(
        self, state: Conversation, record: Record, fresh: Sequence[Json]
    ) -> Decision[Conversation]:
        """Do what a teammate answered; what is impossible by now changes nothing."""
        event: NotificationReplyReceived = record.event
        if state.find(event.escalation_id) is None:
            return Decision("unknown_escalation", state)
        draft = self.ports.draft(state, record)
        done = "nothing_said"
        for order in to_orders(event):
            escalation = draft.conversation.find(event.escalation_id)
            assert escalation is not None
            try:
                await self._act(draft, escalation, order, fresh)
            except Permanent as impossible:
                done = impossible.reason
            else:
                done = order.command.value
        return draft.decision(done)

    async def on_snooze_over(
        self, state: Conversation, record: Record, _: Sequence[Json]
    ) -> Decision[Conversation]:
        """Log that the escalation is due again, unless it was changed meanwhile."""
        timer: Timer = record.event
        escalation = state.find(timer.payload["escalation_id"])
        if escalation is None or escalation.snoozed_until is None:
            return Decision("no_longer_snoozed", state)
        if escalation.snoozed_until.isoformat() != timer.payload["until"]:
            return Decision("no_longer_snoozed", state)
        draft = self.ports.draft(state, record)
        draft.update(
            replace(escalation, snoozed_until=None),
            Change.SNOOZED,
            actor=HANDRAIL,
            reason="snooze_ended",
        )
        return draft.decision("snooze_ended")

    async def _act(
        self, draft: Draft, escalation: Escalation, order: Order, fresh: Sequence[Json]
    ) -> None:
        to = decide_transition(order.command, escalation.status)
        if to is None:
            raise Permanent(
                "impossible_transition",
                describe_impossible(
                    order.command, escalation.status, escalation.number
                ),
            )
        actions: dict[Command, Act] = {
            Command.ACKNOWLEDGE: self._acknowledge,
            Command.ASSIGN: self._assign,
            Command.REPLY: self._reply,
            Command.NOTE: self._note,
            Command.SNOOZE: self._snooze,
            Command.RESOLVE: self._resolve,
            Command.REOPEN: self._reopen,
            Command.MERGE: self.regrouping.merge,
            Command.SPLIT: self.regrouping.split,
        }
        await actions[order.command](draft, escalation, order, to, fresh)

    async def _acknowledge(
        self,
        draft: Draft,
        escalation: Escalation,
        order: Order,
        to: EscalationStatus,
        _: Sequence[Json],
    ) -> None:
        escalation = _change_status(draft, escalation, order, to, "acknowledged")
        draft.receipt(escalation, "acknowledged")

    async def _assign(
        self,
        draft: Draft,
        escalation: Escalation,
        order: Order,
        _: EscalationStatus,
        __: Sequence[Json],
    ) -> None:
        draft.update(
            replace(escalation, assignee=order.assignee),
            Change.ASSIGNED,
            actor=order.actor,
            reason="assigned" if order.assignee else "unassigned",
            text=order.assignee,
        )

    async def _reply(
        self,
        draft: Draft,
        escalation: Escalation,
        order: Order,
        to: EscalationStatus,
        _: Sequence[Json],
    ) -> None:
        escalation = _change_status(draft, escalation, order, to, "answered")
        draft.answer(escalation, author=order.actor, text=order.text)

    async def _note(
        self,
        draft: Draft,
        escalation: Escalation,
        order: Order,
        _: EscalationStatus,
        __: Sequence[Json],
    ) -> None:
        draft.update(
            escalation, Change.NOTED, actor=order.actor, reason="noted", text=order.text
        )

    async def _snooze(
        self,
        draft: Draft,
        escalation: Escalation,
        order: Order,
        _: EscalationStatus,
        __: Sequence[Json],
    ) -> None:
        assert order.until is not None
        until = order.until.isoformat()
        escalation = draft.update(
            replace(escalation, snoozed_until=order.until),
            Change.SNOOZED,
            actor=order.actor,
            reason="snoozed",
            text=until,
        )
        draft.later(
            SNOOZE_END,
            order.until,
            escalation.escalation_id,
            str(escalation.revision),
            escalation_id=escalation.escalation_id,
            until=until,
        )

    async def _resolve(
        self,
        draft: Draft,
        escalation: Escalation,
        order: Order,
        to: EscalationStatus,
        _: Sequence[Json],
    ) -> None:
        """Close it; words that come with it are the user's, as they are by e-mail."""
        escalation = _change_status(draft, escalation, order, to, "resolved")
        if order.text:
            draft.answer(escalation, author=order.actor, text=order.text)
        draft.receipt(escalation, "resolved")
        tell_merged(draft, escalation)

    async def _reopen(
        self,
        draft: Draft,
        escalation: Escalation,
        order: Order,
        to: EscalationStatus,
        fresh: Sequence[Json],
    ) -> None:
        other = draft.conversation.current
        if other is not None:
            raise Permanent(
                "another_open",
                f"{escalation.number} is {escalation.status} and {other.number} is"
                " open in the same conversation.",
            )
        escalation = _change_status(
            draft, replace(escalation, merged_into=None), order, to, "reopened"
        )
        history = await self.ports.history(draft, fresh)
        packets.send_again(draft, history, escalation, kind="reopened")


def _change_status(
    draft: Draft,
    escalation: Escalation,
    order: Order,
    to: EscalationStatus,
    reason: str,
) -> Escalation:
    return draft.update(
        escalation,
        Change.STATUS,
        actor=order.actor,
        reason=reason,
        to=to,
        text=order.text or None,
    )


def to_orders(event: NotificationReplyReceived) -> list[Order]:
    """Return what a teammate's answer orders: its command, its words, or both."""
    command = next((each for each in BY_MAIL if each.value == event.command), None)
    wanted = [] if command is None else [command]
    spoken = bool(event.text.strip())
    if spoken and command not in {Command.RESOLVE, Command.NOTE}:
        wanted.append(Command.REPLY)
    return [
        Order(
            command=each,
            escalation_id=event.escalation_id,
            actor=event.author,
            key=event.reply_event_id,
            text=event.text if each is not Command.ACKNOWLEDGE else "",
        )
        for each in wanted
    ]
