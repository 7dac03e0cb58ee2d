"""`POST /v1/gaps/{id}/verify`: whether the original questions are answered now."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, Protocol

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field

from services.analytics.api.gaps.asking import (
    Actor,
    GapId,
    Reader,
    Worker,
    unknown_gap,
    who,
)
from services.analytics.domain.gaps.closing import (
    UNKNOWN_GAP,
    Outcome,
    ReplayCase,
    Verdict,
)
from services.analytics.gaps.closing.ports import Verification
from shared.errors import Permanent
from shared.web.auth import own_app
from shared.web.openapi.answers import Answers, problems
from shared.web.problems import Problem

WAIT_SECONDS = 10.0
"""How long an answer waits for the replay's end; a replay takes a second or two."""
LOOK_SECONDS = 0.1
TOO_MANY = "too_many_replays"
UNDER_WAY: Answers = {
    202: {"description": "Under way: look for it at the address in `Location`"}
}

VerificationId = Annotated[str, Path(max_length=64, description="The replay")]


class VerifyBody(BaseModel):
    """Who has the gap verified."""

    app_id: str | None = Field(default=None, description="If given, the key's own app")
    actor: Actor = None


class VerifiedCase(BaseModel):
    """One original question, and what comes of it."""

    case_id: str = Field(description="The case; it stays, to be asked again")
    escalation_id: str = Field(description="The escalation that it is of")
    number: str = Field(description="Its number: `ESC-1042`")
    text: str = Field(description="The user's words; empty once they were erased")
    before: Literal["unresolved"] = Field(description="What came of it then")
    before_reason: str = Field(description="Why people were needed then")
    now: Literal["resolved", "unresolved", "failed"] | None = Field(
        description="What would come of it now; `failed`: it could not be tried; null: "
        "not known yet"
    )
    now_reason: str = Field(default="", description="Why, in a stable word")
    kind: str | None = Field(
        default=None, description="`action` or `document`: what answers, or comes next"
    )
    name: str = Field(default="", description="Its name")
    title: str = Field(default="", description="Its title")
    score: float | None = Field(default=None, description="How well it fits, 0 to 1")
    changed_at: datetime | None = Field(
        default=None, description="When what answers was changed last"
    )


class VerificationOut(BaseModel):
    """A replay of a gap's questions."""

    verification_id: str = Field(description="The replay")
    gap_id: str = Field(description="The gap")
    state: Literal["requested", "done"] = Field(description="Whether it has ended")
    why: str = Field(description="`asked`, or `catalogue_changed`: a regression run")
    asked_by: str = Field(description="Who asked; empty is Handrail")
    requested_at: datetime = Field(description="When it was asked for")
    finished_at: datetime | None = Field(default=None, description="When it ended")
    status: str = Field(default="", description="The gap's status after it")
    resolved: int = Field(description="Questions that are answered now")
    unresolved: int = Field(description="Questions that are not, or were not tried")
    cases: list[VerifiedCase] = Field(description="Question by question")


class Verifier(Protocol):
    """Asks for replays."""

    async def ask(self, app_id: str, gap_id: str, *, by: str) -> Verification: ...


class Verifications(Protocol):
    """Where replays are kept."""

    async def get(
        self, app_id: str, gap_id: str, verification_id: str
    ) -> Verification | None: ...


class Suite(Protocol):
    """Where cases are kept."""

    async def of(self, app_id: str, gap_id: str) -> Sequence[ReplayCase]: ...


@dataclass(frozen=True, slots=True)
class Verifying:
    """What the routes need."""

    verifier: Verifier
    verifications: Verifications
    suite: Suite
    wait_seconds: float = WAIT_SECONDS
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def ask(self, app_id: str, gap_id: str, *, by: str) -> Verification:
        """Return the replay, ended if it does so in time."""
        try:
            asked = await self.verifier.ask(app_id, gap_id, by=by)
        except Permanent as error:
            if error.reason == UNKNOWN_GAP:
                raise unknown_gap() from None
            if error.reason != TOO_MANY:
                raise
            raise Problem(
                429, detail=str(error), headers={"Retry-After": "10"}, reason=TOO_MANY
            ) from None
        for _ in range(round(self.wait_seconds / LOOK_SECONDS)):
            found = await self.verifications.get(app_id, gap_id, asked.verification_id)
            if found is not None and found.finished_at is not None:
                return found
            await self.sleep(LOOK_SECONDS)
        return asked

    async def show(self, verification: Verification) -> VerificationOut:
        """Return *verification* with the words of its cases."""
        suite = await self.suite.of(verification.app_id, verification.gap_id)
        return to_out(verification, {each.case_id: each for each in suite})


def router(verifying: Verifying) -> APIRouter:
    """Return the routes; the answer is about the credential's own app."""
    routes = APIRouter(prefix="/v1/gaps", tags=["gaps"])

    @routes.post(
        "/{gap_id}/verify",
        summary="Replay the original questions through the resolver, without effects",
        responses={**UNDER_WAY, **problems(404, 409, 429)},
    )
    async def verify_gap(
        gap_id: GapId,
        principal: Worker,
        response: Response,
        body: VerifyBody | None = None,
    ) -> VerificationOut:
        """Return what comes of each question now.

        The gap is `verified` where each is answered, and `regressed` where it was and
        one is not. 202 where the replay takes longer than ten seconds.
        """
        named = body or VerifyBody()
        own_app(principal, named.app_id)
        by = who(principal, named.actor)
        found = await verifying.ask(principal.app_id, gap_id, by=by)
        if found.finished_at is None:
            response.status_code = 202
            path = f"/v1/gaps/{gap_id}/verifications/{found.verification_id}"
            response.headers["Location"] = path
        return await verifying.show(found)

    @routes.get(
        "/{gap_id}/verifications/{verification_id}",
        summary="One replay of a gap's questions",
        responses=problems(404),
    )
    async def get_verification(
        gap_id: GapId, verification_id: VerificationId, principal: Reader
    ) -> VerificationOut:
        found = await verifying.verifications.get(
            principal.app_id, gap_id, verification_id
        )
        if found is None:
            raise Problem(404, detail="This gap has no such replay.")
        return await verifying.show(found)

    return routes


def to_out(
    verification: Verification, known: Mapping[str, ReplayCase]
) -> VerificationOut:
    """Return *verification* as it is shown; cases that were erased have no words."""
    verdicts = {each.case_id: each for each in verification.verdicts}
    cases = [
        _case(each, known.get(each), verdicts.get(each))
        for each in verification.case_ids
    ]
    resolved = sum(each.now == "resolved" for each in cases)
    return VerificationOut(
        verification_id=verification.verification_id,
        gap_id=verification.gap_id,
        state="requested" if verification.finished_at is None else "done",
        why=verification.why,
        asked_by=verification.asked_by,
        requested_at=verification.requested_at,
        finished_at=verification.finished_at,
        status=verification.status,
        resolved=resolved,
        unresolved=sum(each.now is not None for each in cases) - resolved,
        cases=cases,
    )


def _case(
    case_id: str, case: ReplayCase | None, verdict: Verdict | None
) -> VerifiedCase:
    judged = verdict or Verdict(case_id, Outcome.FAILED)
    return VerifiedCase(
        case_id=case_id,
        escalation_id=case.escalation_id if case else "",
        number=case.number if case else "",
        text=case.text if case else "",
        before="unresolved",
        before_reason=case.reason if case else "",
        now=None if verdict is None else verdict.outcome.value,
        now_reason=judged.reason,
        kind=judged.kind,
        name=judged.name,
        title=judged.title,
        score=judged.score,
        changed_at=judged.changed_at,
    )
