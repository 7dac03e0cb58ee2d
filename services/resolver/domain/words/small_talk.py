"""Greetings, openings, thanks, farewells and nods: what needs no search, no person."""

# ruff: noqa: E501, RUF001, SIM905 - words of many alphabets, a language to a line

import re
from enum import StrEnum

from services.resolver.domain.words.plain import folded, words_of

MAX_CHARS = 80
"""Longer messages say something."""
MAX_WORDS = 10
_PHRASE_WORDS = 4


class SmallTalk(StrEnum):
    """What a message that asks for nothing is."""

    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    NOD = "nod"
    OPENING = "opening"
    """A request announced and not made yet."""


_GREETINGS = """
hi|hii|hiii|hello|helo|hallo|hey|heya|hiya|howdy|yo|greetings|good morning|good afternoon|good evening|good day|morning|evening|how are you|how are you doing|how is it going|how s it going|hows it going|what s up|whats up|sup|how do you do|nice to meet you|anyone there|anybody there|is anyone there|are you there|you there
guten tag|guten morgen|guten abend|gute nacht|moin|servus|gruss gott|grussgott|gruezi|hallochen|na|wie geht s|wie gehts|wie geht es dir|wie geht es ihnen|jemand da|ist da jemand
bonjour|bonsoir|salut|coucou|ca va|comment ca va|comment allez vous|bjr|slt|il y a quelqu un
hola|buenas|buenos dias|buenas tardes|buenas noches|buen dia|que tal|como estas|como esta|hay alguien|holaa
ola|oi|oie|bom dia|boa tarde|boa noite|tudo bem|tudo bom|e ai|como vai|tem alguem ai
ciao|salve|buongiorno|buonasera|buon pomeriggio|come stai|come va|come sta|c e qualcuno
hoi|goedemorgen|goedemiddag|goedenavond|goedendag|dag|hoe gaat het|hoe gaat het met je|iemand daar
czesc|dzien dobry|dobry wieczor|witam|hej|siema|hejka|god morgon|god kvall|god dag|tjena|hejsan|tjo|goddag|moi|terve|ahoj|dobry den|szia|sziasztok|jo napot|salutare|buna|buna ziua
merhaba|selam|gunaydin|iyi gunler|iyi aksamlar|nasilsin|nasilsiniz|slm|mrb
привет|здравствуйте|здравствуй|добрый день|доброе утро|добрый вечер|как дела|приветствую|вітаю|добрий день|привіт|γεια|γεια σας|καλημερα|καλησπερα
مرحبا|اهلا|السلام عليكم|سلام|صباح الخير|مساء الخير|كيف حالك|هلا|שלום|היי|नमस्ते|namaste
你好|您好|早上好|下午好|晚上好|嗨|哈喽|在吗|在嗎|こんにちは|こんばんは|おはよう|おはようございます|はじめまして|もしもし|안녕|안녕하세요|여보세요|하이|สวัสดี|สวัสดีครับ|สวัสดีค่ะ|xin chao|halo|selamat pagi|selamat siang
how r u|how are u|how are things|how are you today|hallo zusammen
"""
_THANKS = """
thanks|thank you|thx|ty|tysm|tnx|thanx|thank u|many thanks|thanks a lot|thanks a bunch|thanks so much|thank you so much|thank you very much|much appreciated|i appreciate it|appreciate it|appreciated|cheers|that helped|that helps|this helped|that was helpful|very helpful|super helpful|helpful|it works|it works now|that works|that worked|it worked|works now|solved|problem solved|issue solved|that solved it|got it working|that did it|that s all|thats all|that is all|that s all i needed|that answers my question|all good|all set|no problem|no worries|you re the best|lifesaver|you rock
danke|dankeschon|danke schon|vielen dank|besten dank|danke sehr|herzlichen dank|tausend dank|danke dir|danke ihnen|dank dir|dankee|hat geholfen|das hat geholfen|das war hilfreich|hilfreich|es geht|es geht jetzt|funktioniert|es funktioniert|es funktioniert jetzt|das hat funktioniert|geht jetzt|das war s|das wars|das war alles|alles klar danke|merci
merci|merci beaucoup|merci bien|mille mercis|grand merci|merci infiniment|mrc|ca marche|ca fonctionne|c est bon|ca m a aide|tres utile|c est tout|probleme resolu|c est regle|je vous remercie|je te remercie
gracias|muchas gracias|mil gracias|grax|muchisimas gracias|te lo agradezco|se lo agradezco|muy amable|me sirvio|funciono|ya funciona|funciona|eso es todo|era eso|resuelto|problema resuelto|me ayudo
obrigado|obrigada|muito obrigado|muito obrigada|obg|valeu|brigado|brigada|agradeco|agradecido|funcionou|deu certo|ajudou|e so isso|era so isso|resolvido
grazie|grazie mille|molte grazie|mille grazie|tante grazie|ti ringrazio|la ringrazio|funziona|ora funziona|ha funzionato|e tutto|risolto|perfetto grazie|mi ha aiutato
dank|dank je|dank u|dank je wel|dank u wel|bedankt|hartelijk dank|dankjewel|dankuwel|het werkt|het werkt nu|dat hielp|dat was alles|dat is alles|opgelost|top bedankt
dziekuje|dzieki|dziekuje bardzo|bardzo dziekuje|dzieki wielkie|dziala|pomoglo|to wszystko|tack|tack sa mycket|stort tack|tackar|det fungerar|det var allt|tak|mange tak|takk|tusen takk|kiitos|kiitoksia|dekuji|diky|dakujem|vdaka|koszonom|koszi|multumesc|mersi
tesekkurler|tesekkur ederim|cok tesekkurler|cok tesekkur ederim|sag ol|sagol|sag olun|eyvallah|oldu|calisti
спасибо|большое спасибо|спасибо большое|благодарю|спс|сработало|помогло|всё|работает|это все|дякую|щиро дякую|ευχαριστω|ευχαριστω πολυ
شكرا|شكرا جزيلا|شكرا لك|شكرا لكم|مشكور|تسلم|يعطيك العافيه|תודה|תודה רבה|धन्यवाद|शुक्रिया|dhanyavaad|shukriya
谢谢|谢谢你|谢谢您|多谢|感谢|非常感谢|谢了|謝謝|謝謝你|感謝|ありがとう|ありがとうございます|ありがとうございました|どうも|助かりました|感謝します|감사합니다|고맙습니다|고마워|고마워요|감사해요|ขอบคุณ|ขอบคุณครับ|ขอบคุณค่ะ|cam on|terima kasih|makasih|terimakasih
thnx|tks|thks|thankss|tanks|thanku|thankyou|thank yo|many thx|thank you kindly|great help|great job|good job|well done|nice one|nice work|you re awesome|you are awesome|you re great|you are great|you rock|that was quick
you solved my problem|you solved it|you fixed it|that fixed it|this fixed it|that fixes it|this solved it|this worked|this works|that did the trick|this did the trick|did the trick|worked like a charm|works like a charm|works great|fixed|fixed it|it s fixed|it is fixed|it s solved|it is solved|my problem is solved|found it|i found it|i got it
exactly what i needed|just what i needed|what i needed|was exactly what i needed|is exactly what i needed|you ve been very helpful|you have been very helpful|you were very helpful|you ve been so helpful|you helped me a lot|you helped me|you helped a lot|that helped a lot|that helped me|it helped|that will be all|that ll be all|that d be all
yes thanks|yes thank you|yes thx|yes it did|yes it does|yes it works|yes it helped|yes that helped|yes that worked|yes that works|yeah thanks|yep thanks|yes it worked|yes solved
lieben dank|vielen lieben dank|danke euch|hat mir geholfen|das hat mir geholfen|hat mir sehr geholfen|das hat mir sehr geholfen|hat funktioniert|hat geklappt|das hat geklappt|klappt|klappt jetzt|gelost|problem gelost|hat sich erledigt|erledigt|habs gefunden|hab s gefunden|ich habs|ja danke
merci bcp|mercii|ca m a beaucoup aide|ca a marche|ca a fonctionne|j ai trouve|oui merci
me ayudo mucho|me ha ayudado|me ha ayudado mucho|ha funcionado|ya lo encontre|si gracias
ajudou muito|me ajudou|me ajudou muito|resolveu|ja resolvi|ja achei|sim obrigado|sim obrigada
mi hai aiutato|mi e stato utile|ho risolto|l ho trovato|si grazie
dat heeft geholpen|het is gelukt|gelukt|gevonden|ja bedankt|ja dank je
"""
_FAREWELLS = """
bye|bye bye|byebye|goodbye|good bye|see you|see ya|see you later|cya|later|take care|have a nice day|have a good day|have a great day|good night|goodnight|talk to you later|ttyl|have a good one|nice day|you too|same to you
tschuss|tschuess|tschau|auf wiedersehen|wiedersehen|bis dann|bis bald|bis spater|schonen tag|schonen tag noch|einen schonen tag|einen schonen tag noch|schonen abend|mach s gut|ade|ebenfalls
au revoir|a bientot|a plus|bonne journee|bonne soiree|bonne nuit|a demain|adieu
adios|hasta luego|hasta pronto|chao|chau|nos vemos|buen fin de semana|hasta manana|igualmente
tchau|ate logo|ate mais|ate breve|adeus|bom fim de semana|igualmente
arrivederci|a presto|buona giornata|buona serata|buonanotte|addio|altrettanto
doei|tot ziens|tot later|fijne dag|fijne avond|prettige dag|prettige avond|doeg|houdoe
do widzenia|pa|na razie|milego dnia|hej da|hejda|adjo|vi ses|ha det|farvel|nakemiin|na shledanou|viszlat|la revedere
gorusuruz|hosca kal|hoscakal|iyi geceler|gule gule|kendine iyi bak|bay bay
пока|до свидания|всего доброго|до встречи|хорошего дня|удачи|до побачення
مع السلامه|الى اللقاء|وداعا|ביי|להתראות
再见|拜拜|再會|再見|さようなら|またね|失礼します|バイバイ|안녕히 계세요|잘 있어요|수고하세요|ลาก่อน|tam biet|sampai jumpa
happy new year|merry christmas|happy holidays|happy weekend|nice weekend|have a nice weekend|have a great weekend
"""
_NODS = """
ok|okay|okey|oki|okk|k|kk|alright|all right|great|good|nice|cool|perfect|awesome|excellent|wonderful|super|fine|got it|i see|i understand|understood|makes sense|sounds good|right|sure|very good|amazing|brilliant|fantastic|lovely|sweet|noted|roger|ah|oh|aha|hmm|hm|lol|haha|ok cool|no thanks|no thank you|nothing else|nope thanks|not now|wow|yay|no that s all|no thats all|no i m good|i m good
alles klar|in ordnung|passt|verstanden|verstehe|ach so|achso|prima|toll|klasse|wunderbar|gut|sehr gut|genau|ok gut|nein danke|perfekt|gerne|okidoki|alles gut
d accord|parfait|tres bien|bien|compris|je comprends|je vois|genial|non merci|entendu|ca roule|top|nickel|bien recu
vale|de acuerdo|perfecto|entendido|entiendo|genial|muy bien|bueno|bien|ya veo|listo|no gracias|excelente|ya|ah ok|estupendo
certo|beleza|blz|entendi|perfeito|otimo|muito bem|ta bom|ta|legal|show|nao obrigado|nao obrigada|excelente|fixe|entendido
va bene|capito|ho capito|perfetto|ottimo|benissimo|molto bene|bene|d accordo|no grazie|ok va bene|fantastico
prima|goed|begrepen|oke|duidelijk|perfect|fijn|mooi|nee bedankt|nee dank je|helder|heel goed|snap ik|ok dan
dobrze|dobra|rozumiem|swietnie|super|w porzadku|nie dziekuje|jasne|forstar|jag forstar|bra|toppen|nej tack|hyva|dobre|rozumim|rendben|bine|in regula
tamam|peki|anladim|guzel|harika|super|olur|hayir tesekkurler|tmm
хорошо|понятно|понял|поняла|ясно|ладно|отлично|супер|окей|ок|круто|нет спасибо|добре|зрозумiло
حسنا|تمام|اوك|فهمت|ممتاز|جيد|طيب|بخير|לא תודה|בסדר|הבנתי|ठीक है|अच्छा
好的|好|知道了|明白了|明白|了解|ok|没事|没问题|行|不用了谢谢|嗯|はい|わかりました|了解です|了解しました|なるほど|大丈夫です|いいえ結構です|結構です|네|넵|알겠습니다|알겠어요|좋아요|괜찮아요|아니요 괜찮아요|ok ครับ|เข้าใจแล้ว|dung roi|baik
nvm|nevermind|never mind|sorry|my bad|oops|ups|np|gotcha|good to know|will do|let me try|let me try that|let me try it|let me check|let me see|i ll try|i ll try that|i ll try it|i will try|i will try that|i will try it|i understand now|i see now|one moment|one sec|just a moment|hold on|brb|forget it|no need|no need anymore|not needed|not needed anymore|fair enough|interesting|hahaha|hahahaha|jaja|jajaja|hehe|lmao|rofl|xd|xdd
schon gut|entschuldigung|moment|einen moment|mach ich|mache ich|probiere ich|ich probiere es|ich versuche es|desole|pas grave|laisse tomber|laissez tomber|je vais essayer|un moment|perdon|lo siento|no importa|olvidalo|voy a probar|un momento|desculpa|esquece|deixa pra la|vou tentar|um momento|scusa|scusi|lascia stare|non importa|ci provo|un attimo|laat maar|ik probeer het|momentje
"""
_OPENINGS = """
i have a question|i have question|i have a quick question|i have another question|i ve got a question|i got a question|quick question|a question|one question|one more question|another question|one more thing|one other thing|another thing|i have one more question|just one more question|i have a problem|i have an issue|i ve got a problem|i have another problem|we have a problem|i need help|i need some help|i need your help|i need assistance|need help|need some help|can you help|can you help me|could you help|could you help me|can u help me|can u help|please help me|help me|can i ask something|can i ask a question|can i ask you something|may i ask a question|i want to ask something
ich habe eine frage|ich hab eine frage|ich hatte eine frage|ich habe da eine frage|ich hab da mal eine frage|eine frage|kurze frage|ich habe ein problem|ich hab ein problem|ich brauche hilfe|brauche hilfe|konnen sie mir helfen|konnen sie helfen|kannst du mir helfen
j ai une question|une question|petite question|j ai un probleme|j ai besoin d aide|aidez moi|pouvez vous m aider|peux tu m aider
tengo una pregunta|tengo una duda|una pregunta|una duda|tengo un problema|necesito ayuda|me puedes ayudar|me puede ayudar|puedes ayudarme|puede ayudarme
tenho uma pergunta|tenho uma duvida|uma duvida|uma pergunta|tenho um problema|preciso de ajuda|pode me ajudar|voce pode me ajudar
ho una domanda|una domanda|ho un problema|ho bisogno di aiuto|puo aiutarmi|puoi aiutarmi|mi puo aiutare|mi puoi aiutare
ik heb een vraag|ik heb een vraagje|een vraag|vraagje|ik heb een probleem|ik heb hulp nodig|kunt u mij helpen|kun je me helpen|kan je me helpen
"""
_CALLS = frozenset(
    "help|help please|please help|pls help|hilfe|hilfe bitte|bitte hilfe|aide|a l aide|"
    "ayuda|ayuda por favor|ajuda|ajuda por favor|aiuto|hulp".split("|")
)
"""Openings where nothing else is said: "thanks for your help" is none."""
_AROUND = frozenset(
    folded(
        "there all everyone everybody team guys folks sir madam mate bot friend dear again so "
        "very much really just now then well and for your the help you a lot it that s i "
        "to me we this was is support pal buddy assistant today too ai thats "
        "zusammen nochmal fur die deine ihre hilfe schnelle sehr und euch ihnen dir team "
        "a tous pour votre ton aide et vous toi encore de monsieur madame tout le monde "
        "a todos por su tu la ayuda y todo senor senora muy de nada "
        "a todos por sua pela ajuda e voce voces pessoal pela "
        "a tutti per il tuo suo aiuto dell e l "
        "allemaal voor je uw de hulp en "
        "wszystkim za pomoc bardzo alla for hjalpen sa mycket "
        "cok yardimin yardiminiz icin за помощь всем вам очень على المساعده لكم جدا"
    ).split()
)
"""Words that may stand around and say nothing more."""


def _catalogue() -> dict[tuple[str, ...], SmallTalk]:
    known: dict[tuple[str, ...], SmallTalk] = {}
    for kind, phrases in (
        (SmallTalk.THANKS, _THANKS),
        (SmallTalk.GREETING, _GREETINGS),
        (SmallTalk.FAREWELL, _FAREWELLS),
        (SmallTalk.NOD, _NODS),
        (SmallTalk.OPENING, _OPENINGS),
    ):
        for phrase in phrases.strip().replace("\n", "|").split("|"):
            known.setdefault(tuple(folded(phrase).split()), kind)
    return known


KNOWN = _catalogue()
_WORDS = (
    frozenset(word for phrase in KNOWN for word in phrase)
    | frozenset(word for call in _CALLS for word in call.split())
    | _AROUND
)
_ORDER = (
    SmallTalk.OPENING,
    SmallTalk.THANKS,
    SmallTalk.FAREWELL,
    SmallTalk.GREETING,
    SmallTalk.NOD,
)
"""Of several in one message, the first of these is what it is."""
_ASKED_BACK = frozenset({SmallTalk.THANKS, SmallTalk.NOD})
"""With a question mark these are questions: "that's all?"."""
_STRETCHED = re.compile(r"(\w)\1{2,}")
_CRY = re.compile("[\U0001f198\U0001f6a8\u260e\U0001f4de\U0001f4f2\U0001f6df]")
"""SOS, a siren, telephones, a lifebuoy: people are called."""
_PLEASED = re.compile(
    "[\U0001f44d\U0001f44c\U0001f64f\U0001f44f\U0001f64c\U0001f91d\U0001f4aa\U0001f91f\U0001f918\u270c\U0001f91e"
    "\U0001f600-\U0001f60e\U0001f617-\U0001f61d\U0001f642\U0001f609\U0001f607\U0001f923\U0001f917\U0001f929\U0001f970"
    "\U0001f973\U0001fae1\U0001fae0\u263a\u2764\u2665\u2763\U0001f495-\U0001f49f\U0001f90d\U0001f90e\U0001f9e1\U0001fa77"
    "\U0001f5a4\U0001faf6\U0001f389\U0001f38a\U0001f388\u2705\u2714\u2611\U0001f4af\u2b50\U0001f31f\u2728"
    "\U0001f525\U0001f680\U0001f339\U0001f490\U0001f338\u2600\U0001f31e\U0001f3c6\U0001f197\U0001f91c\U0001f91b"
    "\ufe0f\u200d\U0001f3fb-\U0001f3ff\u2640\u2642\\s.]+"
)
"""Thumbs up, hands, smiles, hearts, parties, checks, and what may stand within them."""
_SMILE = re.compile(r"[\s.]*(?:[:;=]'?[-o^]?[)\]DPp*]+|<3+|\^_*\^|\(:|\\o/)[\s.!]*")
_WAVE = re.compile("[\U0001f44b\U0001f3fb-\U0001f3ff\\s]+")
"""A waving hand."""
_DOWN = re.compile("[\U0001f44e\U0001f620\U0001f621\U0001f92c\U0001f595\u274c]")
"""A thumb down, an angry face, a cross."""


def small_talk(text: str) -> SmallTalk | None:
    """Return what *text* is if it is nothing but small talk."""
    if len(text) > MAX_CHARS:
        return None
    words = words_of(text)
    if not words or _SMILE.fullmatch(text):
        return _of_signs(text)
    if len(words) > MAX_WORDS:
        return None
    plain: list[str] = []
    for word in map(bytes.decode, words):
        if word not in _WORDS and (word := _unstretched(word)) not in _WORDS:
            return None  # nearly always: there is more to it
        plain.append(word)
    if " ".join(plain) in _CALLS:
        return SmallTalk.OPENING
    said = _parts(plain)
    kind = next((kind for kind in _ORDER if kind in said), None)
    return None if kind in _ASKED_BACK and text.rstrip()[-1] in _QUESTION else kind


def _of_signs(text: str) -> SmallTalk | None:
    """Return what nothing but signs says.

    A thumb up or a smile says no more than a nod. A user who sends a tear, a question mark
    or dots wants something, and has not said what.
    """
    if not text.strip() or is_thumb_down(text) or is_cry(text) or _asks(text):
        return None
    if _WAVE.fullmatch(text):
        return SmallTalk.GREETING
    pleased = not text.isascii() and _PLEASED.fullmatch(text)
    if pleased or _SMILE.fullmatch(text):
        return SmallTalk.NOD
    return SmallTalk.OPENING


def is_cry(text: str) -> bool:
    """Return whether *text* is nothing but signs, and one of them calls for people."""
    return not text.isascii() and not words_of(text) and bool(_CRY.search(text))


def is_thumb_down(text: str) -> bool:
    """Return whether *text* is nothing but signs, and one of them turns down."""
    return not text.isascii() and not words_of(text) and bool(_DOWN.search(text))


_QUESTION = "?？؟"


def _asks(text: str) -> bool:
    return any(sign in text for sign in _QUESTION + "!")


def _unstretched(word: str) -> str:
    """Return *word* as it is written: "hellooo" is "hello", "byeee" is "bye"."""
    if not _STRETCHED.search(word):
        return word
    short = (_STRETCHED.sub(by, word) for by in (r"\1", r"\1\1"))
    return next((each for each in short if each in _WORDS), word)


def _parts(words: list[str]) -> set[SmallTalk]:
    """Return what *words* are made of, or nothing where one of them is more."""
    said: set[SmallTalk] = set()
    place = 0
    while place < len(words):
        for length in range(min(_PHRASE_WORDS + 2, len(words) - place), 0, -1):
            kind = KNOWN.get(tuple(words[place : place + length]))
            if kind is not None:
                said.add(kind)
                place += length
                break
        else:
            if words[place] not in _AROUND:
                return set()
            place += 1
    return said
