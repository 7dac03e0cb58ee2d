"""A conversation asks whether its notification may go, or has to wait for others."""

from functools import lru_cache
from typing import Any

from services.escalator.domain.conversation import Escalation, Json
from services.escalator.domain.grouping.lanes import held_lane
from services.escalator.domain.grouping.policy import GroupingPolicy, Storm
from services.escalator.escalate.drafting.draft import MAX_TEXT, Draft
from shared.events import EscalationStatus
from shared.events.preferences.durations import to_timedelta
from shared.events.preferences.noise import Grouping

NOTICE = "notice"
"""Timer: a notification asks where it belongs."""
FOLLOW_UPS = ("message_added", "unclaimed")
"""News that a digest may tell of, while nobody has the escalation."""
UNTAKEN = (EscalationStatus.OPEN, EscalationStatus.REOPENED)
ACCOUNTS = ("account", "account_id", "organization", "organization_id", "company")
"""Traits that name the account of a user, the first that is there."""


def policy_of(draft: Draft) -> GroupingPolicy:
    """Return how the app wants notifications to be grouped now."""
    known = draft.noise.has_known_issues(draft.app.app_id)
    return to_policy(draft.app.preferences.grouping, known_issues=known)


def to_policy(grouping: Grouping, *, known_issues: bool) -> GroupingPolicy:
    """Return the app's setting in the words of the domain."""
    storm = grouping.storm
    return _policy(
        tuple(dict.fromkeys(grouping.by)),
        (grouping.wait, grouping.interval, grouping.repeat),
        None if storm is None else (storm.count, storm.within),
        known_issues,
    )


@lru_cache(maxsize=1024)
def _policy(
    by: tuple[str, ...],
    times: tuple[str, str, str],
    storm: tuple[int, str] | None,
    known_issues: bool,  # noqa: FBT001 - part of the cache's key
) -> GroupingPolicy:
    wait, interval, repeat = map(to_timedelta, times)
    return GroupingPolicy(
        by=by,
        wait=wait,
        interval=interval,
        repeat=repeat,
        storm=None if storm is None else Storm(storm[0], to_timedelta(storm[1])),
        known_issues=known_issues,
    )


def should_ask(draft: Draft, escalation: Escalation, kind: str) -> bool:
    """Return whether others decide when this notification goes."""
    if _is_first(escalation, kind):
        return bool(escalation.group) or policy_of(draft).holds
    untaken = escalation.assignee is None and escalation.status in UNTAKEN
    return kind in FOLLOW_UPS and bool(escalation.group) and untaken


def _is_first(escalation: Escalation, kind: str) -> bool:
    """Return whether the destination hears of the escalation for the first time."""
    return kind == "opened" or (kind in FOLLOW_UPS and escalation.revision == 0)


def ask(
    draft: Draft,
    escalation: Escalation,
    destination_id: str,
    *,
    kind: str = "opened",
    text: str = "",
    silence: str = "",
    alone: bool = False,
) -> None:
    """Have the app's held notifications decide; *because* of what it is asked again."""
    first = _is_first(escalation, kind)
    revision = str(0 if first else escalation.revision)
    because = silence or ("alone" if alone else "")
    draft.later(
        NOTICE,
        draft.now,
        escalation.escalation_id,
        destination_id,
        kind,
        str(escalation.revision) if because else revision,
        because,
        lane=held_lane(draft.app.app_id),
        escalation_id=escalation.escalation_id,
        lane_of_escalation=draft.record.lane,
        destination_id=destination_id,
        opened_at=escalation.opened_at.isoformat(),
        news="opened" if first else kind,
        exact=kind,
        revision=revision,
        text=text[:MAX_TEXT],
        pattern=pattern_of(escalation),
        account=account_of(draft.conversation.user),
        urgent="yes" if escalation.priority == "urgent" else "",
        known_issue="yes" if escalation.known_issue else "",
        silence=silence,
        alone="yes" if alone else "",
        group=escalation.group,
    )


def pattern_of(escalation: Escalation) -> str:
    """Return the id of the escalation's pattern, empty where none is known."""
    return str(escalation.pattern["id"]) if escalation.pattern else ""


def account_of(user: Json | None) -> str:
    """Return whose account it is: as the user's traits name it, else the user's own."""
    known: dict[str, Any] = user or {}
    traits = known.get("traits") or {}
    for name in ACCOUNTS:
        found = known.get(name) or (isinstance(traits, dict) and traits.get(name))
        if isinstance(found, str | int) and found is not True and str(found).strip():
            return str(found)[:256]
    return str(known.get("id") or "")
