"""What merged escalations have of each other: the team's answers, the user's words.

What another conversation must learn goes there by a timer: it is stored with the
decision that causes it, so neither can happen without the other.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.escalate.drafting import replies
from services.escalator.escalate.drafting.draft import HANDRAIL, USER, Draft
from services.escalator.escalate.opening import add_message
from services.escalator.escalate.ports import Fresh, Ports
from shared.events import Change, EscalationStatus
from shared.kafka.deciding.decisions import Decision, Timer
from shared.kafka.records import Record

MERGED_RESOLVED = "merged_resolved"
MERGED_FOLLOWS = "merged_follows"
MERGED_MESSAGE = "merged_message"
MAX_PASSED_ON = 8
"""Merges that a message follows. Three merged into each other in a ring at the same
moment would pass it round without an end."""


class Followed(StrEnum):
    """What happens to an escalation that those merged into it follow."""

    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    RESOLVED = "resolved"


def tell_merged(
    draft: Draft,
    escalation: Escalation,
    what: Followed,
    *,
    actor: str,
    text: str = "",
    author: str = "",
) -> None:
    """Have what was merged into *escalation* follow it, each in its conversation.

    *author* is what users read of the *actor*, where that is no name for them.
    """
    resolved = what is Followed.RESOLVED
    for merged_id, lane in escalation.merged:
        draft.later(
            MERGED_RESOLVED if resolved else MERGED_FOLLOWS,
            draft.now,
            merged_id,
            escalation.escalation_id,
            str(escalation.revision),
            *(() if resolved else (what.value,)),
            lane=lane,
            escalation_id=merged_id,
            into=escalation.escalation_id,
            what=what.value,
            actor=actor,
            text=text,
            author=author,
        )


def tell_newly_merged(draft: Draft, escalation: Escalation) -> None:
    """Have what was merged now follow what happened before it was.

    That is a resolution while the merge was on its way, or that somebody has it. One
    that was merged itself, long ago, hears of the resolution and passes it on.
    """
    if escalation.closed:
        if escalation.merged_into is None or escalation.merged_into_lane is not None:
            tell_merged(draft, escalation, Followed.RESOLVED, actor=HANDRAIL)
        return
    if escalation.assignee is not None:
        who = escalation.assignee
        tell_merged(draft, escalation, Followed.ASSIGNED, actor=HANDRAIL, text=who)
    if escalation.status in {EscalationStatus.ACKNOWLEDGED, EscalationStatus.ANSWERED}:
        tell_merged(draft, escalation, Followed.ACKNOWLEDGED, actor=HANDRAIL)


def pass_on(
    draft: Draft, escalation: Escalation, text: str, *, source: str, passed: int = 0
) -> None:
    """Have what a merged *escalation*'s user said reach those who carry on for it.

    *source* is the message's own id: a repeat of it is the same timer.
    """
    assert escalation.merged_into is not None
    draft.later(
        MERGED_MESSAGE,
        draft.now,
        escalation.escalation_id,
        escalation.merged_into,
        source,
        str(passed + 1),
        lane=escalation.merged_into_lane,
        escalation_id=escalation.merged_into,
        text=text,
        source=source,
        passed=str(passed + 1),
    )


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
        done = Followed.RESOLVED
        tell_merged(draft, escalation, done, actor=actor, text=text, author=author)
        return draft.decision("merged_resolved")

    async def on_merged_follows(
        self, state: Conversation, record: Record, _: Fresh
    ) -> Decision[Conversation]:
        """Do for this user what was done for the other's."""
        timer: Timer = record.event
        escalation = _merged(state, timer)
        what = Followed(timer.payload["what"])
        if escalation is None or (escalation.closed and what is not Followed.ANSWERED):
            return Decision("no_longer_merged", state)
        draft = self.ports.draft(state, record)
        actor, text, author = _said(timer)
        match what:
            case Followed.ASSIGNED:
                escalation = draft.update(
                    replace(escalation, assignee=text or None),
                    Change.ASSIGNED,
                    actor=actor,
                    reason="merged_assigned",
                    text=text or None,
                )
            case Followed.ANSWERED:
                escalation = _move(draft, escalation, what, actor=actor, text=text)
                if _hears_it_only_here(state, escalation):
                    replies.answer(draft, escalation, author=author, text=text)
            case Followed.ACKNOWLEDGED | Followed.RESOLVED:
                if escalation.status is EscalationStatus.ACKNOWLEDGED:
                    return Decision("already_acknowledged", state)
                escalation = _move(draft, escalation, what, actor=actor, text="")
                if _hears_it_only_here(state, escalation):
                    replies.receipt(draft, escalation, "acknowledged")
        tell_merged(draft, escalation, what, actor=actor, text=text, author=author)
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


def _move(
    draft: Draft, escalation: Escalation, what: Followed, *, actor: str, text: str
) -> Escalation:
    to = escalation.status if escalation.closed else EscalationStatus(what.value)
    return draft.update(
        escalation,
        Change.STATUS,
        actor=actor,
        reason=f"merged_{what}",
        to=to,
        text=text or None,
    )
