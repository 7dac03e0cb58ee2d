"""What merged escalations tell each other: the team's answers, the user's words.

What another conversation must learn goes there by a timer: it is stored with the
decision that causes it, so neither can happen without the other.
"""

from collections.abc import Sequence
from enum import StrEnum

from pydantic import TypeAdapter

from services.escalator.domain.conversation import Escalation
from services.escalator.escalate.drafting.draft import HANDRAIL, Draft
from shared.events import Attachment, EscalationStatus

MERGED_RESOLVED = "merged_resolved"
MERGED_FOLLOWS = "merged_follows"
MERGED_MESSAGE = "merged_message"
MAX_PASSED_ON = 8
"""Merges that a message follows. Three merged into each other in a ring at the same
moment would pass it round without an end."""


FILES: TypeAdapter[list[Attachment]] = TypeAdapter(list[Attachment])
"""What a teammate sent beside an answer, on its way to another conversation."""


class Followed(StrEnum):
    """What happens to an escalation that those merged into it follow."""

    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    HANDED_BACK = "handed_back"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_ENDS = {
    EscalationStatus.RESOLVED: Followed.RESOLVED,
    EscalationStatus.WITHDRAWN: Followed.WITHDRAWN,
    EscalationStatus.EXPIRED: Followed.EXPIRED,
}


def tell_merged(
    draft: Draft,
    escalation: Escalation,
    what: Followed,
    *,
    actor: str,
    text: str = "",
    author: str = "",
    files: Sequence[Attachment] = (),
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
            files=FILES.dump_json(list(files)).decode() if files else "",
        )


def tell_newly_merged(draft: Draft, escalation: Escalation) -> None:
    """Have what was merged now follow what happened before it was.

    That is a resolution while the merge was on its way, or that somebody has it. One
    that was merged itself, long ago, hears of the resolution and passes it on.
    """
    if escalation.closed:
        if escalation.merged_into is None or escalation.merged_into_lane is not None:
            tell_merged(draft, escalation, _ENDS[escalation.status], actor=HANDRAIL)
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
