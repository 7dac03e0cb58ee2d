"""A request that nothing answered becomes an escalation, or part of the open one."""

from dataclasses import dataclass, replace
from datetime import timedelta

from services.escalator.domain.conversation import (
    MAX_WAITING,
    Conversation,
    Escalation,
    Json,
    Request,
)
from services.escalator.domain.lifecycle.waiting import (
    asking_of,
    find_reopenable,
    is_withdrawn,
)
from services.escalator.domain.promises.waiting import waiting_since
from services.escalator.domain.receipts.delivery import Delivery
from services.escalator.domain.routing.choosing import choose
from services.escalator.domain.transcripts.packing import (
    Packet,
    Readiness,
    decide_readiness,
    escalation_id_of,
    prepare_packet,
)
from services.escalator.domain.transcripts.projection import (
    merge_user,
    should_look_further,
)
from services.escalator.escalate.acknowledgement.levels import start_clock
from services.escalator.escalate.drafting import packets
from services.escalator.escalate.drafting.adding import (
    add_message,
    add_news,
    add_request,
)
from services.escalator.escalate.drafting.beside import drop_request, keep_request, slim
from services.escalator.escalate.drafting.draft import Draft
from services.escalator.escalate.drafting.fitting import fitting_packet
from services.escalator.escalate.grouping.silencing import note_silenced, silenced
from services.escalator.escalate.lifecycle.offering import offer
from services.escalator.escalate.lifecycle.reopening import (
    take_up_again,
    withdraw_unheard,
)
from services.escalator.escalate.ports import Fresh, History, Ports, to_json
from services.escalator.escalate.promises.waits import start_wait
from services.escalator.escalate.routing.facts import request_facts
from shared import ids
from shared.events import ConversationUnresolved
from shared.events.preferences import to_timedelta
from shared.kafka.deciding.decisions import Decision, Timer
from shared.kafka.records import Record

TRIGGER_WAIT = "trigger_wait"
PROOF_WAIT = "proof_wait"


@dataclass(frozen=True, slots=True)
class Opening:
    """Opens escalations once the projection has reached what triggered them."""

    ports: Ports

    async def on_unresolved(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        """Open, add to the open escalation, or wait for the triggering event."""
        request = to_request(record.event)
        reached = await self._reached(state, request.cause)
        draft = self.ports.draft(state, record)
        within = _reopen_within(draft)
        readiness = decide_readiness(state, request, reached=reached, within=within)
        match readiness:
            case Readiness.ALREADY_OPENED:
                pass
            case Readiness.WAITING_FOR_TRIGGER:
                await self._wait(draft, request, fresh)
            case Readiness.ADD_TO_OPEN:
                add_request(draft, request)
            case Readiness.OPEN | Readiness.REOPEN:
                history = await self.ports.history(draft, fresh)
                await self._ask(draft, history, request, readiness)
        return draft.decision(readiness.value)

    async def _reached(self, state: Conversation, event_id: str) -> bool:
        source_id = ids.derive("event", state.app_id, event_id)
        if source_id in state.projected:
            return True
        return should_look_further(state) and await self.ports.decided.has(source_id)

    async def _wait(self, draft: Draft, request: Request, fresh: Fresh) -> None:
        if len(draft.conversation.waiting) >= MAX_WAITING:
            oldest = draft.conversation.waiting[0]
            history = await self.ports.history(draft, fresh)
            await self.settle(draft, history, oldest, reached=False)
        waiting, large = keep_request(draft.conversation, request, now=draft.now)
        draft.stored += large
        draft.conversation = draft.conversation.wait(waiting)
        draft.later(
            TRIGGER_WAIT,
            draft.now + self.ports.trigger_wait,
            *_waiting_for(draft, request),
            event_id=request.event_id,
        )

    async def on_trigger_wait_over(
        self, state: Conversation, record: Record, fresh: Fresh
    ) -> Decision[Conversation]:
        """Open with what is known: a person must not wait for a lost event."""
        timer: Timer = record.event
        draft = self.ports.draft(state, record)
        for request in state.waiting:
            if request.event_id == timer.payload["event_id"]:
                history = await self.ports.history(draft, fresh)
                readiness = await self.settle(draft, history, request, reached=False)
                return draft.decision(f"{readiness}_without_trigger")
        return draft.decision("no_longer_waiting")

    async def settle(
        self, draft: Draft, history: History, request: Request, *, reached: bool
    ) -> Readiness:
        """Open for a request that waited, or add it to the open escalation."""
        draft.conversation = draft.conversation.stop_waiting(request)
        waited, request = request, await self.ports.whole(draft, history.fresh, request)
        draft.stored += drop_request(waited)
        if reached:
            draft.cancel(TRIGGER_WAIT, *_waiting_for(draft, request))
        readiness = decide_readiness(
            draft.conversation, request, reached=True, within=_reopen_within(draft)
        )
        if readiness in {Readiness.OPEN, Readiness.REOPEN}:
            await self._ask(draft, history, request, readiness, reached=reached)
        elif readiness is Readiness.ADD_TO_OPEN:
            escalation = add_request(draft, request)
            if not reached and request.text:
                await add_news(draft, history, escalation, request.text)
        return readiness

    async def _ask(
        self,
        draft: Draft,
        history: History,
        request: Request,
        readiness: Readiness,
        *,
        reached: bool = True,
    ) -> None:
        if readiness is Readiness.REOPEN:
            await self._reopen(draft, history, request, reached=reached)
        else:
            await self.open(draft, history, request, reached=reached)

    async def _reopen(
        self, draft: Draft, history: History, request: Request, *, reached: bool
    ) -> None:
        """Take up the resolved escalation again, in the context of now."""
        within = _reopen_within(draft)
        found = find_reopenable(draft.conversation, request.occurred_at, within)
        assert found is not None
        request = await self._in_context(draft, history, request)
        draft.conversation = draft.conversation.opened_for(slim(request.user))
        packet = prepare_packet(history.lines, request, reached=reached)
        escalation = await take_up_again(draft, history, found, request)
        self._await_proof(draft, escalation)
        for line in packet.after:
            escalation = await add_message(draft, history, escalation, line.said)

    async def open(
        self,
        draft: Draft,
        history: History,
        request: Request,
        *,
        reached: bool = True,
        escalation_id: str | None = None,
        split_from: str | None = None,
    ) -> Escalation:
        """Open an escalation with the whole packet and ask for its delivery."""
        known = draft.conversation
        request = await self._in_context(draft, history, request)
        draft.conversation = known.opened_for(slim(request.user))
        packet = prepare_packet(history.lines, request, reached=reached)
        number = await self.ports.numbers.next(known.app_id)
        unrouted = Escalation(
            escalation_id=escalation_id or escalation_id_of(known, request.event_id),
            number=f"ESC-{number}",
            trigger_event_id=request.event_id,
            reason=request.reason,
            summary=packet.summary,
            occurred_at=request.occurred_at,
            opened_at=draft.now,
            opened_by=draft.record.source_id,
            detail=request.detail,
            split_from=split_from,
            language=request.language,
        )
        escalation = _routed(draft, unrouted, request, packet)
        whole = fitting_packet(draft, escalation, request, packet)
        if split_from is None and is_withdrawn(known, request):
            draft.announce(escalation, whole)
            return withdraw_unheard(draft, escalation)
        if escalation.silenced_by is None:
            escalation = start_clock(draft, escalation)
        self._announce(draft, escalation, whole)
        escalation = note_silenced(draft, escalation)
        escalation = await offer(draft, self.ports.offers, escalation)
        for line in packet.after:
            escalation = await add_message(draft, history, escalation, line.said)
        return escalation

    async def _in_context(
        self, draft: Draft, history: History, request: Request
    ) -> Request:
        """Return *request* with what the conversation knows beside it, all of it."""
        known = await self.ports.context(draft, history.fresh)
        state = request.app_state
        contact = draft.conversation.contact
        return replace(
            request,
            user=merge_user(request.user, known.user, contact),
            session=request.session or known.session,
            app_state=known.app_state if state is None else state,
        )

    def _announce(self, draft: Draft, escalation: Escalation, packet: Json) -> None:
        """Publish the packet, ask for its delivery, and wait for the proof."""
        whole = draft.announce(escalation, packet)
        for destination_id in escalation.deliveries:
            packets.send(draft, escalation, destination_id, whole)
        self._await_proof(draft, escalation)

    def _await_proof(self, draft: Draft, escalation: Escalation) -> None:
        draft.later(
            PROOF_WAIT,
            draft.now + self._proof_wait(draft),
            *asking_of(escalation),
            escalation_id=escalation.escalation_id,
        )

    def _proof_wait(self, draft: Draft) -> timedelta:
        """Return how long the user waits for the proof: the app's word, else ours."""
        own = draft.app.preferences.proof_wait
        return self.ports.proof_wait if own is None else to_timedelta(own)


def _routed(
    draft: Draft, escalation: Escalation, request: Request, packet: Packet
) -> Escalation:
    """Return *escalation* with where it goes, and with its time limits."""
    preferences = draft.app.preferences
    facts = request_facts(draft, request, summary=packet.summary)
    choice = choose(preferences, facts)
    routed = replace(
        escalation,
        deliveries={each: Delivery() for each in choice.destinations},
        priority=choice.priority,
        tags=choice.tags,
        route=choice.route,
        because=choice.because,
        fallback=choice.fallback,
    )
    facts |= {"priority": choice.priority, "tags": choice.tags}
    return start_wait(
        preferences,
        silenced(draft, routed, facts),
        facts,
        since=waiting_since(packet.lines, request.occurred_at, now=draft.now),
    )


def _reopen_within(draft: Draft) -> timedelta:
    return to_timedelta(draft.app.preferences.reopen_within)


def _waiting_for(draft: Draft, request: Request) -> tuple[str, str, str]:
    """Return what makes the id of the timer that *request* waits for."""
    known = draft.conversation
    return known.app_id, known.conversation_id, request.event_id


def to_request(event: ConversationUnresolved) -> Request:
    """Return the resolver's event in our words."""
    return Request(
        request_id=event.request_id,
        event_id=event.event_id,
        occurred_at=event.occurred_at,
        text=event.text,
        reason=event.reason,
        detail=event.detail,
        user=to_json(event.user),
        session=to_json(event.session),
        app_state=event.app_state,
        attempts=tuple(each.model_dump(mode="json") for each in event.attempts),
        caused_by=event.causation_id or "",
        language=event.language,
    )
