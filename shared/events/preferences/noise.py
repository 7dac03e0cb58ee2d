"""How many notifications people get; never how many escalations there are."""

from typing import Literal

from pydantic import Field

from shared.events.base import Model
from shared.events.preferences.durations import Duration


class Storm(Model):
    """From when on escalations are announced as one digest."""

    count: int = Field(default=20, ge=2, le=100_000, description="So many")
    within: Duration = Field(default="1m", description="In such a time")


class Grouping(Model):
    """How notifications of escalations that belong together are folded."""

    by: list[Literal["pattern", "app", "account"]] = Field(
        default_factory=list, description="What they have in common; none folds nothing"
    )
    wait: Duration = Field(default="30s", description="Before a group's first digest")
    interval: Duration = Field(default="5m", description="Between its digests")
    repeat: Duration = Field(
        default="4h", description="Again, while one of them is open and nobody has it"
    )
    storm: Storm | None = Field(
        default=None, description="What folds even what has nothing in common"
    )
