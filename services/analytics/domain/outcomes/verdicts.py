"""The verdict on one request: what came of it, and by what that is told."""

from services.analytics.domain.outcomes.closing import Closing, read_closing
from services.analytics.domain.outcomes.history import Elsewhere
from services.analytics.domain.outcomes.outcome import CameOfIt
from services.analytics.domain.outcomes.people import reached_at, status_of
from services.analytics.domain.outcomes.request import (
    ANSWERS,
    Claim,
    Claimed,
    Request,
)

REPHRASED = 2
"""So many times in other words, and the answers before were none."""

Verdict = tuple[CameOfIt, str]
"""What came of it, and what it is told by."""


def verdict_of(
    request: Request,
    returned: Elsewhere | None,
    *,
    is_over: bool,
) -> Verdict:
    """Return what came of *request*.

    *returned*: when its user asked the same again; *is_over*: the user has left it.
    """
    if request.escalations:
        return _with_people(request)
    if returned is not None:
        return CameOfIt.CAME_BACK, "same_question"
    failed = failure_of(request)
    said = _said_by_user(request, failed)
    if said is not None:
        return said
    if not is_over:
        return CameOfIt.PENDING, "goes_on"
    return _left_by_user(request, failed)


def _left_by_user(request: Request, failed: str) -> Verdict:
    if failed:
        return CameOfIt.ABANDONED, failed
    if len(request.askings) > REPHRASED:
        return CameOfIt.REPHRASED, "said_again"
    return CameOfIt.RESOLVED, "left_standing"


def _said_by_user(request: Request, failed: str) -> Verdict | None:
    """Return what the user said came of it; None where they left without a word.

    Thanks for nothing are mere manners: after a failure only "found it" counts.
    """
    closing = _closing(request)
    if request.withdrawn_at is not None:
        return CameOfIt.WITHDRAWN, "taken_back"
    if closing is Closing.DROPPED or (failed and closing is Closing.SOLVED):
        return CameOfIt.WITHDRAWN, f"user_{closing}"
    if not failed and _is_content(request, closing):
        return CameOfIt.RESOLVED, "user_content"
    return None


def _with_people(request: Request) -> Verdict:
    if reached_at(request) is not None:
        return CameOfIt.REACHED_PERSON, "person_answered"
    statuses = {status_of(each) for each in request.escalations}
    if statuses == {"expired"}:
        return CameOfIt.EXPIRED, "nobody_took_it"
    if "withdrawn" in statuses and statuses <= {"withdrawn", "expired"}:
        return CameOfIt.WITHDRAWN, "taken_back"
    return CameOfIt.HANDED_OVER, "with_people"


def failure_of(request: Request) -> str:
    """Return how the last thing we said failed; empty where it is an answer."""
    last = last_claim(request)
    unanswered = [each for each in request.results if not each.resolved]
    if last is None:
        return "nothing_said"
    if unanswered and last.claim not in ANSWERS:
        return "not_handed_over"
    if last.claim is Claim.NOTHING:
        return "nothing_found"
    if last.claim is Claim.ASKED:
        return "no_result" if last.call_id else "our_question"
    return "unhelpful" if rating_of(request, last) == "unhelpful" else ""


def failed_plainly(request: Request) -> bool:
    """Return whether it was plain at the time that the assistant could not help."""
    kinds = {each.claim for each in request.claims}
    return (
        request.asked_for_person
        or Claim.NOTHING in kinds
        or len(request.askings) > REPHRASED
        or any(not each.resolved for each in request.results)
        or any(turn.rating == "unhelpful" for turn in request.said)
        or any(turn.status in {"failed", "denied"} for turn in request.said)
    )


def last_claim(request: Request) -> Claimed | None:
    """Return what the assistant said of it last, people aside."""
    said = [each for each in request.claims if each.claim is not Claim.HANDED_OVER]
    return said[-1] if said else None


def main_claim(request: Request) -> Claimed | None:
    """Return the last answer; where there was none, the last of all claims."""
    answers = [each for each in request.claims if each.claim in ANSWERS]
    some = answers or request.claims
    return some[-1] if some else None


def rating_of(request: Request, claim: Claimed) -> str | None:
    """Return the user's latest verdict on *claim*."""
    ratings = [
        turn.rating
        for turn in request.said
        if turn.kind == "feedback" and turn.reply_id == claim.reply_id
    ]
    return ratings[-1] if ratings else None


def _closing(request: Request) -> Closing | None:
    """Return what the user's last words, after our last ones, say."""
    last = last_claim(request)
    words = [
        turn
        for turn in request.said
        if turn.kind == "message" and (last is None or turn.at > last.at)
    ]
    return read_closing(words[-1].text) if words else None


def _is_content(request: Request, closing: Closing | None) -> bool:
    last = last_claim(request)
    helpful = last is not None and rating_of(request, last) == "helpful"
    return helpful or closing in {Closing.THANKS, Closing.SOLVED}
