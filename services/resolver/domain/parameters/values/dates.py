"""Read the one date or moment that a text names; where two readings are, none.

Libraries were tried (docs/decisions/0008): they read "day after tomorrow" as tomorrow,
or "2 hours" as two hours ago. CLDR gives the names and the order, the grammar is ours.
"""

# ruff: noqa: PLR2004, RUF001 - digits of a date; the typographic apostrophe is data

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from services.resolver.domain.parameters.values.locality import Locality
from services.resolver.domain.parameters.values.ranges import spread
from services.resolver.domain.parameters.values.relative import relative_dates

_ISO = re.compile(r"(?<![\d.-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")
_NUMERIC = re.compile(
    r"(?<![\d./-])(\d{1,4})([./-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-]|\.\d)"
)
_CJK = re.compile(r"(?:(\d{4})\s?[年년]\s?)?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日号일]")
_DAY = r"(?<![\w.,])(?P<d{n}>\d{{1,2}})(?:st|nd|rd|th|er|º|ª|\.)?"
_YEAR = r"(?:,?\s+(?:de\s+|del\s+)?(?P<y{n}>\d{{4}}))?(?!\w)"
_CLOCK = re.compile(
    r"(?i)(?<![\d:.])(?P<h>[01]?\d|2[0-3])(?:[:.](?P<m>[0-5]\d)(?::(?P<s>[0-5]\d))?"
    r"\s*(?P<ap>[ap]\.?m\.?)?|\s*(?P<ap2>[ap]\.?m\.?)|\s*(?:uhr|h)(?P<m2>[0-5]\d)?)"
    r"(?![\w:]|\.\d)"
)
_NOON = re.compile(
    r"(?i)(?<!\w)(?:at\s+)?(noon|midday|mittag|midi|mediodía|meio-dia)\b"
)
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?"
)
_PAST = re.compile(
    r"(?i)birth|bought|purchas|happen|occurr|issued|incident|since|past|paid|joined|"
    r"history|geburt|naissance|nacimiento|nascimento"
)
_COMING = re.compile(
    r"(?i)due|deliver|appoint|schedul|book|meet|until|depart|arriv|check.?in|pick.?up|"
    r"remind|expir|renew|reserv|start|begin|event|travel|termin"
)
NEAR = timedelta(days=150)
"""A day without a year is the nearest one, if one is clearly nearer."""


@dataclass(frozen=True, slots=True)
class Clock:
    """When something was said, and where."""

    now: datetime
    zone: tzinfo
    locality: Locality
    hint: str = ""
    """The parameter's name and description: they may say past or coming."""

    @property
    def today(self) -> date:
        """Return the user's own day."""
        return self.now.astimezone(self.zone).date()

    @property
    def direction(self) -> int:
        """Return 1 for what is to come, -1 for what was, 0 where neither is said."""
        return looks(self.hint)


def looks(hint: str) -> int:
    """Return 1 where *hint* is of what is to come, -1 of what was, else 0."""
    past, coming = _PAST.search(hint), _COMING.search(hint)
    return (1 if coming else 0) - (1 if past else 0)


def read_date(text: str, clock: Clock) -> str | None:
    """Return the one date of *text* in ISO 8601."""
    found = dates_in(text, clock)
    return found.pop().isoformat() if found is not None and len(found) == 1 else None


def read_time(text: str) -> str | None:
    """Return the one time of day in *text*, `HH:MM:SS`."""
    found = times_in(text)
    return found.pop().isoformat() if len(found) == 1 else None


def read_moment(text: str, clock: Clock) -> str | None:
    """Return the one date with time of *text*, in the user's time zone."""
    whole = _MOMENT.findall(text)
    if len(whole) == 1:
        try:
            moment = datetime.fromisoformat(whole[0])
        except ValueError:
            return None
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=clock.zone)
        return zoned.isoformat()
    days, times = dates_in(text, clock), times_in(text)
    if days is None or len(days) != 1 or len(times) != 1:
        return None
    return datetime.combine(days.pop(), times.pop(), clock.zone).isoformat()


def dates_in(text: str, clock: Clock) -> set[date] | None:
    """Return the dates in *text*; None where one of them can be read two ways."""
    found: set[date | None] = set()
    found |= {_made(*map(int, each)) for each in _ISO.findall(text)}
    rest = _ISO.sub(" ", text)
    found |= {
        _ordered(first, sign, second, third, clock.locality)
        for first, sign, second, third in _NUMERIC.findall(rest)
    }
    rest = _NUMERIC.sub(" ", rest)
    for year, month, day in _CJK.findall(rest):
        found.add(_in_year(year, int(month), int(day), clock))
    rest = spread(rest, clock.locality)
    named = _named(clock.locality)
    for match in named.finditer(rest):
        facts = match.groupdict()
        n = "1" if facts["m1"] else "2"
        month = clock.locality.months[facts[f"m{n}"].lower().rstrip(".")]
        found.add(_in_year(facts[f"y{n}"] or "", month, int(facts[f"d{n}"]), clock))
    rest = named.sub(" ", rest)
    found |= relative_dates(
        rest.lower(), clock.today, clock.locality.weekdays, clock.direction
    )
    if None in found:
        return None
    return {each for each in found if each is not None}


def times_in(text: str) -> set[time]:
    """Return the times of day in *text*."""
    found = {time(12) for _ in _NOON.findall(text)}
    for match in _CLOCK.finditer(text):
        hour = int(match["h"])
        minute = int(match["m"] or match["m2"] or 0)
        half = (match["ap"] or match["ap2"] or "").lower()[:1]
        if half and not 1 <= hour <= 12:
            continue
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        found.add(time(hour, minute, int(match["s"] or 0)))
    return found


def _named(locality: Locality) -> re.Pattern[str]:
    pattern = _PATTERNS.get(locality.language)
    if pattern is None:
        names = sorted(locality.months, key=len, reverse=True)
        month = "|".join(re.escape(name) for name in names if not name[:1].isdigit())
        first = _DAY.format(n=1) + rf"\s+(?:of\s+|de\s+|d['’])?(?P<m1>{month})\.?"
        second = rf"(?<!\w)(?P<m2>{month})\.?\s+" + _DAY.format(n=2)
        pattern = re.compile(
            f"(?i)(?:{first}{_YEAR.format(n=1)}|{second}{_YEAR.format(n=2)})"
        )
        _PATTERNS[locality.language] = pattern
    return pattern


_PATTERNS: dict[str, re.Pattern[str]] = {}
"""By language: a pattern of forty names takes a while to compile."""


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _ordered(
    first: str, sign: str, second: str, third: str, locality: Locality
) -> date | None:
    if len(first) > 2:
        return _made(int(first), int(second), int(third)) if len(first) == 4 else None
    year = int(third) + (2000 if len(third) == 2 else 0)
    one, two = int(first), int(second)
    day_first, month_first = _made(year, two, one), _made(year, one, two)
    if sign == "." or day_first == month_first:
        return day_first
    if locality.order == "YMD" and len(third) == 2:
        return None
    if locality.order in {"DMY", "MDY"}:
        return day_first if locality.order == "DMY" else month_first
    return None if day_first and month_first else day_first or month_first


def _in_year(year: str, month: int, day: int, clock: Clock) -> date | None:
    if year:
        return _made(int(year), month, day)
    today = clock.today
    near = [_made(today.year + step, month, day) for step in (-1, 0, 1)]
    days = [each for each in near if each is not None]
    if clock.direction > 0:
        return min((each for each in days if each >= today), default=None)
    if clock.direction < 0:
        return max((each for each in days if each <= today), default=None)
    close = [each for each in days if abs(each - today) <= NEAR]
    return close[0] if len(close) == 1 else None
