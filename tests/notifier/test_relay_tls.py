"""A relay whose certificate a private authority signed, and passwords in the clear."""

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from handrail.stack.processes import free_port
from services.notifier.app import relay_of
from services.notifier.channels.email import pool
from services.notifier.domain.outcomes import Accepted, Deferred, Outcome, Reason
from services.notifier.settings import Settings
from shared.settings import describe_wrong

MAIL = pool.Envelope("from@acme.test", "team@acme.test", b"Subject: x\r\n\r\nHello\r\n")
HERE = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))


@dataclass(frozen=True)
class Authority:
    """A private authority, and what it signs."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def made(cls) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        constraint = x509.BasicConstraints(ca=True, path_length=0)
        named = named_certificate("Acme private authority", key)
        signed = named.issuer_name(name("Acme private authority")).add_extension(
            constraint, critical=True
        )
        return cls(key, signed.sign(key, SHA256()))

    def write(self, folder: Path) -> str:
        path = folder / "authority.pem"
        path.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        return str(path)

    def server(self, folder: Path) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        named = named_certificate("relay", key).issuer_name(self.certificate.subject)
        here = x509.SubjectAlternativeName([HERE])
        signed = named.add_extension(here, critical=False).sign(self.key, SHA256())
        path = folder / "relay.pem"
        path.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + signed.public_bytes(Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def named_certificate(
    words: str, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name(words))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )


class Keep(MessageHandler):
    """Keeps how each mail came."""

    def __init__(self) -> None:
        super().__init__()
        self.encrypted: list[bool] = []

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.encrypted.append(session.ssl is not None)
        return "250 2.0.0 Ok"

    def handle_message(self, message: object) -> None:
        raise AssertionError(message)


def knows_ana(
    _: SMTP, __: Session, ___: Envelope, ____: str, data: object
) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=(data.login, data.password) == (b"ana", b"secret"))


def settings(monkeypatch: pytest.MonkeyPatch, **given: str) -> Settings:
    monkeypatch.setenv("HANDRAIL_ADMIN_KEY", "k")
    for key, value in given.items():
        monkeypatch.setenv(f"NOTIFIER_SMTP_{key.upper()}", value)
    return Settings()


async def send(found: Settings) -> Outcome:
    relay = pool.SmtpPool(relay_of(found))
    outcome = await relay.send(MAIL)
    await relay.close()
    return outcome


@pytest.mark.parametrize("starttls", ["auto", "required"])
async def test_with_its_authority_a_private_relay_gets_mail_encrypted_and_a_password(
    starttls: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, port, keep = Authority.made(), free_port(), Keep()
    controller = Controller(
        keep, hostname="127.0.0.1", port=port, tls_context=authority.server(tmp_path),
        require_starttls=True, auth_required=True, authenticator=knows_ana,
    )  # fmt: skip
    given = {
        "host": "127.0.0.1", "port": str(port), "starttls": starttls, "username": "ana",
        "password": "secret",
    }  # fmt: skip
    controller.start()
    try:
        stranger = await send(settings(monkeypatch, **given))
        known = await send(
            settings(monkeypatch, **given, ca_file=authority.write(tmp_path))
        )
    finally:
        controller.stop()

    assert isinstance(stranger, Deferred)
    assert stranger.reason == Reason.TLS_FAILED
    assert isinstance(known, Accepted)
    assert keep.encrypted == [True]


async def test_with_its_authority_a_relay_of_tls_from_the_first_byte_gets_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, port, keep = Authority.made(), free_port(), Keep()
    controller = Controller(
        keep, hostname="127.0.0.1", port=port, ssl_context=authority.server(tmp_path)
    )
    controller.start()
    try:
        outcome = await send(
            settings(
                monkeypatch,
                host="127.0.0.1",
                port=str(port),
                tls="true",
                ca_file=authority.write(tmp_path),
            )
        )
    finally:
        controller.stop()

    assert isinstance(outcome, Accepted)


def test_another_authority_vouches_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ca_file = Authority.made().write(tmp_path)
    context = relay_of(settings(monkeypatch, ca_file=ca_file)).context

    assert context is not None
    assert context.check_hostname
    assert context.verify_mode == ssl.CERT_REQUIRED


@pytest.mark.parametrize("content", [None, b"", b"not a certificate"])
def test_a_file_that_holds_no_authority_is_refused_at_start(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ValidationError) as wrong:
        settings(monkeypatch, ca_file=str(path))

    assert "NOTIFIER_SMTP_CA_FILE" in describe_wrong(wrong.value)


CLEAR = {"username": "ana", "password": "s3cret", "starttls": "off"}


@pytest.mark.parametrize("host", ["mail.test", "127.0.0.1", "localhost"])
def test_a_password_in_the_clear_is_refused_at_start(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValidationError) as wrong:
        settings(monkeypatch, **CLEAR, host=host)

    said = describe_wrong(wrong.value)
    assert "NOTIFIER_SMTP_STARTTLS" in said
    assert "NOTIFIER_SMTP_PLAINTEXT_PASSWORD" in said
    assert "s3cret" not in said


@pytest.mark.parametrize(
    "given",
    [
        CLEAR | {"plaintext_password": "true"},
        CLEAR | {"tls": "true"},
        CLEAR | {"starttls": "auto"},
        CLEAR | {"starttls": "required"},
        {"starttls": "off"},
    ],
)
def test_a_password_that_is_safe_or_said_twice_starts(
    given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings(monkeypatch, **given).smtp_password == given.get("password", "")
