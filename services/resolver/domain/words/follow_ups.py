"""Know a message that only makes sense after the one before it."""

# ruff: noqa: E501, RUF001 - phrases, a language to a line

import re

from services.resolver.domain.words.languages import says_something
from services.resolver.domain.words.plain import folded

MAX_CHARS = 80
MAX_WORDS = 9
"""Whoever writes more says what it is about."""
_BARE_WORDS = 2
"""So few words are a follow-up where only one of them says something."""

_BEFORE = re.compile(
    r"^(?:(?:ok|okay|k|thanks|thx|ty|thank you|great|good|cool|nice|perfect|alright|got it|i see|hm+|oh|ah|hey|yes|yeah"
    r"|danke|gut|super|alles klar|achso|merci|d accord|super|gracias|vale|bueno|obrigad[oa]|certo|grazie|va bene|perfetto|bedankt|prima|oke) )+(?=\w)"
)
"""What people say before they ask on: "ok, and for invoices?" is one as well."""
_OPENINGS = re.compile(
    r"^(?:"
    r"and(?! also)|what about|how about|what if|or|but(?: what)?|also|then|so (?:how|what|where|when|can|is|does)|same for|the same|only|even|except|instead"
    r"|und|was ist mit|wie ist es mit|wie sieht es|oder|aber|auch|dann|sonst"
    r"|et|qu en est il|ou|mais|aussi|alors|pareil"
    r"|y|que tal|que pasa con|o|pero|tambien|entonces"
    r"|e|e se|mas|tambem|entao|ou se|quanto a"
    r"|ed|ma|anche|allora|invece|riguardo"
    r"|en|hoe zit het met|wat dacht je van|of|maar|ook|dan"
    r"|a co z|och|men|ve|peki|а|и|но|или"
    r") \w"
)
_ALONE = re.compile(
    r"^(?:how|why|where|when|who|which(?: one)?|what|how much|how many|how long|how so|how come|since when|until when|for how long|where exactly|how exactly|like what|such as|for example|meaning|really|and|but how|and how|how do i do (?:that|it|this)|how can i do (?:that|it|this)|tell me more|more|more details|details|explain|go on|continue|can you explain|what does (?:that|it|this) mean"
    r"|wie|warum|wo|wann|wer|welche\w*|was|wie viel|wie lange|wieso|weshalb|wie genau|und wie|mehr|erklare|wie geht das|wie mache ich das"
    r"|comment|pourquoi|ou|quand|qui|quoi|combien|lequel|laquelle|comment ca|et comment|plus|comment faire"
    r"|como|por que|porque|donde|cuando|quien|que|cuanto|cual|y como|mas|onde|quando|quem|quanto|qual|e como|mais"
    r"|come|perche|dove|chi|cosa|quale|di piu|come si fa"
    r"|hoe|waarom|waar|wanneer|wie|wat|welke|hoeveel|hoe dan|meer"
    r"|jak|dlaczego|gdzie|kiedy|hur|varfor|var|nar|nasil|neden|nerede|как|почему|где|когда|сколько|كيف|لماذا|اين|متى"
    r"|怎么|怎么做|为什么|哪里|什么时候|どうやって|なぜ|いつ|どこ|어떻게|왜|언제|어디)$"
)
_POINTS = re.compile(
    r"(?<!\w)(?:it|its|that|this|them|they|those|these|one|ones|there|same|other one|the other|another one|the second|the first|the last"
    r"|das|dies|diese|dieses|es|sie|dort|davon|dafur|damit|dabei|daran|andere|anderen|anderes"
    r"|ca|cela|celui|celle|ceux|y|en|autre|l autre"
    r"|eso|esto|ese|esa|ello|otro|otra|lo|la otra|el otro"
    r"|isso|isto|esse|essa|ele|ela|outro|outra"
    r"|questo|quello|quella|altro|altra|ne"
    r"|dit|dat|die|daarvan|daarvoor|andere|ander)(?!\w)"
)
"""Words that stand for something said before."""
_OF_IT = re.compile(
    r"^(?:does|is|can|will|did|has|do|are) (?:it|that|this|they|these|those)(?: \w+){1,3}$"
)
_AND_HOW = re.compile(
    r"^(?:那|那么|还有|それ(?:は|で|なら)|では|じゃあ|그럼|그러면|그리고)"
)
_TELLING_WORDS = 2
"""A message that points back says little else."""


def is_follow_up(text: str) -> bool:
    """Return whether *text* needs the words of the request before it."""
    if len(text) > MAX_CHARS:
        return False
    plain = _BEFORE.sub("", " ".join(folded(text).split()))
    words = plain.split()
    if not words or len(words) > MAX_WORDS:
        return False
    if _ALONE.match(plain) or _OPENINGS.match(plain):
        return True
    if not plain.isascii() and _AND_HOW.match(plain):
        return True
    telling = sum(map(says_something, words))
    if len(words) <= _BARE_WORDS:
        return telling <= 1 and plain.isascii()
    return telling <= _TELLING_WORDS and _points_back(plain, telling)


def _points_back(plain: str, telling: int) -> bool:
    found = _POINTS.search(plain)
    if _OF_IT.match(plain):
        return True
    # "Is it possible to export" speaks of something itself; "can I delete it" does not.
    return found is not None and (telling <= 1 or found.end() == len(plain))
