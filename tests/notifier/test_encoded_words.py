"""What the user wrote stands in the header: to Python's reader and to a strict one."""

import email
import re
from base64 import b64decode
from email import policy
from email.message import EmailMessage
from quopri import decodestring

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.channels.email.compose import Sender, compose
from services.notifier.domain.encoded_words import header_line, mailbox_line
from services.notifier.domain.headers import APP_CHARS, header_safe
from tests.notifier.letters import make_letter, make_packet

WORD = re.compile(r"=\?([\w-]+)\?([bq])\?([^? ]*)\?=")
ASKS = {
    "cyrillic": "Не могу оплатить заказ с моей карты, деньги списали дважды",
    "ukrainian": "Їжа не приїхала, а гроші з картки зняли ще вчора о п'ятій",
    "greek": "Δεν μπορώ να πληρώσω με την κάρτα μου εδώ και δύο ημέρες",
    "hebrew": "אני לא מצליח לשלם עם כרטיס האשראי שלי כבר יומיים",
    "arabic": "لا أستطيع الدفع ببطاقتي منذ يومين وقد خصم المبلغ مرتين",
    "persian": "نمی‌توانم با کارت خود پرداخت کنم و پول دو بار کم شده است",
    "korean": "제 카드로 결제가 되지 않습니다 어제부터 계속 오류가 납니다",
    "hindi": "मैं अपने कार्ड से भुगतान नहीं कर पा रहा हूँ, बड़ी फ़ाइल भी",
    "hindi, composed": "मुझे ब\u095cी \u095eाइल भेजनी है और कार्ड से भुगतान करना है",
    "thai": "ฉันไม่สามารถชำระเงินด้วยบัตรของฉันได้ตั้งแต่เมื่อวาน",
    "japanese": "カードで支払いができません。昨日からずっとエラーになります",
    "french": "L'écran d'été où j'ai payé reste figé depuis l'échéance, ça gêne",
    "french, narrow space": "Où est ma commande\u202f? Elle a été payée à Évreux\u00a0!",
    "vietnamese": "Tôi không thể thanh toán bằng thẻ của mình từ hôm qua đến giờ",
    "one word among ours": "Please refund my café order from last Tuesday evening",
    "families": "👩‍👩‍👧‍👦 👨🏽‍🚒 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f family tariff ❓ " * 2,
    "a formula": "Why is 2+2=? and not =?x",
    "a letter of many marks": "q" + "\u0301" * 60 + " is slow",
}  # fmt: skip


def strict(raw: str) -> str:
    """Return the header as RFC 2047 §6.2 reads it."""
    unfolded = raw.replace("\r\n", "")
    joined = re.sub(rf"({WORD.pattern})\s+(?={WORD.pattern})", r"\1", unfolded)
    return WORD.sub(_decoded, joined)


def _decoded(found: re.Match[str]) -> str:
    charset, kind, words = found.groups()
    data = words.encode("ascii")
    as_q = kind == "q"
    return (decodestring(data, header=True) if as_q else b64decode(data)).decode(
        charset
    )


def raw_of(content: bytes, name: str) -> str:
    head = content.partition(b"\r\n\r\n")[0].decode("ascii") + "\r\n"
    found = re.search(rf"^{name}:((?:.*\r\n)(?:[ \t].*\r\n)*)", head, re.MULTILINE)
    assert found
    return found[1].removesuffix("\r\n")


def check(content: bytes, name: str) -> tuple[str, str]:
    """Return the header as a strict reader has it and as Python has it."""
    raw = raw_of(content, name)
    for line in f"{name}:{raw}".split("\r\n"):
        assert line.strip()
        assert len(line) <= 76 or "=?" not in line
    assert all(len(found[0]) <= 75 for found in WORD.finditer(raw))
    parsed = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed[name].defects
    return strict(raw).strip(), str(parsed[name])


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_the_subject_is_what_the_user_wrote_to_every_reader(ask: str) -> None:
    letter = make_letter(packet=make_packet(summary=ask))
    whole = " ".join(ask.split(" "))[:80].rstrip()
    content = compose(letter, "team@acme.test", Sender("h@x.test", "x.test")).content

    by_strict, by_python = check(content, "Subject")

    assert by_strict == by_python
    if len(ask) <= 80:
        assert by_strict == f"[Acme Files][P3] Human needed: {whole}"


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_no_encoded_word_ends_within_a_sign(ask: str) -> None:
    raw = header_line("Subject", ask).decode("ascii")
    words = [_decoded(found) for found in WORD.finditer(raw)]
    signs = regex.findall(r"\X", "".join(words))

    assert words
    if ask != ASKS["a letter of many marks"]:
        apart = [sign for each in words for sign in regex.findall(r"\X", each)]
        assert apart == signs


NAMES = [
    "Служба поддержки Ромашка", "Ελληνικό Ταχυδρομείο Αθηνών", "שירות לקוחות ישראל",
    "한국 고객 지원 센터", "Café Société Générale", "カスタマーサポート", "Acme, Inc. (Łódź)",
    "Acme, Inc.", 'The "Best" Shop', "a\\b", "Acme", "x" * 40, "Müller & Söhne <b@d.test>",
    "ग्राहक सहायता",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_senders_name_is_the_apps_to_every_reader(name: str) -> None:
    content = compose(
        make_letter(app_name=name), "team@acme.test", Sender("h@x.test", "x.test")
    ).content
    by_strict, _ = check(content, "From")
    parsed = email.message_from_bytes(content, policy=policy.default)["From"]

    (address,) = parsed.addresses
    assert (address.display_name, address.addr_spec) == (
        f"{name} via Handrail",
        "h@x.test",
    )
    shown = re.sub(r'^"(.*)"', lambda found: found[1], by_strict)
    assert re.sub(r"\\(.)", r"\1", shown) == f"{name} via Handrail <h@x.test>"


@given(text=st.text(max_size=120))
def test_every_subject_is_read_alike(text: str) -> None:
    safe = header_safe(text)
    content = header_line("Subject", safe) + b"\r\n"

    assert check(content, "Subject") == (safe, safe)


@given(text=st.text(max_size=120))
def test_every_name_is_one_name_to_a_strict_reader(text: str) -> None:
    safe = header_safe(text, limit=APP_CHARS)
    content = mailbox_line("From", safe, "a@x.test") + b"\r\n"

    parsed = email.message_from_bytes(content, policy=policy.default)
    assert parsed.keys() == ["From"]
    assert [each.addr_spec for each in parsed["From"].addresses] == ["a@x.test"]
    if not safe.isascii():
        assert strict(raw_of(content, "From")).strip() == f"{safe} <a@x.test>"


@given(text=st.text(alphabet='=?utf-8qbé"\\<>@,;:() \r\nABc', max_size=80))
def test_no_name_of_dangerous_characters_adds_an_address(text: str) -> None:
    content = mailbox_line("From", header_safe(text, limit=APP_CHARS), "a@x.test")

    parsed = email.message_from_bytes(content + b"\r\n", policy=policy.default)
    assert parsed.keys() == ["From"]
    assert [each.addr_spec for each in parsed["From"].addresses] == ["a@x.test"]
