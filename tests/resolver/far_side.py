"""An endpoint of somebody else's, on loopback: notes what it is asked, answers as told."""

import asyncio
import contextlib
from dataclasses import dataclass, field


@dataclass
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class FarSide:
    """Answers with what *script* holds next, or 200 and `{"message": "Done"}`."""

    script: list[bytes | float] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/act"

    async def serve(self, reader, writer):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.strip().split("\r\n")
            headers = {}
            for line in lines:
                name, _, value = line.partition(": ")
                headers[name.lower()] = value
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            self.asked.append(Asked(first.split(" ")[1], headers, body))
            answer = self.script.pop(0) if self.script else said(200)
            if isinstance(answer, float):
                await asyncio.sleep(answer)
                answer = b""
            writer.write(answer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def said(status, body=b'{"message": "Refunded 20 EUR"}', *headers):
    lines = [f"HTTP/1.1 {status} Word", f"content-length: {len(body)}", *headers]
    return "\r\n".join([*lines, "connection: close", "", ""]).encode() + body


@contextlib.asynccontextmanager
async def far_side(*script):
    side = FarSide(list(script))
    server = await asyncio.start_server(side.serve, "127.0.0.1", 0)
    side.port = server.sockets[0].getsockname()[1]
    try:
        yield side
    finally:
        server.close()
        await server.wait_closed()
