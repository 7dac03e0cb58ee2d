"""Links that sign members in: mailed once, soon or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy

import pytest

from services.notifier.channels.email.compose import Sender
from services.notifier.channels.sign_in import compose
from services.notifier.deliver.sign_ins import SignInMail, SignInMailer
from services.notifier.domain.outcomes import (
    Accepted,
    Deferred,
    Outcome,
    Reason,
    Refused,
)
from shared.events import SignInRequested
from shared.mongo.seal import SIGN_IN_LINKS, Seal
from tests.support.fakes import NOON, FakeClock

LINK = "https://desk.example.com/escalator/sign-in#t0ken"
SENDER = Sender("handrail@example.com", "example.com")
SEAL = Seal(["operator"], purpose=SIGN_IN_LINKS)
AWAY = Deferred(Reason.CONNECT_FAILED)


@dataclass
class FakeMails:
    clock: FakeClock
    rows: dict[str, SignInMail] = field(default_factory=dict)
    due: dict[str, datetime] = field(default_factory=dict)
    closed: dict[str, str] = field(default_factory=dict)

    async def add(self, mail: SignInMail) -> None:
        if mail.link_id not in self.rows:
            self.rows[mail.link_id] = mail
            self.due[mail.link_id] = self.clock.now()

    async def claim(self, *, now: datetime) -> SignInMail | None:
        for link_id, due in self.due.items():
            mail = self.rows[link_id]
            if due <= now < mail.expires_at:
                self.due[link_id] = now + timedelta(minutes=1)
                self.rows[link_id] = replace(mail, tries=mail.tries + 1)
                return mail
        return None

    async def postpone(self, link_id: str, *, wait: timedelta) -> None:
        self.due[link_id] = self.clock.now() + wait

    async def close(self, link_id: str, *, outcome: str) -> None:
        del self.due[link_id]
        self.closed[link_id] = outcome


class Post:
    """A mailer, and a relay that answers *outcomes*, then accepts."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.clock = FakeClock(NOON)
        self.mails = FakeMails(self.clock)
        self.sent: list[tuple[str, str]] = []
        self.counted: list[str] = []
        self.left: Iterator[Outcome] = iter(outcomes)
        self.mailer = SignInMailer(
            mails=self.mails,
            open_link=lambda sealed: SEAL.open(sealed.encode()),
            send=self.send,
            clock=self.clock,
            count=self.counted.append,
        )

    async def send(self, mail: SignInMail, link: str) -> Outcome:
        self.sent.append((mail.email, link))
        return next(self.left, Accepted("250 Ok"))

    async def ask(self, link_id: str = "l-1", *, sealed: str = "") -> None:
        event = SignInRequested(
            app_id="acme",
            link_id=link_id,
            email="ana@acme.test",
            sealed_link=sealed or SEAL.close(LINK).decode(),
            requested_at=NOON,
            expires_at=NOON + timedelta(minutes=15),
        )
        await self.mailer.take("", event.model_dump_json().encode())


async def test_a_request_is_mailed_once_however_often_it_is_read():
    post = Post()

    for _ in range(3):
        await post.ask()
        await post.mailer.work()

    assert post.sent == [("ana@acme.test", LINK)]
    assert post.mails.closed == {"l-1": "accepted"}


async def test_a_relay_that_is_away_is_tried_until_the_link_is_over():
    post = Post(*[AWAY] * 1000)
    await post.ask()

    for _ in range(20 * 60):
        await post.mailer.work()
        post.clock.forward(seconds=1)

    assert post.mails.closed == {"l-1": "expired"}
    assert 20 < len(post.sent) < 40


async def test_a_mail_follows_when_the_relay_is_back():
    post = Post(AWAY, AWAY)
    await post.ask()

    for _ in range(10):
        await post.mailer.work()
        post.clock.forward(seconds=1)

    assert post.counted == ["connect_failed", "connect_failed", "accepted"]


async def test_what_is_refused_is_not_tried_again():
    post = Post(Refused(Reason.RECIPIENT_REFUSED))
    await post.ask()

    await post.mailer.work()
    post.clock.forward(minutes=1)
    await post.mailer.work()

    assert post.mails.closed == {"l-1": "recipient_refused"}
    assert len(post.sent) == 1


async def test_a_link_that_is_over_or_not_sealed_by_us_is_not_sent():
    post = Post()
    await post.ask("l-2", sealed="not ours")
    await post.mailer.work()
    post.clock.forward(minutes=15)
    await post.ask("l-1")

    await post.mailer.work()

    assert post.sent == []
    assert post.mails.closed == {"l-2": "unreadable"}


@pytest.mark.parametrize(
    ("email", "name", "utf8"),
    [
        ("ana@acme.test", "Ana", False),
        ("ana@acme.test", "Añá \r\nBcc: x@y.test", False),
        ("jürgen@acme.test", "", True),
    ],
)
def test_the_mail_holds_the_link_and_no_header_of_anybody_elses(email, name, utf8):
    mail = SignInMail(
        "f" * 64, "acme", email, name, "", NOON, NOON + timedelta(minutes=15)
    )

    content, needs_utf8 = compose(mail, LINK, "Acme\r\nX-Evil: 1", SENDER)

    read = message_from_bytes(content, policy=policy.default)
    assert needs_utf8 is utf8
    assert read["To"] == email
    assert read["Subject"] == "Sign in to Acme X-Evil: 1"
    assert {"Bcc", "X-Evil"}.isdisjoint(read.keys())
    assert LINK in read.get_content()
    assert (content, needs_utf8) == compose(mail, LINK, "Acme\r\nX-Evil: 1", SENDER)
