"""An escalation belongs to a pattern, and perhaps to an issue that people know of."""

from dataclasses import dataclass, replace

from services.escalator.domain.conversation import Conversation, Escalation
from services.escalator.domain.grouping.lanes import held_lane
from services.escalator.domain.grouping.placing import ISSUE
from services.escalator.domain.receipts.delivery import DeliveryStatus
from services.escalator.escalate.drafting import replies
from services.escalator.escalate.drafting.draft import HANDRAIL, Draft
from services.escalator.escalate.grouping.asking import ask, pattern_of
from services.escalator.escalate.grouping.holding import REGROUP
from services.escalator.escalate.lifecycle.orders import Task
from services.escalator.escalate.ports import Fresh, Ports
from shared.errors import Permanent
from shared.events import Change, KnownIssue, PatternAssigned, PatternRef
from shared.kafka.deciding.decisions import Decision
from shared.kafka.records import Record

MANY = 2
"""From so many others on, the user hears how many they are."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """Follows what analytics says of patterns."""

    ports: Ports

    async def on_pattern_assigned(
        self, state: Conversation, record: Record, _: Fresh
    ) -> Decision[Conversation]:
        """Keep the pattern; where people know of it, tell the user and fold the news.

        A person who said that it is none of the pattern's is not contradicted.
        """
        event: PatternAssigned = record.event
        escalation = state.find(event.escalation_id)
        if escalation is None:
            return Decision("unknown_escalation", state)
        pattern = event.pattern
        if pattern is not None and pattern.id in escalation.not_patterns:
            return Decision("not_of_this_pattern", state)
        draft = self.ports.draft(state, record)
        escalation = _assign(draft, escalation, pattern)
        issue = None
        if pattern is not None and not escalation.closed:
            issue = draft.noise.known_issue(state.app_id, pattern.id)
        if issue is not None:
            escalation = _join(draft, escalation, issue)
        _regroup(draft, escalation)
        return draft.decision("known_issue" if issue else "pattern_assigned")


def _assign(
    draft: Draft, escalation: Escalation, pattern: PatternRef | None
) -> Escalation:
    """Keep *pattern*; that more belong to it by now is no change of the escalation."""
    assigned = replace(
        escalation, pattern=None if pattern is None else pattern.model_dump()
    )
    if pattern_of(assigned) == pattern_of(escalation):
        return draft.put(assigned)
    return draft.update(
        assigned,
        Change.PATTERN,
        actor=HANDRAIL,
        reason="pattern_assigned",
        text=pattern_of(assigned) or None,
    )


async def order_known_issue(task: Task) -> None:
    """Join the escalation to an issue that people know of, or split a wrong match."""
    pattern_id = task.order.pattern
    if pattern_id is None:
        _split(task)
    else:
        await _join_by_hand(task, pattern_id)


async def _join_by_hand(task: Task, pattern_id: str) -> None:
    draft, escalation = task.draft, task.escalation
    app_id = draft.app.app_id
    issue = draft.noise.known_issue(app_id, pattern_id)
    if issue is None:
        count, since = await draft.noise.size_of(app_id, pattern_id)
        issue = KnownIssue(
            pattern_id=pattern_id, since=since or escalation.opened_at, count=count
        )
    size = max(issue.count, 1)
    pattern = PatternRef(id=pattern_id, label=issue.label or pattern_id, size=size)
    known = escalation.pattern if pattern_of(escalation) == pattern_id else None
    others = (each for each in escalation.not_patterns if each != pattern_id)
    joined = task.change(
        Change.PATTERN,
        "known_issue",
        escalation=replace(
            escalation,
            pattern=known or pattern.model_dump(),
            not_patterns=tuple(others),
        ),
        text=pattern_id,
    )
    _regroup(draft, _join(draft, joined, issue))


def _split(task: Task) -> None:
    """Take the escalation out of its pattern; people are notified of it by itself."""
    draft, escalation = task.draft, task.escalation
    wrong = pattern_of(escalation)
    if not wrong:
        raise Permanent(
            "no_pattern",
            f"{escalation.number} belongs to no pattern; nothing to split.",
        )
    listed = bool(escalation.group)
    split = task.change(
        Change.PATTERN,
        "pattern_split",
        escalation=replace(
            escalation,
            pattern=None,
            known_issue=None,
            group="",
            not_patterns=(*escalation.not_patterns, wrong),
        ),
        text=wrong,
    )
    for destination_id, delivery in split.deliveries.items():
        waits = delivery.status is DeliveryStatus.PENDING
        if split.silenced_by is None and (waits or listed):
            ask(draft, split, destination_id, alone=True)


def _join(draft: Draft, escalation: Escalation, issue: KnownIssue) -> Escalation:
    """Tell the user once that people know, and fold the news of it from now on."""
    told = escalation.known_issue or {}
    joined = draft.put(
        replace(
            escalation,
            known_issue={
                "pattern_id": issue.pattern_id,
                "since": issue.since.isoformat(),
            },
            group=f"{ISSUE}{issue.pattern_id}",
        )
    )
    if told.get("pattern_id") != issue.pattern_id:
        size = (escalation.pattern or {}).get("size", 0)
        others = max(issue.count, int(size)) - 1
        replies.known_issue(
            draft,
            joined,
            since=issue.since,
            until=issue.until,
            count=str(others) if others >= MANY else "",
        )
    return joined


def _regroup(draft: Draft, escalation: Escalation) -> None:
    """Have what is pending go with others of its pattern."""
    if escalation.silenced_by is not None:
        return
    if any(
        each.status is DeliveryStatus.PENDING for each in escalation.deliveries.values()
    ):
        draft.later(
            REGROUP,
            draft.now,
            escalation.escalation_id,
            str(escalation.revision),
            lane=held_lane(draft.app.app_id),
            escalation_id=escalation.escalation_id,
            pattern=pattern_of(escalation),
            known_issue="yes" if escalation.known_issue else "",
        )
