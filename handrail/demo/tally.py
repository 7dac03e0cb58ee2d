"""Count what was lost, what came twice, and how long it took: pure."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from handrail.demo.cast import Json


@dataclass(frozen=True)
class Seen:
    """One conversation as its user saw it."""

    asked_at: float
    told_at: float | None
    replies: Sequence[Json]

    @property
    def handoffs(self) -> frozenset[str]:
        """Return the ids of its hand-off replies: a repeat has the same one."""
        return frozenset(r["reply_id"] for r in self.replies if r["type"] == "handoff")

    @property
    def escalations(self) -> frozenset[str]:
        """Return the escalations that its user was told of."""
        named = (r for r in self.replies if r["type"] in {"handoff", "receipt"})
        return frozenset(r["escalation_id"] for r in named)

    @property
    def answered(self) -> bool:
        """Tell whether it ended with an answer and without people."""
        return self.told_at is not None and not self.handoffs


@dataclass(frozen=True)
class Mailed:
    """One mail as one recipient got it."""

    escalation_id: str
    recipient: str
    accepted_at: float


@dataclass(frozen=True)
class Tally:
    """The numbers of a run."""

    sent: int
    resolved: int
    escalated: int
    delivered: int
    lost: int
    duplicates: int
    untold: tuple[str, ...]
    """Conversations without an outcome."""
    unmailed: tuple[str, ...]
    """Escalations without a mail."""
    ms: Mapping[str, float | None]


def tally(
    seen: Mapping[str, Seen], mails: Sequence[Mailed], inbox: Mapping[str, str]
) -> Tally:
    """Compare conversations, the inbox (escalation to conversation) and the mail.

    The inbox too, because an escalation that its user was never told of must reach the
    team all the same.
    """
    opened = dict(inbox)
    for conversation_id, each in seen.items():
        opened |= dict.fromkeys(each.escalations, conversation_id)
    untold = tuple(sorted(c for c, each in seen.items() if each.told_at is None))
    mailed = {each.escalation_id for each in mails}
    unmailed = tuple(sorted(opened.keys() - mailed))
    return Tally(
        sent=len(seen),
        resolved=sum(each.answered for each in seen.values()),
        escalated=len(opened),
        delivered=len(opened.keys() & mailed),
        lost=len(untold) + len(unmailed),
        duplicates=_duplicates(seen, mails, opened),
        untold=untold,
        unmailed=unmailed,
        ms=_milliseconds(seen, mails, opened),
    )


def _duplicates(
    seen: Mapping[str, Seen], mails: Iterable[Mailed], opened: Mapping[str, str]
) -> int:
    handoffs = sum(max(0, len(each.handoffs) - 1) for each in seen.values())
    copies = Counter((each.escalation_id, each.recipient) for each in mails)
    per_conversation = Counter(opened.values())
    return (
        handoffs
        + sum(count - 1 for count in copies.values())
        + sum(count - 1 for count in per_conversation.values())
    )


def _milliseconds(
    seen: Mapping[str, Seen], mails: Sequence[Mailed], opened: Mapping[str, str]
) -> dict[str, float | None]:
    told = [
        each.told_at - each.asked_at
        for each in seen.values()
        if each.told_at is not None
    ]
    delivered = [
        each.accepted_at - seen[opened[each.escalation_id]].asked_at
        for each in mails
        if opened.get(each.escalation_id) in seen
    ]
    return {
        "told_p50": milliseconds(told, 50),
        "told_p99": milliseconds(told, 99),
        "delivered_p50": milliseconds(delivered, 50),
        "delivered_p99": milliseconds(delivered, 99),
    }


def milliseconds(seconds: Sequence[float], percent: float) -> float | None:
    """Return a percentile by nearest rank, in ms; None of nothing."""
    if not seconds:
        return None
    rank = max(1, math.ceil(len(seconds) * percent / 100))
    return round(1000 * sorted(seconds)[rank - 1], 1)
