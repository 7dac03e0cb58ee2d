"""What happens until a person takes it, and what leaves of a user's words."""

from typing import Literal

from pydantic import Field

from shared.events.base import Model
from shared.events.preferences.durations import Duration


class Level(Model):
    """Who hears of an escalation that nobody has taken."""

    after: Duration | None = Field(
        default=None,
        description="From the level before, or null: at once when `within` is over",
    )
    destinations: list[str] = Field(default_factory=list, description="Destination ids")


class Acknowledgement(Model):
    """How long nobody may take an escalation before others hear of it."""

    within: Duration | None = Field(default=None, description="Null is no time-out")
    levels: list[Level] = Field(default_factory=list, description="In this order")
    repeat: Duration | None = Field(
        default=None, description="The last level again after this; null is never"
    )
    claim_for: Duration | None = Field(
        default="24h",
        description="Who took it keeps it so long without a reply, a note or another "
        "act; then it is everybody's again. Null is for good",
    )
    quiet: Literal["never", "outside"] = Field(
        default="never",
        description="`outside`: outside business hours the clock stands and nobody is "
        "notified, unless the priority is urgent",
    )


class Assignment(Model):
    """Whether what is handed off is assigned to a member unasked."""

    by: Literal["none", "capacity"] = Field(
        default="none",
        description="`capacity`: to the available member who has fewest open ones and "
        "room for one more; nobody where nobody has",
    )


class Satisfaction(Model):
    """The one question that a user may be asked once people are done."""

    ask: bool = Field(default=False, description="Whether it is asked")


class Redaction(Model):
    """What is blacked out of what leaves and of what is stored for reading."""

    profile: Literal["off", "standard", "strict"] = Field(
        default="off", description="Which kinds of personal data are found"
    )
    also: list[str] = Field(
        default_factory=list, description="Regular expressions (RE2) of the app's own"
    )
    original: Literal["sealed", "none"] = Field(
        default="sealed", description="Whether the original is kept, encrypted"
    )
