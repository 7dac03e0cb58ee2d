"""Webhooks on real sockets: signed, checked, never led astray."""

import asyncio
import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook

from services.notifier.channels.webhook import NOT_ALLOWED, WebhookChannel
from services.notifier.domain.destination import Destination
from services.notifier.domain.outcomes import (
    Accepted,
    Deferred,
    Outcome,
    Reason,
    Refused,
)
from shared.clock import SystemClock
from tests.notifier.letters import make_letter
from tests.notifier.sockets import serving

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class HttpServer:
    """Answers *answer* to everything and keeps the requests."""

    answer: bytes = OK
    hang: bool = False
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        fields = (line.partition(": ") for line in lines)
        headers = {name.lower(): value for name, _, value in fields}
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests.append((first, headers, body))
        if self.hang:
            await asyncio.sleep(60)
        writer.write(self.answer)
        await writer.drain()
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def http_server(
    answer: bytes = OK, *, hang: bool = False
) -> AsyncIterator[HttpServer]:
    sink = HttpServer(answer, hang)
    async with serving(sink.serve) as sink.port:
        yield sink


async def post(url: str, **changes: object) -> Outcome:
    facts: dict[str, object] = {"allow_private": True, "deadline": 2.0, **changes}
    channel = WebhookChannel(SystemClock(), **facts)  # type: ignore[arg-type]
    hook = Destination("acme", "hook", "webhook", url=url, secret=SECRET)
    (address,) = channel.addresses(hook)
    try:
        return await channel.send(hook, address, channel.render(make_letter(), address))
    finally:
        await channel.close()


async def test_the_packet_arrives_signed_by_the_standard() -> None:
    async with http_server() as server:
        outcome = await post(f"http://127.0.0.1:{server.port}/in?x=1")

    letter = make_letter()
    assert outcome == Accepted("200 OK", letter.delivery_id)
    ((first, headers, body),) = server.requests
    assert first == "POST /in?x=1 HTTP/1.1"
    assert headers["host"] == f"127.0.0.1:{server.port}"
    assert headers["webhook-id"] == letter.delivery_id
    verified = Webhook(SECRET).verify(body, headers)
    assert verified["type"] == "escalation.opened"
    assert verified["data"]["summary"] == letter.request.packet.summary
    assert verified["data"]["delivery_id"] == letter.delivery_id


def test_the_library_signs_the_standards_own_vector() -> None:
    signature = Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").sign(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        '{"test": 2432232314}',
    )

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_the_body_is_the_same_at_every_try() -> None:
    async with http_server() as server:
        for _ in range(2):
            await post(f"http://127.0.0.1:{server.port}/in")

    assert server.requests[0][2] == server.requests[1][2]


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/x\r\nContent-Length: 0\r\n\r\n",
            Deferred,
            Reason.REDIRECTED,
        ),
        (b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", Refused, Reason.GONE),
        (
            b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
            Deferred,
            Reason.HTTP_ERROR,
        ),
        (b"HTTP/1.0 503 Later\r\n\r\n", Deferred, Reason.HTTP_ERROR),
        (b"not http at all\r\n\r\n", Deferred, Reason.DISCONNECTED),
        (b"", Deferred, Reason.DISCONNECTED),
        (
            b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 1_000_000,
            Deferred,
            Reason.DISCONNECTED,
        ),
    ],
)
async def test_each_answer_has_one_meaning(
    answer: bytes, kind: type, reason: Reason
) -> None:
    async with http_server(answer) as server:
        outcome = await post(f"http://127.0.0.1:{server.port}/in")

    assert type(outcome) is kind
    assert not isinstance(outcome, Accepted)
    assert outcome.reason == reason


async def test_retry_after_is_passed_on() -> None:
    answer = b"HTTP/1.1 429 Slow\r\nRetry-After: 7200\r\nContent-Length: 0\r\n\r\n"
    async with http_server(answer) as server:
        outcome = await post(f"http://127.0.0.1:{server.port}/in")

    assert outcome == Deferred(Reason.THROTTLED, "429 Slow", timedelta(hours=2))


async def test_an_endless_body_costs_nothing() -> None:
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n" + b"x" * 100_000
    async with http_server(endless) as server:
        outcome = await post(f"http://127.0.0.1:{server.port}/in")

    assert isinstance(outcome, Accepted)


async def test_a_far_side_that_hangs_is_given_up_at_the_deadline() -> None:
    async with http_server(hang=True) as server:
        outcome = await post(f"http://127.0.0.1:{server.port}/in", deadline=0.3)

    assert isinstance(outcome, Deferred)
    assert outcome.reason == Reason.TIMED_OUT


async def test_nothing_the_far_side_says_is_repeated_beyond_its_status_line() -> None:
    answer = b"HTTP/1.1 500 Bad\r\nContent-Length: 6\r\n\r\ns3cret"
    async with http_server(answer) as server:
        outcome = await post(f"http://127.0.0.1:{server.port}/in")

    assert isinstance(outcome, Deferred)
    assert outcome.detail == "500 Bad"


def answering(*addresses: str) -> object:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolve


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["::ffff:169.254.169.254"],
        ["64:ff9b::7f00:1"],
    ],
    ids=["private", "one of two", "mapped metadata", "NAT64"],
)
async def test_a_name_that_leads_inside_is_never_connected_to(
    addresses: list[str],
) -> None:
    async with http_server() as canary:
        outcome = await post(
            f"https://rebind.example.com:{8443}/",
            allow_private=False,
            resolve=answering(*addresses),
        )

    assert outcome == Refused(Reason.NOT_ALLOWED, NOT_ALLOWED)
    assert canary.requests == []


async def test_the_checked_address_is_the_one_connected_to() -> None:
    asked: list[str] = []

    async def flipping(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

    async with http_server() as server:
        outcome = await post(f"http://rebind.test:{server.port}/in", resolve=flipping)

    assert isinstance(outcome, Accepted)
    assert asked == ["rebind.test"]
    assert server.requests[0][1]["host"] == f"rebind.test:{server.port}"


async def test_a_secret_that_cannot_be_decrypted_waits_for_a_person() -> None:
    channel = WebhookChannel(SystemClock(), allow_private=True)
    hook = Destination("acme", "hook", "webhook", url="http://127.0.0.1:9/", secret="")
    outcome = await channel.send(hook, "x", channel.render(make_letter(), "x"))
    await channel.close()

    assert isinstance(outcome, Deferred)
    assert outcome.reason == Reason.SECRET_UNREADABLE
