"""`user.*` and `app.purged`: what is known of somebody is deleted, and who says so."""

from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.events.base import AppId, Model


class UserErasureRequested(Model):
    """Delete what is known of one user."""

    TYPE: ClassVar[str] = "handrail.user.erasure-requested.v1"

    app_id: AppId = Field(description="The app")
    erasure_id: str = Field(description="This erasure")
    user_id: str = Field(description="The user, as the app names them")
    conversation_ids: list[str] = Field(
        default_factory=list,
        description="Conversations known to be theirs; each service adds what it knows",
    )
    requested_at: AwareDatetime = Field(
        description="What was said up to then is deleted, however late it arrives"
    )

    @property
    def identity(self) -> str:
        """Return the erasure's id."""
        return self.erasure_id


class ReachedDestination(Model):
    """A destination that has received the user's data and must delete it too."""

    destination_id: str = Field(description="Where the team receives")
    channel: str = Field(description="`email` or `webhook`")
    deliveries: int = Field(description="How many notifications it accepted")


class UserErased(Model):
    """One service has deleted what it knew of a user; its receipt."""

    TYPE: ClassVar[str] = "handrail.user.erased.v1"

    app_id: AppId = Field(description="The app")
    erasure_id: str = Field(description="The erasure")
    service: str = Field(description="Who did it")
    at: AwareDatetime = Field(description="When it was done")
    erased: dict[str, int] = Field(
        default_factory=dict, description="Documents deleted or emptied, by collection"
    )
    destinations: list[ReachedDestination] = Field(
        default_factory=list, description="Who has a copy outside of Handrail"
    )

    @property
    def identity(self) -> str:
        """Return the id of this service's receipt."""
        return f"{self.erasure_id}.{self.service}"


class AppPurged(Model):
    """One service has deleted everything of a deleted app; its report."""

    TYPE: ClassVar[str] = "handrail.app.purged.v1"

    app_id: AppId = Field(description="The app")
    version: int = Field(description="The version of its settings that deleted it")
    service: str = Field(description="Who did it")
    at: AwareDatetime = Field(description="When it was done")
    deleted: dict[str, int] = Field(
        default_factory=dict, description="Documents deleted, by collection"
    )

    @property
    def identity(self) -> str:
        """Return the id of this service's report."""
        return f"{self.app_id}.{self.version}.{self.service}"
