"""A server on a port of its own that leaves nothing open behind it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


LARGEST_MAIL = 16 * 1024 * 1024


@asynccontextmanager
async def serving(
    talk: Talk, context: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """Serve *talk* on loopback; give the port."""
    running: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            running.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(
        one, "127.0.0.1", 0, ssl=context, limit=LARGEST_MAIL
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        left = list(running)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await asyncio.sleep(0.02)
