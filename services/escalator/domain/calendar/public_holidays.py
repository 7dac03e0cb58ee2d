"""Public holidays by country, as the `holidays` library has them."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

SEPARATOR = "-"
"""Between a country and its part: `DE-BY`, as ISO 3166-2 writes them."""


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, Sequence[str]]:
    return holidays.list_supported_countries(include_aliases=False)


@lru_cache(maxsize=1)
def known_codes() -> frozenset[str]:
    """Return every code there are holidays for: `PT`, `DE`, `DE-BY`."""
    return frozenset(_countries()) | {
        f"{country}{SEPARATOR}{part}"
        for country, parts in _countries().items()
        for part in parts
    }


@lru_cache(maxsize=256)
def public_holidays(code: str) -> Container[date]:
    """Return the public holidays of `PT` or `DE-BY`; raise ValueError if unknown."""
    country, _, part = code.partition(SEPARATOR)
    if code not in known_codes():
        raise ValueError(f"`{code}` is no country whose holidays are known")
    return holidays.country_holidays(country, subdiv=part or None)


@dataclass(frozen=True, slots=True)
class Closed(Container[date]):
    """Dates of several sources."""

    sources: tuple[Container[date], ...]

    def __contains__(self, on: object) -> bool:
        return any(on in source for source in self.sources)
