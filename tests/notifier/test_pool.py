"""Real SMTP conversations, on real sockets: what each ending means."""

import asyncio
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from aiosmtplib import SMTPAuthenticationError, SMTPException
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from handrail.stack.processes import free_port
from services.notifier.channels.email.channel import EmailChannel
from services.notifier.channels.email.compose import Sender
from services.notifier.channels.email.pool import Envelope, Relay, SmtpPool, translate
from services.notifier.domain.destination import Destination
from services.notifier.domain.outcomes import (
    Accepted,
    Deferred,
    Outcome,
    Reason,
    Refused,
)
from services.notifier.domain.smtp_replies import Stage
from tests.notifier.letters import make_letter
from tests.notifier.smtp_server import DROP, SILENT, SmtpServer, smtp_server
from tests.notifier.sockets import serving

MAIL = Envelope("from@acme.test", "team@acme.test", b"Subject: x\r\n\r\nHello\r\n")


async def send(
    server: SmtpServer, *envelopes: Envelope, **changes: object
) -> list[Outcome]:
    pool = SmtpPool(replace(Relay("127.0.0.1", server.port, timeout=1.0), **changes))
    outcomes = [await pool.send(each) for each in envelopes or (MAIL,)]
    await pool.close()
    return outcomes


async def test_an_accepted_mail_returns_the_relays_words_as_proof() -> None:
    async with smtp_server() as server:
        (outcome,) = await send(server)

    assert outcome == Accepted("250 2.0.0 Ok: queued")
    assert server.accepted == [b"Subject: x\r\n\r\nHello\r\n.\r\n"]


CASES = [
    ("BANNER", "421 4.3.2 too busy", Deferred, Reason.SERVICE_UNAVAILABLE),
    ("BANNER", "554 no service", Deferred, Reason.CONNECT_REFUSED),
    ("BANNER", DROP, Deferred, Reason.CONNECT_FAILED),
    ("BANNER", SILENT, Deferred, Reason.TIMED_OUT),
    ("MAIL", "450 4.7.0 later", Deferred, Reason.TEMPORARY_FAILURE),
    ("MAIL", "530 5.7.0 authenticate first", Deferred, Reason.AUTHENTICATION_FAILED),
    ("MAIL", "550 5.7.1 not you", Refused, Reason.SENDER_REFUSED),
    ("MAIL", "552 5.3.4 too big", Refused, Reason.TOO_LARGE),
    ("RCPT", "451 4.7.1 greylisted", Deferred, Reason.TEMPORARY_FAILURE),
    ("RCPT", "452 4.2.2 full", Deferred, Reason.MAILBOX_FULL),
    ("RCPT", "550 5.1.1 unknown", Refused, Reason.RECIPIENT_REFUSED),
    ("RCPT", DROP, Deferred, Reason.DISCONNECTED),
    ("RCPT", SILENT, Deferred, Reason.TIMED_OUT),
    ("RCPT", "nonsense", Deferred, Reason.PROTOCOL_ERROR),
    ("DATA", "451 4.3.0 later", Deferred, Reason.TEMPORARY_FAILURE),
    ("DATA", "554 5.6.0 no", Refused, Reason.CONTENT_REFUSED),
    ("DOT", "452 4.3.1 disk full", Deferred, Reason.TEMPORARY_FAILURE),
    ("DOT", "554 5.7.1 spam", Refused, Reason.CONTENT_REFUSED),
    ("DOT", DROP, Deferred, Reason.AMBIGUOUS),
    ("DOT", SILENT, Deferred, Reason.AMBIGUOUS),
]


@pytest.mark.parametrize(("verb", "answer", "kind", "reason"), CASES)
async def test_each_ending_of_the_conversation_has_one_meaning(
    verb: str, answer: str, kind: type, reason: Reason
) -> None:
    async with smtp_server() as server:
        server.on(verb, answer)
        (outcome,) = await send(server)

    assert type(outcome) is kind
    assert not isinstance(outcome, Accepted)
    assert outcome.reason == reason
    assert server.accepted == []


async def test_after_any_failure_the_next_mail_goes_through() -> None:
    async with smtp_server() as server:
        server.on("RCPT", "451 later", "550 no", DROP)
        server.on("DOT", "554 no", DROP)
        outcomes = await send(server, *[MAIL] * 7)

    assert [type(each) for each in outcomes] == [
        Deferred, Refused, Deferred, Refused, Deferred, Accepted, Accepted,
    ]  # fmt: skip
    assert len(server.accepted) == 2


async def test_one_connection_carries_many_mails() -> None:
    async with smtp_server() as server:
        await send(server, *[MAIL] * 20)

    assert (server.connections, len(server.accepted)) == (1, 20)


async def test_a_connection_is_replaced_after_a_hundred_mails() -> None:
    async with smtp_server() as server:
        await send(server, *[MAIL] * 101)

    assert (server.connections, len(server.accepted)) == (2, 101)


async def test_a_refused_recipient_keeps_the_connection_for_the_next() -> None:
    async with smtp_server() as server:
        server.on("RCPT", "550 5.1.1 unknown")
        outcomes = await send(server, MAIL, MAIL)

    assert [type(each) for each in outcomes] == [Refused, Accepted]
    assert server.connections == 1
    assert "RSET" in server.commands


async def test_a_connection_that_died_while_idle_costs_no_failed_try() -> None:
    async with smtp_server() as server:
        server.on("MAIL", "250 ok", "421 4.4.2 idle too long", DROP)
        outcomes = await send(server, MAIL, MAIL)

    assert type(outcomes[0]) is Accepted
    assert type(outcomes[1]) in {Accepted, Deferred}
    assert server.connections >= 2


async def test_never_more_connections_than_allowed() -> None:
    async with smtp_server() as server:
        pool = SmtpPool(Relay("127.0.0.1", server.port, connections=3, timeout=5))
        outcomes = await asyncio.gather(*(pool.send(MAIL) for _ in range(30)))
        await pool.close()

    assert all(isinstance(each, Accepted) for each in outcomes)
    assert server.connections <= 3


async def test_nobody_listening_is_a_failed_connection() -> None:
    async with smtp_server() as server:
        port = server.port
    (outcome,) = await send(SmtpServer(port=port))

    assert isinstance(outcome, Deferred)
    assert outcome.reason == Reason.CONNECT_FAILED


async def test_smtputf8_is_asked_for_only_where_the_address_needs_it() -> None:
    utf8 = replace(MAIL, recipient="ünï@acme.test", utf8=True)
    async with smtp_server(extensions=("SMTPUTF8", "8BITMIME")) as server:
        outcomes = await send(server, MAIL, utf8)
    plain, special = [each for each in server.commands if each.startswith("MAIL")]

    assert all(isinstance(each, Accepted) for each in outcomes)
    assert "SMTPUTF8" not in plain
    assert "SMTPUTF8" in special


async def test_a_relay_without_smtputf8_refuses_such_an_address_for_good() -> None:
    async with smtp_server() as server:
        (outcome,) = await send(
            server, replace(MAIL, recipient="ünï@acme.test", utf8=True)
        )

    assert outcome == Refused(Reason.SMTPUTF8_UNSUPPORTED, "the relay has no SMTPUTF8")


async def test_required_starttls_is_never_given_up_for_plain_text() -> None:
    async with smtp_server() as server:
        (outcome,) = await send(server, starttls="required")

    assert isinstance(outcome, Deferred)
    assert outcome.reason == Reason.TLS_FAILED
    assert server.received == []


async def test_a_reply_byte_by_byte_is_still_a_reply() -> None:
    async def dribble(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        async def say(words: bytes) -> None:
            for byte in words:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.001)

        await say(b"220 slow\r\n")
        while line := await reader.readline():
            if line.startswith(b"DATA"):
                await say(b"354 go\r\n")
                await reader.readuntil(b"\r\n.\r\n")
            await say(b"250-first line\r\n250 second line\r\n")

    async with serving(dribble) as port:
        pool = SmtpPool(Relay("127.0.0.1", port, timeout=5))
        outcome = await pool.send(MAIL)
        await pool.close()

    assert outcome == Accepted("250 first line second line")


@pytest.mark.parametrize(
    ("relay", "start_tls"),
    [
        (Relay("mail.test", 587, starttls="required"), True),
        (Relay("mail.test", 25), None),
        (Relay("mail.test", 25, username="u"), True),
        (Relay("127.0.0.1", 25, username="u"), None),
        (Relay("mail.test", 25, starttls="off"), False),
        (Relay("mail.test", 465, tls=True), False),
    ],
)
def test_a_password_never_leaves_this_machine_in_the_clear(
    relay: Relay, start_tls: bool | None
) -> None:
    assert relay.start_tls is start_tls


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ssl.SSLCertVerificationError("expired"), Reason.TLS_FAILED),
        (
            SMTPException("The SMTP AUTH extension is not there"),
            Reason.AUTHENTICATION_FAILED,
        ),
        (SMTPAuthenticationError(535, "5.7.8 no"), Reason.AUTHENTICATION_FAILED),
        (RuntimeError("a bug"), Reason.UNEXPECTED_ERROR),
    ],
)
def test_what_is_wrong_before_any_mail_is_understood(
    error: Exception, reason: Reason
) -> None:
    outcome = translate(error, Stage.CONNECT)

    assert isinstance(outcome, Deferred)
    assert outcome.reason == reason


async def test_a_certificate_nobody_vouches_for_sends_nothing(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    async with smtp_server(context) as sink:
        (outcome,) = await send(sink, tls=True)

    assert isinstance(outcome, Deferred)
    assert outcome.reason == Reason.TLS_FAILED
    assert sink.received == []


def self_signed(folder: Path) -> Path:
    """Write a key and a certificate that no authority signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
    )
    path = folder / "relay.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    return path


async def test_a_whole_mail_survives_a_real_server() -> None:
    taken: list[bytes] = []

    class Keep(MessageHandler):
        def handle_message(self, message: object) -> None:
            taken.append(bytes(message))  # type: ignore[call-overload]

    port = free_port()
    controller = Controller(Keep(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        pool = SmtpPool(Relay("127.0.0.1", port, timeout=5))
        channel = EmailChannel(pool, Sender("handrail@mail.test", "mail.test"))
        team = Destination("acme", "team-mail", "email", to=("team@acme.test",))
        composed = channel.render(make_letter(), "team@acme.test")
        outcome = await channel.send(team, "team@acme.test", composed)
        await pool.close()
    finally:
        controller.stop()

    assert isinstance(outcome, Accepted)
    assert outcome.message_id == composed.message_id
    (received,) = taken
    assert message_from_bytes(received)["Message-ID"] == composed.message_id
    assert _decoded(received) == _decoded(composed.content)


def _decoded(content: bytes) -> list[bytes]:
    parts = [
        each.get_payload(decode=True) for each in message_from_bytes(content).walk()
    ]
    return [bytes(each).replace(b"\r\n", b"\n") for each in parts if each is not None]
