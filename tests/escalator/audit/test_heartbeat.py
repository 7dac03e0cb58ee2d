"""The call to the outside after a round that accounts for everything."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.escalator.repository.audit.assembled import Heartbeat


@asynccontextmanager
async def watchdog(status: str, seen: list[bytes]) -> AsyncIterator[str]:
    """Listen on loopback, answer *status*; give the address."""

    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        seen.append(await reader.read(65_536))
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/beat?key=1"


async def test_the_operators_own_address_is_called_by_post_also_inside() -> None:
    seen: list[bytes] = []
    async with watchdog("204 No Content", seen) as url:
        heartbeat = Heartbeat(url)
        assert heartbeat.tell is not None
        await heartbeat.tell({"checked_at": "2026-11-30T20:00:00Z", "unaccounted": 0})
        await heartbeat.close()

    (request,) = seen
    assert request.startswith(b"POST /beat?key=1 HTTP/1.1\r\n")
    assert b'"unaccounted": 0' in request


async def test_an_answer_that_is_no_success_is_a_failure() -> None:
    async with watchdog("503 Service Unavailable", []) as url:
        heartbeat = Heartbeat(url)
        assert heartbeat.tell is not None

        with pytest.raises(OSError, match="503"):
            await heartbeat.tell({"unaccounted": 0})


def test_without_an_address_nobody_is_called() -> None:
    assert Heartbeat("").tell is None
