"""`app.settings`: what every service must know of an app."""

from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from shared.events.base import AppId, Model, OpenModel
from shared.events.preferences import Preferences


class Scope(StrEnum):
    """What a key may do."""

    INGEST = "ingest"
    READ = "read"
    MANAGE = "manage"


class AppKey(Model):
    """A credential of one app; the secret itself is never stored."""

    key_id: str = Field(description="Public part of the key")
    hash: str = Field(description="SHA-256 of the 256-bit secret, hexadecimal")
    scopes: list[Scope] = Field(description="What it may do")
    label: str = Field(default="", description="What it is for")
    created_at: AwareDatetime = Field(description="When it was made")


class AppSettings(Model):
    """Compacted by `app_id`: the latest record is the truth."""

    TYPE: ClassVar[str] = "handrail.app.settings.v1"

    app_id: AppId = Field(description="The app")
    name: str = Field(default="", description="What people call it")
    status: Literal["active", "deleted"] = Field(
        default="active", description="A deleted app's records are refused"
    )
    version: int = Field(default=1, description="Counts changes; higher is newer")
    updated_at: AwareDatetime = Field(description="When it changed")
    created_at: AwareDatetime | None = Field(
        default=None,
        description="When it was made, again where it was deleted: what a topic holds "
        "from before is not read a second time; null is unknown",
    )
    keys: list[AppKey] = Field(default_factory=list, description="Its credentials")
    preferences: Preferences = Field(
        default_factory=Preferences, description="Settings → Escalation"
    )
    settings_version: int | None = Field(
        default=None,
        description="The version at which `preferences` changed last; null is unknown, "
        "and not before the last change",
    )

    @property
    def identity(self) -> str:
        """Return the id of this version."""
        return f"{self.app_id}.{self.version}"


class Role(StrEnum):
    """What a member may do; each may all that the one before it may."""

    VIEWER = "viewer"
    AGENT = "agent"
    ADMIN = "admin"

    def covers(self, least: "Role") -> bool:
        """Return whether this role may what *least* may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(least)


class Member(OpenModel):
    """A person of the app's team."""

    email: str = Field(description="Address, case folded: who it is")
    name: str = Field(default="", description="What users and colleagues read")
    role: Role = Field(description="What they may do")
    available: bool = Field(default=True, description="Whether they take work now")
    capacity: int = Field(
        default=0, description="Most open escalations that are assigned to them unasked"
    )
    added_at: AwareDatetime = Field(
        description="When they came; a session from before is worth nothing"
    )

    @property
    def shown_name(self) -> str:
        """Return what users read: the name, else the address without its domain."""
        return self.name or self.email.partition("@")[0]


class EndedSessions(OpenModel):
    """Somebody signed out: one session, or all from before a moment."""

    subject: str = Field(description="`member:<email>` or `key:<key_id>`")
    session_id: str | None = Field(
        default=None, description="The session; null for all that began before"
    )
    before: AwareDatetime = Field(description="When that was")
    until: AwareDatetime = Field(
        description="When such a session would have ended anyway"
    )


class AppMembers(OpenModel):
    """Compacted by `app_id`: the people of the app, and who of them signed out."""

    TYPE: ClassVar[str] = "handrail.app.members.v1"

    app_id: AppId = Field(description="The app")
    version: int = Field(default=0, description="Grows with each change")
    updated_at: AwareDatetime = Field(description="When it changed")
    members: list[Member] = Field(default_factory=list, description="By address")
    ended: list[EndedSessions] = Field(
        default_factory=list, description="Sessions that were ended before their time"
    )

    @property
    def identity(self) -> str:
        """Return the id of this version."""
        return f"{self.app_id}.members.{self.version}"

    def find(self, email: str) -> Member | None:
        """Return the member of that address."""
        return next((each for each in self.members if each.email == email), None)


class SignInRequested(Model):
    """Send a member the link that signs them in."""

    TYPE: ClassVar[str] = "handrail.member.sign-in-requested.v1"

    app_id: AppId = Field(description="The app, or the first of the member's apps")
    link_id: str = Field(description="SHA-256 of the link's token, hexadecimal")
    email: str = Field(description="Where it goes")
    name: str = Field(default="", description="Whom it greets")
    sealed_link: str = Field(description="The link, sealed: only our services read it")
    requested_at: AwareDatetime = Field(description="When it was asked for")
    expires_at: AwareDatetime = Field(description="When it is worth nothing")

    @property
    def identity(self) -> str:
        """Return the link's id."""
        return self.link_id


class AppDestinations(Model):
    """Compacted by `app_id`: where the app's teams receive, by id alone."""

    TYPE: ClassVar[str] = "handrail.app.destinations.v1"

    app_id: AppId = Field(description="The app")
    destination_ids: list[str] = Field(description="All that there are, in order")
    updated_at: AwareDatetime = Field(description="When this was said")

    @property
    def identity(self) -> str:
        """Return the id of this statement."""
        return f"{self.app_id}.{self.updated_at.isoformat()}"


class EstimateBy(Model):
    """How long people take on one route, from one hour of the week on."""

    route: str = Field(default="", description="Its name; empty is the default route")
    hour_of_week: int = Field(
        ge=0, lt=168, description="Of the opening; 0 is Monday from midnight"
    )
    samples: int = Field(description="Escalations it was computed from")
    p80_seconds: float = Field(description="80th percentile of first responses, s")


class ResponseEstimate(Model):
    """How long people really take, per app."""

    TYPE: ClassVar[str] = "handrail.response.estimates.v1"

    app_id: AppId = Field(description="The app")
    updated_at: AwareDatetime = Field(description="When it was computed")
    samples: int = Field(description="Escalations it was computed from")
    p50_seconds: float = Field(description="Median first response, s")
    p80_seconds: float = Field(description="80th percentile of it, s")
    timezone: str = Field(
        default="UTC", description="IANA name: where hours of the week were counted"
    )
    by: list[EstimateBy] = Field(
        default_factory=list, description="By route and hour of the week"
    )

    @property
    def identity(self) -> str:
        """Return the id of this computation."""
        return f"{self.app_id}.{self.updated_at.isoformat()}"
