"""`GET /v1/escalations`: the inbox, narrowed, searched and sorted."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime

from services.escalator.api.desk import views
from services.escalator.api.desk.ordering import Inbox
from services.escalator.api.desk.schemas import EscalationItem
from services.escalator.domain.inbox.filters import (
    PHASES,
    Due,
    Filter,
    Position,
    Sort,
    due_range,
)
from services.escalator.domain.inbox.words import asked_number, asked_words
from shared.clock import Clock
from shared.events import EscalationStatus, Reason, Scope, rfc3339
from shared.events.preferences import Priority
from shared.web.auth import Principal, require
from shared.web.openapi.answers import Answers
from shared.web.pages import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    decode_cursor,
    encode_cursor,
)
from shared.web.problems import Problem

Reader = Annotated[Principal, Depends(require(Scope.READ, Scope.MANAGE))]
Named = Annotated[str | None, Query(max_length=256)]
LISTED: Answers = {200: {"model": Page[EscalationItem]}}


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of one question."""

    status: Annotated[list[EscalationStatus] | None, Query()] = None
    reason: Annotated[list[Reason] | None, Query()] = None
    priority: Annotated[list[Priority] | None, Query()] = None
    tag: Annotated[
        list[str] | None, Query(max_length=20, description="Any of these tags")
    ] = None
    pattern: Annotated[
        str | None, Query(max_length=256, description="Id of a pattern")
    ] = None
    conversation_id: Named = None
    assignee: Annotated[
        str | None,
        Query(max_length=256, description="Whose they are; empty is nobody's"),
    ] = None
    q: Annotated[
        str | None,
        Query(
            max_length=256,
            description="Words of the summary or of the user's name, address or id, "
            "or a number; the last word may be a beginning",
        ),
    ] = None
    opened_from: Annotated[
        AwareDatetime | None, Query(description="Opened then or later")
    ] = None
    opened_to: Annotated[AwareDatetime | None, Query(description="Opened before")] = (
        None
    )
    due: Annotated[
        Due | None,
        Query(description="`overdue`, or `soon`: due within the next hour"),
    ] = None
    sort: Annotated[
        Sort,
        Query(
            description="By `opened` (oldest first), `-opened`, `due` (the nearest "
            "time limit first) or `priority` (highest first, then oldest)"
        ),
    ] = Sort.NEWEST

    def to_filter(self, now: datetime) -> Filter:
        """Return what the list is narrowed to."""
        question = self.q or ""
        number = asked_number(question)
        due_from, due_to = due_range(self.due, now)
        return Filter(
            statuses=[each.value for each in self.status or ()],
            reasons=[each.value for each in self.reason or ()],
            priorities=self.priority or (),
            tags=self.tag or (),
            pattern=self.pattern,
            conversation_id=self.conversation_id,
            assignee=self.assignee,
            words=() if number else asked_words(question),
            number=number,
            opened_from=_utc(self.opened_from),
            opened_to=_utc(self.opened_to),
            due_from=due_from,
            due_to=due_to,
        )


def router(inbox: Inbox, *, clock: Clock) -> APIRouter:
    """Return the list's route."""
    routes = APIRouter(prefix="/v1/escalations", tags=["escalations"])

    @routes.get("", summary="List escalations, the newest first", responses=LISTED)
    async def list_escalations(
        principal: Reader,
        asked: Annotated[Asked, Depends()],
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[views.Document]:
        now = clock.now()
        if (asked.q or "").strip() and not asked.to_filter(now).is_search:
            return Page(items=[])
        found = await inbox.page(
            principal.app_id,
            asked.to_filter(now),
            sort=asked.sort,
            after=_after(cursor, asked.sort),
            limit=limit + 1,
        )
        last = found[limit - 1][0] if len(found) > limit else None
        return Page(
            items=[views.to_item(row, now=now) for _, row in found[:limit]],
            next_cursor=last and _cursor(last),
        )

    return routes


def _utc(moment: datetime | None) -> datetime | None:
    try:
        return moment and moment.astimezone(UTC)
    except OverflowError:
        raise Problem(
            422, detail="opened_from, opened_to: must be before the year 10000 in UTC"
        ) from None


def _cursor(position: Position) -> str:
    return encode_cursor(position.phase, rfc3339(position.at), position.escalation_id)


def _after(cursor: str | None, sort: Sort) -> Position | None:
    parts = decode_cursor(cursor, parts=3)
    if parts is None:
        return None
    refused = Problem(400, detail="This cursor is not one of ours.")
    try:
        phase, moment = int(parts[0]), datetime.fromisoformat(str(parts[1]))
        if moment.tzinfo is None or not 0 <= phase < len(PHASES[sort]):
            raise refused
        return Position(phase, moment.astimezone(UTC), str(parts[2]))
    except (ValueError, OverflowError):
        raise refused from None
