"""Judge a conversation: what came of each of its requests, as of a moment.

Pure: the same facts and the same moment give the same outcomes, so what is stored can
be computed again at any time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.analytics.domain.outcomes.history import Elsewhere, History
from services.analytics.domain.outcomes.outcome import (
    DEAD_ENDS,
    CameOfIt,
    ClaimOut,
    Judged,
    Outcome,
)
from services.analytics.domain.outcomes.people import (
    is_needless,
    reached_at,
    resolved_by_people_at,
    was_reopened,
)
from services.analytics.domain.outcomes.request import (
    ANSWERS,
    QUIET,
    Claim,
    Claimed,
    Request,
)
from services.analytics.domain.outcomes.requests import requests_of
from services.analytics.domain.outcomes.sameness import (
    SAME,
    Likeness,
    likeness,
)
from services.analytics.domain.outcomes.verdicts import (
    failed_plainly,
    failure_of,
    last_claim,
    main_claim,
    rating_of,
    verdict_of,
)

COMES_BACK = timedelta(days=7)
MAX_LATER = 50
"""Requests that are compared with an earlier one: a machine asks without end."""
MAX_ASKINGS = 5


def judge(
    history: History,
    elsewhere: Sequence[Elsewhere] = (),
    *,
    now: datetime,
    alike: Likeness = likeness,
    quiet: timedelta = QUIET,
) -> Judged:
    """Return the outcomes of a conversation, as they stand at *now*.

    *elsewhere*: what the same user asked in other conversations; *quiet*: how long a
    user who said nothing has left.
    """
    requests = requests_of(history, alike)
    outcomes = []
    looks: list[datetime] = []
    for request in requests:
        later = [
            Elsewhere(each.request_id, each.askings[0])
            for each in requests
            if each is not request and each.at > request.last_at
        ]
        returned = _returned(request, [*later, *elsewhere], alike)
        over_at = _over_at(request, requests, quiet)
        outcome = _outcome(request, history, returned, now=now, over_at=over_at)
        outcomes.append(outcome)
        looks += [over_at, (outcome.people_resolved_at or request.last_at) + COMES_BACK]
    ahead = [each for each in looks if each > now]
    return Judged(tuple(outcomes), min(ahead, default=None))


def _returned(
    request: Request, later: Sequence[Elsewhere], alike: Likeness
) -> Elsewhere | None:
    """Return when the user first asked the same again, within seven days."""
    over, end = request.askings[-1].at, request.last_at + COMES_BACK
    in_time = [each for each in later if over < each.asking.at <= end]
    in_time.sort(key=lambda each: (each.asking.at, each.request_id))
    asked = request.askings[-MAX_ASKINGS:]
    for each in in_time[:MAX_LATER]:
        if any(alike(each.asking, one) >= SAME for one in asked):
            return each
    return None


def _over_at(
    request: Request, requests: Sequence[Request], quiet: timedelta
) -> datetime:
    """Return when the user has left it: quiet, closed, or on to something else."""
    ends = [each.at for each in requests if each.at > request.last_at]
    if request.closed_at is not None:
        ends.append(request.closed_at)
    return min([*ends, request.last_at + quiet])


def _outcome(
    request: Request,
    history: History,
    returned: Elsewhere | None,
    *,
    now: datetime,
    over_at: datetime,
) -> Outcome:
    came, because = verdict_of(request, returned, is_over=now >= over_at)
    claims = _claims(request, came)
    claimed = main_claim(request)
    escalation = request.escalations[0] if request.escalations else None
    first = request.askings[0]
    dead_end = came in DEAD_ENDS
    return Outcome(
        app_id=history.app_id,
        conversation_id=history.conversation_id,
        request_id=request.request_id,
        at=request.at,
        last_at=request.last_at,
        user_id=history.user_id,
        text=first.text,
        language=_language(request),
        tried=first.tried[:3],
        asked_times=len(request.askings),
        claims=claims,
        claimed=claimed.claim if claimed else Claim.NOTHING,
        claimed_name=claimed.name if claimed else "",
        claimed_title=claimed.title if claimed else "",
        false_claim=any(each.stood is False for each in claims),
        came_of_it=came,
        because=because,
        dead_end=dead_end,
        missed=dead_end and failed_plainly(request),
        needless=came is CameOfIt.REACHED_PERSON and is_needless(request),
        asked_for_person=request.asked_for_person,
        told_at=request.told_at,
        reached_at=reached_at(request) if escalation else None,
        people_resolved_at=resolved_by_people_at(request),
        returned_at=returned.asking.at if returned else None,
        returned_as=returned.request_id if returned else None,
        durable=_durable(request, came, returned, now),
        escalation_id=escalation.escalation_id if escalation else None,
        number=escalation.number if escalation else "",
        reason=_reason(request),
        route=escalation.route if escalation else None,
        destinations=escalation.destinations if escalation else (),
    )


def _claims(request: Request, came: CameOfIt) -> tuple[ClaimOut, ...]:
    last = last_claim(request)
    return tuple(
        ClaimOut(
            each.at,
            each.claim,
            each.name,
            each.title,
            _stood(request, each, came, is_last=each is last),
        )
        for each in request.claims
    )


def _stood(
    request: Request, claim: Claimed, came: CameOfIt, *, is_last: bool
) -> bool | None:
    """Return whether an answer held: not if asked again, rejected or escalated."""
    if claim.claim not in ANSWERS or came is CameOfIt.WITHDRAWN:
        return None
    if rating_of(request, claim) == "unhelpful":
        return False
    if came is CameOfIt.PENDING:
        return None
    return is_last and came is CameOfIt.RESOLVED


def _durable(
    request: Request, came: CameOfIt, returned: Elsewhere | None, now: datetime
) -> bool | None:
    """Return whether what was resolved, by whom ever, stayed so for seven days."""
    end = resolved_by_people_at(request)
    if came is CameOfIt.RESOLVED:
        end = request.last_at
    elif came is CameOfIt.CAME_BACK:
        return False if not failure_of(request) else None
    if end is None:
        return None
    if returned is not None or was_reopened(request, COMES_BACK):
        return False
    return True if now >= end + COMES_BACK else None


def _reason(request: Request) -> str | None:
    if request.escalations:
        return request.escalations[0].reason
    reasons = [each.reason for each in request.results if not each.resolved]
    return reasons[-1] if reasons else None


def _language(request: Request) -> str | None:
    known = [each.language for each in request.escalations]
    known += [each.language for each in request.askings]
    return next((each for each in known if each), None)
