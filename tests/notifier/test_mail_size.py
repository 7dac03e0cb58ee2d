"""A mail that the relay finds too large is told shorter, and says so."""

import email
from email import policy
from email.message import EmailMessage
from typing import Any

import orjson
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler

from handrail.stack.processes import free_port
from services.notifier.channels.email.channel import EmailChannel
from services.notifier.channels.email.compose import Sender, compose
from services.notifier.channels.email.pool import Relay, SmtpPool
from services.notifier.deliver.ports import Letter
from services.notifier.domain.destination import Destination
from services.notifier.domain.outcomes import Accepted, Outcome, Reason, Refused
from shared.errors import Permanent
from shared.events import TranscriptLine
from tests.notifier.letters import AT, STORY, make_letter, make_packet
from tests.notifier.smtp_server import SmtpServer, smtp_server

TEAM = "team@acme.test"
DASHBOARD = "https://handrail.example.com/#/escalations/e-1"
LINKS = {
    "api": "https://handrail.example.com/v1/escalations/e-1",
    "dashboard": DASHBOARD,
}


def long_letter(
    messages: int = 60, chars: int = 1_500, *, sign: str = "é", **changes: Any
) -> Letter:
    lines = [
        TranscriptLine(role="user", text=f"message {n} " + sign * chars, occurred_at=AT)
        for n in range(messages)
    ]
    packet = make_packet(**{"conversation": lines, "links": LINKS} | changes)
    return make_letter(packet=packet)


async def sent(server: SmtpServer, *letters: Letter) -> list[Outcome]:
    pool = SmtpPool(Relay("127.0.0.1", server.port, timeout=5))
    channel = EmailChannel(pool, Sender("h@x.test", "x.test"))
    team = Destination("acme", "team-mail", "email", to=(TEAM,))
    outcomes = [
        await channel.send(team, TEAM, channel.render(each, TEAM)) for each in letters
    ]
    await pool.close()
    return outcomes


def parsed(content: bytes) -> EmailMessage:
    found = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    return "" if body is None else str(body.get_content())


async def test_below_the_announced_size_the_attachment_is_left_out_and_linked() -> None:
    letter = long_letter(sign="e")
    async with smtp_server(extensions=("SIZE 150000",)) as server:
        (outcome,) = await sent(server, letter)

    assert isinstance(outcome, Accepted)
    (content,) = server.accepted
    mail = parsed(content)
    assert len(content) <= 150_000
    assert list(mail.iter_attachments()) == []
    for kind in ("plain", "html"):
        text = part(mail, kind)
        assert "transcript.json is not attached" in text
        assert "150 kB" in text
        assert DASHBOARD in text
        assert "attached as transcript.json" not in text
        assert "in transcript.json" not in text
    assert all(f"message {n} " in part(mail, "plain") for n in range(60))


@pytest.mark.parametrize("size", [200_000, 60_000, 25_000, 12_000, 6_000])
async def test_a_smaller_size_shortens_the_conversation_visibly(size: int) -> None:
    async with smtp_server(extensions=(f"SIZE {size}",)) as server:
        (outcome,) = await sent(server, long_letter())

    assert isinstance(outcome, Accepted)
    (content,) = server.accepted
    mail = parsed(content)
    assert len(content) <= size
    text = part(mail, "plain")
    assert "this mail is shortened" in text
    assert "messages are left out here" in text
    assert "more characters" in text
    assert STORY[:200] in text
    assert DASHBOARD in text
    html = part(mail, "html")
    assert not html or ("this mail is shortened" in html and DASHBOARD in html)


async def test_a_relay_that_says_its_size_only_by_refusing_gets_a_shorter_mail() -> (
    None
):
    async with smtp_server(extensions=()) as server:
        server.on("DOT", "552 5.3.4 Message size exceeds fixed limit")
        (outcome,) = await sent(server, long_letter())

    assert isinstance(outcome, Accepted)
    first, then = server.received
    assert len(list(parsed(first).iter_attachments())) == 1
    assert list(parsed(then).iter_attachments()) == []
    assert parsed(first)["Message-ID"] == parsed(then)["Message-ID"]


async def test_the_size_that_was_announced_is_kept_in_mind() -> None:
    async with smtp_server(extensions=("SIZE 600000",)) as server:
        outcomes = await sent(server, long_letter(), make_letter(), long_letter())

    assert all(isinstance(each, Accepted) for each in outcomes)
    attached = [len(list(parsed(each).iter_attachments())) for each in server.accepted]
    assert attached == [0, 1, 0]
    assert server.connections == 1


@pytest.mark.parametrize("words", ["SIZE 0", "SIZE", "SIZE many", "8BITMIME"])
async def test_a_relay_without_a_fixed_size_gets_everything(words: str) -> None:
    async with smtp_server(extensions=(words,)) as server:
        (outcome,) = await sent(server, long_letter())

    assert isinstance(outcome, Accepted)
    assert len(list(parsed(server.accepted[0]).iter_attachments())) == 1


async def test_where_not_even_the_least_fits_it_is_refused_with_the_sizes() -> None:
    async with smtp_server(extensions=("SIZE 500",)) as server:
        (outcome,) = await sent(server, long_letter())

    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.TOO_LARGE
    assert "500" in outcome.detail
    assert server.received == []


def test_without_a_link_the_mail_names_where_the_rest_is() -> None:
    letter = long_letter(links={})
    mail = parsed(
        compose(letter, TEAM, Sender("h@x.test", "x.test"), most=60_000).content
    )

    for kind in ("plain", "html"):
        assert "The whole conversation is in Handrail, as ESC-1042." in part(mail, kind)


def test_an_attachment_that_had_to_be_cut_is_said_to_be() -> None:
    mail = parsed(
        compose(long_letter(900, 4_500), TEAM, Sender("h@x.test", "x.test")).content
    )
    (attached,) = mail.iter_attachments()
    cut_to = orjson.loads(attached.get_content())["cut_to_chars"]

    for kind in ("plain", "html"):
        assert f"cut to {cut_to} characters" in part(mail, kind)
        assert "Everything is attached" not in part(mail, kind)


def test_a_limit_that_nothing_fits_raises_too_large() -> None:
    with pytest.raises(Permanent) as refused:
        compose(make_letter(), TEAM, Sender("h@x.test", "x.test"), most=300)

    assert refused.value.reason == Reason.TOO_LARGE


async def test_a_real_server_with_a_small_limit_takes_the_shorter_mail() -> None:
    taken: list[bytes] = []

    class Keep(MessageHandler):
        def handle_message(self, message: object) -> None:
            taken.append(bytes(message))  # type: ignore[call-overload]

    server = SmtpServer(port=free_port())
    controller = Controller(
        Keep(), hostname="127.0.0.1", port=server.port, data_size_limit=40_000
    )
    controller.start()
    try:
        (outcome,) = await sent(server, long_letter())
    finally:
        controller.stop()

    assert isinstance(outcome, Accepted)
    assert "this mail is shortened" in part(parsed(taken[0]), "plain")
