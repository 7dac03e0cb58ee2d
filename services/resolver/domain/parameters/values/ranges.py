"""Write out the days of a range that names its month once: "from 5 to 8 December"."""

# ruff: noqa: RUF001 - dashes and the typographic apostrophe are data

import re

from services.resolver.domain.parameters.values.locality import Locality

_NTH = r"(?:st|nd|rd|th|er|º|ª|\.)"
_LEAD = (
    r"(?:^\s{0,8}|[,;:(]\s{0,8}|(?<!\w)(?:from|between|on|for|the|dates?|vom|von|zwischen|"
    r"am|du|le|entre|del|de|el|dal|il|van|tussen|från|fra|od|mellan)\s{1,3}(?:the\s)?)"
)
"""What stands before a range. "Move order 5 to 8 December" is of one day."""
_TO = r"(?:[-–—]|(?:to|until|till|through|bis|al?|au|à|até|hasta|tot|til|do)(?!\w))"
_AND = r"(?:and|und|et|y|e|en|och|og)(?!\w)"
_BETWEEN = r"(?<!\w)(?:between|zwischen|entre|tussen|mellan)\s{1,3}(?:the\s)?"
_ARTICLE = r"(?:(?:the|le|el|o|den|il)\s)?"
_END = r"(?=\s*(?:$|[,;!?)\n]|\.(?!\d)|(?:for|please|in|at|with|and|if)(?!\w)))"
"""What may follow a day after its month: "December 5 - 8 pm" is of one day."""


def spread(text: str, locality: Locality) -> str:
    """Return *text* with the month at both days of each range within a month."""
    for pattern in _patterns(locality):
        text = pattern.sub(_both, text)
    return text


def _both(match: re.Match[str]) -> str:
    facts = match.groupdict()
    first = next(facts[each] for each in ("a1", "a2", "a3", "a4") if facts.get(each))
    if int(first) >= int(facts["b"]):
        return match[0]  # of two months: which is the first one's is not said
    of = f" {facts['m']}{facts['y'] or ''}"
    lead = facts.get("lead") or facts.get("between") or ""
    return f"{lead}{first}{of} - {facts['b']}{of}"


def _patterns(locality: Locality) -> tuple[re.Pattern[str], re.Pattern[str]]:
    found = _PATTERNS.get(locality.language)
    if found is None:
        names = sorted(locality.months, key=len, reverse=True)
        month = "|".join(re.escape(name) for name in names if not name[:1].isdigit())
        year = r"(?P<y>,?\s{1,3}(?:de\s|del\s)?\d{4}(?!\w))?"
        first = (
            rf"(?i)(?:(?P<lead>{_LEAD})(?P<a1>\d{{1,2}}){_NTH}?\s{{0,3}}{_TO}\s{{0,3}}|"
            rf"(?P<between>{_BETWEEN})(?P<a2>\d{{1,2}}){_NTH}?\s{{1,3}}{_AND}\s{{1,3}}|"
            rf"(?<![\w.,/–-])(?P<a3>\d{{1,2}}){_NTH}?[-–—]|"
            rf"(?<![\w.,/–-])(?P<a4>\d{{1,2}}){_NTH}\s{{0,3}}{_TO}\s{{0,3}})"
            rf"{_ARTICLE}(?P<b>\d{{1,2}}){_NTH}?\s{{1,3}}(?:of\s|de\s|d['’])?"
            rf"(?P<m>{month})(?!\w)\.?{year}"
        )
        second = (
            rf"(?i)(?<!\w)(?P<m>{month})\.?\s{{1,3}}(?P<a1>\d{{1,2}}){_NTH}?\s{{0,3}}"
            rf"(?:[-–—]|(?:to|until|till|through)(?!\w))\s{{0,3}}{_ARTICLE}"
            rf"(?P<b>\d{{1,2}}){_NTH}?{year}{_END}"
        )
        found = (re.compile(first), re.compile(second))
        _PATTERNS[locality.language] = found
    return found


_PATTERNS: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {}
"""By language: a pattern of forty names takes a while to compile."""
