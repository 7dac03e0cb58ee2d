"""A scripted SMTP server: each step of the conversation does what it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.notifier.sockets import serving

DROP = "drop"
"""Close the connection instead of answering."""
SILENT = "silent"
"""Never answer."""


@dataclass
class SmtpServer:
    """Answers `250` unless *script* has something for the verb; keeps what it took."""

    script: dict[str, list[str]] = field(default_factory=dict)
    extensions: tuple[str, ...] = ("SIZE 10485760",)
    received: list[bytes] = field(default_factory=list)
    """Every message whose final dot was seen, accepted or not."""
    accepted: list[bytes] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def on(self, verb: str, *answers: str) -> None:
        self.script[verb] = list(answers)

    def _answer(self, verb: str, usual: str) -> str:
        waiting = self.script.get(verb)
        return waiting.pop(0) if waiting else usual

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.connections += 1
        if await self._say(writer, self._answer("BANNER", "220 ready")):
            await self._talk(reader, writer)

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while line := await reader.readline():
            words = line.decode("utf-8").strip()
            self.commands.append(words)
            verb = words.split(" ")[0].upper()
            if verb == "QUIT":
                await self._say(writer, "221 bye")
                return
            if verb == "EHLO":
                listed = ["sink", *self.extensions]
                usual = "\r\n".join(
                    f"250{' ' if each is listed[-1] else '-'}{each}" for each in listed
                )
            else:
                usual = "354 go on" if verb == "DATA" else "250 2.0.0 Ok"
            answer = self._answer(verb, usual)
            if not await self._say(writer, answer):
                return
            if verb == "DATA" and answer.startswith("354"):
                content = await reader.readuntil(b"\r\n.\r\n")
                self.received.append(content)
                answer = self._answer("DOT", "250 2.0.0 Ok: queued")
                if answer.startswith("250"):
                    self.accepted.append(content)
                if not await self._say(writer, answer):
                    return

    async def _say(self, writer: asyncio.StreamWriter, answer: str) -> bool:
        if answer == DROP:
            return False
        if answer == SILENT:
            await asyncio.sleep(60)
            return False
        writer.write(answer.encode() + b"\r\n")
        await writer.drain()
        return True


@asynccontextmanager
async def smtp_server(
    context: ssl.SSLContext | None = None, **facts: object
) -> AsyncIterator[SmtpServer]:
    """Run one on a port of its own."""
    sink = SmtpServer(**facts)  # type: ignore[arg-type]
    async with serving(sink.serve, context) as sink.port:
        yield sink
