"""Read a number that an answer gives as a word: "three", "drei, bitte"."""

# ruff: noqa: E501, SIM905 - words of many alphabets, a language a line

import unicodedata

from services.resolver.domain.parameters.values.nouns import nouns_of

_NUMERALS: dict[str, str] = {
    "en": "one two three four five six seven eight nine ten eleven twelve",
    "de": "eins|ein|eine|einen zwei|zwo drei vier fünf|fuenf sechs sieben acht neun zehn elf zwölf|zwoelf",
    "fr": "un|une deux trois quatre cinq six sept huit neuf dix onze douze",
    "es": "uno|un|una dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "pt": "um|uma dois|duas três quatro cinco seis sete oito nove dez onze doze",
    "it": "uno|un|una due tre quattro cinque sei sette otto nove dieci undici dodici",
    "nl": "één|een twee drie vier vijf zes zeven acht negen tien elf twaalf",
    "pl": "jeden|jedna|jedno dwa|dwie trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście",
    "sv": "ett|en två tre fyra fem sex sju åtta nio tio elva tolv",
    "da": "en|et to tre fire fem seks syv otte ni ti elleve tolv",
    "ru": "один|одна|одно два|две три четыре пять шесть семь восемь девять десять одиннадцать двенадцать",
    "zh": "一 二|两|兩 三 四 五 六 七 八 九 十 十一 十二",
    "ja": "一|一つ|ひとつ 二|二つ|ふたつ 三|三つ|みっつ 四|四つ|よっつ 五|五つ|いつつ 六|六つ 七|七つ 八|八つ 九|九つ 十 十一 十二",
}
"""One to twelve, by language; further words for a number after a bar."""
_COMMON = frozenset("once um to en et fire sex ti ni een sei jeden tio".split())
"""Words that are others in other languages: "once" is eleven to who writes Spanish."""
_AROUND = frozenset(
    "please thanks only just bitte danke nur merci s'il vous plaît gracias por favor "
    "obrigado obrigada grazie per favore alsjeblieft proszę tack tak пожалуйста".split()
)
"""Words that may stand around a number and change nothing."""


def _table(language: str) -> dict[str, int]:
    places = enumerate(_NUMERALS[language].split(), 1)
    return {word: number for number, words in places for word in words.split("|")}


_TABLES = {language: _table(language) for language in _NUMERALS}
_ALL = {word: number for table in _TABLES.values() for word, number in table.items()}
"""No word of two languages is two numbers; a test holds it."""


def numeral_said(answer: str, *, name: str, language: str) -> int | None:
    """Return the number that *answer* is, in words, for the parameter *name*.

    Only where nothing else is said: "two weeks" are no two days.
    """
    plain = unicodedata.normalize("NFC", answer[:100]).casefold()
    words = [each.strip(".,;:!。、") for each in plain.split()]
    around = _AROUND | {form for noun in nouns_of(name) for form in (noun, f"{noun}s")}
    rest = [each for each in words if each and each not in around]
    if len(rest) != 1:
        return None
    own = _TABLES.get("da" if language in {"nb", "nn", "no"} else language, {})
    if rest[0] in own:
        return own[rest[0]]
    return None if rest[0] in _COMMON else _ALL.get(rest[0])
