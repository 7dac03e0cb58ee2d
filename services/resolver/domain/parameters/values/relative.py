"""Days that are named from today: tomorrow, in 3 days, last Monday."""

# ruff: noqa: E501, RUF001, SIM905 - words of many alphabets, a language a line

import re
from collections.abc import Mapping
from datetime import date, timedelta

_DAYS: dict[int, str] = {
    2: "day after tomorrow|übermorgen|après-demain|après demain|pasado mañana|"
    "depois de amanhã|dopodomani|overmorgen|pojutrze|i övermorgon|övermorgon|overmorgen|"
    "ylihuomenna|pozítří|poimâine|holnapután|послезавтра|післязавтра|öbür gün|"
    "بعد غد|परसों|后天|後天|明後日|あさって|모레|lusa|ngày kia|มะรืนนี้|μεθαύριο|מחרתיים",
    1: "tomorrow|tmrw|morgen|demain|mañana|amanhã|domani|jutro|imorgon|i morgon|"
    "i morgen|huomenna|zítra|mâine|holnap|завтра|yarın|غدا|غدًا|बीता नहीं कल|明天|明日|"
    "내일|besok|ngày mai|พรุ่งนี้|αύριο|מחר",
    0: "today|tonight|heute|aujourd'hui|aujourd’hui|hoy|hoje|oggi|vandaag|dzisiaj|dziś|"
    "idag|i dag|tänään|dnes|astăzi|azi|ma|сегодня|сьогодні|bugün|اليوم|आज|今天|今日|오늘|"
    "hari ini|hôm nay|วันนี้|σήμερα|היום",
    -1: "yesterday|gestern|hier|ayer|ontem|ieri|gisteren|wczoraj|igår|i går|eilen|"
    "včera|tegnap|вчера|вчора|dün|أمس|昨天|昨日|어제|kemarin|hôm qua|เมื่อวาน|χθες|אתמול",
    -2: "day before yesterday|vorgestern|avant-hier|anteayer|antier|anteontem|"
    "l'altro ieri|eergisteren|przedwczoraj|i förrgår|позавчера|前天|一昨日|그저께",
}
_LATIN = re.compile(r"[a-zà-ɏа-яёєіїґα-ωά-ώ]")
_AMBIGUOUS = frozenset({"ma", "hier", "azi"})
"""Words that are others in other languages ("hier" is German for "here")."""
_MORNING = re.compile(
    r"(?:la|esta|por la|de la|jeden|am|guten)\s(?:mañana|morgen)|heute morgen"
)
"""`mañana` and `morgen` are the morning too."""
_INSTEAD = re.compile(
    r"(?<!\w)(?:instead of|rather than|statt|anstatt|au lieu d|en vez de|em vez de|"
    r"invece d|in plaats van|вместо)"
)
"""One of the days in such a sentence is the one that is not meant."""
_NUMERALS = "a one two three four five six seven eight nine ten".split()
_NUMERAL = re.compile(rf"(?<!\w)({'|'.join(_NUMERALS)})(?= (?:days?|weeks?)(?!\w))")
_UNITS = {
    1: "days?|tage?n?|jours?|días?|dias?|giorni|giorno|dag(?:en)?|dagar|dager",
    7: "weeks?|wochen?|semaines?|semanas?|settiman[ae]|weken|week",
}
_AHEAD = re.compile(
    r"(?<!\w)(?:in|en|dans|dentro de|em|daqui a|tra|fra|over|om)\s+(\d{1,3})\s+"
    rf"(?:(?P<d>{_UNITS[1]})|(?P<w>{_UNITS[7]}))(?!\w)|"
    rf"(?<!\w)(\d{{1,3}})\s+(?:(?P<d2>days?)|(?P<w2>weeks?))\s+from\s+(?:now|today)"
)
_AGO = re.compile(
    r"(?<!\w)(?:vor|il y a|hace|há|för)\s+(\d{1,3})\s+"
    rf"(?:(?P<d>{_UNITS[1]})|(?P<w>{_UNITS[7]}))(?!\w)|"
    rf"(?<!\w)(\d{{1,3}})\s+(?:(?P<d2>{_UNITS[1]})|(?P<w2>{_UNITS[7]}))\s+"
    r"(?:ago|fa|atrás|geleden|sedan|siden)(?!\w)"
)
_LAST = r"last|past|letzten|letzter|vergangenen|pasado|passada|passado|scorso|vorige"
_THIS = r"this|coming|this coming|diesen|kommenden|este|esta|questo|deze|ce"
_NEXT = r"next|nächsten|nächster|prochain|próximo|próxima|prossimo|volgende"
WEEK = 7
_SUNDAY = 6


def _day_pattern(words: str) -> re.Pattern[str]:
    bounded = []
    for word in sorted(words.split("|"), key=len, reverse=True):
        if word in _AMBIGUOUS:
            continue
        spaced = _LATIN.search(word)
        bounded.append(
            rf"(?<!\w){re.escape(word)}(?!\w)" if spaced else re.escape(word)
        )
    return re.compile("|".join(bounded))


_DAY_PATTERNS = {
    offset: _day_pattern(_DAYS[offset]) for offset in sorted(_DAYS, key=abs)[::-1]
}
"""The farthest first: "day after tomorrow" holds "tomorrow"."""


def _digits(match: re.Match[str]) -> str:
    return str(max(1, _NUMERALS.index(match[1])))


def relative_dates(
    text: str, today: date, weekdays: Mapping[str, int], direction: int
) -> set[date | None]:
    """Return the days that *text* (lower case) names; None for an unclear one."""
    found: set[date | None] = set()
    if _INSTEAD.search(text):
        return {None}
    rest = _NUMERAL.sub(_digits, _MORNING.sub(" ", text))
    for offset, pattern in _DAY_PATTERNS.items():
        if pattern.search(rest):
            found.add(today + timedelta(offset))
            rest = pattern.sub(" ", rest)
    for pattern, sign in ((_AHEAD, 1), (_AGO, -1)):
        for match in pattern.finditer(rest):
            count = int(match[1] or match[4])
            days = count * (1 if match["d"] or match["d2"] else WEEK)
            found.add(today + timedelta(sign * days))
    return found | _weekdays(rest, today, weekdays, direction)


def _weekdays(
    text: str, today: date, weekdays: Mapping[str, int], direction: int
) -> set[date | None]:
    found: set[date | None] = set()
    for name, number in weekdays.items():
        pattern = (
            rf"(?:(?P<last>{_LAST})|(?P<this>{_THIS})|(?P<next>{_NEXT}))?\s*"
            rf"(?<!\w){re.escape(name)}(?!\w)"
        )
        if name not in text:
            continue
        for match in re.finditer(pattern, text):
            ahead = (number - today.weekday() - 1) % WEEK + 1
            way = direction
            if match["next"]:
                # The coming one where that is in another week; else nobody agrees.
                way = (
                    1 if number <= today.weekday() or today.weekday() == _SUNDAY else 0
                )
            elif match["last"] or match["this"]:
                way = -1 if match["last"] else 1
            if number == today.weekday() and way > 0 and not match["next"]:
                way = 0  # today, or in a week?
            back = (today.weekday() - number - 1) % WEEK + 1
            found.add(today + timedelta(ahead if way > 0 else -back) if way else None)
    return found
