"""What people do with an escalation, by HTTP, by e-mail or by button."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.domain.lifecycle.transitions import (
    Command,
    decide_transition,
    describe_impossible,
)
from services.escalator.escalate.acknowledgement.levels import stop_clock
from services.escalator.escalate.drafting import replies
from services.escalator.escalate.drafting.draft import HANDRAIL, Draft
from services.escalator.escalate.grouping.known_issues import order_known_issue
from services.escalator.escalate.lifecycle import closing, consulting, marking, taking
from services.escalator.escalate.lifecycle.merging import Followed, tell_merged
from services.escalator.escalate.lifecycle.orders import Order, Task
from services.escalator.escalate.lifecycle.regrouping import Regrouping
from services.escalator.escalate.ports import Fresh, Ports
from shared.errors import Permanent
from shared.events import NotificationReplyReceived
from shared.kafka.deciding.decisions import Decision
from shared.kafka.records import Record

BY_MAIL = {Command.ACKNOWLEDGE, Command.RESOLVE, Command.REOPEN, Command.NOTE}
"""Commands that need nothing but the word."""

Verb = Callable[[Task], Awaitable[None]]


async def reply(task: Task) -> None:
    """Give the user a person's answer."""
    order = task.order
    answered = stop_clock(task.draft, task.move("answered"))
    task.draft.attach(order.attachments)
    replies.answer(
        task.draft,
        answered,
        author=order.said_by,
        text=order.text,
        files=order.attachments,
    )
    replies.first_answer(task.draft, task.escalation, answered)
    tell_merged(
        task.draft,
        answered,
        Followed.ANSWERED,
        actor=order.actor,
        author=order.author,
        text=order.text,
        files=order.attachments,
    )


VERBS: Mapping[Command, Verb] = {
    Command.ACKNOWLEDGE: taking.acknowledge,
    Command.CLAIM: taking.claim,
    Command.ASSIGN: taking.assign,
    Command.UNASSIGN: taking.unassign,
    Command.REPLY: reply,
    Command.NOTE: marking.note,
    Command.PRIORITY: marking.prioritize,
    Command.TAG: marking.tag,
    Command.SNOOZE: marking.snooze,
    Command.RESOLVE: closing.resolve,
    Command.HAND_BACK: closing.hand_back,
    Command.EXPIRE: closing.expire,
    Command.REOPEN: closing.reopen,
    Command.CONSULT: consulting.consult,
    Command.ANSWER: consulting.answer,
    Command.KNOWN_ISSUE: order_known_issue,
}
"""What is done for each command; `merge` and `split` are in `regrouping`."""


@dataclass(frozen=True, slots=True)
class Answering:
    """Lets people take, answer, close and hand on an escalation."""

    ports: Ports
    regrouping: Regrouping
    verbs: dict[Command, Verb] = field(init=False)

    def __post_init__(self) -> None:
        """Put together what can be ordered."""
        grouped = {
            Command.MERGE: self.regrouping.merge,
            Command.SPLIT: self.regrouping.split,
        }
        object.__setattr__(self, "verbs", {**VERBS, **grouped})

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
        draft = self.ports.draft(state, record)
        if consulting.answer_by_mail(draft, event):
            return draft.decision(consulting.ANSWERED)
        if state.find(event.escalation_id) is None:
            return Decision("unknown_escalation", state)
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
        task = Task(self.ports, draft, escalation, order, to, fresh)
        await self.verbs[order.command](task)
        if order.actor != HANDRAIL:
            taking.note_act(draft, escalation.escalation_id)


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
