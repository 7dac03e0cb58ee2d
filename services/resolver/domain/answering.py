"""Answer from a document, or hand the request to people with all that was tried."""

from collections.abc import Iterable, Sequence
from zlib import crc32

from services.resolver.domain.conversation import (
    Answered,
    Attempt,
    AttemptOutcome,
    Conversation,
    Meanwhile,
    Request,
    handed_off,
    normalised,
    with_answer,
)
from services.resolver.domain.outcome import (
    Answering,
    Solved,
    Step,
    Turn,
    Unsolved,
    Why,
)
from services.resolver.domain.ranking import Candidate, Ranking, Rules
from services.resolver.domain.words.texts import find_language
from shared.text import cut

EXCERPT_CHARS = 300
"""Of a passage, in an attempt: enough to see why it almost answered."""
MAX_CITATIONS = 3
MAX_ASKED_CHARS = 500


def decide_documents(
    state: Conversation,
    turn: Turn,
    tried: tuple[Attempt, ...],
    *,
    ranking: Ranking,
    rules: Rules,
    otherwise: Why | None = None,
) -> Step:
    """Answer from a document, or hand to people for the reason *otherwise*."""
    good = [each for each in ranking.passages if each.score >= rules.document]
    if good:
        return _answer(state, turn, tried, good, _succeeded(good[0], ranking, rules))
    tried += attempts_of(ranking.passages, rules.document, ranking, rules)
    return hand_off(state, turn, otherwise or _doubt(tried), tried)


def hand_off(
    state: Conversation,
    turn: Turn,
    why: Why,
    attempts: tuple[Attempt, ...] = (),
    *,
    request: Request | None = None,
    detail: str | None = None,
) -> Step:
    """Hand a request to people: the turn's own, or an earlier one it is about."""
    request = request or turn.request
    tried = (*attempts, *(each for one in state.answers for each in one.attempts))
    meanwhile = Meanwhile(
        asked=request.text[:MAX_ASKED_CHARS],
        given=tuple(dict.fromkeys(mark_of(each) for each in tried if _given(each))),
    )
    return Step(
        why,
        handed_off(state, turn.now, meanwhile),
        result=Unsolved(
            request, why, attempts, detail, _language(state, turn, request)
        ),
    )


def _language(state: Conversation, turn: Turn, request: Request) -> str | None:
    earlier = state.progress.request if state.progress else None
    return find_language(
        (turn.context.session or {}).get("locale"),
        request.text,
        turn.request.text,
        earlier.text if earlier else "",
    )


def mark_of(attempt: Attempt) -> int:
    """Return what tells the passage of *attempt* again."""
    return crc32(f"{attempt.name}\n{attempt.detail}".encode())


def _given(attempt: Attempt) -> bool:
    """Return whether the user was given that passage."""
    shown = {AttemptOutcome.SUCCEEDED, AttemptOutcome.REJECTED_BY_USER}
    return attempt.kind == "document" and attempt.outcome in shown


def attempts_of(
    candidates: Iterable[Candidate],
    threshold: float,
    ranking: Ranking,
    rules: Rules,
    *,
    chosen: Candidate | None = None,
) -> tuple[Attempt, ...]:
    """Return *candidates* as attempts that did not answer, the *chosen* one aside."""
    return tuple(
        attempt_of(
            each,
            AttemptOutcome.NO_MATCH
            if each.score < rules.near_miss
            else AttemptOutcome.BELOW_THRESHOLD,
            threshold,
            ranking,
        )
        for each in candidates
        if each is not chosen
    )


def attempt_of(
    candidate: Candidate, outcome: AttemptOutcome, threshold: float, ranking: Ranking
) -> Attempt:
    """Return *candidate* as an attempt with *outcome*."""
    return Attempt(
        kind=candidate.kind,
        name=candidate.name,
        title=candidate.title,
        score=candidate.score,
        threshold=threshold,
        outcome=outcome,
        detail=excerpt(candidate.text),
        started_at=ranking.started_at,
        duration_ms=ranking.duration_ms,
    )


def excerpt(text: str) -> str | None:
    """Return the beginning of *text*, or None where there is none."""
    return cut(text, EXCERPT_CHARS) or None


def _doubt(tried: Iterable[Attempt]) -> Why:
    near = any(each.outcome is AttemptOutcome.BELOW_THRESHOLD for each in tried)
    return Why.LOW_CONFIDENCE if near else Why.NO_MATCH


def _succeeded(best: Candidate, ranking: Ranking, rules: Rules) -> Attempt:
    return attempt_of(best, AttemptOutcome.SUCCEEDED, rules.document, ranking)


def _answer(
    state: Conversation,
    turn: Turn,
    tried: tuple[Attempt, ...],
    good: Sequence[Candidate],
    attempt: Attempt,
) -> Step:
    request, attempts, best = turn.request, (*tried, attempt), good[0]
    asked = normalised(turn.query or request.text)
    answered = Answered(turn.reply_id, asked, request, attempts)
    return Step(
        Why.DOCUMENT_ANSWERS,
        with_answer(state, answered),
        reply=Answering(best.text, tuple(good[:MAX_CITATIONS])),
        result=Solved(request, "document", best.name, best.title, attempts),
    )
