"""How long people take to answer: the time that four of five answers meet.

Who still waits counts too: they wait at least as long as they have waited so far
(Kaplan and Meier). Of answers alone, a team that leaves the hard ones lying would look
fast.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

SHARE = 0.8
HALF = 0.5
ROUNDING = 1e-9
HOURS_OF_A_WEEK = 168
MAX_HOURS_AROUND = 3
"""On each side: what is asked further away waits for another shift."""
PAST = timedelta(days=90)
"""How far back answers say how long the next one takes: people and hours change."""
MAX_WAITS = 50_000
"""Of one app, the newest; they are held in memory."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One escalation's wait for a person's words."""

    route: str
    opened_at: datetime
    ended_at: datetime
    """When a person answered, or up to when nobody had."""
    answered: bool

    @property
    def seconds(self) -> float:
        """Return how long it is; two machines' clocks may make it less than nothing."""
        return max(0.0, (self.ended_at - self.opened_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Estimate:
    """What waits of one kind say: p80 is None where fewer than that were answered."""

    samples: int
    """Waits that were answered."""
    p50: float | None
    p80: float | None
    """Seconds."""


@dataclass(frozen=True, slots=True)
class HourEstimate:
    """The same of one route and hour of the week, 0 is Monday from midnight."""

    route: str
    hour_of_week: int
    samples: int
    p80: float


def estimate(waits: Sequence[Wait]) -> Estimate:
    """Return what *waits* say of the next one."""
    return Estimate(_answered(waits), quantile(waits, HALF), quantile(waits, SHARE))


def estimate_by_hour(
    waits: Iterable[Wait], zone: ZoneInfo, *, least: int
) -> list[HourEstimate]:
    """Return what *waits* say by route and hour of the week of their opening.

    An hour with fewer than *least* answers takes in the hours around it, as few as it
    needs; where these are not enough either, nothing is told of it.
    """
    hours: dict[str, dict[int, list[Wait]]] = defaultdict(lambda: defaultdict(list))
    for wait in waits:
        local = wait.opened_at.astimezone(zone)
        hours[wait.route][local.weekday() * 24 + local.hour].append(wait)
    found: list[HourEstimate] = []
    for route, by_hour in sorted(hours.items()):
        for hour in range(HOURS_OF_A_WEEK):
            pooled = _pool(by_hour, hour, least=least)
            p80 = quantile(pooled, SHARE)
            if p80 is not None:
                found.append(HourEstimate(route, hour, _answered(pooled), p80))
    return found


def _pool(
    by_hour: Mapping[int, Sequence[Wait]], hour: int, *, least: int
) -> list[Wait]:
    """Return the waits of *hour* and of the nearest around it; none if too few."""
    pooled: list[Wait] = []
    for distance in range(MAX_HOURS_AROUND + 1):
        for at in {hour - distance, hour + distance}:
            pooled += by_hour.get(at % HOURS_OF_A_WEEK, ())
        if _answered(pooled) >= least:
            return pooled
    return []


def _answered(waits: Sequence[Wait]) -> int:
    return sum([wait.answered for wait in waits])


def quantile(waits: Sequence[Wait], share: float) -> float | None:
    """Return the seconds that *share* of waits end within; None where fewer ended.

    One that ended is counted as if one more were to come that lasts longer: of n waits
    the k-th is met by k of n + 1, so that a few samples do not promise too much. What
    lies between two of them is read off the straight line.
    """
    # Of two of the same length, the one that was answered comes first.
    lengths = sorted([(wait.seconds, not wait.answered) for wait in waits])
    at_risk, waiting, before = len(lengths) + 1, 1.0, 0.0
    for seconds, unanswered in lengths:
        if not unanswered:
            left = waiting * (1 - 1 / at_risk)
            if 1 - left >= share - ROUNDING:
                part = (share - (1 - waiting)) / (waiting - left)
                return before + min(1.0, part) * (seconds - before)
            waiting, before = left, seconds
        at_risk -= 1
    return None
