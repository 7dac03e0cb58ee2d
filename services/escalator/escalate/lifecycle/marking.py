"""What people write on an escalation: notes, priority, tags, and that it may rest."""

from dataclasses import dataclass, replace

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.domain.lifecycle.waiting import should_wait
from services.escalator.escalate.acknowledgement.levels import start_clock, stop_clock
from services.escalator.escalate.drafting import packets
from services.escalator.escalate.drafting.draft import HANDRAIL, Draft
from services.escalator.escalate.lifecycle.orders import Task
from services.escalator.escalate.ports import Fresh, Ports
from shared.errors import Permanent
from shared.events import Change
from shared.kafka.deciding.decisions import Decision, Timer
from shared.kafka.records import Record

SNOOZE_END = "snooze_end"
SNOOZE_ENDED = "snooze_ended"
MAX_TAGS = 50


async def note(task: Task) -> None:
    """Write something down for the team."""
    task.change(Change.NOTED, "noted", text=task.order.text)


async def prioritize(task: Task) -> None:
    """Say how urgent it is."""
    wanted = task.order.priority
    assert wanted is not None
    if wanted == task.escalation.priority:
        return
    changed = task.change(
        Change.PRIORITY,
        "prioritized",
        escalation=replace(task.escalation, priority=wanted),
        text=wanted,
    )
    if changed.next_level_at is not None:
        # What is urgent does not wait for the morning.
        start_clock(task.draft, changed)


async def tag(task: Task) -> None:
    """Put tags on it and take others off; a tag in both is off."""
    order, known = task.order, task.escalation.tags
    tags = tuple(
        each
        for each in dict.fromkeys((*known, *order.add))
        if each not in set(order.remove)
    )
    if len(tags) > MAX_TAGS:
        raise Permanent("too_many_tags", f"An escalation has at most {MAX_TAGS} tags.")
    if tags == known:
        return
    signs = [f"+{each}" for each in tags if each not in known]
    signs += [f"-{each}" for each in known if each not in tags]
    task.change(
        Change.TAGGED,
        "tagged",
        escalation=replace(task.escalation, tags=tags),
        text=" ".join(signs),
    )


async def snooze(task: Task) -> None:
    """Let it rest until a moment, or until its user writes."""
    due = task.order.until
    assert due is not None
    until = due.isoformat()
    snoozed = task.change(
        Change.SNOOZED,
        "snoozed",
        escalation=replace(task.escalation, snoozed_until=due),
        text=until,
    )
    stop_clock(task.draft, snoozed)
    task.draft.later(
        SNOOZE_END,
        due,
        snoozed.escalation_id,
        str(snoozed.revision),
        escalation_id=snoozed.escalation_id,
        until=until,
    )


def wake(draft: Draft, escalation: Escalation, *, actor: str) -> Escalation:
    """End the rest of *escalation*, and let its clock run again."""
    awake = draft.update(
        replace(escalation, snoozed_until=None, unclaimed_since=draft.now),
        Change.SNOOZED,
        actor=actor,
        reason=SNOOZE_ENDED,
    )
    return start_clock(draft, awake) if should_wait(awake) else awake


@dataclass(frozen=True, slots=True)
class Snoozes:
    """Ends what was to rest until a moment."""

    ports: Ports

    async def on_snooze_over(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        """Say that the escalation is due again, unless it was changed meanwhile."""
        timer: Timer = record.event
        escalation = state.find(timer.payload["escalation_id"])
        if escalation is None or escalation.snoozed_until is None:
            return Decision("no_longer_snoozed", state)
        if escalation.snoozed_until.isoformat() != timer.payload["until"]:
            return Decision("no_longer_snoozed", state)
        draft = self.ports.draft(state, record)
        awake = wake(draft, escalation, actor=HANDRAIL)
        history = await self.ports.history(draft, fresh)
        await packets.send_again(draft, history, awake, kind=SNOOZE_ENDED)
        return draft.decision(SNOOZE_ENDED)
