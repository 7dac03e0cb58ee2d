"""How a user writes dates and numbers, from their locale and their time zone."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError

MAX_TAG = 35
"""Characters of a locale tag; longer ones are no tags."""


@dataclass(frozen=True, slots=True)
class Locality:
    """What CLDR says of a locale; None where no locale is known."""

    language: str
    region: str | None
    order: str | None
    """`DMY`, `MDY` or `YMD`."""
    decimal: str | None
    group: str | None
    months: dict[str, int]
    """Names and abbreviations in the user's language and in English, in lower case."""
    weekdays: dict[str, int]


@lru_cache(maxsize=256)
def locality_of(tag: str | None) -> Locality:
    """Return what is known of the locale *tag*, such as `pt-BR`."""
    locale = _parsed(tag)
    english = Locale.parse("en")
    months, weekdays = _names(english)
    if locale is None:
        return Locality("en", None, None, None, None, months, weekdays)
    own_months, own_weekdays = _names(locale)
    symbols = locale.number_symbols
    latin = symbols.get("latn") or next(iter(symbols.values()))
    return Locality(
        language=locale.language,
        region=locale.territory,
        # A bare "en" is as often from Boston as from Bristol.
        order=None if tag and tag.lower() == "en" else _order(locale),
        decimal=str(latin.get("decimal") or "."),
        group=str(latin.get("group") or ","),
        months={**months, **own_months},
        weekdays={**weekdays, **own_weekdays},
    )


def zone_of(name: object, now: datetime) -> tzinfo:
    """Return the user's time zone; without one, that of the message's own time."""
    if isinstance(name, str) and name:
        try:
            return ZoneInfo(name)
        except (ValueError, KeyError, OSError):
            pass
    zone = now.tzinfo
    assert zone is not None
    return zone


def _parsed(tag: str | None) -> Locale | None:
    if not tag or len(tag) > MAX_TAG:
        return None
    try:
        return Locale.parse(tag.split(".")[0].replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        return None


def _order(locale: Locale) -> str:
    pattern = locale.date_formats["short"].pattern
    places = {part.upper(): pattern.find(part) for part in ("d", "M", "y")}
    return "".join(sorted(places, key=lambda part: places[part]))


def _names(locale: Locale) -> tuple[dict[str, int], dict[str, int]]:
    months: dict[str, int] = {}
    weekdays: dict[str, int] = {}
    for shape in ("format", "stand-alone"):
        for width in ("abbreviated", "wide"):
            for number, name in locale.months[shape][width].items():
                months[name.rstrip(".").lower()] = int(number)
        for number, name in locale.days[shape]["wide"].items():
            weekdays[name.lower()] = int(number)
    return months, weekdays
