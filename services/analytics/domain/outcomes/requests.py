"""The requests of a conversation: which turns are about which question."""

from collections.abc import Sequence
from datetime import datetime

from services.analytics.domain.outcomes.history import (
    Asking,
    Escalated,
    History,
    Result,
    Turn,
)
from services.analytics.domain.outcomes.ordering import in_order, is_shown
from services.analytics.domain.outcomes.request import (
    ANSWERS,
    QUIET,
    Request,
    claim_of_escalation,
    claim_of_reply,
    claim_of_result,
)
from services.analytics.domain.outcomes.sameness import (
    SAME,
    SAME_AFTER_FAILURE,
    Likeness,
)

ENDED = ("resolved", "withdrawn", "expired")
TAKEN_BACK = "request_withdrawn"
"""The reason of a question by which the resolver lets a request go."""
SCORE = "score"
"""What a question about the user's satisfaction asks for: it is of no request."""
ASKED_FOR_PERSON = "asked_for_person"
REPEATED = "repeated_question"
_OF_WHAT_WAS_SAID = frozenset({None, TAKEN_BACK, "answer_rejected"})
"""Reasons that are about our own words: the user's are no question."""
_OF_THE_ACTION = frozenset({None, TAKEN_BACK, "action_failed", "action_denied"})
"""Reasons of ours that are no new question's."""


def requests_of(history: History, likeness: Likeness) -> list[Request]:
    """Return the requests of a conversation, by when each was asked first."""
    turns = in_order(history)
    walk = _Walk(history, turns, likeness)
    for turn in turns:
        walk.take(turn)
    for escalation in sorted(history.escalations, key=lambda each: each.opened_at):
        walk.hand_over(escalation)
    for request in walk.requests:
        request.claims.sort(key=lambda each: each.at)
    return sorted(walk.requests, key=lambda each: (each.at, each.request_id))


class _Walk:
    """Goes through a conversation and says of each turn which request it is of."""

    def __init__(
        self, history: History, turns: Sequence[Turn], likeness: Likeness
    ) -> None:
        self.requests: list[Request] = []
        self._history = history
        self._likeness = likeness
        self._results: dict[str, list[Result]] = {}
        for result in history.results:
            self._results.setdefault(result.event_id, []).append(result)
        self._replies: dict[str, list[Turn]] = {}
        self._shown_as: dict[str, Turn] = {}
        for turn in turns:
            if is_shown(turn):
                self._replies.setdefault(turn.event_id, []).append(turn)
                self._shown_as[turn.reply_id or ""] = turn

    def take(self, turn: Turn) -> None:
        """Take the next turn."""
        if turn.kind == "message" and turn.speaker == "user":
            self._message(turn)
        elif turn.kind == "handoff_requested":
            self._button(turn)
        elif turn.kind == "feedback":
            self._verdict(turn)
        elif turn.kind == "action_result":
            self._ended_call(turn)
        elif turn.kind == "withdrawn":
            self._withdrawn(turn)
        elif turn.kind == "closed":
            for request in self.requests:
                request.closed_at = request.closed_at or turn.at
        elif is_shown(turn):
            self._shown(turn)

    def _message(self, turn: Turn) -> None:
        current = self._current(turn.at)
        if self._with_people(turn.at) and turn.event_id not in self._results:
            self._note(self._latest_handed_over(turn.at) or current, turn)
        elif current and current.is_asked_for() and self._goes_on(turn):
            self._note(current, turn)
        elif self._asks(turn):
            self._asking(turn)
        else:
            self._note(current, turn)

    def _asking(self, turn: Turn) -> None:
        found = self._results.get(turn.event_id, [])
        result = found[0] if found else None
        asking = Asking(
            turn.at,
            turn.event_id,
            turn.text or (result.text if result else ""),
            result.tried if result else self._nearest(turn.event_id),
            next((each.language for each in found if each.language), None),
        )
        for request in reversed(self.requests):
            if turn.at - request.last_at > QUIET:
                continue
            if self._repeats(asking, result, request):
                request.askings.append(asking)
                break
        else:
            request = Request(self._history.app_id, [asking])
            self.requests.append(request)
        request.events.add(turn.event_id)
        request.went_on(turn.at)
        self._add_results(turn.event_id, request)

    def _repeats(self, asking: Asking, result: Result | None, request: Request) -> bool:
        if result is not None and result.reason == REPEATED:
            return request is self.requests[-1]
        least = SAME_AFTER_FAILURE if request.failed_so_far() else SAME
        return any(self._likeness(asking, each) >= least for each in request.askings)

    def _add_results(self, event_id: str, request: Request) -> None:
        for result in self._results.get(event_id, ()):
            request.results.append(result)
            request.asked_for_person |= result.reason == ASKED_FOR_PERSON
            if result.resolved and result.kind in ANSWERS:
                request.claims.append(
                    claim_of_result(result, self._shown_as.get(result.reply_id or ""))
                )

    def _nearest(self, event_id: str) -> tuple[str, ...]:
        """Return what was nearest to a message that nothing answered."""
        replies = self._replies.get(event_id, ())
        return next((each.tried for each in replies if each.tried), ())

    def _goes_on(self, turn: Turn) -> bool:
        """Return whether the user says what we asked for, or tries to."""
        if turn.event_id in self._results:
            return False
        replies = self._replies.get(turn.event_id, ())
        return all(each.reason in _OF_THE_ACTION for each in replies)

    def _asks(self, turn: Turn) -> bool:
        """Return whether *turn* asks for something, by what was made of it."""
        if turn.event_id in self._results:
            return True
        replies = self._replies.get(turn.event_id, ())
        return any(map(_is_about_a_question, replies))

    def _button(self, turn: Turn) -> None:
        current = self._current(turn.at)
        if current is None:
            self._asking(turn)
            current = self.requests[-1]
        else:
            self._note(current, turn)
            self._add_results(turn.event_id, current)
        current.asked_for_person = True

    def _verdict(self, turn: Turn) -> None:
        for request in self.requests:
            if turn.reply_id in request.replies:
                self._note(request, turn)

    def _ended_call(self, turn: Turn) -> None:
        for request in self.requests:
            for claim in request.claims:
                if turn.call_id is not None and claim.call_id == turn.call_id:
                    request.said.append(turn)
                    request.events.add(turn.event_id)
                    request.went_on(turn.at)
                    return

    def _withdrawn(self, turn: Turn) -> None:
        current = self._current(turn.at)
        if current is not None:
            self._note(current, turn)
            current.withdrawn_at = turn.at

    def _shown(self, turn: Turn) -> None:
        request = self._answered(turn)
        if request is None:
            return
        if turn.reply_id is not None:
            request.replies.add(turn.reply_id)
        claim = claim_of_reply(turn)
        if turn.kind == "teammate_reply":
            request.people.append(turn)
        elif turn.kind == "handoff":
            request.told_at = request.told_at or turn.at
        elif turn.reason == TAKEN_BACK:
            request.withdrawn_at = turn.at
        elif claim is not None:
            request.claims.append(claim)
        if turn.kind in {"answer", "question", "action_call"}:
            request.went_on(turn.at)

    def _answered(self, turn: Turn) -> Request | None:
        """Return the request that a reply is about."""
        if SCORE in turn.missing:
            return None
        for request in self.requests:
            if turn.event_id in request.events:
                return request
        if turn.escalation_id is None:
            return None
        return self._latest_handed_over(turn.at) or self._current(turn.at)

    def _note(self, request: Request | None, turn: Turn) -> None:
        if request is not None:
            request.said.append(turn)
            request.events.add(turn.event_id)
            if turn.event_id in self._results:
                self._add_results(turn.event_id, request)
            if turn.kind != "feedback":
                request.went_on(turn.at)

    def _current(self, at: datetime) -> Request | None:
        """Return the request that was gone on with last, and lately."""
        last = max(self.requests, key=lambda each: each.last_at, default=None)
        return last if last is not None and at - last.last_at <= QUIET else None

    def _with_people(self, at: datetime) -> bool:
        return any(_is_open(each, at) for each in self._history.escalations)

    def _latest_handed_over(self, at: datetime) -> Request | None:
        """Return the request whose escalation was opened last before *at*."""
        before = [each for each in self._history.escalations if each.opened_at <= at]
        if not before:
            return None
        return self._asked_by(max(before, key=lambda each: each.opened_at))

    def _asked_by(self, escalation: Escalated) -> Request | None:
        for request in self.requests:
            made = {each.request_id for each in request.results}
            if escalation.event_id in request.events or (
                escalation.request_id in made | {request.request_id}
            ):
                return request
        return None

    def hand_over(self, escalation: Escalated) -> None:
        """Give an escalation to its request; one that has none is one of its own."""
        request = self._asked_by(escalation) or max(
            [
                each
                for each in self.requests
                if escalation.opened_at - QUIET <= each.last_at
                and each.at <= escalation.opened_at
            ],
            key=lambda each: each.last_at,
            default=None,
        )
        if request is None:
            event_id = escalation.event_id or escalation.escalation_id
            asking = Asking(
                escalation.occurred_at,
                event_id,
                escalation.text,
                language=escalation.language,
            )
            request = Request(self._history.app_id, [asking])
            self.requests.append(request)
        request.escalations.append(escalation)
        request.asked_for_person |= escalation.reason == ASKED_FOR_PERSON
        request.claims.append(claim_of_escalation(escalation))


def _is_about_a_question(reply: Turn) -> bool:
    """Return whether *reply* is to something asked, not to a greeting or thanks."""
    if reply.kind == "action_call":
        return True
    if reply.kind != "question" or SCORE in reply.missing:
        return False
    return bool(reply.missing) or reply.reason not in _OF_WHAT_WAS_SAID


def _is_open(escalation: Escalated, at: datetime) -> bool:
    """Return whether people had *escalation* at that time."""
    if escalation.opened_at > at:
        return False
    status = "open"
    for change in escalation.changes:
        if change.at <= at:
            status = "resolved" if change.change == "handed_back" else change.after
    return status not in ENDED
