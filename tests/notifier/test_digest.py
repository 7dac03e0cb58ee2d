"""A digest at its destination: every id is in it, whatever its length."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import orjson
import pytest

from services.notifier.channels.email.compose import Sender, compose
from services.notifier.channels.email.fitting import MAX_MAIL_BYTES
from services.notifier.channels.webhook import WebhookChannel
from services.notifier.deliver.ports import Letter
from services.notifier.handlers import on_notification_requested
from shared import ids
from shared.events import Digest
from tests.notifier.letters import AT, make_letter, make_packet, make_record
from tests.support.fakes import FakeClock

SENDER = Sender("handrail@example.com", "example.com")
TO = "team@acme.test"


def make_digest(count: int = 3, **changes: Any) -> Digest:
    places = range(count)
    facts: dict[str, Any] = {
        "escalation_ids": [ids.derive("escalation", str(each)) for each in places],
        "conversation_ids": [f"c-{each}" for each in places],
        "numbers": [f"ESC-{1000 + each}" for each in places],
        "summaries": [f"Uploads fail for user {each}" for each in places],
        "news": ["opened"] * count,
        "patterns": ["Upload 500"] * (count - 1) + [""],
        "count": count,
        "since": AT,
        "group": "storm",
        "thread": "t-1",
    }
    return Digest(**facts | changes)


def digest_letter(
    digest: Digest | None = None, *, earlier: tuple[str, ...] = (), **changes: Any
) -> Letter:
    digest = digest or make_digest()
    many = len(digest.escalation_ids)
    packet = make_packet(
        conversation_id="handrail:digest:d-1",
        escalation_id="d-1",
        number="",
        summary=f"{many} requests: Upload 500",
        conversation=[],
        user=None,
        links={"dashboard": "https://desk.example.com/#/escalations"},
    )
    facts = {"kind": "digest", "digest": digest, "packet": packet, **changes}
    return make_letter(earlier=earlier, app_name="Acme", **facts)


def mail(letter: Letter, **limits: int) -> EmailMessage:
    content = compose(letter, TO, SENDER, **limits).content
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return "" if body is None else body.get_content()


def test_the_subject_says_how_many_and_about_what():
    assert mail(digest_letter())["Subject"] == "[Acme] 3 requests: Upload 500"


def test_text_and_page_list_every_number_and_id():
    digest = make_digest()
    message = mail(digest_letter(digest))

    for kind in ("plain", "html"):
        shown = part(message, kind)
        for listed in (*digest.escalation_ids, *digest.numbers, *digest.summaries):
            assert listed in shown


def test_what_shares_a_pattern_stands_together_and_the_rest_apart():
    text = part(mail(digest_letter()), "plain")

    assert text.index("Upload 500 (2)") < text.index("ESC-1000")
    assert text.index("ESC-1001") < text.index("Others (1)") < text.index("ESC-1002")


@pytest.mark.parametrize("most", [MAX_MAIL_BYTES, 1_000_000, 400_000])
def test_five_thousand_ids_are_listed_whatever_the_relay_takes(most: int):
    digest = make_digest(5000, summaries=["x" * 120] * 5000)
    content = compose(digest_letter(digest), TO, SENDER, most=most).content
    shown = part(message_from_bytes(content, policy=policy.default), "plain")

    assert len(content) <= most
    assert all(each in shown for each in (*digest.escalation_ids, *digest.numbers))


def test_digests_of_one_group_are_one_thread_and_of_another_another():
    first, other = (
        mail(digest_letter(make_digest(thread=thread))) for thread in ("t-1", "t-2")
    )
    second = mail(digest_letter(earlier=("d-0",)))

    assert second["Subject"].startswith("Re: [Acme] ")
    root = first["References"].split()[0]
    assert root in second["References"]
    assert root not in other["References"]


def test_words_of_users_are_inert_in_a_digest():
    evil = "</td><script>x</script>\r\nBcc: a@b.test\u202e"
    message = mail(digest_letter(make_digest(summaries=[evil] * 3)))

    assert message["Bcc"] is None
    assert "<script>" not in part(message, "html")
    assert "\u202e" not in part(message, "plain")


@pytest.mark.parametrize(
    ("news", "said"),
    [
        ("message_added", "(wrote again)"),
        ("unclaimed", "(nobody has taken it)"),
        ("of_later", "(of later)"),
    ],
)
def test_what_is_new_of_one_stands_beside_it(news: str, said: str):
    text = part(mail(digest_letter(make_digest(1, news=[news]))), "plain")

    assert said in text


def test_a_repeat_says_that_nobody_has_taken_them():
    text = part(mail(digest_letter(make_digest(repeat=True))), "plain")

    assert "Nobody has taken these yet." in text


def test_a_webhook_is_sent_the_lists_and_no_packet():
    digest = make_digest()
    post = WebhookChannel(FakeClock()).render(digest_letter(digest), "")
    body = orjson.loads(post.body)

    assert body["type"] == "escalation.digest"
    assert body["data"]["escalation_ids"] == digest.escalation_ids
    assert body["data"]["numbers"] == digest.numbers
    assert (body["data"]["count"], body["data"]["kind"]) == (3, "digest")
    assert "conversation" not in body["data"]


def test_a_delivery_knows_whose_conversations_its_digest_lists():
    letter = digest_letter()
    delivery = on_notification_requested(make_record(letter.request), AT)

    assert delivery.lists == ("acme:c-0", "acme:c-1", "acme:c-2")
    assert delivery.lane == "acme:handrail:t-1"
    assert delivery.personal
