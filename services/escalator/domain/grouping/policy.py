"""How an app wants notifications to be grouped, in values."""

from dataclasses import dataclass
from datetime import timedelta

PATTERN_WAIT = timedelta(seconds=2)
"""For a pattern to become known, where only known issues are folded: the user hears
after three seconds whether people have the request."""
SILENCE_WAIT = timedelta(seconds=5)
"""After a silence, for all it kept back to come together."""


@dataclass(frozen=True, slots=True)
class Storm:
    """More escalations than *count* in such a time are one digest."""

    count: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class GroupingPolicy:
    """What is folded, and when."""

    by: tuple[str, ...] = ()
    """Of `pattern`, `app` and `account`, each once."""
    wait: timedelta = timedelta(seconds=30)
    interval: timedelta = timedelta(minutes=5)
    repeat: timedelta = timedelta(hours=4)
    storm: Storm | None = None
    known_issues: bool = False
    """Whether the app has any: then a pattern is waited for."""

    @property
    def holds(self) -> bool:
        """Return whether any notification may have to wait."""
        return bool(self.by) or self.storm is not None or self.known_issues
