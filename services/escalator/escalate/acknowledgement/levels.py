"""Who else hears of an escalation that nobody has taken, level by level.

One firing is one level, and the next is timed from it: after a long stop nobody gets
all of them at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.domain.lifecycle.waiting import (
    NONE,
    Clock,
    asking_revision,
    choose_level,
    should_wait,
)
from services.escalator.domain.receipts.delivery import Delivery
from services.escalator.escalate.drafting import packets
from services.escalator.escalate.drafting.draft import HANDRAIL, Draft
from services.escalator.escalate.ports import Fresh, History, Ports
from services.escalator.escalate.promises.hours import calendar_of
from shared.events import Change
from shared.events.preferences import Acknowledgement, to_timedelta
from shared.kafka.deciding.decisions import Decision, Timer
from shared.kafka.records import Record

LEVEL_DUE = "level_due"
UNCLAIMED = "unclaimed"
"""The news that a level hears, and the reason of the change."""


def start_clock(draft: Draft, escalation: Escalation) -> Escalation:
    """Let the time run in which a person should take *escalation*, from now."""
    first = clock_of(draft.app.preferences.acknowledgement).first()
    stopped = stop_clock(draft, escalation)
    if first is None:
        return stopped
    return _time_next(draft, replace(stopped, levels_notified=0), first)


def stop_clock(draft: Draft, escalation: Escalation) -> Escalation:
    """Let it stand: a person has *escalation*, or nobody needs to."""
    if escalation.next_level_at is None:
        return escalation
    draft.cancel(LEVEL_DUE, *_timer_of(escalation))
    return draft.put(replace(escalation, next_level_at=None))


async def notify_next_level(
    draft: Draft, history: History, escalation: Escalation, because: str
) -> Escalation:
    """Tell the next level *because* of what; where there are no levels, nobody.

    A destination that hears of it for the first time gets the whole packet, and what
    comes later like those of its route.
    """
    levels = draft.app.preferences.acknowledgement.levels
    if not levels:
        return escalation
    level = levels[choose_level(escalation.levels_notified, len(levels))]
    chosen = tuple(dict.fromkeys(level.destinations))
    known = escalation.deliveries
    added = {each: Delivery() for each in chosen if each not in known}
    escalation = draft.update(
        replace(
            escalation,
            levels_notified=escalation.levels_notified + 1,
            deliveries={**known, **added},
        ),
        Change.NOTIFIED,
        actor=HANDRAIL,
        reason=UNCLAIMED,
        text=f"{', '.join(chosen)}: {because}",
    )
    whole = await history.packet(escalation) if added else None
    latest = await packets.latest(draft, history, escalation)
    for each in chosen:
        first = each in added
        packets.send(
            draft,
            replace(escalation, revision=asking_revision(escalation))
            if first
            else escalation,
            each,
            (whole if first else None) or latest,
            kind=UNCLAIMED,
            text=because,
        )
    return escalation


@dataclass(frozen=True, slots=True)
class Levels:
    """Fires when a level is due."""

    ports: Ports

    async def on_level_due(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        """Tell the level that is due, unless a person has it by now."""
        timer: Timer = record.event
        escalation = state.find(timer.payload["escalation_id"])
        if escalation is None or _moment(escalation) != timer.payload["moment"]:
            return Decision("no_longer_due", state)
        draft = self.ports.draft(state, record)
        clock = clock_of(draft.app.preferences.acknowledgement)
        if not should_wait(escalation) or clock.within is None:
            draft.put(replace(escalation, next_level_at=None))
            return draft.decision("level_not_needed")
        opening = quiet_until(draft, escalation, draft.now)
        if opening != draft.now:
            _time(draft, escalation, opening)
            return draft.decision("quiet_hours")
        history = await self.ports.history(draft, fresh)
        because = _because(escalation, draft.now)
        escalation = await notify_next_level(draft, history, escalation, because)
        _time_next(draft, escalation, clock.next(escalation.levels_notified))
        return draft.decision("level_notified")


def clock_of(settings: Acknowledgement) -> Clock:
    """Return the clock of an app's *settings*."""
    return Clock(
        within=to_timedelta(settings.within) if settings.within else None,
        spans=[
            to_timedelta(each.after) if each.after else NONE for each in settings.levels
        ],
        repeat=to_timedelta(settings.repeat) if settings.repeat else None,
    )


def _time_next(
    draft: Draft, escalation: Escalation, span: timedelta | None
) -> Escalation:
    at = None if span is None else due_after(draft, escalation, span, since=draft.now)
    return _time(draft, escalation, at)


def due_after(
    draft: Draft, escalation: Escalation, span: timedelta, *, since: datetime
) -> datetime | None:
    """Return when *span* has passed; only business hours count where others are quiet.

    None where they are over before it has.
    """
    if not _is_quiet(draft, escalation):
        return since + span
    at = calendar_of(draft.app.preferences.hours).add(since, span)
    return None if at is None else quiet_until(draft, escalation, at)


def quiet_until(draft: Draft, escalation: Escalation, at: datetime) -> datetime | None:
    """Return the first instant from *at* on at which people may be notified."""
    if not _is_quiet(draft, escalation):
        return at
    return calendar_of(draft.app.preferences.hours).next_opening(at)


def _is_quiet(draft: Draft, escalation: Escalation) -> bool:
    quiet = draft.app.preferences.acknowledgement.quiet
    return quiet == "outside" and escalation.priority != "urgent"


def _time(draft: Draft, escalation: Escalation, at: datetime | None) -> Escalation:
    escalation = draft.put(replace(escalation, next_level_at=at))
    if at is not None:
        draft.later(
            LEVEL_DUE,
            at,
            *_timer_of(escalation),
            escalation_id=escalation.escalation_id,
            moment=_moment(escalation),
        )
    return escalation


def _timer_of(escalation: Escalation) -> tuple[str, str, str]:
    """Return what makes the id of the timer that the clock of *escalation* waits for.

    The count of levels keeps two apart that are due at the same instant.
    """
    count = str(escalation.levels_notified)
    return escalation.escalation_id, _moment(escalation), count


def level_timer(escalation: Escalation) -> tuple[Sequence[str], str]:
    """Return what makes the id of the timer of the next level, and its moment."""
    return _timer_of(escalation), _moment(escalation)


def _moment(escalation: Escalation) -> str:
    at = escalation.next_level_at
    return at.isoformat() if at else "never"


def _because(escalation: Escalation, now: datetime) -> str:
    since = escalation.unclaimed_since or escalation.opened_at
    return f"{escalation.number}: nobody has taken it for {in_words(now - since)}."


def in_words(span: timedelta) -> str:
    """Return *span* as a person says it, in its largest whole unit."""
    seconds = int(span.total_seconds())
    for name, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            count = seconds // size
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
