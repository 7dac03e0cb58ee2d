"""Business hours by brute force: every minute is looked at on the clock on the wall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Times = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Minutes:
    """What a calendar must say, of plain values and of a window of minutes."""

    zone: str
    week: Mapping[str, Times] | None
    holidays: frozenset[date]
    overrides: Mapping[date, Times]

    def is_open(self, at: datetime) -> bool:
        wall = at.astimezone(ZoneInfo(self.zone))
        reads = f"{wall:%H:%M}"
        if wall.date() in self.overrides:
            times = self.overrides[wall.date()]
        elif wall.date() in self.holidays:
            times = ()
        elif self.week is None:
            times = (("00:00", "24:00"),)
        else:
            times = self.week.get(DAYS[wall.weekday()], ())
        return any(start <= reads < end for start, end in times)

    def window(self, start: datetime, minutes: int) -> list[bool]:
        """Return of each minute from *start* on whether it is open."""
        return [self.is_open(start + number * MINUTE) for number in range(minutes)]


def changes_of(zone: str, first: int = 2009, last: int = 2030) -> list[datetime]:
    """Return the hours after which the clocks of *zone* were changed."""
    info, found = ZoneInfo(zone), []
    at = datetime(first, 1, 1, tzinfo=UTC)
    while at.year < last:
        later = at + timedelta(hours=12)
        if at.astimezone(info).utcoffset() != later.astimezone(info).utcoffset():
            found.append(at)
        at = later
    return found
