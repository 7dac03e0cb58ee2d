"""`POST /v1/gaps/{id}/notify`: tell each affected user once what works now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field, field_validator

from services.analytics.api.gaps.asking import (
    Actor,
    Admin,
    GapId,
    Reader,
    unknown_gap,
    who,
)
from services.analytics.domain.gaps.closing import UNKNOWN_GAP
from services.analytics.domain.gaps.notes import VARIABLES, Note, count_left_out
from services.analytics.gaps.telling.notify import WHY_NOT, Plan
from shared.clock import Clock
from shared.errors import Permanent
from shared.events.base import NO_CONTROL
from shared.web.auth import own_app
from shared.web.exact.templates import check_variables
from shared.web.openapi.answers import problems
from shared.web.pages import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    decode_cursor,
    encode_cursor,
)

MAX_SHOWN = 200
"""Notes, and people left out, that one answer lists; the counts are of all."""
MAX_CHARS = 8_192

UserId = Annotated[
    str,
    Path(
        min_length=1,
        max_length=256,
        pattern=NO_CONTROL,
        description="As the app names the user",
    ),
]


class NotifyBody(BaseModel):
    """What users are told."""

    app_id: str | None = Field(default=None, description="If given, the key's own app")
    actor: Actor = None
    text: str | None = Field(
        default=None,
        min_length=1,
        max_length=MAX_CHARS,
        description="With `{question}`, `{number}` and `{app}`; without the first, the "
        "question stands before it. Null is our text in the user's language",
    )
    dry_run: bool = Field(default=False, description="Show it, and tell nobody")
    force: bool = Field(
        default=False,
        description="Take a person's word: tell the users of a gap that is `fixed` and "
        "was never verified",
    )

    @field_validator("text")
    @classmethod
    def _variables(cls, text: str | None) -> str | None:
        return None if text is None else check_variables(text, VARIABLES)


class NoteOut(BaseModel):
    """What one user is told, and where."""

    note_id: str = Field(description="Derived from gap and user: one for each")
    user_id: str | None = Field(description="The user; null: a nameless one")
    escalation_id: str = Field(description="The escalation that it quotes")
    conversation_id: str = Field(description="Where it is told")
    number: str = Field(description="The escalation's number: `ESC-1042`")
    text: str = Field(description="What the user reads")


class LeftOutNote(BaseModel):
    """A user who is not told."""

    user_id: str | None = Field(description="The user; null: nameless, or erased")
    escalation_id: str = Field(description="Their escalation")
    conversation_id: str = Field(description="Its conversation")
    reason: str = Field(
        description="`already_told`, `opted_out`, `erased`, `withdrawn`, "
        "`not_answered`, `conversation_expired` or `no_text`"
    )


class NotifyOut(BaseModel):
    """Who is told what."""

    dry_run: bool = Field(description="Whether nobody is told")
    users: int = Field(description="Users that are told")
    queued: int = Field(description="Notes that wait to be sent since this request")
    notes: list[NoteOut] = Field(description=f"The first {MAX_SHOWN} of them")
    left_out: list[LeftOutNote] = Field(
        description=f"The first {MAX_SHOWN} who are not told"
    )
    left_out_by_reason: dict[str, int] = Field(description="All of those, by why")
    allowed: bool = Field(description="Whether the notes may be sent now")
    why_not: str | None = Field(
        default=None, description="Why they may not, in words; null: they may"
    )


class SentNote(BaseModel):
    """A note that is to be sent, or was."""

    note_id: str = Field(description="The note")
    user_id: str | None = Field(description="The user; null: nameless, or erased")
    escalation_id: str = Field(description="The escalation that it quotes")
    conversation_id: str = Field(description="Where it is told")
    number: str = Field(description="The escalation's number")
    state: str = Field(description="`pending`, `sent` or `left_out`")
    reason: str | None = Field(default=None, description="Only left out: why")
    by: str = Field(description="Who had it sent")
    created_at: datetime = Field(description="When it was asked for")
    ended_at: datetime | None = Field(default=None, description="When it was sent")


class Notifier(Protocol):
    """Plans notes and keeps them."""

    async def preview(
        self, app_id: str, gap_id: str, text: str | None, *, force: bool = False
    ) -> Plan: ...
    async def notify(
        self,
        app_id: str,
        gap_id: str,
        text: str | None,
        *,
        by: str,
        force: bool = False,
    ) -> Plan: ...


class Notes(Protocol):
    """Where notes are kept."""

    async def page(
        self, app_id: str, gap_id: str, *, after: str | None, limit: int
    ) -> Sequence[Mapping[str, Any]]: ...


class OptOuts(Protocol):
    """Who wants no notes."""

    async def opt_out(self, app_id: str, user_id: str, *, now: datetime) -> None: ...
    async def opt_in(self, app_id: str, user_id: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Telling:
    """What the routes need."""

    notifier: Notifier
    notes: Notes
    opt_outs: OptOuts
    clock: Clock


def router(telling: Telling) -> APIRouter:
    """Return the routes; the answer is about the credential's own app."""
    routes = APIRouter(prefix="/v1", tags=["gaps"])
    _add_notes(routes, telling)
    _add_opt_outs(routes, telling)
    return routes


def _add_notes(routes: APIRouter, telling: Telling) -> None:
    @routes.post(
        "/gaps/{gap_id}/notify",
        summary="Tell each affected user once what works now; `dry_run` shows it",
        responses=problems(404, 409),
    )
    async def notify_users(
        gap_id: GapId, body: NotifyBody, principal: Admin
    ) -> NotifyOut:
        """Queue one note for each user, in the conversation that they asked in.

        Only of a gap that is `verified`, or `fixed` where its cause is a bug.
        """
        own_app(principal, body.app_id)
        by = who(principal, body.actor)
        app_id, text, notifier = principal.app_id, body.text, telling.notifier
        try:
            if body.dry_run:
                plan = await notifier.preview(app_id, gap_id, text, force=body.force)
            else:
                plan = await notifier.notify(
                    app_id, gap_id, text, by=by, force=body.force
                )
        except Permanent as error:
            if error.reason == UNKNOWN_GAP:
                raise unknown_gap() from None
            raise
        return to_out(plan, dry_run=body.dry_run)

    @routes.get("/gaps/{gap_id}/notes", summary="The notes of a gap, and their states")
    async def list_notes(
        gap_id: GapId,
        principal: Reader,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[SentNote]:
        after = decode_cursor(cursor, parts=1)
        rows = await telling.notes.page(
            principal.app_id,
            gap_id,
            after=None if after is None else str(after[0]),
            limit=limit + 1,
        )
        items = [SentNote(**{**row, "note_id": row["_id"]}) for row in rows[:limit]]
        more = len(rows) > limit
        return Page(
            items=items, next_cursor=encode_cursor(items[-1].note_id) if more else None
        )


def _add_opt_outs(routes: APIRouter, telling: Telling) -> None:
    @routes.put(
        "/note-opt-outs/{user_id:path}",
        status_code=204,
        summary="This user wants no notes of closed gaps",
    )
    async def opt_out_of_notes(user_id: UserId, principal: Admin) -> Response:
        now = telling.clock.now()
        await telling.opt_outs.opt_out(principal.app_id, user_id, now=now)
        return Response(status_code=204)

    @routes.delete(
        "/note-opt-outs/{user_id:path}",
        status_code=204,
        summary="This user wants notes of closed gaps again",
    )
    async def opt_in_to_notes(user_id: UserId, principal: Admin) -> Response:
        await telling.opt_outs.opt_in(principal.app_id, user_id)
        return Response(status_code=204)


def to_out(plan: Plan, *, dry_run: bool) -> NotifyOut:
    """Return *plan* as it is shown."""
    return NotifyOut(
        dry_run=dry_run,
        users=len(plan.notes),
        queued=plan.queued,
        notes=[_note(each) for each in plan.notes[:MAX_SHOWN]],
        left_out=[_left_out(each) for each in plan.left_out[:MAX_SHOWN]],
        left_out_by_reason={
            reason.value: n for reason, n in count_left_out(plan.left_out).items()
        },
        allowed=plan.not_yet is None,
        why_not=None if plan.not_yet is None else WHY_NOT[plan.not_yet],
    )


def _note(note: Note) -> NoteOut:
    return NoteOut(
        note_id=note.note_id,
        user_id=note.user_id,
        escalation_id=note.escalation_id,
        conversation_id=note.conversation_id,
        number=note.number,
        text=note.text,
    )


def _left_out(note: Note) -> LeftOutNote:
    assert note.reason is not None
    return LeftOutNote(
        user_id=note.user_id,
        escalation_id=note.escalation_id,
        conversation_id=note.conversation_id,
        reason=note.reason.value,
    )
