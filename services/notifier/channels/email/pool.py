"""Connections to the mail relay: kept, reused, replaced."""

import asyncio
import ipaddress
import ssl
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

import aiosmtplib

from services.notifier.domain.outcomes import (
    Accepted,
    Deferred,
    Outcome,
    Reason,
    Refused,
)
from services.notifier.domain.smtp_replies import Stage, classify_smtp

MAX_MESSAGES = 100
MAX_SECONDS = 60.0
"""Relays close what is used longer; leaving first costs no failed try."""
CONNECT_SECONDS = 10.0
_LOST = (aiosmtplib.SMTPServerDisconnected, ConnectionError)


@dataclass(frozen=True, slots=True)
class Relay:
    """Where the relay is and how to talk to it."""

    host: str
    port: int
    username: str = ""
    password: str = ""
    starttls: str = "auto"
    """`auto`, `required` or `off`."""
    tls: bool = False
    connections: int = 8
    timeout: float = 60.0
    local_name: str = "localhost"
    context: ssl.SSLContext | None = None
    """Whose certificates are believed; the system's authorities where it is None."""

    @property
    def start_tls(self) -> bool | None:
        """Return aiosmtplib's word: always, never, or when offered.

        A password is never sent in the clear beyond this machine.
        """
        if self.tls or self.starttls == "off":
            return False
        must = self.starttls == "required" or (self.username and not self._is_here())
        return True if must else None

    def _is_here(self) -> bool:
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message on its way to one recipient."""

    sender: str
    recipient: str
    content: bytes
    utf8: bool = False


@dataclass(slots=True)
class _Connection:
    smtp: aiosmtplib.SMTP
    born: float
    messages: int = 0
    stage: Stage = Stage.CONNECT

    def usable(self) -> bool:
        return (
            self.smtp.is_connected
            and self.messages < MAX_MESSAGES
            and monotonic() - self.born < MAX_SECONDS
        )


class SmtpPool:
    """Sends messages over up to `relay.connections` connections."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._idle: list[_Connection] = []
        self._slots = asyncio.Semaphore(relay.connections)
        self._context = relay.context or ssl.create_default_context()
        self.size_limit: int | None = None
        """Bytes that the relay takes, as it said last; None where it does not say."""

    async def send(self, envelope: Envelope) -> Outcome:
        """Return what the relay said to *envelope*, or what went wrong instead."""
        async with self._slots:
            while self._idle:
                kept = self._idle.pop()
                if not kept.usable():
                    await self._quit(kept)
                    continue
                outcome = await self._use(kept, envelope)
                if kept.stage is not Stage.MAIL or not _is_stale(outcome):
                    return outcome
                # The relay closed it while it was idle: nothing was said yet.
            fresh = _Connection(self._new(), monotonic())
            return await self._use(fresh, envelope)

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        while self._idle:
            await self._quit(self._idle.pop())

    def _new(self) -> aiosmtplib.SMTP:
        relay = self._relay
        return aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            username=relay.username or None,
            password=relay.password or None,
            use_tls=relay.tls,
            start_tls=relay.start_tls,
            tls_context=self._context,
            timeout=relay.timeout,
            local_hostname=relay.local_name,
        )

    async def _use(self, connection: _Connection, envelope: Envelope) -> Outcome:
        keep = False
        try:
            async with asyncio.timeout(2 * self._relay.timeout):
                outcome = await self._converse(connection, envelope)
            keep = await self._reset(connection, outcome)
        except Exception as error:  # noqa: BLE001 - translated, every kind of it
            outcome = translate(error, connection.stage)
            keep = await self._reset(connection, outcome)
        finally:
            if keep:
                self._idle.append(connection)
            else:
                connection.smtp.close()
        return outcome

    async def _converse(self, connection: _Connection, envelope: Envelope) -> Outcome:
        smtp = connection.smtp
        if not smtp.is_connected:
            connection.stage = Stage.CONNECT
            await smtp.connect(timeout=min(CONNECT_SECONDS, self._relay.timeout))
            self.size_limit = _announced_size(smtp)
        connection.stage = Stage.MAIL
        size, limit = len(envelope.content), self.size_limit
        if limit is not None and size > limit:
            return Refused(Reason.TOO_LARGE, f"{size} bytes; the relay takes {limit}")
        await smtp.mail(
            envelope.sender,
            options=_options(smtp, envelope),
            encoding="utf-8" if envelope.utf8 else "ascii",
        )
        connection.stage = Stage.RCPT
        await smtp.rcpt(
            envelope.recipient, encoding="utf-8" if envelope.utf8 else "ascii"
        )
        connection.stage = Stage.DATA
        reply = await smtp.data(envelope.content)
        connection.messages += 1
        return classify_smtp(reply.code, reply.message, stage=Stage.DATA)

    async def _reset(self, connection: _Connection, outcome: Outcome) -> bool:
        """Return whether the connection may be used again."""
        if isinstance(outcome, Accepted):
            return connection.usable()
        if not isinstance(outcome, Refused) or not connection.usable():
            return False
        if connection.stage is Stage.MAIL and outcome.reason is Reason.TOO_LARGE:
            # Nothing was begun, or the relay refused to begin.
            return True
        try:
            await connection.smtp.rset(timeout=5)
        except (aiosmtplib.SMTPException, OSError):
            return False
        return True

    async def _quit(self, connection: _Connection) -> None:
        with suppress(aiosmtplib.SMTPException, OSError):
            if connection.smtp.is_connected:
                await connection.smtp.quit(timeout=2)
        connection.smtp.close()


def _options(smtp: aiosmtplib.SMTP, envelope: Envelope) -> list[str]:
    options = []
    if smtp.supports_extension("size"):
        options.append(f"size={len(envelope.content)}")
    if envelope.utf8:
        if not smtp.supports_extension("smtputf8"):
            raise aiosmtplib.SMTPNotSupported("the relay has no SMTPUTF8")
        options.append("SMTPUTF8")
    return options


def _announced_size(smtp: aiosmtplib.SMTP) -> int | None:
    """Return the fixed limit that the relay announced (RFC 1870); 0 is none."""
    words = smtp.esmtp_extensions.get("size", "").strip()
    return int(words) or None if words.isascii() and words.isdigit() else None


def _is_stale(outcome: Outcome) -> bool:
    return isinstance(outcome, Deferred) and outcome.reason in {
        Reason.DISCONNECTED,
        Reason.SERVICE_UNAVAILABLE,
    }


def translate(error: Exception, stage: Stage) -> Outcome:  # noqa: PLR0911 - a table
    """Return what *error* at *stage* means."""
    words = str(error) or type(error).__name__
    match error:
        case aiosmtplib.SMTPNotSupported():
            # Without TLS or AUTH nobody gets mail; without SMTPUTF8 this one does not.
            if stage is Stage.CONNECT:
                return Deferred(Reason.TLS_FAILED, words)
            return Refused(Reason.SMTPUTF8_UNSUPPORTED, words)
        case aiosmtplib.SMTPResponseException():
            return classify_smtp(error.code, error.message, stage=stage)
        case _ if _about_tls(error):
            return Deferred(Reason.TLS_FAILED, words)
        case TimeoutError() | OSError() | aiosmtplib.SMTPException():
            return _broken(error, stage, words)
        case ValueError():
            return Refused(Reason.INVALID_ADDRESS, words)
        case _:
            return Deferred(Reason.UNEXPECTED_ERROR, repr(error))


def _about_tls(error: BaseException | None) -> bool:
    """Return whether TLS is the cause; some of the library's paths wrap it."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__
    return error is not None


def _broken(error: Exception, stage: Stage, words: str) -> Outcome:
    if stage is Stage.DATA:
        # It may have been taken (RFC 1047): tried again with the same Message-ID.
        return Deferred(Reason.AMBIGUOUS, words)
    if isinstance(error, TimeoutError):
        return Deferred(Reason.TIMED_OUT, words)
    if type(error) is aiosmtplib.SMTPException:
        # The library's plain error: the relay lacks STARTTLS, or AUTH.
        lacks_tls = "TLS" in words
        reason = Reason.TLS_FAILED if lacks_tls else Reason.AUTHENTICATION_FAILED
        return Deferred(reason, words)
    if stage is Stage.CONNECT:
        return Deferred(Reason.CONNECT_FAILED, words)
    lost = isinstance(error, _LOST)
    return Deferred(Reason.DISCONNECTED if lost else Reason.PROTOCOL_ERROR, words)
