"""What people do with an escalation, by HTTP, by e-mail or by button."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.domain.lifecycle.transitions import (
    Command,
    decide_transition,
    describe_impossible,
)
from services.escalator.escalate.drafting import packets, replies
from services.escalator.escalate.drafting.draft import HANDRAIL, Draft
from services.escalator.escalate.lifecycle.merging import Followed, tell_merged
from services.escalator.escalate.lifecycle.orders import Order, Task
from services.escalator.escalate.lifecycle.regrouping import Regrouping
from services.escalator.escalate.ports import Fresh, Ports
from shared.errors import Permanent
from shared.events import Change, NotificationReplyReceived
from shared.kafka.deciding.decisions import Decision, Timer
from shared.kafka.records import Record

SNOOZE_END = "snooze_end"
BY_MAIL = {Command.ACKNOWLEDGE, Command.RESOLVE, Command.REOPEN, Command.NOTE}
"""Commands that need nothing but the word."""

Act = Callable[[Task], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answering:
    """Lets people take, answer, close and hand on an escalation."""

    ports: Ports
    regrouping: Regrouping

    async def on_command(
        self, state: Conversation, record: Record, fresh: Fresh
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
        self, state: Conversation, record: Record, fresh: Fresh
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
        self, state: Conversation, record: Record, _: Fresh
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
        self, draft: Draft, escalation: Escalation, order: Order, fresh: Fresh
    ) -> None:
        carried = escalation.carried
        to = decide_transition(order.command, escalation.status, carried=carried)
        if to is None:
            raise Permanent(
                "impossible_transition",
                describe_impossible(
                    order.command,
                    escalation.status,
                    escalation.number,
                    carried=carried,
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
        await actions[order.command](Task(draft, escalation, order, to, fresh))

    async def _acknowledge(self, task: Task) -> None:
        acknowledged = task.move("acknowledged")
        replies.receipt(task.draft, acknowledged, "acknowledged")
        tell_merged(
            task.draft, acknowledged, Followed.ACKNOWLEDGED, actor=task.order.actor
        )

    async def _assign(self, task: Task) -> None:
        assignee = task.order.assignee
        assigned = task.change(
            Change.ASSIGNED,
            "assigned" if assignee else "unassigned",
            escalation=replace(task.escalation, assignee=assignee),
            text=assignee,
        )
        tell_merged(
            task.draft,
            assigned,
            Followed.ASSIGNED,
            actor=task.order.actor,
            text=assignee or "",
        )

    async def _reply(self, task: Task) -> None:
        answered, order = task.move("answered"), task.order
        replies.answer(task.draft, answered, author=order.said_by, text=order.text)
        tell_merged(
            task.draft,
            answered,
            Followed.ANSWERED,
            actor=order.actor,
            author=order.author,
            text=order.text,
        )

    async def _note(self, task: Task) -> None:
        task.change(Change.NOTED, "noted", text=task.order.text)

    async def _snooze(self, task: Task) -> None:
        due = task.order.until
        assert due is not None
        until = due.isoformat()
        snoozed = task.change(
            Change.SNOOZED,
            "snoozed",
            escalation=replace(task.escalation, snoozed_until=due),
            text=until,
        )
        task.draft.later(
            SNOOZE_END,
            due,
            snoozed.escalation_id,
            str(snoozed.revision),
            escalation_id=snoozed.escalation_id,
            until=until,
        )

    async def _resolve(self, task: Task) -> None:
        """Close it; words that come with it are the user's, as they are by e-mail."""
        awake = replace(task.escalation, snoozed_until=None)
        resolved, order = task.move("resolved", escalation=awake), task.order
        if order.text:
            replies.answer(task.draft, resolved, author=order.said_by, text=order.text)
        replies.receipt(task.draft, resolved, "resolved")
        tell_merged(
            task.draft,
            resolved,
            Followed.RESOLVED,
            actor=order.actor,
            author=order.author,
            text=order.text,
        )

    async def _reopen(self, task: Task) -> None:
        draft, escalation = task.draft, task.escalation
        other = draft.conversation.current
        if other is not None and other.escalation_id != escalation.escalation_id:
            raise Permanent(
                "another_open",
                f"{escalation.number} is {escalation.status} and {other.number} is"
                " open in the same conversation.",
            )
        reopened = task.move(
            "reopened",
            escalation=replace(escalation, merged_into=None, merged_into_lane=None),
        )
        history = await self.ports.history(draft, task.fresh)
        await packets.send_again(draft, history, reopened, kind="reopened")


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
