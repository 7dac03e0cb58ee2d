"""Resolve one event of a conversation: gather, decide, say what it means."""

from datetime import timedelta

from services.resolver.domain.conversation import (
    AttemptOutcome,
    Call,
    Conversation,
    Request,
    without_call,
)
from services.resolver.domain.course.meanwhile import (
    acknowledge,
)
from services.resolver.domain.course.promise import decide_promise
from services.resolver.domain.course.steps import take_step
from services.resolver.domain.decide import (
    decide_failed_search,
    decide_files_alone,
    decide_handoff_requested,
)
from services.resolver.domain.follow import (
    decide_closed,
    decide_failure,
    decide_rejection,
    decide_success,
    decide_withdrawn,
)
from services.resolver.domain.outcome import Decided, GoOn, Step, Turn, Why
from services.resolver.domain.ranking import Rules
from services.resolver.resolve.calls import CallEnded
from services.resolver.resolve.hearing import hear_opened, hear_updated
from services.resolver.resolve.memory import (
    context_of,
    remember,
    remember_contact,
    turn_of,
)
from services.resolver.resolve.ports import Apps, Ranker
from services.resolver.resolve.rules import KnownRules
from services.resolver.resolve.searching import Searching, warn
from shared.clock import Clock
from shared.errors import Transient
from shared.events import (
    ActionResultReceived,
    ContactProvided,
    EscalationOpened,
    EscalationUpdated,
    FeedbackGiven,
    HandoffRequested,
    MessageReceived,
)


class Resolver:
    """Decides from a conversation's state; reads only, so that it may run twice."""

    def __init__(
        self, *, ranker: Ranker, apps: Apps, clock: Clock, defaults: Rules
    ) -> None:
        self._search = Searching(ranker)
        self._apps = apps
        self._clock = clock
        self._rules = KnownRules(defaults)

    async def on_message(
        self, state: Conversation, event: MessageReceived, *, size: int = 0
    ) -> Decided:
        """Answer a user, or send the request to people; others are only heard."""
        state, context = remember(state, event, size=size)
        if event.message.role == "teammate":
            return Decided(Step(Why.RECORDED, state))
        request = Request(event.event_id, event.message.text, event.occurred_at)
        turn = turn_of(event, request, context, self._clock.now())
        rules = self.rules_of(event.app_id)
        if event.message.role == "assistant":
            return Decided(decide_promise(state, turn, rules), turn)
        if event.message.attachments and not event.message.text.strip():
            asked = decide_files_alone(state, turn, rules)
            return Decided(take_step(state, asked, turn, rules, spoken=True), turn)
        try:
            step = await self._search.decide(state, turn, rules)
        except Transient:
            raise
        except Exception as error:  # noqa: BLE001 - people get it: never nobody
            warn("not decided", turn.app_id, error)
            return Decided(decide_failed_search(state, turn), turn)
        if isinstance(step, GoOn):
            return await self._search.go_on(step, rules, spoken=True)
        return Decided(take_step(state, step, turn, rules, spoken=True), turn)

    async def on_handoff_requested(
        self, state: Conversation, event: HandoffRequested, *, size: int = 0
    ) -> Decided:
        """Send the conversation to people, whatever was going on."""
        state, context = remember(state, event, size=size)
        request = Request(event.event_id, event.text or "", event.occurred_at)
        turn = turn_of(event, request, context, self._clock.now())
        if not state.people_have_it(turn.now):
            return Decided(decide_handoff_requested(state, turn), turn)
        rules = self.rules_of(event.app_id)
        return Decided(acknowledge(state, turn, rules, at_once=True), turn)

    async def on_action_result(
        self, state: Conversation, event: ActionResultReceived
    ) -> Decided:
        """Tell the user that it is done, or go on without the action."""
        call = state.call(event.call_id)
        if call is None or call.endpoint is not None:
            # What we run ourselves, nobody else can say the result of.
            return Decided(Step(Why.UNKNOWN_CALL, state))
        turn = turn_of(event, call.request, context_of(state), self._clock.now())
        return await self._after(
            state,
            turn,
            call,
            status=event.status,
            output=event.output,
            error=event.error,
        )

    async def on_call_ended(self, state: Conversation, event: CallEnded) -> Decided:
        """Tell the user what an endpoint did, or go on without it."""
        call = state.call(event.call_id)
        if call is None or call.endpoint is None:
            return Decided(Step(Why.UNKNOWN_CALL, state))
        turn = self._turn_after(state, call, event.app_id, event.conversation_id)
        return await self._after(
            state,
            turn,
            call,
            status=event.status,
            output=event.output,
            error=event.error,
        )

    async def on_action_timeout(
        self, state: Conversation, lane: str, call_id: str
    ) -> Decided:
        """Go on without an action that never came back."""
        call = state.call(call_id)
        if call is None:
            return Decided(Step(Why.CALL_ENDED, state))
        turn = self._turn_after(state, call, *lane.split(":", 1))
        waited = (turn.now - call.attempt.started_at) / timedelta(seconds=1)
        return await self._after(
            state,
            turn,
            call,
            status="timed_out",
            error=f"No result after {waited:.0f} s.",
        )

    async def on_feedback(self, state: Conversation, event: FeedbackGiven) -> Decided:
        """Send a rejected answer's request to people."""
        answered = state.answer(event.reply_id)
        now = self._clock.now()
        if event.rating == "helpful":
            return Decided(Step(Why.HELPFUL, state))
        if state.people_have_it(now):
            return Decided(Step(Why.PEOPLE_HAVE_IT, state))
        if answered is None:
            return Decided(Step(Why.UNKNOWN_REPLY, state))
        turn = turn_of(event, answered.request, context_of(state), now)
        step = decide_rejection(state, turn, answered, event.comment)
        rules = self.rules_of(event.app_id)
        return Decided(take_step(state, step, turn, rules, spoken=False), turn)

    async def on_contact(self, state: Conversation, event: ContactProvided) -> Decided:
        """Remember how to reach the user."""
        return Decided(Step(Why.RECORDED, remember_contact(state, event)))

    async def on_withdrawn(self, state: Conversation) -> Decided:
        """Wait for no hand-off that the user takes back; people tell how it ends."""
        return Decided(decide_withdrawn(state))

    async def on_closed(self, state: Conversation) -> Decided:
        """Forget what was asked."""
        return Decided(decide_closed(state))

    async def on_escalation_opened(
        self, state: Conversation, event: EscalationOpened
    ) -> Decided:
        """Leave the conversation to people."""
        rules = self.rules_of(event.app_id)
        return hear_opened(state, event, rules, self._clock.now())

    async def on_escalation_updated(
        self, state: Conversation, event: EscalationUpdated
    ) -> Decided:
        """Follow the escalation; once it is resolved, start afresh."""
        rules = self.rules_of(event.app_id)
        return hear_updated(state, event, rules, self._clock.now())

    async def _after(
        self,
        state: Conversation,
        turn: Turn,
        call: Call,
        *,
        status: str,
        output: object = None,
        error: str | None = None,
    ) -> Decided:
        """Tell that *call* is done, or go on without it."""
        if state.people_have_it(turn.now):
            return Decided(Step(Why.PEOPLE_HAVE_IT, without_call(state, call)))
        rules = self.rules_of(turn.app_id)
        if status == "succeeded":
            step = decide_success(state, turn, call, output)
            return Decided(take_step(state, step, turn, rules, spoken=False), turn)
        failed = decide_failure(
            state, turn, call, outcome=AttemptOutcome(status), detail=error
        )
        return await self._search.go_on(failed, rules)

    def _turn_after(
        self, state: Conversation, call: Call, app_id: str, conversation_id: str
    ) -> Turn:
        """Return the turn of a call's end that no event of the platform tells."""
        return Turn(
            app_id,
            conversation_id,
            call.caused_by or call.request.event_id,
            call.request,
            context_of(state),
            self._clock.now(),
        )

    def rules_of(self, app_id: str) -> Rules:
        """Return how sure the resolver must be for *app_id*."""
        return self._rules.of(self._apps.get(app_id))
