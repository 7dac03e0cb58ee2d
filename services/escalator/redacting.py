"""Personal data blacked out before anything is decided from it, stored or passed on.

What people read of a conversation, and all that leaves for them, is made from what the
records say; so the words are taken out of the records. The original of what was changed
is sealed beside the decision, or kept nowhere, as the app has it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Generic, Protocol

from services.escalator import metrics
from services.escalator.domain.conversation import Json
from services.escalator.escalate.lifecycle.requesting import DirectRequest
from services.escalator.escalate.ports import SEALED
from shared import topics
from shared.errors import Permanent
from shared.events import AppSettings
from shared.events.preferences import Redaction
from shared.kafka.deciding.decisions import Decision, S, Verb
from shared.kafka.records import Record
from shared.redaction import Redactor, redact_event, region_of

MAX_SEALED_CHARS = 200_000
"""Of one record. A longer one's words are kept, not its app state."""
LARGE_BYTES = 16_384
"""From here on a record is looked through beside the event loop."""
READ = frozenset(
    {
        topics.CONVERSATION_EVENTS.name,
        topics.CONVERSATION_REPLIES.name,
        topics.CONVERSATION_UNRESOLVED.name,
    }
)
_OFF = Redaction()


class Apps(Protocol):
    """What is known of the apps."""

    def get(self, app_id: str) -> AppSettings | None: ...


class Seal(Protocol):
    """Encrypts for nobody but us."""

    def close(self, clear: str) -> bytes: ...


class Redacting(Generic[S]):
    """The verb, for which every record was blacked out before."""

    def __init__(self, verb: Verb[S], *, apps: Apps, seal: Seal) -> None:
        self._verb = verb
        self._apps = apps
        self._seal = seal

    async def __call__(
        self, state: S, record: Record, fresh: Sequence[Decision[S]]
    ) -> Decision[S]:
        """Decide *record* without what its app has blacked out."""
        wanted = self._wanted(record)
        if wanted is None:
            return await self._verb(state, record, fresh)
        redactor = Redactor(
            wanted.profile, tuple(wanted.also), region=region_of(record.event)
        )
        if len(record.value) > LARGE_BYTES:  # nobody else waits for it
            event = await asyncio.to_thread(redact_event, record.event, redactor)
        else:
            event = redact_event(record.event, redactor)
        if not redactor.found:
            return await self._verb(state, record, fresh)
        decision = await self._verb(state, replace(record, event=event), fresh)
        for kind, count in redactor.found.items():
            metrics.REDACTED.labels(kind).inc(count)
        if wanted.original == "sealed" and (sealed := self._sealed(record)):
            decision.fact = (decision.fact or {}) | {SEALED: [sealed]}
        return decision

    def _wanted(self, record: Record) -> Redaction | None:
        direct = isinstance(record.event, DirectRequest)
        if record.topic not in READ and not direct:
            return None
        app = self._apps.get(record.lane.partition(":")[0])
        wanted = app.preferences.redaction if app else _OFF
        return None if wanted.profile == "off" and not wanted.also else wanted

    def _sealed(self, record: Record) -> str | None:
        """Return the original, or None where there is no key to keep it with."""
        event = record.event
        clear = event.model_dump_json(by_alias=True, exclude_none=True)
        if len(clear) > MAX_SEALED_CHARS:
            words: Json = {"app_state": None, "attempts": [], "output": None}
            known = {name: words[name] for name in words if hasattr(event, name)}
            clear = event.model_copy(update=known).model_dump_json(exclude_none=True)
        try:
            return self._seal.close(clear).decode()
        except Permanent:
            return None
