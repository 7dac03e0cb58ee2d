"""How an escalation ends, by people, by its user or by itself, and begins again."""

from dataclasses import replace

from services.escalator.domain.conversation import Escalation
from services.escalator.domain.lifecycle.transitions import Command, decide_transition
from services.escalator.domain.lifecycle.waiting import asking_of, expires_at
from services.escalator.escalate.acknowledgement.levels import stop_clock
from services.escalator.escalate.drafting import packets, replies
from services.escalator.escalate.drafting.draft import USER, Draft
from services.escalator.escalate.lifecycle.merging import (
    Followed,
    pass_on,
    tell_merged,
)
from services.escalator.escalate.lifecycle.orders import Task
from services.escalator.escalate.lifecycle.taking import hold_or_wait
from services.escalator.escalate.opening import PROOF_WAIT
from services.escalator.escalate.ports import Fresh, History, Ports
from shared.errors import Permanent
from shared.events import Change
from shared.events.preferences import to_timedelta

WITHDRAWN = "withdrawn"
EXPIRED = "expired"
HANDED_BACK = "handed_back"


async def resolve(task: Task) -> None:
    """Close it; words that come with it are the user's, as they are by e-mail."""
    resolved, order = task.move("resolved", escalation=_at_rest(task)), task.order
    if order.text:
        replies.answer(task.draft, resolved, author=order.said_by, text=order.text)
    replies.receipt(task.draft, resolved, "resolved")
    resolved = replies.ask_satisfaction(task.draft, resolved)
    _follow(task, resolved, Followed.RESOLVED, order.text)


async def hand_back(task: Task) -> None:
    """Let the assistant speak again, and say so to the user."""
    order = task.order
    text = order.text or replies.handed_back_text(task.draft, task.escalation)
    back = task.change(
        Change.HANDED_BACK,
        HANDED_BACK,
        escalation=_at_rest(task),
        to=task.to,
        text=text,
    )
    replies.answer(task.draft, back, author=order.said_by, text=text)
    _follow(task, back, Followed.HANDED_BACK, text)
    await _tell_team(task, back, HANDED_BACK, f"{order.said_by} gave it back.")


async def expire(task: Task) -> None:
    """End what nobody took; both sides are told."""
    limit = task.draft.app.preferences.unclaimed_after
    at = expires_at(task.escalation, to_timedelta(limit)) if limit else None
    if at is None or at > task.draft.now:
        raise Permanent("not_due", f"{task.escalation.number} does not expire now.")
    expired = task.move(EXPIRED, escalation=_at_rest(task))
    replies.receipt(task.draft, expired, EXPIRED)
    _follow(task, expired, Followed.EXPIRED, "")
    said = "Nobody took it, so it has ended. Its user was told."
    await _tell_team(task, expired, EXPIRED, said)


async def reopen(task: Task) -> None:
    """Take it up again; the team is told."""
    draft, escalation = task.draft, task.escalation
    other = draft.conversation.current
    if other is not None and other.escalation_id != escalation.escalation_id:
        raise Permanent(
            "another_open",
            f"{escalation.number} is {escalation.status} and {other.number} is"
            " open in the same conversation.",
        )
    reopened = task.move("reopened", escalation=as_new(draft, escalation))
    reopened = hold_or_wait(draft, reopened)
    history = await task.history()
    await packets.send_again(draft, history, reopened, kind="reopened")


def as_new(draft: Draft, escalation: Escalation) -> Escalation:
    """Return *escalation* on its own, waiting from now on."""
    return replace(
        escalation,
        merged_into=None,
        merged_into_lane=None,
        acknowledged_by=None,
        unclaimed_since=draft.now,
    )


async def withdraw(ports: Ports, draft: Draft, fresh: Fresh, text: str) -> bool:
    """End all that waits for this user; return whether anything did.

    They are told once: what the team split is one matter to them.
    """
    waiting = [each for each in draft.conversation.escalations if not each.closed]
    current = draft.conversation.current
    if current is None:
        return False
    history = await ports.history(draft, fresh)
    for escalation in waiting:
        is_current = escalation.escalation_id == current.escalation_id
        await _withdraw(draft, history, escalation, text=text, aloud=is_current)
    return True


async def _withdraw(
    draft: Draft, history: History, escalation: Escalation, *, text: str, aloud: bool
) -> None:
    to = decide_transition(
        Command.WITHDRAW, escalation.status, carried=escalation.carried
    )
    ended = draft.update(
        _resting(draft, escalation),
        Change.STATUS,
        actor=USER,
        reason=WITHDRAWN,
        to=to,
        text=text or None,
    )
    if aloud:
        replies.receipt(draft, ended, WITHDRAWN)
    said = f"{ended.number}: its user no longer wants this."
    if text:
        said = f"{said}\n\n{text}"
    if escalation.carried:
        pass_on(draft, ended, said, source=draft.record.source_id)
    tell_merged(draft, ended, Followed.WITHDRAWN, actor=USER)
    await packets.send_again(draft, history, ended, kind=WITHDRAWN, text=said)


def _at_rest(task: Task) -> Escalation:
    return _resting(task.draft, task.escalation)


def _resting(draft: Draft, escalation: Escalation) -> Escalation:
    """Return *escalation* with nothing left to wait for."""
    draft.cancel(PROOF_WAIT, *asking_of(escalation))
    return replace(stop_clock(draft, escalation), snoozed_until=None)


def _follow(task: Task, escalation: Escalation, what: Followed, text: str) -> None:
    order = task.order
    tell_merged(
        task.draft,
        escalation,
        what,
        actor=order.actor,
        author=order.author,
        text=text,
    )


async def _tell_team(task: Task, escalation: Escalation, kind: str, text: str) -> None:
    history = await task.history()
    await packets.send_again(task.draft, history, escalation, kind=kind, text=text)
