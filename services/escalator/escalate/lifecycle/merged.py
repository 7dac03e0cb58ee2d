"""A merged escalation follows what happens on the other side of the merge."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.escalate.acknowledgement.levels import start_clock
from services.escalator.escalate.drafting import packets, replies
from services.escalator.escalate.drafting.adding import add_message
from services.escalator.escalate.drafting.draft import HANDRAIL, USER, Draft
from services.escalator.escalate.lifecycle.merging import (
    FILES,
    MAX_PASSED_ON,
    Followed,
    pass_on,
    tell_merged,
)
from services.escalator.escalate.ports import Fresh, Ports
from shared.events import Attachment, Change, EscalationStatus
from shared.kafka.deciding.decisions import Decision, Timer
from shared.kafka.records import Record


@dataclass(frozen=True, slots=True)
class Step:
    """What is followed: whose it is, who did it, and the words."""

    ports: Ports
    draft: Draft
    escalation: Escalation
    actor: str
    author: str
    """What a user reads of the actor."""
    text: str
    aloud: bool
    """Whether its user is another than that of what carries on for it. Parts of one
    conversation may be split and merged again; its user is told once."""
    fresh: Fresh
    files: Sequence[Attachment] = ()

    def move(
        self,
        to: EscalationStatus,
        reason: str,
        *,
        change: Change = Change.STATUS,
        escalation: Escalation | None = None,
        text: str | None = None,
    ) -> Escalation:
        """Make one published change in the name of who did it."""
        return self.draft.update(
            escalation or self.escalation,
            change,
            actor=self.actor,
            reason=f"merged_{reason}",
            to=to,
            text=(self.text if text is None else text) or None,
        )

    def answer(self, escalation: Escalation) -> None:
        """Give the user the words, unless they read them elsewhere."""
        if self.aloud:
            replies.answer(
                self.draft,
                escalation,
                author=self.author,
                text=self.text,
                files=self.files,
            )
            replies.first_answer(self.draft, self.escalation, escalation)

    def receipt(self, escalation: Escalation, status: str) -> None:
        """Tell the user what became of it, unless they are told elsewhere."""
        if self.aloud:
            replies.receipt(self.draft, escalation, status)


async def _acknowledged(step: Step) -> Escalation | None:
    if step.escalation.status is EscalationStatus.ACKNOWLEDGED:
        return None
    moved = step.move(EscalationStatus.ACKNOWLEDGED, "acknowledged", text="")
    step.receipt(moved, "acknowledged")
    return moved


async def _assigned(step: Step) -> Escalation | None:
    mine = replace(step.escalation, assignee=step.text or None)
    status = step.escalation.status
    return step.move(status, "assigned", change=Change.ASSIGNED, escalation=mine)


async def _answered(step: Step) -> Escalation | None:
    known = step.escalation
    to = known.status if known.closed else EscalationStatus.ANSWERED
    moved = step.move(to, "answered")
    step.draft.attach(step.files)
    step.answer(moved)
    return moved


async def _handed_back(step: Step) -> Escalation | None:
    done = EscalationStatus.RESOLVED
    moved = step.move(done, "handed_back", change=Change.HANDED_BACK)
    step.answer(moved)
    return moved


async def _expired(step: Step) -> Escalation | None:
    moved = step.move(EscalationStatus.EXPIRED, "expired", text="")
    step.receipt(moved, "expired")
    return moved


async def _withdrawn(step: Step) -> Escalation | None:
    """Let it wait on its own: only the other's user no longer wants an answer."""
    alone = replace(
        step.escalation,
        merged_into=None,
        merged_into_lane=None,
        assignee=None,
        acknowledged_by=None,
        unclaimed_since=step.draft.now,
    )
    moved = step.move(EscalationStatus.REOPENED, "withdrawn", escalation=alone, text="")
    moved = start_clock(step.draft, moved)
    history = await step.ports.history(step.draft, step.fresh)
    await packets.send_again(step.draft, history, moved, kind="reopened")
    return None


_FOLLOW: Mapping[Followed, Callable[[Step], Awaitable[Escalation | None]]] = {
    Followed.ACKNOWLEDGED: _acknowledged,
    Followed.ASSIGNED: _assigned,
    Followed.ANSWERED: _answered,
    Followed.HANDED_BACK: _handed_back,
    Followed.EXPIRED: _expired,
    Followed.WITHDRAWN: _withdrawn,
}
"""What is done for each; what returns an escalation is followed by those merged into
that one. A resolution has a handler of its own."""


@dataclass(frozen=True, slots=True)
class Merging:
    """Follows what happens on the other side of a merge."""

    ports: Ports

    async def on_merged_resolved(
        self, state: Conversation, record: Record, _: Fresh
    ) -> Decision[Conversation]:
        """Tell this user too that people are done."""
        timer: Timer = record.event
        escalation = _merged(state, timer)
        if escalation is None:
            return Decision("no_longer_merged", state)
        draft = self.ports.draft(state, record)
        actor, text, author = _said(timer)
        escalation = draft.update(
            escalation,
            Change.STATUS,
            actor=HANDRAIL,
            reason="merged_resolved",
            to=EscalationStatus.RESOLVED,
            text=text or None,
        )
        if _hears_it_only_here(state, escalation):
            if text:
                replies.answer(draft, escalation, author=author, text=text)
            replies.receipt(draft, escalation, "resolved")
            escalation = replies.ask_satisfaction(draft, escalation)
        done = Followed.RESOLVED
        tell_merged(draft, escalation, done, actor=actor, text=text, author=author)
        return draft.decision("merged_resolved")

    async def on_merged_follows(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        """Do for this user what was done for the other's."""
        timer: Timer = record.event
        escalation = _merged(state, timer)
        what = Followed(timer.payload["what"])
        if escalation is None or (escalation.closed and what is not Followed.ANSWERED):
            return Decision("no_longer_merged", state)
        draft = self.ports.draft(state, record)
        actor, text, author = _said(timer)
        aloud = _hears_it_only_here(state, escalation)
        sent = timer.payload.get("files")
        files = FILES.validate_json(sent) if sent else []
        step = Step(
            self.ports, draft, escalation, actor, author, text, aloud, fresh, files
        )
        followed = await _FOLLOW[what](step)
        if followed is not None:
            tell_merged(
                draft,
                followed,
                what,
                actor=actor,
                text=text,
                author=author,
                files=files,
            )
        elif not draft.outputs:
            return Decision("already_acknowledged", state)
        return draft.decision(f"merged_{what}")

    async def on_merged_message(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        """Add what a merged escalation's user said; people must hear it here."""
        timer: Timer = record.event
        escalation = state.find(timer.payload["escalation_id"])
        if escalation is None:
            return Decision("unknown_escalation", state)
        draft = self.ports.draft(state, record)
        text, passed = timer.payload["text"], int(timer.payload["passed"])
        if escalation.carried and passed < MAX_PASSED_ON:
            escalation = draft.update(
                escalation,
                Change.MESSAGE_ADDED,
                actor=USER,
                reason="message_added",
                text=text,
            )
            source = timer.payload["source"]
            pass_on(draft, escalation, text, source=source, passed=passed)
            return draft.decision("passed_on")
        history = await self.ports.history(draft, fresh)
        await add_message(draft, history, escalation, text)
        return draft.decision("message_added")


def _merged(state: Conversation, timer: Timer) -> Escalation | None:
    """Return the escalation that *timer* is about, if it still is merged so."""
    escalation = state.find(timer.payload["escalation_id"])
    if escalation is None or escalation.merged_into is None:
        return None
    # It may have been reopened and merged into another since.
    into = timer.payload.get("into", escalation.merged_into)
    return escalation if into == escalation.merged_into else None


def _hears_it_only_here(state: Conversation, escalation: Escalation) -> bool:
    """Return whether the user is another than that of what carries on for it.

    Parts of one conversation may be split and merged again; its user is told once.
    """
    assert escalation.merged_into is not None
    return state.find(escalation.merged_into) is None


def _said(timer: Timer) -> tuple[str, str, str]:
    """Return who did it, the words, and who that is for a user.

    Timers of an older process have none of it.
    """
    said = timer.payload
    actor = said.get("actor") or HANDRAIL
    return actor, said.get("text", ""), said.get("author") or actor
