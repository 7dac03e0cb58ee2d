"""`GET /v1/promises`: the times that users were told, and how they ended."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Protocol

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field

from services.escalator.domain.promises.promise import PromiseState
from shared.events import Scope, rfc3339
from shared.web.auth import Principal, require
from shared.web.exact.nearest import check_known
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
Row = dict[str, Any]


class PromiseItem(BaseModel):
    """A time that a user was told."""

    promise_id: str = Field(description="Its id")
    escalation_id: str = Field(description="The escalation")
    number: str = Field(description="Short and human: `ESC-1042`")
    kind: Literal["first_response", "resolution", "reply"] = Field(
        description="What was promised; `reply`: a person has answered before"
    )
    promised_at: AwareDatetime = Field(description="When the user was told")
    due_at: AwareDatetime = Field(description="What they were told")
    told_text: str = Field(description="In which words")
    state: PromiseState = Field(
        description="`kept`: in time; `rescheduled`: missed, and the user was told a "
        "new time; `broken`: missed, and there was none"
    )
    settled_at: AwareDatetime | None = Field(description="When it was no longer open")
    settled_because: str | None = Field(
        description="`missed`, or the change that ended the wait: `answered`, "
        "`resolved`, `withdrawn` …"
    )


class Promises(Protocol):
    """The promises as they are read."""

    async def page(
        self,
        app_id: str,
        *,
        escalation_id: str | None,
        state: str | None,
        after: tuple[datetime, str] | None,
        limit: int,
    ) -> list[Row]: ...


def _known_state(value: object) -> object:
    if isinstance(value, str):
        check_known(value, {each.value for each in PromiseState}, what="state")
    return value


def router(promises: Promises) -> APIRouter:
    """Return the promises' route."""
    routes = APIRouter(prefix="/v1/promises", tags=["promises"])

    @routes.get("", summary="List the times that users were told, the oldest first")
    async def list_promises(
        principal: Reader,
        escalation_id: Annotated[
            str | None, Query(max_length=64, description="Id or number (`ESC-1042`)")
        ] = None,
        state: Annotated[
            PromiseState | None,
            BeforeValidator(_known_state),
            Query(description="Only those in this state"),
        ] = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[PromiseItem]:
        found = await promises.page(
            principal.app_id,
            escalation_id=escalation_id,
            state=state and state.value,
            after=_after(cursor),
            limit=limit + 1,
        )
        last = found[limit - 1] if len(found) > limit else None
        return Page(
            items=[_item(row) for row in found[:limit]],
            next_cursor=last
            and encode_cursor(rfc3339(last["promised_at"]), last["_id"]),
        )

    return routes


def _item(row: Row) -> PromiseItem:
    return PromiseItem(promise_id=row["_id"], **row)


def _after(cursor: str | None) -> tuple[datetime, str] | None:
    parts = decode_cursor(cursor, parts=2)
    if parts is None:
        return None
    refused = Problem(400, detail="This cursor is not one of ours.")
    try:
        moment = datetime.fromisoformat(str(parts[0]))
        if moment.tzinfo is None:
            raise refused
        return moment.astimezone(UTC), str(parts[1])
    except (ValueError, OverflowError):
        raise refused from None
