"""Recognise a wish for a person by the frames of one language at a time.

`persons` reads all languages at once, closely: an unknown word breaks its patterns.
Here each word is read in its own language and a frame lets a few words pass between
its parts, so that a sentence nobody wrote down before is heard as well. What keeps
this from hearing everything are the breaks: what is mine, what is others', a denial,
the past, and a question how something works.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from services.resolver.domain.words.person_east import EAST
from services.resolver.domain.words.person_west import WEST
from services.resolver.domain.words.plain import folded

_FORWARD = re.compile(
    r"""
    # speak with a person; with somebody else from sales
      S[AYRMWZULDHQT]{0,4}[.J]?[AYRMZUJD]{0,3}[PQ]
    | TA{1,4}R*[UD]?[PQ]
    | S[AYM]{0,4}[UD]
    # an answer from a person
    | HA{1,2}R*P
    """,
    re.VERBOSE,
)
"""In languages whose verb stands before the person; also in a question how."""
_ANYWHERE = re.compile(
    r"""
    # who can I talk to
      I[AYWMH.]{0,5}S(?=[AYZHWM]*$)
    | (?<!Q)I[AYWM]{1,4}S|AI[AYWM]{0,4}S
    | FXA?R?[PQ]
    # be connected to an agent
    | k[AYZR]{0,5}[PQUD]
    | I[AY]{0,2}W[AYM]{0,3}L(?=[AYZHWM]*$)
    # transfer me to an agent
    | C[AYZ]{0,2}M[AYRWZUJ]{0,5}[PQUD]
    | M[AYWZ]{0,4}C[AYRZU]{0,5}[PQU]
    # reach an agent
    | L[AYM]{0,3}R*P
    | L[AYM]{0,3}U(?=[AYZM]*$)
    # not with a bot
    | N[.]?[AWSYMGCRHTL]{0,6}[.]?[AYSTW]{0,3}B[AYJZS]{0,2}[.]?[AYJ]*$
    | SA*NA*B[AY]*$
    """,
    re.VERBOSE,
)
"""Also in a question how."""
_STATED = re.compile(
    r"""
    # transfer to an agent
      CA{0,5}[PQ](?=[AYZD]*$)
    | C[AYU]{0,3}R?P?[PQU](?=[AYZUDW]*$)
    # escalate my case to a supervisor
    | C[AY]{0,2}[OM]?A?[iW]A{0,3}[PQU]
    | GA{0,2}R?PA{0,3}[TSi]$
    # a call with your team, from your sales
    | [WGS.][AYM]{0,3}[.]?A{0,3}[TL]{1,2}[AYZG]{1,4}[PQUD]+(?=[AYUD]*$)
    # support by people
    | UA{1,3}P
    # somebody to help me
    | (?<!O)Q[AYWI]{0,3}M[AY]{0,2}H[AYWZ]*$
    | M[AYW]{0,2}H[AYW.]{0,2}Q[AY]*$
    # need a human to look at my case
    | [PQ]W[AYM]{0,3}H(?=[AYMZ]*$)
    | (?<!O)(?:P|RQ)[AYWM]{0,3}H[AYM]{0,3}(?:[Oi]A?[.i]?)?[AY]*$
    | W[AYM]{0,3}(?<!O)Q[AYW]{0,2}H[AYM]{0,2}O?i
    | [Oi]A?[.i]?[AYW]{0,2}H[AYW]{0,2}[PQ][AY]*$
    # helped by a person
    | W[AYM]{0,4}H[AYM]{0,3}R?(?:P|Q[AYD]*$)
    | W[AYM]{0,4}P[AYM]{0,2}O?i?H
    # is an agent available to talk
    | ^[AYWED]*R?[PQ]{1,2}R?[AYDUE]{0,5}v[AYE]*[ST]?[AYWE]*$
    | ^(?=.*v)[AYWEv]*[.]?[AYEv]*R?P[AYEv]*$
    | ^[AYWED]*v[AYE]*[PQ][AYWE]*$
    | ^[AYWE]*Q[AYDUE.]{0,5}S[AYEW]*$
    | ^[AYWE]*Q[AYDU]{0,4}W[AYE]*S[AY]*$
    | ^[AYW]*Q[AYDU]{0,4}L[AY]*$
    # get me your manager
    | G[AYMZW]{0,4}[RJU.]?A?[PQ](?=[AYRZUM]*$)
    # someone who can call me
    | (?<!O)[PQU][AYWMHRD.]{0,4}L[AYZW]{0,2}M
    | (?<!O)[PQ][AYWUZ]{0,4}[^O]?[AYUZ]{0,2}M[AYWZ]{0,3}L
    | (?<!O)[PQ][AYWUM]{0,4}K
    | M[AYWZ]{0,3}L[AYZW]{0,4}[PQ]
    | M[AYW]{0,2}(?<!O)[PQ][AYZWUJ]{0,5}L
    | L[AY]?M[AYZW]{0,2}[PQ]
    | W[AYM]{0,3}L[AYZ.]{0,3}[PQ](?=[AYUZ]*$)
    | E[AYZ.]{0,4}[LHS][AYM]{0,3}[PQ]
    | [WE][AYM]{0,3}Q[AY]{0,2}Z
    | W[AYM]{0,4}Z[AYM]{0,3}S|W[AYM]{0,4}S[AYM]{0,4}Z
    | W[AYM]{0,4}S[AY]{0,3}M[AYZ]*$
    | W[AYM]{0,3}K(?![AYZ]{0,3}[O.])
    | K[AYZ]{0,3}[PQ]
    # a technician can take over
    | ^[AY]*[PQ][AYUDM]{0,3}W[AYMZ]{0,2}H[AYM]*$
    # could you call me by phone
    | W[AYZ]{0,4}L[AYZ]{0,2}M[AYZWL.]{0,2}$
    | W[AYZ]{0,4}M[AYZ]{0,3}[LK][AYZWLE]*$
    | M[AYZL]{0,4}L[AYZ.]{0,2}W[AYMZWE]*$
    # is there someone I can call
    | E[AYWM]{0,3}R*(?<!O)[PQ][AYZE]*$
    | E[AYWM.]{0,3}R*[PQ][AYWMZQ]{0,6}[SLHKC]
    | (?<!O)[PQ][AYM]{0,3}[SLH][AYW]{0,4}[PQ]?[AY]*EA*[WY]?$
    | ^[AYW]*R?[PQ]R?A*[EN][AE]*W?[AY]*$
    | ^[AYW]*[PQ]RA*E[AE]*[.]?[AY]*$
    # a real person
    | (?<![ON])R[AYR]{0,2}[PQ](?![.])
    | [PQ]A?R(?=[AYWMHLZS]|$)
    # I need a human
    | [WG][AYMRW]{0,4}P[AYRZUHMWE]*$
    | W[AYM]{0,3}[AYM]{0,2}Q[AYMR]*YA*$
    # I want someone to help me
    | W[AYMZW]{0,4}(?<!O)R?[PQ][AYWMUZ]{0,4}[.]?H(?=[AYMZHW]*$)
    | W[AYMZ]{0,3}H[AYMZW]{0,4}U?[PQ](?=[AYUZR]*[.]?[AY]*$)
    | W[AYMHZ]{0,5}[PQ]R?[AY]*$(?<=P)
    | H[AYM]{0,2}R?P
    | [PR][AY]?H(?=[AYWMZE]*$)
    | [PQ][AYU]{0,3}[.]?[AY]?H[AYMW]*$(?<=[HMAYW])(?<![.])
    # with a bot I don't speak
    | B[ARP]{0,2}[SW]{0,2}A?(?:NA?[SW]?|S[AY]*N[AWE]*)[AYWM]*$
    """,
    re.VERBOSE,
)
"""Only where it is not asked how."""
_BACKWARD = re.compile(
    r"""
      (?<!O)[PQU][AYMWRZJUDQF]{0,4}[.]?[AYZ]{0,2}S(?![^|]*X)
    | PF?L[AYW]*$
    | L[AY]*[PQ]A*E
    | [PQ]A?O?i[AYW]?H|QA?OH
    | M[AYWZ]{0,4}[PQU][AYUZRQP]{0,4}C
    | (?<![OJ])(?<!JA)[PQU][AYZMU]{0,3}C[AYWMG]*$
    | (?<!O)[PQ][AYM]{0,3}G[AYWM]*$
    | (?<!O)[PQ][AYM]{0,2}(?:R?P)?W[AYMW]*$
    """,
    re.VERBOSE,
)
"""In languages whose verb stands behind the person."""
_WHOLE = re.compile(
    r"""(?:
      [AYWMZ]*[RU]?P[AYRUHZM]*P?Y*
    | [AYWMZ]*R+[AY]?[PQ][AYU]*
    | [AYWM]*QR[AYU]*
    | [AYW]*Q[AYU.]{0,3}Y[AY]*
    | A?Q
    | [AYWM]*U+[AYZU]*
    | [AYWM]*[WG]M?[AYM]*[PQ]Y*
    | [.]?[AYWMZGED]*K(?:[AYMZGTUPQ]{1,9}[.]|[AYMZDGWELTUR]*)[AY]*
    | [PQ]M[AY]*
    | [AYWM]*R[SH]A*[PQ][AY]*
    | [AYW]*T[AY]*[PQ][AYU]*
    | [AYWZ]*L[AYZ]{0,3}M[AYZ]*
    | Y*M[AYZL]*L[AYW]*
    | [AYMW]*R[AY]?[HSUL][AYW]*
    | [AYM]*N[AY]*B[AYW]*
    | [AYWM]*Q[AY]*H[AYM]*
    | [AYWM]*[PR][AY]?[HU][AYW]*
    | P[TS][.]?
    | [AYWM]*CM[AY]*
    | E[AY]*[PQ]R?[AY]*
    | [AY]*QEA*[YW]*
    )$""",
    re.VERBOSE,
)
"""A clause that says nothing else."""
_DENIED = re.compile(r"N[AWYM]{0,3}[SWGCLPQ]|[SW]A?N")
"""Unless it is the bot that is not wanted."""
_OTHERWISE = re.compile(
    r"""
    # I was transferred; am I talking to a human; are you a real person
      (?<!F)XA?[AYMWR]{0,4}[SCLPQ]
    | [PQ][AYUR]{0,2}X
    # can my customers talk to an agent
    | O[.QPA]{1,2}S
    # a person or a bot
    | [PQ][AR]*VA*B|BA*V[AR]*[PQ]
    """,
    re.VERBOSE,
)
"""What happened, what others do, and what one is in doubt about."""
_HOW = re.compile(r"[AYM]{0,2}F|.*F[AY]?$")
_BEHIND = frozenset({"de", "nl", "tr", "hi", "pl", "ru", "uk"})
_LAST = frozenset({"tr", "hi"})
_APOSTROPHE = re.compile(r"(?<=[а-яіїєґ])['’ʼ](?=[а-яіїєґ])", re.IGNORECASE)  # noqa: RUF001
_DEVANAGARI = re.compile("[\u0900-\u097f]")
_APART = re.compile(f"{_DEVANAGARI.pattern}|{_APOSTROPHE.pattern}", re.IGNORECASE)
_DROPPED = "\u0900\u0901\u0902\u093c"
_FEW = 2
_FIRST = 3
"""Letters by which the phrases that may begin with a word are found."""
_FEW_WORDS = 3
_SPLIT = re.compile(r"[.,;:!?…\n؟،¿¡।()]+| - | – | — ")
_ARABIC = ("", "ال", "لل", "بال", "وال", "ب", "ل", "و", "ف", "فل", "وب", "ول")
_NAMES = "PQUBKLSTkRI"
"""Classes of which a wish has at least one."""
_TYPO_CHARS = 6
_TYPO_WORDS = 6
_CLAUSES = 12


class Language:
    """A language's words, by what they do."""

    def __init__(self, name: str, words: str) -> None:
        """Read *words*: a class to a line, then its words."""
        self.name = name
        self.exact: dict[str, str] = {}
        self.stems: dict[str, str] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._parts: set[str] = set()
        self.telling: set[str] = set()
        self._part_stems: tuple[str, ...] = ()
        for line in words.strip().splitlines():
            letter, *listed = line.split()
            for word in listed:
                if "_" in word or " " in bare(word):
                    self._add_phrase(word, letter)
                elif word.endswith("*"):
                    self.stems.setdefault(bare(word), letter)
                else:
                    self.exact.setdefault(bare(word), letter)
        for phrases in self._phrases.values():
            phrases.sort(key=lambda phrase: -len(phrase[0]))
        self.near = {
            part: letter
            for known, letter in (self.stems | self.exact).items()
            if letter in "PQU" and len(known) >= _TYPO_CHARS
            for part in _shortened(known)
        }
        self._shortest = min(map(len, self.stems), default=1)
        self.class_of = lru_cache(maxsize=8_192)(self._class_of)

    def classes(self, clause: str) -> str:
        """Return what the words of a bare *clause* do, a letter to a word."""
        words = clause.split()
        guess = len(words) <= _TYPO_WORDS
        found: list[str] = []
        at = 0
        while at < len(words):
            letter, length = self._phrase_at(words, at)
            found.append(letter or self.class_of(words[at], guess))
            at += length
        return "".join(found)

    def _phrase_at(self, words: list[str], at: int) -> tuple[str, int]:
        for phrase, letter in self._phrases.get(words[at][:_FIRST], ()):
            here = words[at : at + len(phrase)]
            if len(here) == len(phrase) and all(
                word.startswith(part[:-1]) if part[-1] == "*" else word == part
                for word, part in zip(here, phrase, strict=True)
            ):
                return letter, len(phrase)
        return "", 1

    def knows(self, word: str) -> bool:
        """Return whether *word* is one, or is part of a phrase."""
        return (
            self.class_of(word, False) != "."  # noqa: FBT003 - cached
            or word in self._parts
            or word.startswith(self._part_stems)
        )

    def _add_phrase(self, phrase: str, letter: str) -> None:
        parts: list[str] = []
        for part in phrase.split("_"):
            if part.endswith("*"):
                self._part_stems += (bare(part),)
                parts.append(bare(part) + "*")
            else:
                self._parts.update(bare(part).split())
                parts += bare(part).split()
        if letter in _NAMES:
            self.telling.add(max(parts, key=len))
        first = parts[0].removesuffix("*")[:_FIRST]
        self._phrases.setdefault(first, []).append((tuple(parts), letter))

    def _class_of(self, word: str, guess: bool) -> str:  # noqa: FBT001 - cached
        for prefix in _ARABIC if self.name == "ar" else ("",):
            if word.startswith(prefix) and (known := self._known(word[len(prefix) :])):
                return known
        if guess and len(word) >= _TYPO_CHARS - 1:
            return next(
                (self.near[part] for part in _shortened(word) if part in self.near),
                ".",
            )
        return "."

    def _known(self, word: str) -> str | None:
        if (found := self.exact.get(word)) is not None:
            return found
        for end in range(len(word), self._shortest - 1, -1):
            if (found := self.stems.get(word[:end])) is not None:
                return found
        return None


def _shortened(word: str) -> set[str]:
    """Return *word*, and it without each of its letters but the first."""
    return {word} | {word[:at] + word[at + 1 :] for at in range(1, len(word))}


def bare(text: str) -> str:
    """Return *text* folded; Indic vowel signs are letters, not spaces."""
    if not _DEVANAGARI.search(text):
        return " ".join(folded(_APOSTROPHE.sub("", text)).split())
    apart = unicodedata.normalize("NFD", text.casefold())
    return " ".join("".join(map(_indic, apart)).split())


def _indic(char: str) -> str:
    if char.isalnum() or unicodedata.category(char) == "Mc":
        return char
    if unicodedata.category(char) == "Mn":
        return "" if char in _DROPPED else char
    return " "


LANGUAGES = {name: Language(name, words) for name, words in (WEST | EAST).items()}
_TELLING_STEMS = tuple(
    part[:-1]
    for each in LANGUAGES.values()
    for part in each.telling
    if part.endswith("*")
)


def may_ask(text: str, words: list[bytes]) -> bool:
    """Return whether *words*, those of *text*, hold any that a wish is made of."""
    if not text.isascii() and _APART.search(text):
        return True  # folding parts its words
    return any(map(_is_named, words)) or (
        len(words) <= _FEW_WORDS and any(map(_is_nearly_named, words))
    )


@lru_cache(maxsize=65_536)
def _is_named(word: bytes) -> bool:
    text = word.decode()
    return text.startswith(_TELLING_STEMS) or any(
        each.class_of(text, False) in _NAMES  # noqa: FBT003 - cached
        or text in each.telling
        for each in LANGUAGES.values()
    )


@lru_cache(maxsize=65_536)
def _is_nearly_named(word: bytes) -> bool:
    text = word.decode()
    return len(text) >= _TYPO_CHARS - 1 and any(
        part in each.near for part in _shortened(text) for each in LANGUAGES.values()
    )


def frames_hear(text: str) -> bool:
    """Return whether *text* asks for a person, in one of the languages."""
    clauses = [found for clause in _SPLIT.split(text) if (found := bare(clause))]
    clauses = clauses[: _CLAUSES // 2] + clauses[_CLAUSES // 2 :][-_CLAUSES // 2 :]
    words = {word for clause in clauses for word in clause.split()}
    return any(_hears(each, clauses) for each in _likely(words))


@lru_cache(maxsize=65_536)
def _knowing(word: str) -> tuple[str, ...]:
    return tuple(name for name, each in LANGUAGES.items() if each.knows(word))


def _likely(words: set[str]) -> list[Language]:
    """Return the languages that know most of *words*; of a lone typo, all."""
    known = Counter(name for word in words for name in _knowing(word))
    least = max(known.values(), default=0) - (len(words) > _FEW)
    if least < 1:
        return [] if len(words) > _FEW_WORDS else list(LANGUAGES.values())
    return [LANGUAGES[name] for name, count in known.items() if count >= least]


def _hears(language: Language, clauses: list[str]) -> bool:
    read = [language.classes(clause) for clause in clauses]
    for at, classes in enumerate(read):
        if classes == "P" and any("." in later for later in read[at + 1 :]):
            continue  # Mensch, wo ist die Rechnung?
        parts = classes.split("|")
        if len(parts) > 1:
            parts = [part for part in parts if part.strip("A") != "Q"]
        if any(part and _is_wish(part, language.name) for part in parts):
            return True
    return False


def _is_wish(classes: str, language: str) -> bool:
    if _OTHERWISE.search(classes):
        return False
    if "B" not in classes and _DENIED.search(classes):
        return False
    if language not in _LAST and _FORWARD.search(classes):
        return True
    if language in _BEHIND and _BACKWARD.search(classes):
        return True
    if _ANYWHERE.search(classes):
        return True
    if _HOW.match(classes):
        return False
    return bool(_WHOLE.match(classes) or _STATED.search(classes))
