"""The mail catcher: an SMTP server that keeps what it accepts as files.

``python -m handrail.stack.mail --port 2525 --dir build/mail [--faults FILE]``

Each accepted message becomes ``NNNNNN.eml`` (the bytes received) and ``NNNNNN.json``
(``mail_from``, ``rcpt_to``, ``accepted_at``). Both are on disk before the 250 is sent,
the ``.json`` last: who sees it may read the ``.eml``. Numbers go on after a restart.

Tests choose a fault by the local part of a recipient (a ``+tag`` may follow):

=====================  ================================================================
``tempfail-451@…``     refused for now, at RCPT, with that 4xx code (``-4xx`` means 451)
``refuse-550@…``       refused for good, at RCPT, with that 5xx code (``-5xx``: 550)
``baddata-554@…``      refused with that code after DATA
``greylist-2@…``       refused with 451 the first 2 times this address is tried
``slow-2s@…``          accepted, but the reply to DATA takes 2 s
``vanish@…``           accepted and kept, then the connection drops without a reply
=====================  ================================================================

The file named by ``--faults`` does the same to everybody for as long as it exists:
``{"reply": "421 4.3.2 try later"}`` refuses every recipient with that line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aiosmtpd.smtp import SMTP

from handrail.stack.processes import LOOPBACK

if TYPE_CHECKING:
    from aiosmtpd.smtp import Envelope, Session

LARGEST = 20 * 1024 * 1024
"""What SIZE announces: the limit of the large mail providers is near it."""

_FAULT = re.compile(
    r"(?P<name>tempfail|refuse|baddata|greylist|slow|vanish)(?:-(?P<value>\w+))?(?:\+.*)?"
)
_CODES = {"4xx": "451", "5xx": "550"}
_ACCEPTED = "250 2.0.0 accepted as {number:06d}"


class MailFolder:
    """Numbered messages in a folder, safe against a crash at any moment."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        taken = [int(p.stem) for p in folder.glob("*.*") if p.stem.isdecimal()]
        self._last = max(taken, default=0)

    async def keep(self, envelope: Envelope) -> int:
        """Write one message and return its number; once this returns, it is on disk."""
        self._last += 1
        number = self._last
        content = envelope.original_content or b""
        facts = {
            "mail_from": envelope.mail_from,
            "rcpt_to": envelope.rcpt_tos,
            "accepted_at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        }
        # fsync may take long on a busy disk; other connections go on meanwhile.
        await asyncio.to_thread(
            self._write, number, content, json.dumps(facts).encode()
        )
        return number

    def _write(self, number: int, content: bytes, facts: bytes) -> None:
        self._write_file(f"{number:06d}.eml", content)
        self._write_file(f"{number:06d}.json", facts)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _write_file(self, name: str, content: bytes) -> None:
        path = self._folder / name
        unfinished = path.with_name(f".{name}.part")
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)


class Catcher:
    """Decides what the SMTP server accepts."""

    def __init__(self, folder: MailFolder, *, faults: Path | None = None) -> None:
        self._folder = folder
        self._faults = faults
        self._tries: Counter[str] = Counter()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds its hooks by name.
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Refuse the addresses that ask for it, accept all others."""
        refusal = self._refusal(address)
        if refusal is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd finds its hooks by name.
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the message, then answer as its recipients ask."""
        faults = dict(_fault(address) for address in envelope.rcpt_tos)
        if "baddata" in faults:
            return f"{faults['baddata'] or 554} 5.6.0 refused on request"
        if "slow" in faults:
            await asyncio.sleep(float(faults["slow"].rstrip("s") or 1))
        number = await self._folder.keep(envelope)
        if "vanish" in faults and isinstance(server.transport, asyncio.Transport):
            # The worst moment to lose a connection: kept, and the sender cannot know.
            server.transport.abort()
        return _ACCEPTED.format(number=number)

    def _refusal(self, address: str) -> str | None:
        if self._faults is not None and self._faults.exists():
            return str(json.loads(self._faults.read_text())["reply"])
        name, value = _fault(address)
        match name:
            case "tempfail" | "refuse":
                code = _CODES.get(value, value)
                return f"{code} {code[0]}.2.0 refused on request"
            case "greylist":
                self._tries[address] += 1
                if self._tries[address] <= int(value):
                    return "451 4.7.1 greylisted, try again"
        return None


def _fault(address: str) -> tuple[str, str]:
    found = _FAULT.fullmatch(address.rpartition("@")[0])
    return (found["name"], found["value"] or "") if found else ("", "")


async def serve(
    port: int, *, folder: Path, faults: Path | None = None, host: str = LOOPBACK
) -> None:
    """Receive mail on a port of *host* until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, done.set)
    catcher = Catcher(MailFolder(folder), faults=faults)
    session = partial(
        SMTP,
        catcher,
        hostname="mail.localhost",
        enable_SMTPUTF8=True,
        data_size_limit=LARGEST,
        loop=loop,
    )
    server = await loop.create_server(session, host=host, port=port)
    async with server:
        await done.wait()


def main() -> None:
    """Run the mail catcher."""
    parser = argparse.ArgumentParser(prog="handrail.stack.mail")
    parser.add_argument("--port", type=int, required=True)
    # It accepts mail from anybody: other than loopback only inside a container.
    parser.add_argument("--host", default=LOOPBACK)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--faults", type=Path)
    given = parser.parse_args()
    serving = serve(given.port, folder=given.dir, faults=given.faults, host=given.host)
    asyncio.run(serving)


if __name__ == "__main__":
    main()
