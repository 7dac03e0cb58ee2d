"""Who has an escalation: taken, assigned, given back, and taken from the silent."""

from dataclasses import dataclass, replace

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.domain.lifecycle.transitions import Command, decide_transition
from services.escalator.domain.lifecycle.waiting import silent_since
from services.escalator.escalate.acknowledgement.claims import CLAIM_END, let_run
from services.escalator.escalate.acknowledgement.levels import (
    due_after,
    in_words,
    start_clock,
    stop_clock,
)
from services.escalator.escalate.drafting import packets, replies
from services.escalator.escalate.drafting.draft import HANDRAIL, Draft
from services.escalator.escalate.lifecycle.merging import Followed, tell_merged
from services.escalator.escalate.lifecycle.orders import Task
from services.escalator.escalate.ports import Fresh, Ports
from shared.errors import Permanent
from shared.events import Change, EscalationStatus
from shared.events.preferences import to_timedelta
from shared.kafka.deciding.decisions import Decision, Timer
from shared.kafka.records import Record

RELEASED = "released"


async def acknowledge(task: Task) -> None:
    """Take it without being assigned."""
    actor = task.order.actor
    mine = replace(task.escalation, acknowledged_by=actor)
    _taken(task, task.move("acknowledged", escalation=mine))


async def claim(task: Task) -> None:
    """Take it if nobody has it: the second is told who was first."""
    actor, holder = task.order.actor, task.escalation.holder
    if holder is not None and holder != actor:
        number = task.escalation.number
        raise Permanent("taken", f"{number} is taken by {holder}.")
    if task.escalation.assignee == actor and task.to is task.escalation.status:
        return  # said twice
    before = task.escalation.status
    claimed = task.change(
        Change.ASSIGNED,
        "claimed",
        escalation=replace(task.escalation, assignee=actor, acknowledged_by=actor),
        to=task.to,
        text=actor,
    )
    if before is not task.to:
        _taken(task, claimed)
    else:
        hold(task.draft, claimed)
    _tell_assigned(task, claimed)


async def assign(task: Task) -> None:
    """Make it somebody's, or nobody's."""
    assignee = task.order.assignee
    if assignee is None:
        await unassign(task)
        return
    assigned = task.change(
        Change.ASSIGNED,
        "assigned",
        escalation=replace(task.escalation, assignee=assignee),
        text=assignee,
    )
    hold(task.draft, assigned)
    _tell_assigned(task, assigned)


async def unassign(task: Task) -> None:
    """Make it nobody's: it waits as if nobody had ever had it."""
    freed = _without_holder(task.draft, task.escalation)
    to = decide_transition(Command.UNASSIGN, task.escalation.status)
    unassigned = task.change(Change.ASSIGNED, "unassigned", escalation=freed, to=to)
    if not unassigned.held:
        start_clock(task.draft, unassigned)
    _tell_assigned(task, unassigned)


def _without_holder(draft: Draft, escalation: Escalation) -> Escalation:
    return replace(
        escalation,
        assignee=None,
        acknowledged_by=None,
        held_at=None,
        unclaimed_since=draft.now,
    )


def _taken(task: Task, escalation: Escalation) -> None:
    """Tell the user, and those whose escalations were merged into it."""
    replies.receipt(task.draft, escalation, "acknowledged")
    hold(task.draft, escalation)
    actor = task.order.actor
    tell_merged(task.draft, escalation, Followed.ACKNOWLEDGED, actor=actor)


def _tell_assigned(task: Task, escalation: Escalation) -> None:
    tell_merged(
        task.draft,
        escalation,
        Followed.ASSIGNED,
        actor=task.order.actor,
        text=escalation.assignee or "",
    )


def hold(draft: Draft, escalation: Escalation) -> Escalation:
    """Let the time run in which its holder should do something."""
    return let_run(draft, stop_clock(draft, escalation))


def hold_or_wait(draft: Draft, escalation: Escalation) -> Escalation:
    """Begin the time of its holder, or that until somebody takes it."""
    begin = hold if escalation.held else start_clock
    return begin(draft, escalation)


def note_act(draft: Draft, escalation_id: str) -> None:
    """Remember that a person did something with it just now."""
    escalation = draft.conversation.find(escalation_id)
    if escalation is not None and escalation.held_at is not None:
        draft.put(replace(escalation, held_at=draft.now))


@dataclass(frozen=True, slots=True)
class Claims:
    """Gives back what its holder has forgotten."""

    ports: Ports

    async def on_claim_over(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        """Make it everybody's again, unless its holder has done something since."""
        timer: Timer = record.event
        escalation = state.find(timer.payload["escalation_id"])
        silent = silent_since(escalation) if escalation else None
        if escalation is None or silent is None:
            return Decision("not_held", state)
        draft = self.ports.draft(state, record)
        lasts = draft.app.preferences.acknowledgement.claim_for
        if not lasts:
            return Decision("claims_do_not_end", state)
        due = due_after(draft, escalation, to_timedelta(lasts), since=silent)
        if due is None:
            return Decision("never_open_again", state)
        if due > draft.now:
            name = escalation.escalation_id
            parts = name, due.isoformat()
            draft.later(CLAIM_END, due, *parts, escalation_id=name)
            return draft.decision("claim_holds")
        await self._release(draft, escalation, fresh)
        return draft.decision(RELEASED)

    async def _release(
        self, draft: Draft, escalation: Escalation, fresh: Fresh
    ) -> None:
        assert escalation.held_at is not None
        silent = in_words(draft.now - escalation.held_at)
        had = "took it" if escalation.acknowledged_by else "was assigned to it"
        said = f"{escalation.holder} {had} and has done nothing for {silent}."
        to = decide_transition(Command.RELEASE, escalation.status)
        released = draft.update(
            _without_holder(draft, escalation),
            Change.ASSIGNED,
            actor=HANDRAIL,
            reason=RELEASED,
            to=to or EscalationStatus.OPEN,
        )
        released = start_clock(draft, released)
        history = await self.ports.history(draft, fresh)
        await packets.send_again(draft, history, released, kind=RELEASED, text=said)
        tell_merged(draft, released, Followed.ASSIGNED, actor=HANDRAIL)
