"""Recognise, in many languages, that a user asks for a person.

Only explicit wishes count: a verb of speaking or connecting with a word for a person,
or a bare "human please". Naming an agent ("the agent was rude") is not a wish, and a
wish that is denied ("I don't want to talk to a human") is none either.
"""

# ruff: noqa: E501, RUF001, SIM905 - phrases of many alphabets, each kept on its line

import re
import unicodedata

_PERSON_EN = (
    r"(?:human|humans|human being|person|people|agent|representative|rep|operator|"
    r"someone|somebody|staff|advisor|adviser|support agent|support team|support person|"
    r"service agent|customer service|customer support|customer care|manager|supervisor|"
    r"specialist|teammate|team member|employee)"
)
_ADJECTIVE_EN = (
    r"(?:(?:a|an|the|your|some|any|one of your|real|live|actual|human|other) )*"
)

_LATIN_WISHES = (
    # English
    rf"(?:talk|speak|chat|talking|speaking|chatting) (?:directly )?(?:to|with) {_ADJECTIVE_EN}{_PERSON_EN}",
    rf"(?:connect|transfer|put|pass|forward|redirect|hand|escalate) (?:me|this|us)(?: over| on| through)? (?:to|with) {_ADJECTIVE_EN}{_PERSON_EN}",
    rf"(?:get|give|find|want|need|have|prefer|contact|reach)(?: me| us)? {_ADJECTIVE_EN}(?:human|human being|human agent|live agent|live person|real person|real human|actual person|representative(?! \w+ \w)|operator|support agent|customer service agent|customer service representative)",
    r"(?:real|live|actual) (?:person|human|agent)(?: please| now)?",
    r"(?<!\w )(?:a |an |real |live )*(?:human|agent|operator|representative) (?:please|now)",
    r"human support|live (?:support|chat) (?:please|now)",
    r"talk to (?:you guys|support)",
    r"escalate (?:this|it|my (?:issue|problem|case|request))",
    # German
    r"mit (?:einem|einer|nem|'nem|dem|der|eurem|ihrem) (?:echten |richtigen |realen |menschlichen )?(?:menschen|person|mitarbeiter|mitarbeiterin|kollegen|kollegin|berater|beraterin|agenten|ansprechpartner|kundenberater|kundenbetreuer|support) (?:sprechen|reden|chatten|schreiben|telefonieren|verbinden|verbunden)",
    r"(?:echten|richtigen) (?:menschen|mitarbeiter)",
    r"verbinden sie mich|verbinde mich mit|mit jemandem (?:sprechen|reden|chatten)|mensch bitte|mitarbeiter bitte",
    # French
    r"(?:parler|discuter|échanger|communiquer) (?:à|a|avec) (?:un |une |quelqu ?un|des )?(?:vrai |vraie |véritable )?(?:humain|humaine|personne|conseiller|conseillère|agent|opérateur|opératrice|quelqu ?un|responsable|être humain)",
    r"(?:parler|discuter) (?:à|a|avec) quelqu ?un|un (?:humain|conseiller|agent) s il vous pla[iî]t|passez moi (?:un|une) (?:humain|conseiller|agent|personne)|mettez moi en (?:relation|contact) avec|(?:joindre|contacter) un (?:humain|conseiller|agent)",
    # Spanish
    r"(?:hablar|chatear|comunicarme|contactar|conversar|hable) con (?:un |una |algún |alguna |el |la )?(?:persona|humano|humana|agente|asesor|asesora|operador|operadora|representante|alguien|ser humano|encargado)(?: real)?",
    r"(?:páseme|pásame|comuníqueme|conécteme|conéctame|transfiérame|transfiéreme) con|(?:persona|agente|humano) (?:real|por favor)|quiero (?:un|una) (?:agente|humano|persona)",
    # Portuguese
    r"(?:falar|conversar|comunicar) com (?:um |uma |o |a |algum |alguma )?(?:pessoa|humano|atendente|agente|operador|operadora|representante|alguém|ser humano)(?: real| humano| de verdade)?",
    r"(?:transfira|transfere|me transfira|me passa|me passe) (?:para|com) (?:um|uma) |(?:atendente|humano|pessoa real) por favor|quero (?:um|uma) (?:atendente|humano|pessoa)|atendimento humano",
    # Italian
    r"(?:parlare|chattare|comunicare) con (?:un |una |un ?altra |l )?(?:vera |vero )?(?:persona|umano|operatore|operatrice|agente|essere umano|qualcuno|addetto|consulente)(?: vera| reale| umano)?",
    r"(?:operatore|umano) per favore|mi passi (?:un|una) |voglio (?:un|una) (?:operatore|umano|persona)",
    # Dutch
    r"(?:met|aan) (?:een |iemand|de )?(?:echt |echte )?(?:mens|persoon|medewerker|iemand|collega) (?:spreken|praten|chatten)|(?:spreken|praten|chatten) met (?:een )?(?:echt |echte )?(?:mens|persoon|medewerker|iemand|klantenservice)|verbind me(?: door)?|medewerker (?:graag|alstublieft|aub)",
    # Swedish, Danish, Norwegian
    r"(?:prata|tala|chatta) med (?:en |någon|ett )?(?:riktig )?(?:människa|person|medarbetare|någon|handläggare|kundtjänst)",
    r"(?:tale|snakke|chatte) med (?:en |et |noen|nogen)?(?:rigtig |ekte |rigtigt )?(?:menneske|person|medarbejder|medarbeider|kundebehandler|nogen|noen|kundeservice)",
    # Finnish
    r"(?:puhua|jutella|keskustella) (?:oikean |jonkun )?(?:ihmisen|henkilön|asiakaspalvelijan|jonkun|asiakaspalvelun)(?: kanssa)?",
    # Polish
    r"(?:rozmawiać|porozmawiać|pogadać|połączyć|skontaktować)(?: się)? z (?:prawdziwym |żywym )?(?:człowiekiem|konsultantem|konsultantką|osobą|kimś|pracownikiem|agentem|operatorem)|(?:połącz|przełącz) mnie z",
    # Czech, Slovak
    r"(?:mluvit|promluvit si|promluvit|hovořit|spojit|hovoriť|rozprávať) s(?:e)? (?:skutečným |živým |opravdovým |živým )?(?:člověkem|operátorem|osobou|někým|pracovníkem|človekom|niekým)",
    # Hungarian, Romanian
    r"(?:emberrel|ügyintézővel|munkatárssal|élő emberrel) (?:szeretnék |akarok )?(?:beszélni|beszélnék)|(?:szeretnék|akarok) (?:egy )?(?:emberrel|ügyintézővel|munkatárssal) beszélni",
    r"(?:vorbesc|vorbi|discut) cu (?:o |un )?(?:persoană|persoana|om|operator|agent|cineva|reprezentant)(?: reală| real)?",
    # Turkish
    r"(?:bir |gerçek bir )?(?:insanla|insan ile|temsilciyle|temsilci ile|yetkiliyle|yetkili ile|müşteri temsilcisi(?:yle| ile|ne)|gerçek (?:bir )?kişiyle|biriyle|operatörle) (?:görüş|konuş|bağlan)\w*|müşteri temsilcisine bağla\w*",
    r"(?:insaan|agent|kisi) se baat",
    # Indonesian, Malay, Vietnamese
    r"(?:bicara|berbicara|ngobrol|bercakap|chat|hubungkan(?: saya)?|sambungkan(?: saya)?) (?:dengan|ke|sama) (?:orang|manusia|petugas|agen|operator|cs|customer service|staf|ejen|seseorang)",
    r"(?:nói chuyện|trò chuyện|gặp|nói|kết nối) (?:với |trực tiếp với )?(?:một )?(?:người thật|nhân viên|con người|tư vấn viên|tổng đài viên|người)",
)
"""Each matches whole words of the text after `_plain`, which drops punctuation."""

_OTHER_WISHES = (
    # Greek
    r"(?:μιλήσω|μιλησω|συνομιλήσω) με (?:έναν |εναν |κάποιον|καποιον )?(?:άνθρωπο|ανθρωπο|εκπρόσωπο|εκπροσωπο|υπάλληλο|κάποιον|καποιον)",
    # Russian, Ukrainian
    r"(?:поговорить|говорить|пообщаться|связаться|соедините(?: меня)?|переключите(?: меня)?|соедини(?: меня)?) (?:с|со|на) (?:живым |настоящим |реальным |живого )?(?:человеком|оператором|оператора|сотрудником|менеджером|специалистом|кем нибудь|кем то|агентом|человека)|(?:живой человек|позовите (?:оператора|человека)|оператор пожалуйста|оператора пожалуйста)",
    r"(?:поговорити|говорити|зв язатися|з єднайте(?: мене)?|зв яжіть(?: мене)?) (?:з|із|зі) (?:живою |живим |справжньою )?(?:людиною|оператором|менеджером|кимось|працівником)|покличте оператора",
    # Hindi
    r"(?:इंसान|व्यक्ति|एजेंट|किसी से|प्रतिनिधि|आदमी)(?: से)? (?:बात|बातचीत)",
    # Hebrew
    r"(?:לדבר|לשוחח) עם (?:נציג|בן אדם|אדם|מישהו|נציגה|בנאדם)",
)

_UNSPACED_WISHES = (
    # Chinese, simplified and traditional
    r"(?:转|轉|找|要|接|联系|聯繫|聯絡|换|換)(?:到|一下|个|個|一个|一個|真)*(?:人工|真人|客服人员|客服人員|人工客服|专员|專員)",
    r"(?:和|跟|与|與|同)(?:一个|一個|个|個)?(?:真人|人工|人类|人類|客服|活人|工作人员|工作人員)(?:说|說|聊|谈|談|讲|講|对话|對話|沟通|溝通|通话)",
    r"人工(?:服务|服務|客服)",
    # Japanese
    r"(?:人間|担当者|オペレーター|オペレータ|スタッフ|係の人|人)(?:の方)?(?:と|に)(?:直接)?(?:話|はな|繋|つな|代わ|相談|お話)",
    r"(?:オペレーター|担当者|有人)(?:を|対応|チャット|お願い)",
    # Korean
    r"(?:사람|상담원|상담사|직원|담당자)(?:이랑|하고|과|와|에게|한테|으로|을|를)?\s?(?:직접\s?)?(?:통화|연결|이야기|얘기|대화|상담|말하|바꿔|불러)",
    # Thai
    r"(?:คุย|พูด|ติดต่อ|สนทนา)(?:กับ)?(?:คน|เจ้าหน้าที่|พนักงาน|แอดมิน)",
    # Arabic: prefixes and endings join the word
    r"(?:التحدث|أتحدث|اتحدث|التكلم|أتكلم|اتكلم|أكلم|اكلم|التواصل|تحويلي|حولني|أحكي|احكي)\s(?:مع|إلى|الى|ل)?\s?(?:شخص|موظف|إنسان|انسان|ممثل|وكيل|أحد|احد|خدمة العملاء)",
)

_DENIED = re.compile(
    r"(?:\b(?:am i|are you(?: an?)?(?: real| live| actual)*|(?:act|think|be|feel)(?: and \w+)?(?: like)? an?|"
    r"you are an?(?: real| live| actual)*|do i (?:have|need) to)|"
    r"\b(?:don t|dont|do not|didn t|never|no need to|not|rather than|instead of|"
    r"without)(?: want| need| have| wish| like)?(?: to)?(?: \w+)?|"
    r"\b(?:nicht|kein|keinen|ne pas|no quiero|não quero|non voglio|не хочу))$"
)
"""What, right before a wish, turns it round."""

_HINTS = frozenset(
    "huma pers repr agen oper some staf advi cust supp mana supe spec team empl esca "
    "peop live real talk rep "
    "mens menn mita koll bera ansp kund jema quel cons resp algú algu alie ases enca aten pess "
    "uman qual adde iema mede coll klan männ någo hand mede medb noge noen ihmi henk "
    "asia jonk czło kons osob kimś prac člov něký oper člov niek embe ügyi munk om cine pers "
    "insa tems yetk müşt kişi biri oran manu petu cs staf ejen sese người ngườ nhân con "
    "tư tổng kisi être cons".split()
)
"""Every wish in a Latin script holds a word that begins like one of these: most
messages hold none, and are let through after one cheap look."""
_BEGINNINGS = re.compile(r"\b\w{1,4}")

_OTHER_SCRIPT = re.compile(
    "[\u0370-\u06ff\u0900-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_LATIN_WISH = re.compile(
    "|".join(rf"(?<!\w)(?:{wish})(?!\w)" for wish in _LATIN_WISHES)
)
_OTHER_WISH = re.compile(
    "|".join(
        [*(rf"(?<!\w)(?:{wish})(?!\w)" for wish in _OTHER_WISHES), *_UNSPACED_WISHES]
    )
)
_ALONE = frozenset(
    "human|agent|operator|representative|person|real person|live agent|live chat|"
    "live person|talk to human|human agent|speak to human|customer service|support agent|"
    "mensch|mitarbeiter|humain|conseiller|agente|humano|persona real|atendente|pessoa|"
    "operatore|umano|medewerker|mens|människa|menneske|ihminen|człowiek|konsultant|"
    "člověk|operátor|temsilci|müşteri temsilcisi|оператор|человек|людина|人工|真人|"
    "转人工|轉人工|オペレーター|상담원|موظف|人間|נציג|εκπρόσωπος".split("|")
)
"""A message that says nothing else."""
MAX_CHARS = 1000
"""Longer texts describe a problem; a wish stands at their beginning or end."""


def asks_for_person(text: str) -> bool:
    """Return whether the user of *text* asks to be with a person."""
    other = None if text.isascii() else _OTHER_SCRIPT.search(text)
    if other is None and _HINTS.isdisjoint(_BEGINNINGS.findall(text.lower())):
        return False
    if len(text) > MAX_CHARS:
        text = f"{text[: MAX_CHARS // 2]} … {text[-MAX_CHARS // 2 :]}"
    plain = _plain(text)
    if plain in _ALONE or (other and _OTHER_WISH.search(plain)):
        return True
    return any(
        _DENIED.search(plain[: found.start()].rstrip()) is None
        for found in _LATIN_WISH.finditer(plain)
    )


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(
        char if char.isalnum() or unicodedata.category(char)[0] == "M" else " "
        for char in folded
    )
    return " ".join(kept.split())
