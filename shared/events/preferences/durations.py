"""Spans of time as people write them: `30s`, `15m`, `2h`, `3d`, or ISO 8601."""

import re
from datetime import timedelta
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, TypeAdapter, WithJsonSchema

MAX_DAYS = 3650
_SHORT = re.compile(r"(?P<count>\d{1,9})(?P<unit>[smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_ISO = re.compile(r"P(?!$)(\d+W|(\d+D)?(T(?!$)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?)")
"""Days and smaller: how long a month is depends on when it begins."""
_TIMEDELTA: TypeAdapter[timedelta] = TypeAdapter(timedelta)


@lru_cache(maxsize=1024)
def to_timedelta(text: str) -> timedelta:
    """Return the span that *text* says; raise ValueError where it says none."""
    if (short := _SHORT.fullmatch(text)) is not None:
        span = timedelta(**{_UNITS[short["unit"]]: int(short["count"])})
    elif _ISO.fullmatch(text) is not None:
        weeks = re.fullmatch(r"P(\d+)W", text)
        span = (
            timedelta(weeks=int(weeks[1]))
            if weeks
            else _TIMEDELTA.validate_python(text)
        )
    else:
        raise ValueError(
            "a duration is a whole number with s, m, h or d (`30s`, `15m`, `2h`, `3d`)"
            " or ISO 8601 (`PT30M`, `P3D`)"
        )
    if span > timedelta(days=MAX_DAYS):
        raise ValueError(f"a duration is at most {MAX_DAYS} days")
    return span


def _checked(text: str) -> str:
    to_timedelta(text)
    return text


Duration = Annotated[
    str,
    AfterValidator(_checked),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^({_SHORT.pattern}|{_ISO.pattern})$".replace(
                "?P<count>", ""
            ).replace("?P<unit>", ""),
            "examples": ["30s", "15m", "2h", "3d", "PT30M"],
        }
    ),
]
"""Kept as it was written: what GET answers is what was PUT."""
