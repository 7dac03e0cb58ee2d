"""Whether an answer says yes or no, in many languages; anything more is neither."""

# ruff: noqa: E501, RUF001, SIM905 - words of many alphabets, a language a line

import re
import unicodedata

MAX_WORDS = 8
"""A longer answer is about something, and not a yes or a no."""

_ASKS = re.compile("[?\uff1f\u061f]")
YES = frozenset(
    "yes|yeah|yep|yup|ya|sure|ok|okay|k|absolutely|definitely|certainly|of course|"
    "go ahead|do it|proceed|confirm|confirmed|approve|approved|i approve|i confirm|"
    "i agree|agreed|correct|right|that is right|please do|yes do it|go for it|go on|"
    "sounds good|fine|y|true|yes i do|yes i am|i do|"
    "ja|jawohl|jo|klar|gerne|natürlich|sicher|na klar|ja gerne|mach das|einverstanden|"
    "genehmigt|bestätigt|bestätige|in ordnung|passt|"
    "oui|ouais|d accord|bien sûr|bien sur|vas y|allez y|je confirme|confirmé|volontiers|"
    "sí|si|claro|claro que sí|vale|de acuerdo|por supuesto|adelante|hazlo|hágalo|confirmo|"
    "sim|claro que sim|pode|pode ser|com certeza|confirmado|aprovado|concordo|isso|"
    "sì|certo|va bene|certamente|confermo|procedi|proceda|d accordo|"
    "jawel|zeker|akkoord|prima|natuurlijk|ga je gang|doe maar|bevestigd|"
    "tak|jasne|oczywiście|zgoda|potwierdzam|dobrze|"
    "jag godkänner|javisst|absolut|jo tack|jada|selvfølgelig|jep|godkend|"
    "kyllä|joo|toki|hyväksyn|"
    "ano|jo jasně|souhlasím|potvrzuji|áno|súhlasím|"
    "igen|persze|rendben|da|desigur|sigur|de acord|"
    "да|ага|конечно|давай|давайте|подтверждаю|согласен|согласна|хорошо|так|звичайно|"
    "evet|tamam|tabii|onaylıyorum|olur|"
    "نعم|أجل|اجل|ايوه|أيوه|موافق|تمام|بالتأكيد|כן|בטח|בסדר|מאשר|ναι|βεβαίως|σύμφωνοι|"
    "हाँ|हां|जी|जी हाँ|ठीक है|haan|"
    "是|是的|好|好的|可以|行|没问题|沒問題|确认|確認|同意|对|對|"
    "はい|うん|ええ|お願いします|はいお願いします|いいです|了解|hai|"
    "네|예|응|좋아요|그래|그래요|확인|동의합니다|"
    "ya silakan|baik|setuju|oke|vâng|có|đồng ý|được|ใช่|ตกลง|ได้|ครับ|ค่ะ|👍|✅".split("|")
)
NO = frozenset(
    "no|nope|nah|never|don t|do not|don t do it|do not do it|not now|cancel|stop|"
    "cancel that|cancel it|deny|denied|decline|i decline|reject|abort|n|false|wait|"
    "wait no|no don t|i don t want that|i do not|leave it|forget it|never mind|nevermind|"
    "nein|nö|nee|nicht|auf keinen fall|abbrechen|lieber nicht|nein danke|bitte nicht|"
    "non|surtout pas|annuler|annulez|pas maintenant|non merci|"
    "no gracias|cancelar|cancela|para nada|mejor no|ahora no|"
    "não|nao|não obrigado|não obrigada|agora não|cancele|"
    "no grazie|annulla|assolutamente no|meglio di no|"
    "neen|nee bedankt|niet doen|annuleren|liever niet|"
    "nie|anuluj|nie teraz|nie dziękuję|"
    "nej|avbryt|nei|annuller|ikke|nej tak|nej tack|"
    "ei|en halua|peruuta|älä|"
    "ne|nechci|zrušit|nie ďakujem|"
    "nem|mégse|nem kérem|nu|anulează|"
    "нет|неа|не надо|отмена|отмени|не нужно|ні|не треба|скасувати|не|"
    "hayır|yok|iptal|olmaz|istemiyorum|"
    "لا|كلا|الغ|إلغاء|الغاء|לא|לא תודה|בטל|όχι|οχι|ακύρωση|"
    "नहीं|नही|मत करो|रद्द करें|nahi|nahin|"
    "不|不是|不要|不用|不行|否|取消|别|別|不可以|"
    "いいえ|いや|やめて|キャンセル|だめ|結構です|いりません|iie|"
    "아니|아니요|아니오|취소|싫어요|안 돼요|"
    "tidak|batal|jangan|không|huỷ|hủy|đừng|ไม่|ไม่ใช่|ยกเลิก|👎|❌|🛑".split("|")
)
_POLITE = frozenset(
    "please thanks thank you bitte danke merci s il vous te plaît plait gracias por favor "
    "obrigado obrigada grazie per favore alstublieft bedankt dank je u proszę dziękuję "
    "tack tak kiitos prosím děkuji kérem köszönöm mulțumesc пожалуйста спасибо дякую "
    "lütfen teşekkürler شكرا من فضلك תודה בבקשה ευχαριστώ παρακαλώ शुक्रिया धन्यवाद 谢谢 "
    "謝謝 ありがとう ありがとうございます 감사합니다 terima kasih tolong cảm ơn "
    "that this it now then just so well oh um hi hello great".split()
)
"""Words that may stand around a yes or a no and change nothing."""


def read_consent(text: str) -> bool | None:
    """Return True for a yes, False for a no, None for anything else."""
    plain = _plain(text)
    if not plain or _ASKS.search(text):
        return None
    words = plain.split()
    if len(words) > MAX_WORDS:
        return None
    if plain in NO:
        return False
    if plain in YES:
        return True
    return _wordwise(words)


def begins_with_no(text: str) -> bool:
    """Return whether *text* begins with a no, whatever it goes on to say."""
    words = _plain(text).split()
    return any(" ".join(words[:length]) in NO for length in (1, 2, 3, 4))


def _wordwise(words: list[str]) -> bool | None:
    """Return what all that is said together comes to, if every word is understood."""
    said: set[bool] = set()
    place = 0
    while place < len(words):
        for length in (4, 3, 2, 1):
            part = " ".join(words[place : place + length])
            if part in NO or part in YES:
                said.add(part in YES)
                place += length
                break
        else:
            if words[place] not in _POLITE:
                return None  # "yes but to another address" is not a yes
            place += 1
    return said.pop() if len(said) == 1 else None


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFC", text[:200]).casefold()
    kept = "".join(
        char if char.isalnum() or unicodedata.category(char)[0] in "MS" else " "
        for char in folded
        if unicodedata.category(char) != "Cf"
    )
    return " ".join(kept.split())
