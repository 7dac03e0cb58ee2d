"""Which language a message is in, by the small words that every sentence has."""

# ruff: noqa: E501, SIM905 - lists of words, a language to a line

import re

from services.resolver.domain.words.plain import folded

SMALL_WORDS = {
    "en": "the a an is are was do does did how what when where why who which can could i you my your me we it its this that to for of on in with and or not be have has had will would should if but from by at about there any please am im dont cant",
    "de": "der die das ein eine einen einem ist sind war wie was wann wo warum wer welche kann konnen ich du sie mein meine meinen meiner mir mich wir es zu fur von auf mit und oder nicht sein habe hat wird wenn aber aus bei uber gibt bitte den dem im ihr auch noch mal",
    "fr": "le la les un une des est sont comment que quoi quand ou pourquoi qui quel quelle peut peux puis je tu vous mon ma mes me moi nous il elle ce cette ca a au aux pour de du sur dans avec et pas ne etre ai avoir sera si mais par y en s l d j n c qu votre plait",
    "es": "el la los las un una es son como que cual cuando donde por quien puede puedo yo tu usted mi mis me nos se lo esto esta este eso para de del en con y o no ser he ha hay tengo tiene si pero desde sobre al su porque favor quiero estoy",
    "pt": "o a os as um uma e sao como que qual quando onde porque quem pode posso eu voce meu minha meus me nos isto isso este esta para de do da dos no na em com ou nao ser tenho tem se mas por sobre ao seu sua pra favor quero estou foi",
    "it": "il lo la i gli le un una e sono come che cosa quale quando dove perche chi puo posso io tu lei mio mia miei mi ci si questo questa quello per di del della da in con o non essere ho ha se ma su al alla suo favore voglio sto ce nel",
    "nl": "de het een is zijn was hoe wat wanneer waar waarom wie welke kan kunnen ik je jij u mijn me mij we wij dit dat die te voor van op in met en of niet ben heb heeft wordt als maar uit bij over er geen naar om aub graag moet",
}
"""Folded; the languages that our texts exist in."""
GREETING_WORDS = {
    "en": "hello hi hey thanks thank morning afternoon evening help need",
    "de": "hallo guten moin servus danke vielen dank frage brauche hilfe tschuss gruss",
    "fr": "bonjour bonsoir salut coucou merci beaucoup aide besoin question",
    "es": "hola buenas buenos dias tardes noches gracias muchas ayuda necesito pregunta duda",
    "pt": "ola oi bom dia boa tarde noite obrigado obrigada ajuda preciso duvida pergunta",
    "it": "ciao salve buongiorno buonasera buona sera grazie aiuto domanda bisogno",
    "nl": "hoi goedemorgen goedemiddag goedenavond goedendag dag bedankt dank hulp nodig vraag",
}
"""A conversation often begins with one of these and nothing else."""
_OF = {
    language: frozenset(f"{words} {GREETING_WORDS[language]}".split())
    for language, words in SMALL_WORDS.items()
}
_EVERY = frozenset(" ".join(SMALL_WORDS.values()).split()) | frozenset(
    "please again still asked said same question mean meant so just now hi hello hey ok "
    "need want tell help get bitte nochmal danke hallo merci encore bonjour gracias hola "
    "otra vez obrigado ola grazie ciao dank hoi weer".split()
)
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+")
"""The `com` of an address is no Portuguese."""
MAX_WORDS = 60
"""Enough to tell; a long text costs no more."""


def language_of(*texts: str, lead: int = 1) -> str | None:
    """Return the language whose small words *texts* have most of by *lead*, or None."""
    plain = [_ADDRESS.sub(" ", text[:500]) for text in texts]
    words = [word for text in plain for word in folded(text).split()][:MAX_WORDS]
    counts = {
        language: sum(word in small for word in words)
        for language, small in _OF.items()
    }
    best, second = sorted(counts.values(), reverse=True)[:2]
    if best - second < lead:
        return None
    return next(language for language, count in counts.items() if count == best)


def says_something(word: str) -> bool:
    """Return whether *word*, folded, is more than grammar or politeness."""
    return word not in _EVERY
