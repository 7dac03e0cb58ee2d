"""What the audit answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.analytics.counting.audit import Reached


class ClaimItem(BaseModel):
    """One thing that the assistant claimed."""

    at: datetime = Field(description="When")
    claim: str = Field(
        description="`document`, `action`, `asked`, `nothing` or `handed_over`"
    )
    name: str = Field(description="Which document, action or escalation")
    title: str = Field(description="What a person would call it")
    stood: bool | None = Field(
        description="Whether the answer held; null: no answer, or too early to say"
    )


class OutcomeOut(BaseModel):
    """One request: what was claimed, and what came of it."""

    request_id: str = Field(description="The request")
    conversation_id: str = Field(description="Where it was asked")
    user_id: str | None = Field(description="Who asked; null: unknown, or erased")
    at: datetime = Field(description="When it was asked first")
    last_at: datetime = Field(description="When anything of it happened last")
    text: str = Field(description="The user's words; empty once erased")
    language: str | None = Field(description="BCP 47, where it is known")
    asked_times: int = Field(description="How often it was asked, in whatever words")
    claimed: str = Field(
        description="The last answer that was claimed: `document` or `action`; where "
        "there was none: `handed_over`, `asked` or `nothing`"
    )
    claimed_name: str = Field(description="Which document, action or escalation")
    claimed_title: str = Field(description="What a person would call it")
    claims: list[ClaimItem] = Field(description="All that was claimed, in order")
    false_claim: bool = Field(description="Whether an answer of these did not stand")
    came_of_it: str = Field(
        description="`resolved`, `came_back` (the same question within 7 days), "
        "`rephrased` (twice or more), `abandoned`, `handed_over`, `reached_person`, "
        "`withdrawn`, `expired`, or `pending`"
    )
    because: str = Field(description="What that is told by, in a stable word")
    dead_end: bool = Field(description="Neither resolved nor escalated")
    missed: bool = Field(description="A dead end that should have gone to people")
    needless: bool = Field(description="People only passed on what was found before")
    asked_for_person: bool = Field(description="Whether the user asked for a person")
    told_at: datetime | None = Field(description="When they were told of the hand-off")
    reached_at: datetime | None = Field(description="When a person answered first")
    people_resolved_at: datetime | None = Field(description="When people were done")
    returned_at: datetime | None = Field(description="When it was asked again")
    returned_as: str | None = Field(description="The request by which it was")
    durable: bool | None = Field(
        description="Whether it stayed resolved for 7 days; null: too early, or never"
    )
    escalation_id: str | None = Field(description="The escalation")
    number: str = Field(description="Its number: `ESC-1042`")
    reason: str | None = Field(description="Why the assistant did not answer")


class WhyNot(BaseModel):
    """Why users did not reach a person."""

    reason: str = Field(
        description="`waiting`, `withdrawn` by the user, `expired` or `not_handed_over`"
    )
    count: int = Field(description="How many")


class PeopleOut(BaseModel):
    """Who asked for a person and reached one."""

    model_config = ConfigDict(populate_by_name=True)

    from_: datetime = Field(alias="from", description="Beginning; in the period")
    to: datetime = Field(description="End; not in the period")
    asked: int = Field(description="Requests whose user asked for a person")
    reached: int = Field(description="Of these, where a person answered")
    share: float | None = Field(description="`reached / asked`; null where none asked")
    median_ms: int | None = Field(description="Half of them were answered so soon, ms")
    p90_ms: int | None = Field(description="Nine of ten were answered so soon, ms")
    not_reached: list[WhyNot] = Field(description="The others, by why")

    @classmethod
    def of(cls, found: Reached, start: datetime, end: datetime) -> "PeopleOut":
        """Return the report."""
        return cls(
            from_=start,
            to=end,
            asked=found.asked,
            reached=found.reached,
            share=round(found.reached / found.asked, 4) if found.asked else None,
            median_ms=found.median_ms,
            p90_ms=found.p90_ms,
            not_reached=[
                WhyNot(reason=reason, count=count)
                for reason, count in found.not_reached.items()
            ],
        )


def out_of(row: Mapping[str, Any]) -> OutcomeOut:
    """Return a stored outcome as it is shown; what a version lacks is null."""
    fields = OutcomeOut.model_fields
    lacking: dict[str, Any] = dict.fromkeys(fields)
    return OutcomeOut.model_validate(lacking | {k: row[k] for k in fields if k in row})
