"""Records in: each topic to what the verb does with it, and the counting of it."""

from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from typing import Any, cast

import structlog
from prometheus_client import Counter, Histogram
from pydantic import TypeAdapter

from services.escalator import metrics
from services.escalator.domain.conversation import (
    Conversation,
    Escalation,
    Json,
    Told,
)
from services.escalator.domain.grouping.held import Digest
from services.escalator.domain.grouping.lanes import State
from services.escalator.domain.grouping.placing import Placement
from services.escalator.domain.receipts.causes import kind_of, label_of
from services.escalator.domain.receipts.delivery import DeliveryStatus
from services.escalator.escalate.acknowledgement.claims import CLAIM_END
from services.escalator.escalate.acknowledgement.levels import LEVEL_DUE, Levels
from services.escalator.escalate.drafting.packets import REQUEST
from services.escalator.escalate.drafting.promised import (
    PROMISE_MISSED,
    PROMISE_NEAR,
    PROMISES,
)
from services.escalator.escalate.erasing import Erasing
from services.escalator.escalate.following import Following, on_reply
from services.escalator.escalate.grouping.accounting import Accounting
from services.escalator.escalate.grouping.digesting import LISTED, REQUESTED
from services.escalator.escalate.grouping.dispatch import Grouping
from services.escalator.escalate.grouping.known_issues import Patterns
from services.escalator.escalate.grouping.silencing import UNSILENCE, Silencing
from services.escalator.escalate.lifecycle.answering import Answering
from services.escalator.escalate.lifecycle.consulting import (
    CONSULTATION_END,
    Consulting,
    OpenAnswer,
    OpenQuestion,
)
from services.escalator.escalate.lifecycle.marking import SNOOZE_END, Snoozes
from services.escalator.escalate.lifecycle.merged import Merging
from services.escalator.escalate.lifecycle.merging import (
    MERGED_FOLLOWS,
    MERGED_MESSAGE,
    MERGED_RESOLVED,
)
from services.escalator.escalate.lifecycle.orders import Order
from services.escalator.escalate.lifecycle.regrouping import ABSORB, Regrouping
from services.escalator.escalate.lifecycle.requesting import DirectRequest, Requesting
from services.escalator.escalate.lifecycle.taking import Claims
from services.escalator.escalate.opening import PROOF_WAIT, TRIGGER_WAIT, Opening
from services.escalator.escalate.ports import Fresh, Ports
from services.escalator.escalate.promises.keeping import Keeping
from services.escalator.escalate.receipts.fixed import Fixed
from services.escalator.escalate.receipts.telling import Sending, Telling
from shared import topics
from shared.kafka.deciding.decisions import Decision, Document
from shared.kafka.records import Record

TOPICS = (
    topics.CONVERSATION_EVENTS,
    topics.CONVERSATION_REPLIES,
    topics.CONVERSATION_UNRESOLVED,
    topics.CONVERSATION_RESOLVED,
    topics.NOTIFICATION_DELIVERED,
    topics.NOTIFICATION_FAILED,
    topics.NOTIFICATION_REPLY_RECEIVED,
    topics.PATTERN_ASSIGNED,
    topics.GAP_NOTE_REQUESTED,
)
"""What is read; of one batch, a conversation's own events come first."""

COMMANDS: TypeAdapter[Any] = TypeAdapter(
    Order | DirectRequest | OpenQuestion | OpenAnswer
)
"""Reads back what was ordered where its first run was cut short."""

log = structlog.get_logger()
On = Callable[[Conversation, Record, Fresh], Awaitable[Decision[Conversation]]]


class Handlers:
    """The verb as the runtime calls it."""

    def __init__(self, ports: Ports) -> None:
        opening = Opening(ports)
        following = Following(ports, opening)
        telling = Telling(ports)
        regrouping = Regrouping(ports, opening)
        merging = Merging(ports)
        answering = Answering(ports, regrouping)
        erasing = Erasing(ports)
        consulting = Consulting(ports)
        self._grouping = Grouping(ports)
        self._on_order: dict[type, On] = {
            Order: answering.on_command,
            DirectRequest: Requesting(ports, opening).on_direct_request,
            OpenQuestion: consulting.on_open_question,
            OpenAnswer: consulting.on_open_answer,
        }
        keeping = Keeping(ports)
        self._on: dict[str, On] = {
            topics.CONVERSATION_EVENTS.name: following.on_conversation_event,
            topics.CONVERSATION_REPLIES.name: on_reply,
            topics.CONVERSATION_UNRESOLVED.name: opening.on_unresolved,
            topics.CONVERSATION_RESOLVED.name: on_conversation_resolved,
            topics.NOTIFICATION_DELIVERED.name: telling.on_notification_delivered,
            topics.NOTIFICATION_FAILED.name: telling.on_notification_failed,
            topics.NOTIFICATION_REPLY_RECEIVED.name: (
                answering.on_notification_reply_received
            ),
            topics.PATTERN_ASSIGNED.name: Patterns(ports).on_pattern_assigned,
            topics.GAP_NOTE_REQUESTED.name: _counted(
                Fixed(ports).on_gap_note_requested
            ),
            "command": self._on_command,
            "erasure": erasing.on_erasure,
        }
        self._on_timer: dict[str, On] = {
            TRIGGER_WAIT: opening.on_trigger_wait_over,
            PROOF_WAIT: telling.on_proof_wait_over,
            PROMISE_NEAR: keeping.on_promise_near,
            PROMISE_MISSED: keeping.on_promise_missed,
            REQUEST: Sending(ports).on_request_due,
            SNOOZE_END: Snoozes(ports).on_snooze_over,
            CONSULTATION_END: consulting.on_consultation_over,
            CLAIM_END: Claims(ports).on_claim_over,
            LEVEL_DUE: Levels(ports).on_level_due,
            LISTED: Accounting(telling).on_listed,
            UNSILENCE: Silencing(ports).on_unsilence,
            ABSORB: regrouping.on_absorb,
            MERGED_RESOLVED: merging.on_merged_resolved,
            MERGED_FOLLOWS: merging.on_merged_follows,
            MERGED_MESSAGE: merging.on_merged_message,
        }

    async def _on_command(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        return await self._on_order[type(record.event)](state, record, fresh)

    async def __call__(
        self, state: State, record: Record, fresh: Sequence[Decision[State]]
    ) -> Decision[State]:
        """Decide *record*, of a conversation or of a lane of our own."""
        if not isinstance(state, Conversation):
            decision = await self._grouping(state, record)
            _count_grouping(decision)
            return decision
        # The decisions of a lane are all of one kind of state.
        mine = cast("Fresh", fresh)
        return cast("Decision[State]", await self._decide(state, record, mine))

    async def _decide(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        """Decide *record* and count what was decided."""
        if record.topic == "timer":
            on = self._on_timer[record.event.kind]
        else:
            on = self._on[record.topic]
        decision = await on(state, record, fresh)
        if decision.state.escalations is not state.escalations:
            _count(state, decision.state)
            _count_promises(decision.documents)
        if decision.state.user is not state.user:
            decision.user_id = _new_user(state.user, decision.state.user)
        return decision


def _new_user(before: Json | None, after: Json | None) -> str:
    """Return the id of a user that the conversation was not known to be of."""
    known, found = (before or {}).get("id"), (after or {}).get("id")
    return "" if found is None or found == known else str(found)


def _counted(on: On) -> On:
    """Count what came of each note."""

    async def counted(
        state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        decision = await on(state, record, fresh)
        metrics.GAP_NOTES.labels(decision.reason).inc()
        return decision

    return counted


async def on_conversation_resolved(
    state: Conversation, _: Record, __: Fresh
) -> Decision[Conversation]:
    """Change nothing: whatever people have, only people close."""
    return Decision("answered_by_resolver", state)


@cache
def _opened(reason: str) -> Counter:
    """Return the child of that label; to look one up costs more than to count."""
    return metrics.OPENED.labels(reason)


@cache
def _told(told: str) -> Histogram:
    return metrics.TOLD_SECONDS.labels(told)


def _count_grouping(decision: Decision[State]) -> None:
    held, _, what = decision.reason.partition("_")
    if held == Placement.HELD:
        metrics.FOLDED.labels(what).inc()
    elif decision.reason == REQUESTED and isinstance(decision.state, Digest):
        metrics.DIGESTS.labels(decision.state.group.partition("=")[0]).inc()
        listed = decision.documents[0].document["escalation_ids"]
        metrics.DIGEST_ESCALATIONS.inc(len(listed))


def _count(before: Conversation, after: Conversation) -> None:
    for escalation in after.escalations:
        known = before.find(escalation.escalation_id)
        if known is None:
            _opened(str(escalation.reason)).inc()
            if escalation.silenced_by is not None:
                metrics.SILENCED.inc()
        elif known.status is not escalation.status:
            metrics.CHANGED.labels(escalation.status.value).inc()
        if known is not None and known.deliveries is not escalation.deliveries:
            _count_failures(known, escalation)
        if known is not None and known.levels_notified < escalation.levels_notified:
            metrics.LEVELS.inc()
        before_issue = known.known_issue if known else None
        if before_issue != escalation.known_issue:
            outcome = "joined" if escalation.known_issue else "split"
            metrics.KNOWN_ISSUES.labels(outcome).inc()
        if known is not None and known.score != escalation.score:
            metrics.RATED.labels(str(escalation.score)).inc()
        told = known.told if known else Told.NONE
        if told is Told.NONE and escalation.told_at is not None:
            asked_at = (escalation.asked or escalation).occurred_at
            waited = (escalation.told_at - asked_at).total_seconds()
            _told(escalation.told.value).observe(max(0.0, waited))


def _count_failures(before: Escalation, after: Escalation) -> None:
    for destination_id, delivery in after.deliveries.items():
        known = before.deliveries.get(destination_id)
        if delivery.status is not DeliveryStatus.FAILED or known == delivery:
            continue
        cause, kind = label_of(delivery.proof), kind_of(delivery.proof)
        metrics.FAILED.labels(cause, kind.value).inc()
        log.warning(
            "destination given up",
            escalation_id=after.escalation_id,
            destination_id=destination_id,
            cause=delivery.proof,
            kind=kind.value,
        )
        if after.delayed and not before.delayed:
            metrics.UNDELIVERED.labels(kind.value).inc()


def _count_promises(documents: Sequence[Document]) -> None:
    for each in documents:
        if each.collection == PROMISES and each.document["state"] != "open":
            metrics.PROMISES.labels(
                each.fixed["kind"],
                each.document["state"],
                each.document["settled_because"],
            ).inc()
