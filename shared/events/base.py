"""What every event has in common, and the field types they are made of."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

NO_CONTROL = r"^[^\x00-\x1f\x7f]+$"
"""Control characters in ids would let two ids look alike or break a header."""

RESERVED = "handrail:"
"""How ids of conversations begin that are our own, of no user: a digest's."""

AppId = Annotated[
    str, StringConstraints(pattern=r"^[^\x00-\x20\x7f:/$]+$", max_length=64)
]
"""No colon: it separates app from conversation in the record key."""
Id = Annotated[str, StringConstraints(pattern=NO_CONTROL, max_length=256)]
Text = Annotated[str, StringConstraints(max_length=100_000)]
Object = dict[str, Any]


def null_is(empty: Callable[[], object]) -> BeforeValidator:
    """Read null as *empty*: many writers name what they do not have, and mean that."""
    return BeforeValidator(lambda value: empty() if value is None else value)


class Model(BaseModel):
    """A value of the contract: frozen, and deaf to fields of newer writers."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class OpenModel(BaseModel):
    """A value whose unknown fields are kept: a person may need what we do not know."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)


class Event(Model):
    """Common to all that happens in a conversation."""

    app_id: AppId = Field(description="The app (tenant) it belongs to")
    conversation_id: Id = Field(description="The conversation, unique in the app")
    occurred_at: AwareDatetime = Field(
        description="When it happened, not when it was sent (RFC 3339)"
    )


class Published(Event):
    """An event that Handrail itself publishes."""

    TYPE: ClassVar[str] = ""
    """CloudEvents `type`: `handrail.` and the topic, `.v1`."""

    schema_version: int = Field(
        default=1, description="Version of this event's shape; fields are only added"
    )
    causation_id: str | None = Field(
        default=None, description="Id of the event that caused this one"
    )

    @property
    def identity(self) -> str:
        """Return the id that is the same for every repeat (CloudEvents `id`)."""
        raise NotImplementedError


def rfc3339(moment: datetime) -> str:
    """Return *moment* as RFC 3339 in UTC with a Z."""
    return moment.isoformat().replace("+00:00", "Z")
