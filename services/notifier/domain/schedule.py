"""When to try again: 14 tries in about 76 hours, e-mail until 120 hours."""

from datetime import timedelta

from shared.retry import Schedule, backoff

_HOUR = timedelta(hours=1)

WAITS: tuple[timedelta, ...] = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    _HOUR,
    2 * _HOUR,
    4 * _HOUR,
    8 * _HOUR,
    12 * _HOUR,
    24 * _HOUR,
    24 * _HOUR,
)
"""Seconds first, because most faults are short; the first try is at once."""

EMAIL_WAITS = (*WAITS, 24 * _HOUR, 20 * _HOUR)
"""Mail goes on daily; the last try is at 120 hours (RFC 5321 asks for 4 to 5 days)."""

LONGEST_RETRY_AFTER = 24 * _HOUR
"""A far side that asks for more is not believed."""


def schedule_of(channel: str, *, scale: float) -> Schedule:
    """Return the schedule of *channel*, its waits multiplied by *scale*."""
    return Schedule(EMAIL_WAITS if channel == "email" else WAITS, scale=scale)


def decide_wait(
    step: int,
    schedule: Schedule,
    *,
    chance: float,
    retry_after: timedelta | None = None,
) -> timedelta | None:
    """Return the wait after failed try number *step*, or None to give up.

    What the far side asked for is kept: never earlier, however short our own wait.
    """
    wait = backoff(step, schedule, chance=chance)
    if wait is None or retry_after is None:
        return wait
    return max(wait, min(retry_after, LONGEST_RETRY_AFTER))
