"""Greetings, thanks, farewells and nods: what needs no search and no person."""

# ruff: noqa: E501, RUF001 - words of many alphabets, a language to a line

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
"""
_AROUND = frozenset(
    folded(
        "there all everyone everybody team guys folks sir madam mate bot friend dear again so "
        "very much really just now then well and for your the help you a lot it that s i "
        "to me we this was is support pal buddy assistant today too ai "
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
    ):
        for phrase in phrases.strip().replace("\n", "|").split("|"):
            known.setdefault(tuple(folded(phrase).split()), kind)
    return known


KNOWN = _catalogue()
_FIRST = frozenset(
    word.encode() for word in {phrase[0] for phrase in KNOWN if phrase} | _AROUND
)
_ORDER = (SmallTalk.THANKS, SmallTalk.FAREWELL, SmallTalk.GREETING, SmallTalk.NOD)
"""Of several in one message, the first of these is what it is."""


def small_talk(text: str) -> SmallTalk | None:
    """Return what *text* is if it is nothing but small talk."""
    if len(text) > MAX_CHARS:
        return None
    words = words_of(text)
    if not words:
        # Nothing but signs: a thumb up or a smile says no more than a nod.
        return SmallTalk.NOD if text.strip() and not _asks(text) else None
    if len(words) > MAX_WORDS or words[0] not in _FIRST:
        return None
    said = _parts([word.decode() for word in words])
    return next((kind for kind in _ORDER if kind in said), None)


def _asks(text: str) -> bool:
    return any(sign in text for sign in "?？؟!")


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
