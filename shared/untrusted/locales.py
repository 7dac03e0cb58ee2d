"""Read the language and the time zone of a session, however they were written."""

import re
from functools import lru_cache
from zoneinfo import available_timezones

MAX_CHARS = 64
_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_QUALITY = re.compile(r"q=([01](?:\.\d{0,3})?)")
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])\s*0?(\d{1,2})(?::?00)?", re.IGNORECASE)
_MOST_EAST, _MOST_WEST = 14, 12
"""Hours of the zones that the time zone database names by their offset."""


def is_tag(locale: str) -> bool:
    """Return whether *locale* is a language tag as it is."""
    return len(locale) <= MAX_CHARS and _is_tag(locale)


@lru_cache(maxsize=1024)
def _is_tag(locale: str) -> bool:
    return _TAG.fullmatch(locale) is not None


def read_locale(text: str) -> str | None:
    """Return the tag that *text* prefers: a tag, a POSIX locale or an Accept-Language.

    None where it names no language.
    """
    best, most = None, 0.0
    for part in text[:4096].split(","):
        name, _, parameters = part.partition(";")
        tag = name.strip().split(".")[0].split("@")[0].replace("_", "-")
        quality = _QUALITY.search(parameters.replace(" ", ""))
        weight = float(quality[1]) if quality else 1.0
        if weight > most and is_tag(tag):
            best, most = tag, weight
    return best


def is_zone(timezone: str) -> bool:
    """Return whether *timezone* is a name of the time zone database."""
    return len(timezone) <= MAX_CHARS and _is_zone(timezone)


@lru_cache(maxsize=1024)
def _is_zone(timezone: str) -> bool:
    return timezone in _zones()


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    return {name: name for name in available_timezones()}


@lru_cache(maxsize=1)
def _folded() -> dict[str, str]:
    return {name.casefold(): name for name in _zones()}


def read_zone(text: str) -> str | None:
    """Return the zone that *text* means, in the database's spelling, or None."""
    plain = text.strip()[:MAX_CHARS].replace(" ", "_")
    if (known := _folded().get(plain.casefold())) is not None:
        return known
    offset = _OFFSET.fullmatch(text.strip()[:MAX_CHARS])
    if offset is None:
        return None
    hours, east = int(offset[2]), offset[1] == "+"
    if hours > (_MOST_EAST if east else _MOST_WEST):
        return None
    # The names of these zones count westward.
    return f"Etc/GMT{'-' if east else '+'}{hours}" if hours else "Etc/UTC"
