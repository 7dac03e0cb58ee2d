"""What the notifier's rates are compared with: bare senders to the same sink."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import aiosmtplib
import httpx

from benchmarks.bare import Rate, Stopwatch

CONNECTIONS = 8
"""As many as the notifier keeps by default."""
SENDER, RECIPIENT = "handrail@handrail.test", "team@acme.test"

Send = Callable[[int], Awaitable[None]]


async def mails(*, port: int, content: bytes, count: int) -> Rate:
    """Return the rate of a pool of aiosmtplib connections sending *content*."""
    async with AsyncExitStack() as open_:

        async def connections() -> AsyncIterator[Send]:
            for _ in range(CONNECTIONS):
                client = aiosmtplib.SMTP(
                    hostname="127.0.0.1", port=port, start_tls=False
                )
                await client.connect()
                open_.push_async_callback(client.quit)

                async def send(_: int, client: aiosmtplib.SMTP = client) -> None:
                    await client.sendmail(SENDER, [RECIPIENT], content)

                yield send

        return await _share([each async for each in connections()], count)


async def posts(*, port: int, content: bytes, count: int) -> Rate:
    """Return the rate of one httpx client posting *content*, as many at once."""
    limits = httpx.Limits(max_connections=CONNECTIONS)
    async with httpx.AsyncClient(trust_env=False, limits=limits) as client:

        async def send(number: int) -> None:
            answer = await client.post(
                f"http://127.0.0.1:{port}/in",
                content=content,
                headers={
                    "Content-Type": "application/json",
                    "webhook-id": f"bare-{number}",
                },
            )
            answer.raise_for_status()

        return await _share([send] * CONNECTIONS, count)


async def _share(senders: list[Send], count: int) -> Rate:
    """Return the rate of *senders* taking turns at *count* messages."""
    watch, done = Stopwatch(count), 0
    numbers = iter(range(count))

    async def take_turns(send: Send) -> None:
        nonlocal done
        for number in numbers:
            await send(number)
            done += 1
            watch.note(done)

    await asyncio.gather(*map(take_turns, senders))
    return watch.rate(done)
