"""`grouping` of the settings: what may be folded, and for how long."""

from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field

from shared.events.preferences import Duration, to_timedelta
from shared.events.preferences.noise import Grouping, Storm
from shared.web.exact.nearest import check_known

Common = Literal["pattern", "app", "account"]


def _known(value: object) -> object:
    if isinstance(value, str):
        check_known(value, get_args(Common), what="value")
    return value


def _each_once(by: list[Common]) -> list[Common]:
    if len(set(by)) < len(by):
        raise ValueError("names the same thing twice")
    return by


def between(least: str, most: str) -> AfterValidator:
    """Return what refuses a duration beyond *least* and *most*."""
    lower, upper = to_timedelta(least), to_timedelta(most)

    def check(text: str) -> str:
        if not lower <= to_timedelta(text) <= upper:
            raise ValueError(f"is at least {least} and at most {most}")
        return text

    return AfterValidator(check)


class ExactStorm(Storm):
    """A storm that can be told apart from a busy day."""

    count: int = Field(default=20, ge=2, le=1000, description="So many")
    within: Annotated[Duration, between("1s", "1h")] = Field(
        default="1m", description="In such a time"
    )


class ExactGrouping(Grouping):
    """Grouping within bounds: nobody waits for ever, nothing is told every moment."""

    by: Annotated[
        list[Annotated[Common, BeforeValidator(_known)]], AfterValidator(_each_once)
    ] = Field(
        default_factory=list, description="What they have in common; none folds nothing"
    )
    wait: Annotated[Duration, between("0s", "1h")] = Field(
        default="30s", description="Before a group's first digest"
    )
    interval: Annotated[Duration, between("1s", "24h")] = Field(
        default="5m", description="Between its digests"
    )
    repeat: Annotated[Duration, between("1m", "30d")] = Field(
        default="4h", description="Again, while one of them is open and nobody has it"
    )
    storm: ExactStorm | None = Field(
        default=None, description="What folds even what has nothing in common"
    )
