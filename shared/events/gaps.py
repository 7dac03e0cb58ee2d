"""`gap.*`, `app.catalogue`: the proof that a gap is closed, and telling its users."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import AppId, Model, Object, Published, Text
from shared.events.conversation import User


class GapCase(Model):
    """One of a gap's original questions, with what a replay needs of its context."""

    case_id: str = Field(description="Derived from gap and question")
    text: Text = Field(description="The user's own words")
    language: str | None = Field(
        default=None, description="Of the user, as a BCP 47 tag; null is unknown"
    )
    app_state: Object | None = Field(
        default=None, description="State of the app when it was asked"
    )
    user: User | None = Field(default=None, description="Who asked")


class CaseVerdict(Model):
    """What would come of one question now. Nothing was run and nobody was told."""

    case_id: str = Field(description="The case")
    text: Text = Field(default="", description="The user's own words")
    outcome: Literal["resolved", "unresolved", "failed"] = Field(
        description="`resolved`: a document answers or an action is begun; "
        "`failed`: it could not be tried, which says nothing of the gap"
    )
    reason: str = Field(default="", description="Why, in a stable word")
    kind: Literal["action", "document"] | None = Field(
        default=None, description="What answers, or came nearest"
    )
    name: str = Field(default="", description="The action's name, the document's id")
    title: str = Field(default="", description="What a person would call it")
    score: float | None = Field(default=None, description="How well it fits, 0 to 1")
    changed_at: AwareDatetime | None = Field(
        default=None,
        description="Of `resolved`: when what answers was registered or changed last",
    )


class GapVerificationRequested(Model):
    """Replay a gap's original questions."""

    TYPE: ClassVar[str] = "handrail.gap.verification-requested.v1"

    verification_id: str = Field(description="This replay")
    gap_id: str = Field(description="The gap")
    app_id: AppId = Field(description="The app")
    questions: list[str] = Field(description="The users' own words")
    cases: list[GapCase] = Field(
        default_factory=list,
        description="The questions with their context, in the same order; without "
        "them the questions alone are replayed",
    )
    part: int = Field(default=0, ge=0, description="Which part of the replay this is")
    parts: int = Field(
        default=1, ge=1, description="Into how many records the replay was split"
    )
    why: Literal["asked", "catalogue_changed"] = Field(
        default="asked", description="Asked for by somebody, or a regression run"
    )
    asked_by: str = Field(default="", description="Who asked; empty is Handrail")
    requested_at: AwareDatetime | None = Field(
        default=None, description="When it was asked for"
    )

    @property
    def identity(self) -> str:
        """Return the id of this part of the replay."""
        return _part_id(self.verification_id, self.part)


class GapVerified(Model):
    """What the replay showed."""

    TYPE: ClassVar[str] = "handrail.gap.verified.v1"

    verification_id: str = Field(description="This replay")
    gap_id: str = Field(description="The gap")
    app_id: AppId = Field(description="The app")
    resolved: int = Field(description="Questions that are answered now")
    unresolved: int = Field(description="Questions that are not")
    cases: list[CaseVerdict] = Field(
        default_factory=list, description="What became of each question of this part"
    )
    part: int = Field(default=0, ge=0, description="Which part of the replay this is")
    parts: int = Field(
        default=1, ge=1, description="Into how many records the replay was split"
    )
    catalogue_version: int | None = Field(
        default=None,
        description="Of `app.catalogue`: no older one answered; null is unknown",
    )
    verified_at: AwareDatetime | None = Field(
        default=None, description="When the replay ended"
    )

    @property
    def identity(self) -> str:
        """Return the id of this part of the replay."""
        return _part_id(self.verification_id, self.part)


class AppCatalogue(Model):
    """Compacted by `app_id`: which version of the app's catalogue is stored."""

    TYPE: ClassVar[str] = "handrail.app.catalogue.v1"

    app_id: AppId = Field(description="The app")
    version: int = Field(description="Counts changes of actions and documents")
    updated_at: AwareDatetime = Field(description="When the change was noticed")

    @property
    def identity(self) -> str:
        """Return the id of this version."""
        return f"{self.app_id}.catalogue.{self.version}"


class GapNoteRequested(Published):
    """Tell one user of a gap what works now."""

    TYPE: ClassVar[str] = "handrail.gap.note-requested.v1"

    note_id: str = Field(description="Derived from gap and user: one for each")
    gap_id: str = Field(description="The gap")
    escalation_id: str = Field(description="The escalation that the note is of")
    number: str = Field(description="Its number: `ESC-1042`")
    text: Text = Field(description="What the user reads, their question in it")

    @property
    def identity(self) -> str:
        """Return the note's id."""
        return self.note_id


def _part_id(verification_id: str, part: int) -> str:
    return f"{verification_id}.{part}" if part else verification_id
