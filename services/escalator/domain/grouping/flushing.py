"""What of the held notifications is sent now, and what is told again."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.escalator.domain.grouping.held import (
    MAX_HELD,
    MAX_LISTED,
    Group,
    Held,
    HeldNotifications,
    place_of,
)
from services.escalator.domain.grouping.placing import ALONE, ISSUE, SILENCE, STORM
from services.escalator.domain.grouping.policy import GroupingPolicy

REST = "rest"
"""Of what was sent alone: repeated together."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One notification to send: of one escalation, or of many."""

    key: str
    destination_id: str
    members: tuple[Held, ...]
    since: datetime
    count: int
    """Escalations of the group so far, these among them."""
    is_digest: bool = True
    is_repeat: bool = False


def flush(
    state: HeldNotifications, policy: GroupingPolicy, *, now: datetime
) -> tuple[HeldNotifications, list[Sending]]:
    """Return what is to be sent now, and what is held after it."""
    sendings: list[Sending] = []
    groups = dict(state.groups)
    oldest_first = sorted(state.groups.values(), key=lambda each: each.since)
    for group in oldest_first:
        if group.due_at is None or group.due_at > now:
            continue
        sendings += _sendings(group)
        del groups[group.place]
        after = _after(group, groups, policy, now=now)
        groups[after.place] = after
    return replace(state, groups=_within_bounds(groups)), sendings


def _sendings(group: Group) -> Iterator[Sending]:
    count = group.count
    oldest_first = sorted(group.pending, key=lambda each: each.opened_at)
    for part in _parts(tuple(oldest_first)):
        count += sum(each.news == "opened" for each in part)
        yield Sending(
            group.key,
            group.destination_id,
            part,
            group.since,
            count,
            is_digest=_is_digest(group),
        )


def _parts(pending: tuple[Held, ...]) -> Iterator[tuple[Held, ...]]:
    for start in range(0, len(pending), MAX_LISTED):
        yield pending[start : start + MAX_LISTED]


def _is_digest(group: Group) -> bool:
    """Return whether the group is told as a list: one of one says all there is."""
    if group.key.startswith((STORM, ISSUE, SILENCE)) or group.sent_at is not None:
        return True
    return len(group.pending) > 1


def _after(
    group: Group, groups: dict[str, Group], policy: GroupingPolicy, *, now: datetime
) -> Group:
    """Return what is left of *group* once it was sent."""
    opened = tuple(each for each in group.pending if each.news == "opened")
    if group.key.startswith(ALONE):
        rest = groups.get(place_of(REST, group.destination_id)) or Group(
            REST, group.destination_id, since=group.since
        )
        return replace(
            rest,
            listed=(*rest.listed, *opened)[-MAX_LISTED:],
            repeat_at=rest.repeat_at or now + policy.repeat,
            sent_at=now,
        )
    return replace(
        group,
        pending=(),
        due_at=None,
        sent_at=now,
        listed=(*group.listed, *opened)[-MAX_LISTED:],
        repeat_at=now + policy.repeat,
        count=group.count + len(opened),
    )


def _within_bounds(groups: dict[str, Group]) -> dict[str, Group]:
    """Return *groups* without the oldest repeats where there are too many."""
    surplus = sum([len(each.listed) for each in groups.values()]) - MAX_HELD
    by_age = sorted(groups.values(), key=lambda each: each.repeat_at or each.since)
    for group in by_age:
        if surplus <= 0:
            break
        kept = group.listed[surplus:]
        surplus -= len(group.listed) - len(kept)
        repeat_at = group.repeat_at if kept else None
        groups[group.place] = replace(group, listed=kept, repeat_at=repeat_at)
    return groups


def due_repeats(state: HeldNotifications, *, now: datetime) -> list[Group]:
    """Return the groups whose members are to be told again, if nobody has them."""
    return [
        each
        for each in state.groups.values()
        if each.repeat_at is not None and each.repeat_at <= now
    ]


def repeat(
    state: HeldNotifications,
    group: Group,
    waiting: Collection[str],
    policy: GroupingPolicy,
    *,
    now: datetime,
) -> tuple[HeldNotifications, list[Sending]]:
    """Return *group* told again, of the escalations that are *waiting* for a person.

    Where none is, the group is over: it is told no more.
    """
    left = tuple(each for each in group.listed if each.escalation_id in waiting)
    groups = dict(state.groups)
    groups[group.place] = replace(
        group, listed=left, repeat_at=now + policy.repeat if left else None
    )
    sending = Sending(
        group.key,
        group.destination_id,
        left,
        min([each.opened_at for each in left], default=group.since),
        len(left),
        is_repeat=True,
    )
    return replace(state, groups=groups), [sending] if left else []


def forget_idle(
    state: HeldNotifications, policy: GroupingPolicy, *, now: datetime
) -> HeldNotifications:
    """Let go of groups that hold nothing, repeat nothing and fold nothing any more."""
    kept = {
        place: each
        for place, each in state.groups.items()
        if each.pending or each.listed or _folds(each, policy.interval, now)
    }
    return replace(state, groups=kept) if len(kept) < len(state.groups) else state


def _folds(group: Group, interval: timedelta, now: datetime) -> bool:
    return group.sent_at is not None and now < group.sent_at + interval
