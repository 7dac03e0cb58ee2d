"""Named points of an escalation's life at which a process can be made to die.

Off unless `HANDRAIL_FAIL_POINT=name[:n]` is set: then the process ends with SIGKILL
when it gets to that point for the n-th time, as a crash on that line would end it.
Where it is off, a point costs one look at `ARMED`.
"""

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

VARIABLE = "HANDRAIL_FAIL_POINT"


class FailPoint(StrEnum):
    """Where a process can be made to die, in the order of an escalation's life."""

    BEFORE_STORE = "before_store"
    """Decided, nothing stored."""
    IN_TRANSACTION = "in_transaction"
    """The decision is written, its timers and documents are not; in analytics facts
    are, their counters are not. Nothing is committed."""
    AFTER_STORE = "after_store"
    """Stored, nothing published."""
    AFTER_PUBLISH = "after_publish"
    """A batch is published, not acknowledged."""
    AFTER_ACKNOWLEDGE = "after_acknowledge"
    """A batch is acknowledged, its watermark only in memory."""
    TIMERS_CLAIMED = "timers_claimed"
    """Due timers are taken, none is worked."""
    TIMERS_STORED = "timers_stored"
    """What timers caused is stored, not published."""
    TIMERS_PUBLISHED = "timers_published"
    """What timers caused is published; the timers are still there."""
    COMMAND_KEPT = "command_kept"
    """A person's order has its backup, and is not worked."""
    COMMAND_DONE = "command_done"
    """A person's order is worked and published; its backup is still there."""
    MERGING = "merging"
    """One side of a merge is published, the other is being decided."""
    DELIVERY_KEPT = "delivery_kept"
    """The notifier has stored a request and sent nothing."""
    DELIVERY_ACCEPTED = "delivery_accepted"
    """A destination has accepted, and the notifier has not written that down."""
    DELIVERY_RECORDED = "delivery_recorded"
    """The acceptance is written down, and nobody has been told."""
    DELIVERY_ANNOUNCED = "delivery_announced"
    """The acceptance is published, and still counts as unpublished."""
    GROUPING = "grouping"
    """Analytics has written who belongs to which pattern, and committed nothing."""
    GROUPED = "grouped"
    """Who belongs to which pattern is stored, and nobody was told."""
    PATTERNS_TOLD = "patterns_told"
    """Who belongs to which pattern is published, and still counts as unpublished."""
    AUDIT_FOUND = "audit_found"
    """The auditor has written down what is missing, and mended nothing."""
    AUDIT_REPAIRED = "audit_repaired"
    """The auditor has mended, and not moved on."""


@dataclass(slots=True)
class Countdown:
    """One point, and how often the process may still pass it."""

    point: FailPoint
    left: int = 1

    def should_die_at(self, point: FailPoint) -> bool:
        """Return whether this pass of *point* is the last."""
        if point is not self.point:
            return False
        self.left -= 1
        return self.left == 0


def read_countdown(environment: Mapping[str, str]) -> Countdown | None:
    """Return what *environment* asks for; None: nothing.

    Raises ValueError where it names no point, or no number of passes.
    """
    asked = environment.get(VARIABLE, "")
    if not asked:
        return None
    name, _, count = asked.partition(":")
    names = [each.value for each in FailPoint]
    if name not in names:
        nearest = get_close_matches(name, names, n=1, cutoff=0)[0]
        raise ValueError(
            f"{VARIABLE}: there is no point {name!r}; the nearest is {nearest!r}"
        )
    if count and not (count.isdecimal() and int(count) > 0):
        raise ValueError(f"{VARIABLE}: {count!r} is no number of passes from 1 on")
    return Countdown(FailPoint(name), int(count or 1))


_COUNTDOWN = read_countdown(os.environ)
ARMED = _COUNTDOWN is not None
"""Whether this process is to die at a point; looked at before `reach` is called."""


def reach(point: FailPoint) -> None:
    """Pass *point*, or die there."""
    if _COUNTDOWN is not None and _COUNTDOWN.should_die_at(point):
        sys.stderr.write(f"fail point {point}: killed\n")
        sys.stderr.flush()
        os.kill(os.getpid(), signal.SIGKILL)
