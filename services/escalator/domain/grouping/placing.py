"""Where a notification goes: out at once, or into a group that is sent later."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.escalator.domain.grouping.held import (
    MAX_HELD,
    MAX_LISTED,
    Group,
    Held,
    HeldNotifications,
    place_of,
)
from services.escalator.domain.grouping.policy import (
    PATTERN_WAIT,
    SILENCE_WAIT,
    GroupingPolicy,
)

STORM = "storm"
ALONE = "alone="
ISSUE = "known-issue="
SILENCE = "silence="


class Placement(StrEnum):
    """What becomes of a notification for now."""

    AT_ONCE = "at_once"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification that asks where it belongs."""

    held: Held
    destination_id: str
    known_issue: bool = False
    """Whether its pattern is a known issue."""
    silence: str = ""
    """Id of the silence that has ended and kept it back so far."""
    alone: bool = False
    """Whether a person said that it belongs to nothing else."""
    group: str = ""
    """The group that has listed its escalation, where this is later news of it."""


def place(
    state: HeldNotifications, notice: Notice, policy: GroupingPolicy, *, now: datetime
) -> tuple[HeldNotifications, Placement]:
    """Return where *notice* goes, and what is held then."""
    if not notice.silence:
        state = note_opening(state, notice.held, policy, now=now)
    held = notice.held
    before, found = take_out(state, held.escalation_id, notice.destination_id)
    if held.news != "opened" and any(each.news == "opened" for _, each in found):
        return state, Placement.HELD  # that digest tells of it anyway
    state = before
    key = choose_key(notice, policy, in_storm=is_storm(state, now))
    if key is None:
        return state, Placement.AT_ONCE
    if key == STORM:
        state = gather_storm(state, policy, now=now)
    return hold(state, notice, key, policy, now=now), Placement.HELD


def choose_key(notice: Notice, policy: GroupingPolicy, *, in_storm: bool) -> str | None:
    """Return the group that *notice* belongs to; None: it is sent at once."""
    if notice.alone:
        return None
    if notice.silence:
        return f"{SILENCE}{notice.silence}"
    if notice.known_issue:
        return f"{ISSUE}{notice.held.pattern}"
    return STORM if in_storm else _usual_key(notice, policy)


def _usual_key(notice: Notice, policy: GroupingPolicy) -> str | None:
    held = notice.held
    if held.news != "opened" or notice.group:
        return notice.group or None
    if held.urgent:
        return None
    if policy.by:
        return _common_key(held, policy.by)
    waits = policy.known_issues and not held.pattern
    return f"{ALONE}{held.escalation_id}" if waits else None


def _common_key(held: Held, by: tuple[str, ...]) -> str:
    """Return what *held* has in common with others; unknown is common to none."""
    values = {"app": "all", "pattern": held.pattern, "account": held.account}
    if not all(values[each] for each in by):
        return f"{ALONE}{held.escalation_id}"
    return "&".join(f"{each}={values[each]}" for each in sorted(by))


def note_opening(
    state: HeldNotifications, held: Held, policy: GroupingPolicy, *, now: datetime
) -> HeldNotifications:
    """Count one more escalation, each once, and see whether it is a storm."""
    storm = policy.storm
    known = {escalation_id for escalation_id, _ in state.openings}
    if storm is None or held.news != "opened" or held.escalation_id in known:
        return state
    if now - held.opened_at > storm.within:
        return state  # somebody else hears of it now, but it is not new
    openings = (*state.openings, (held.escalation_id, held.opened_at.isoformat()))
    openings = openings[-storm.count - 1 :]
    first = datetime.fromisoformat(openings[0][1])
    is_over = len(openings) > storm.count and held.opened_at - first <= storm.within
    until = now + policy.interval if is_over else state.storm_until
    return replace(state, openings=openings, storm_until=until)


def is_storm(state: HeldNotifications, now: datetime) -> bool:
    """Return whether so many escalations are opened that all are told together."""
    return state.storm_until is not None and now < state.storm_until


def gather_storm(
    state: HeldNotifications, policy: GroupingPolicy, *, now: datetime
) -> HeldNotifications:
    """Let what waits in other groups go with the storm's digest."""
    for group in list(state.groups.values()):
        if not group.pending or group.key.startswith((STORM, ISSUE, SILENCE)):
            continue
        state = _keep(state, replace(group, pending=(), due_at=None))
        for held in group.pending:
            notice = Notice(held, group.destination_id)
            state = hold(state, notice, STORM, policy, now=now, due_at=group.due_at)
    return state


def take_out(
    state: HeldNotifications, escalation_id: str, destination_id: str | None = None
) -> tuple[HeldNotifications, list[tuple[Group, Held]]]:
    """Return what is held without that escalation, and where it was pending."""
    found: list[tuple[Group, Held]] = []
    for group in list(state.groups.values()):
        if destination_id is not None and group.destination_id != destination_id:
            continue
        out = [each for each in group.pending if each.escalation_id == escalation_id]
        if not out:
            continue
        found += [(group, each) for each in out]
        left = tuple(each for each in group.pending if each not in out)
        due_at = group.due_at if left else None
        state = _keep(state, replace(group, pending=left, due_at=due_at))
    return state, found


def regroup(
    state: HeldNotifications,
    escalation_id: str,
    pattern: str,
    policy: GroupingPolicy,
    *,
    known_issue: bool,
    now: datetime,
) -> HeldNotifications:
    """Move what is pending of an escalation to where its *pattern* belongs.

    What a storm or the end of a silence sends together stays together.
    """
    for group in list(state.groups.values()):
        mine = [each for each in group.pending if each.escalation_id == escalation_id]
        if not mine or group.key.startswith((STORM, SILENCE)):
            continue
        state, _ = take_out(state, escalation_id, group.destination_id)
        for held in mine:
            moved = Notice(
                replace(held, pattern=pattern), group.destination_id, known_issue
            )
            key = choose_key(moved, policy, in_storm=False) or group.key
            state = hold(state, moved, key, policy, now=now, due_at=group.due_at)
    return state


def kind_of_place(state: HeldNotifications, notice: Notice) -> str:
    """Return in one word what *notice* is held with."""
    for group in state.groups.values():
        if group.destination_id == notice.destination_id and any(
            each.escalation_id == notice.held.escalation_id for each in group.pending
        ):
            return group.key.partition("=")[0]
    return "none"


def hold(
    state: HeldNotifications,
    notice: Notice,
    key: str,
    policy: GroupingPolicy,
    *,
    now: datetime,
    due_at: datetime | None = None,
) -> HeldNotifications:
    """Add *notice* to the group *key*; *due_at*: when it was to be sent so far."""
    held = notice.held
    group = state.groups.get(place_of(key, notice.destination_id)) or Group(
        key, notice.destination_id, since=held.opened_at
    )
    pending = (*group.pending, held)
    due = _due_at(group, key, policy, now=now)
    if due_at is not None and group.sent_at is None:
        due = min(due, due_at)
    if len(pending) >= MAX_LISTED:
        due = now
    since = min(group.since, held.opened_at)
    state = _keep(state, replace(group, pending=pending, due_at=due, since=since))
    return _hurry(state, now) if count_pending(state) >= MAX_HELD else state


def count_pending(state: HeldNotifications) -> int:
    """Return how many notifications are held."""
    return sum([len(each.pending) for each in state.groups.values()])


def _hurry(state: HeldNotifications, now: datetime) -> HeldNotifications:
    """Have all that is held sent now: more does not fit."""
    groups = {
        place: replace(each, due_at=now) if each.pending else each
        for place, each in state.groups.items()
    }
    return replace(state, groups=groups)


def _due_at(
    group: Group, key: str, policy: GroupingPolicy, *, now: datetime
) -> datetime:
    if group.due_at is not None:
        return group.due_at
    if group.sent_at is not None:
        return max(now, group.sent_at + policy.interval)
    return now + _first_wait(key, policy)


def _first_wait(key: str, policy: GroupingPolicy) -> timedelta:
    if key.startswith(SILENCE):
        return SILENCE_WAIT
    if key.startswith(ALONE) and not policy.by:
        return PATTERN_WAIT
    return policy.wait


def _keep(state: HeldNotifications, group: Group) -> HeldNotifications:
    """Keep *group*, or let it go where nothing of it is left."""
    groups = dict(state.groups)
    if group.pending or group.listed or group.sent_at is not None:
        groups[group.place] = group
    else:
        groups.pop(group.place, None)
    return replace(state, groups=groups)
