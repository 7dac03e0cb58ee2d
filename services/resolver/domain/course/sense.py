"""When a request goes to people, and what is said where it does not: an app's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.resolver.domain.words.topics import Topic

HELP = "help"
"""New questions are answered from documents, all else is acknowledged."""
ACKNOWLEDGE = "acknowledge"
SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Switch:
    """One reason: whether it is one, and from which failed turn on."""

    enabled: bool = True
    times: int = 1


@dataclass(frozen=True, slots=True)
class Sense:
    """The settings of an app that decide over its conversations."""

    switches: Mapping[str, Switch] = field(default_factory=dict)
    """Reasons that are not as they come; every other one holds from the first turn."""
    rejection_in_words: bool = True
    asked_for_person: bool = True
    repeated: Switch = Switch(times=2)
    similarity: float = 0.8
    topics: tuple[Topic, ...] = ()
    turn_limit: Switch = Switch(times=8)
    keeps_promises: bool = True
    texts: Mapping[str, str] = field(default_factory=dict)
    """The app's own words, by what they are for."""
    while_waiting: str = HELP
    """What is done for a user whose request waits for a person."""
    waiting: str | None = None
    """The app's own words for how such a request stands."""
    app: str = ""
    """What people call the app, where its own words may name it."""

    def hands_over(self, why: str, failed: int) -> bool:
        """Return whether *why* sends a request to people, its turn's failure counted.

        A search that failed always does: there is nothing else to go on with.
        """
        switch = self.switches.get(why)
        return switch is None or (switch.enabled and failed >= switch.times)


PLAIN = Sense()
"""Every reason holds, from the first turn on."""
