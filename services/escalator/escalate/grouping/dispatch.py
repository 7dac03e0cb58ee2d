"""Records of the lanes that are no conversation's, each to what is done with it."""

from collections.abc import Awaitable, Callable
from typing import Any

from services.escalator.domain.grouping.held import Digest, HeldNotifications
from services.escalator.escalate.grouping.asking import NOTICE
from services.escalator.escalate.grouping.digesting import (
    TELL,
    Digesting,
    on_answer_to_digest,
)
from services.escalator.escalate.grouping.holding import (
    DIGEST_DUE,
    FLUSH,
    REGROUP,
    Holding,
)
from services.escalator.escalate.grouping.silencing import SILENCE_END, Silencing
from services.escalator.escalate.ports import Ports
from shared import topics
from shared.errors import Permanent
from shared.kafka.deciding.decisions import Decision
from shared.kafka.records import Record

On = Callable[[Any, Record], Awaitable[Decision[Any]]]


class Grouping:
    """The verb of held notifications and of digests."""

    def __init__(self, ports: Ports) -> None:
        holding, digesting = Holding(ports), Digesting(ports)
        self._held: dict[str, On] = {
            NOTICE: holding.on_notice,
            REGROUP: holding.on_regroup,
            FLUSH: holding.on_flush,
            SILENCE_END: Silencing(ports).on_silence_end,
        }
        self._digest: dict[str, On] = {
            DIGEST_DUE: digesting.on_digest_due,
            TELL: digesting.on_tell,
            topics.NOTIFICATION_DELIVERED.name: digesting.on_notification_delivered,
            topics.NOTIFICATION_FAILED.name: digesting.on_notification_failed,
            topics.NOTIFICATION_REPLY_RECEIVED.name: on_answer_to_digest,
        }

    async def __call__(
        self, state: HeldNotifications | Digest, record: Record
    ) -> Decision[Any]:
        """Decide *record*; raise Permanent for what has no business in such a lane."""
        known = self._held if isinstance(state, HeldNotifications) else self._digest
        kind = record.event.kind if record.topic == "timer" else record.topic
        if kind not in known:
            raise Permanent("reserved_conversation_id", "This id is one of our own.")
        return await known[kind](state, record)
