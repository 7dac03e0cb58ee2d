"""A user's word that the answer did not help, in many languages."""

# ruff: noqa: E501, RUF001, SIM905 - phrases of many alphabets, a language to a line

import re

from services.resolver.domain.words.languages import says_something
from services.resolver.domain.words.plain import folded

MAX_CHARS = 300
"""A verdict stands at the beginning; what follows is the story."""

_IT = r"(?:that|this|it|your (?:answer|solution|suggestion|reply)|the (?:answer|solution|suggestion|link))"
_REJECTIONS = (
    # English
    rf"{_IT} (?:really |still |just |also )?(?:didn t|did not|didnt|doesn t|does not|doesnt|won t|isn t|is not|wasn t|was not|has not|hasn t) (?:really |even |at all |actually )?(?:help|helpful|helping|helped|work|working|worked|useful|solve|solved|fix|fixed|answer|what i|the answer|the problem|my (?:question|problem|issue)|it|correct|right|related|relevant|an answer|true|enough)",
    r"(?:didn t|doesn t|does not|did not|didnt|doesnt) (?:help|work|solve)(?: me| it| at all| either)?$",
    r"(?:not|isn t|wasn t|that s not|thats not|this is not) (?:really )?(?:what i (?:asked|meant|mean|want|wanted|need|was asking|am asking|am looking for|was looking for)|helpful|useful|the answer|my question|answering|it)",
    r"(?:wrong|bad|useless|incorrect|terrible) answer|you (?:didn t|did not|don t|are not|aren t|re not) (?:understand|answer|answering|understood|get|getting|listen|listening|helping)",
    r"(?:still|it s still|it is still) (?:not working|doesn t work|does not work|broken|the same|having|not|no luck|stuck|same)|no luck|(?:i )?(?:already|have already|ve already) (?:tried|did|done|read|checked) (?:that|this|it|all)|(?:i )?tried (?:that|this|it)(?: already)?",
    r"(?:no |nope )?that s (?:wrong|useless|incorrect|irrelevant|unrelated|no help|not it|not right)|(?:completely|totally) (?:useless|wrong|unrelated)|no help(?: at all)?|not helpful|unhelpful|useless|doesn t answer my question|i asked (?:something|about something) (?:else|different)|something else entirely|that makes no sense|misunderstood",
    r"(?:that|this|it) (?:really |still |just |also )?(?:did not|didn t|didnt|does not|doesn t|doesnt|has not|hasn t) (?:resolve|resolved|change|changed anything|answer)|(?:that|this) is (?:wrong|useless|irrelevant|not it)|not what i m (?:looking for|asking|after)|this makes no sense|(?:i (?:still )?)?(?:don t|dont|do not) (?:understand|get) (?:it|that|this|your answer)|(?:the |my )?(?:issue|problem|error) (?:still )?(?:persists|remains|is still there|still there|still exists|is not (?:solved|fixed|resolved))|(?:it|this|that) (?:still )?(?:still fails|keeps failing)|(?:thanks|thank you|thx) for nothing|wast(?:e|ing) (?:of )?my time",
    # German
    r"(?:das|es|die antwort|dies) (?:hat |war |ist |hilft |funktioniert |geht |beantwortet |stimmt )(?:\w+ ){0,3}?(?:nicht|nichts|keine hilfe|kein bisschen)|(?:hilft|half|funktioniert|geht|klappt) (?:mir |leider |so |immer noch |noch immer |trotzdem |auch )*nicht|nicht (?:hilfreich|das was ich|was ich|meine frage|die antwort)|falsche antwort|war nicht meine frage|(?:das )?habe? ich (?:schon|bereits) (?:probiert|versucht|gemacht|gelesen)|immer noch (?:nicht|kaputt|das gleiche|derselbe)|danach habe ich nicht gefragt|keine hilfe|nutzlos|du verstehst (?:mich |das )?nicht|sie verstehen (?:mich )?nicht|das meine ich nicht|das meinte ich nicht",
    # French
    r"(?:ca|cela|c|ce|votre reponse|la reponse) (?:ne |n )?(?:m )?(?:a |est |etait |marche |aide |fonctionne |repond |resout )(?:\w+ ){0,2}?pas|(?:ne )?(?:marche|fonctionne|aide) (?:toujours )?pas$|pas (?:utile|ce que (?:j ai|je) (?:demande|voulais|veux|cherche)|la (?:bonne )?reponse|ma question|d aide)|mauvaise reponse|toujours (?:pas|le meme probleme|en panne)|j ai deja (?:essaye|fait|lu|tente)|inutile|aucune aide|vous (?:ne |n )?(?:m )?(?:avez )?(?:comprenez |compris |repondez )?pas (?:compris|repondu)?|rien a voir|ca ne repond pas",
    # Spanish
    r"(?:eso|esto|la respuesta|su respuesta|tu respuesta)? ?no (?:me )?(?:ayuda|ayudo|sirve|sirvio|funciona|funciono|resuelve|responde|soluciona|ha funcionado|ha servido|ha ayudado|es util|fue util|es lo que|era lo que|es eso|es correcto|es la respuesta|es mi pregunta|entiendes|entendiste|entiende|entendio)|respuesta (?:equivocada|incorrecta)|ya (?:lo )?(?:intente|probe|hice|he probado|he intentado)|sigue (?:sin|igual|fallando)|inutil|no pregunte eso|nada que ver",
    # Portuguese
    r"(?:isso|isto|a resposta|sua resposta)? ?nao (?:me )?(?:ajuda|ajudou|serve|serviu|funciona|funcionou|resolve|resolveu|responde|respondeu|adiantou|deu certo|foi util|e util|e o que|era o que|era isso|e isso|foi isso|e a resposta|e minha pergunta|entendeu|perguntei isso)|resposta errada|ja (?:tentei|fiz|testei)|continua (?:sem|igual|nao|com o mesmo|dando)|inutil|nada a ver",
    # Italian
    r"(?:questo|cio|la risposta)? ?non (?:mi )?(?:ha |e |era )?(?:aiuta|aiutato|serve|servito|funziona|funzionato|risolve|risolto|risponde|risposto|utile|stato utile|stata utile|quello che|cio che|la risposta|la mia domanda|hai capito|ha capito|capisci|corretto)|risposta (?:sbagliata|errata)|(?:l )?ho gia (?:provato|fatto|letto)|ancora (?:non funziona|lo stesso|rotto)|inutile|non c entra|nessun aiuto",
    # Dutch
    r"(?:dat|dit|het|het antwoord) (?:heeft |was |is |helpt |werkt |werkte |hielp |lost |klopt )(?:\w+ ){0,3}?(?:niet|niks|geen)|(?:helpt|werkt|hielp|lukt) (?:me |nog |nog steeds |helaas |ook )*niet|niet (?:nuttig|wat ik|behulpzaam|mijn vraag|het antwoord)|verkeerd antwoord|(?:dat )?heb ik al (?:geprobeerd|gedaan|gelezen)|nog steeds (?:niet|hetzelfde|kapot)|nutteloos|je begrijpt (?:me |het )?niet|dat bedoel ik niet|dat vroeg ik niet|geen hulp",
    # Polish, Swedish, Danish, Turkish
    r"(?:to )?(?:mi )?nie (?:pomoglo|pomaga|dziala|zadzialalo|o to|to mialem|rozwiazuje|odpowiada na)|zla odpowiedz|nie o to pytal\w+|nadal nie|bezuzyteczne|juz (?:probowal\w+|to zrobil\w+)",
    r"(?:det|svaret) (?:hjalpte|hjalper|fungerade|fungerar|funkar|funkade|loste|var|ar) (?:\w+ )?(?:inte|ej)|inte (?:till hjalp|vad jag|det jag|min fraga)|fel svar|fortfarande (?:inte|samma)|har redan (?:provat|testat|gjort)|(?:det) (?:hjalp|hjaelper|virker|virkede|hjalper|hjelper|hjalp|funker) (?:\w+ )?ikke|ikke det jeg",
    r"(?:bu |cevap )?(?:ise yaramadi|yardimci olmadi|yardim etmedi|calismadi|calismiyor|olmadi|cozmedi|faydasi olmadi)|sordugum bu degil|bunu sormadim|yanlis cevap|hala (?:calismiyor|ayni|olmuyor)|(?:bunu )?zaten (?:denedim|yaptim)|beni anlamad\w+|anlamiyorsun",
    # Russian, Ukrainian
    r"(?:это |мне )?не (?:помогло|помогает|помог|работает|сработало|решает|решило|то|то что|об этом|про то|отвечает на|понял|поняла|поняли|полезно)(?: |$)|неправильный ответ|неверный ответ|(?:все )?(?:еще|равно|по прежнему) не|я (?:уже )?(?:это )?(?:пробовал|пробовала|делал|делала)|бесполезно|не (?:допомогло|працюе|те що)",
)
_UNSPACED = re.compile(
    r"(?:没有?|沒有?|不)(?:用|帮助|幫助|解决|解決|管用|有用|对|對|是我(?:想|要|问|問)|是这个|是這個)|答非所问|答非所問|还是(?:不行|不能|没)|還是(?:不行|不能|沒)|试过了|試過了|没帮上|不是我问的|问的不是"
    r"|(?:役に立|解決し|助けにな)(?:たな|ちませ|ませ|てい?な|らな)|(?:違|ちが)(?:う|い)(?:ます)?(?:$|[、。！])|聞いたこと(?:と|では|じゃ)|そうじゃな|そうではな|まだ(?:動か|でき|解決|直ら)|もう(?:試し|やり)|答えになって"
    r"|도움이?\s?(?:안|되지\s?않|전혀)|(?:안\s?돼|안\s?되|안돼|해결(?:이)?\s?안)(?:요|네|는)?|제가\s?(?:물어본|질문한)\s?(?:게|건|것이?)\s?아니|그게\s?아니|틀린\s?답|이미\s?(?:해봤|시도)|여전히"
    r"|(?:لم|لا|ما)\s?(?:يساعد|يفد|يفيد|ينفع|يعمل|تساعد|يحل|ساعد|نفع|اشتغل|تحل)|ليس (?:هذا )?(?:ما|سؤالي)|مش (?:ده|هذا|اللي)|اجابه خاطئه|لا يزال|ما زال|جربت (?:هذا|ذلك|ده)"
)
_REJECTED = re.compile("|".join(rf"(?<!\w)(?:{each})(?!\w)" for each in _REJECTIONS))
_BARE = frozenset(
    "that is wrong|not working|nothing changed|same error|same problem|same issue|"
    "i get the same error|no it does not|no it doesn t|no it didn t|no it did not|"
    "it still fails|i did that and it still fails|still failing|i dont understand|"
    "i don t understand|i do not understand|not really|not rly|not quite|not solved|"
    "not correct|unsolved|irrelevant|stimmt nicht|不行".split("|")
) | frozenset(
    "no nope nah wrong incorrect nein falsch non faux no incorrecto nao errado sbagliato "
    "nee fout nie nej hayir yanlis нет неправильно неверно لا خطا 不是 不对 不對 错 違う いいえ 아니요 아니".split()
)
"""Alone after an answer, these turn it down."""
_WHAT_IF = re.compile(r"(?<!\w)(?:if|wenn|falls)(?!\w)")


_SUBJECTLESS = frozenset(
    "didn doesn didnt doesnt does did still "
    "hilft half funktioniert geht klappt helpt werkt hielp lukt".split()
)
"""A rejection that begins with one of these may be about what stands before it."""
_OF_THE_ANSWER = frozenset(
    "hmm hm sorry ok okay thanks thx unfortunately problem issue error answer solution "
    "link tip trick steps instructions sadly actually honestly nope nah lol leider "
    "antwort losung schritte helaas".split()
)


def turns_down(text: str, asked: str = "") -> bool:
    """Return whether *text*, said after *asked* was answered, says it did not help."""
    plain = " ".join(folded(text[:MAX_CHARS]).split())
    if plain in _BARE:
        return True
    if text.rstrip().endswith("?") and _WHAT_IF.search(plain):
        return False  # "and if it still fails?" asks on
    if not plain.isascii() and _UNSPACED.search(plain):
        return True
    found = _REJECTED.search(plain)
    return found is not None and not _is_of_another(plain, found, asked)


def _is_of_another(plain: str, found: re.Match[str], asked: str) -> bool:
    """Return whether it is something new that does not work: "my card doesn't work"."""
    before = plain[: found.start()].split()
    if not before or found[0].split()[0] not in _SUBJECTLESS:
        return False
    subject = before[-1]
    return (
        says_something(subject)
        and subject not in _OF_THE_ANSWER
        and subject not in folded(asked).split()
    )
