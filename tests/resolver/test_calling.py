"""The caller and its HTTP: signed, bounded, guarded, and the same key at every try."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

import orjson
import pytest
from standardwebhooks.webhooks import Webhook

from services.resolver.api.signing import new_secret
from services.resolver.calling.caller import Caller, Limits, WakingWorker
from services.resolver.calling.endpoint import Endpoint, StoredCall
from services.resolver.domain.acting.endpoint import (
    Again,
    Ended,
    read_answer,
    wait_after,
)
from shared.clock import SystemClock
from shared.errors import Transient
from shared.kafka.records import Done, LaneResult
from shared.web.outbound import Outbound
from shared.web.ssrf import networks_of
from tests.resolver.far_side import far_side, said
from tests.support.fakes import NOON, FakeClock

SECRET = new_secret()
LOOPBACK = networks_of(["127.0.0.0/8"])


@dataclass
class FakeSecrets:
    secret: str = SECRET

    async def get(self, app_id, action):
        return self.secret


def a_call(url="https://shop.example.com/act", call_id="call-1", **facts):
    return StoredCall(
        **{
            "call_id": call_id,
            "app_id": "acme",
            "conversation_id": "c-42",
            "action": "refund",
            "url": url,
            "body": b'{"type":"action.call"}',
            "tries": 0,
            "due_at": NOON + timedelta(seconds=30),
            **facts,
        }
    )


async def called(call, *, allow=LOOPBACK, secret=SECRET, deadline=2.0, resolve=None):
    outbound = Outbound(allow=allow, resolve=resolve)
    try:
        endpoint = Endpoint(outbound, FakeSecrets(secret), SystemClock())
        return await endpoint.call(call, deadline=deadline)
    finally:
        await outbound.close()


async def test_a_call_is_signed_and_carries_its_key():
    async with far_side() as side:
        ended = await called(a_call(side.url))

    (asked,) = side.asked
    Webhook(SECRET).verify(asked.body, asked.headers)
    assert ended == Ended("succeeded", output={"message": "Refunded 20 EUR"})
    assert asked.headers["idempotency-key"] == "call-1"
    assert asked.headers["webhook-id"] == "call-1"
    assert asked.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (said(204, b""), Ended("succeeded")),
        (said(200, b"All done."), Ended("succeeded", output="All done.")),
        (said(200, b'"x' + b"x" * 100_000 + b'"'), Ended("succeeded")),
        (
            said(422, b'{"error": "order 17 is too old"}'),
            Ended("failed", error="order 17 is too old"),
        ),
        (said(404, b"<html>"), Ended("failed", error="404 Word")),
        (
            said(302, b"", "location: http://169.254.169.254/"),
            Ended("failed", error="302 Word; redirects are not followed"),
        ),
        (said(503), Again("503 Word")),
        (said(429, b"", "retry-after: 7"), Again("429 Word", timedelta(seconds=7))),
        (said(409), Again("409 Word")),
        (b"", Again("no connection: RemoteProtocolError")),
        (1.0, Again("no answer in 0.3 s", timed_out=True)),
    ],
)
async def test_an_answer_means(answer, meaning):
    async with far_side(answer) as side:
        assert await called(a_call(side.url), deadline=0.3) == meaning


async def test_a_body_without_end_is_read_to_the_limit_only():
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_000_000
    async with far_side(endless) as side:
        assert await called(a_call(side.url)) == Ended("succeeded")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/act",
        "https://127.0.0.1:{port}/act",
        "http://localhost:{port}/act",
        "http://2130706433:{port}/act",
        "http://0x7f.1:{port}/act",
        "http://[::ffff:127.0.0.1]:{port}/act",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
    ],
)
async def test_without_the_operators_word_nothing_inside_is_reached(url):
    async with far_side() as side:
        ended = await called(a_call(url.format(port=side.port)), allow=())

    assert ended == Ended("failed", error="endpoint not allowed")
    assert side.asked == []


async def test_a_name_that_leads_inside_is_refused_whatever_it_said_before():
    async def rebinding(host, port):
        return ["93.184.216.34", "127.0.0.1"]

    ended = await called(a_call("https://rebind.test/"), allow=(), resolve=rebinding)

    assert ended == Ended("failed", error="endpoint not allowed")


async def test_an_allowed_network_allows_no_other():
    async def inside(host, port):
        return ["10.0.0.1"]

    ended = await called(a_call("http://db.test:9200/"), resolve=inside)

    assert ended == Ended("failed", error="endpoint not allowed")


async def test_without_a_secret_nothing_is_sent():
    async with far_side() as side:
        ended = await called(a_call(side.url), secret="")

    assert ended == Ended("failed", error="the action has no readable secret")
    assert side.asked == []


@dataclass
class FakeCalls:
    """Calls in memory, with leases as the real store has them."""

    waiting: dict = field(default_factory=dict)
    next_at: dict = field(default_factory=dict)
    lease: timedelta = timedelta(seconds=25)

    async def claim(self, limit, *, busy, now):
        due = [
            call
            for call in self.waiting.values()
            if self.next_at.get(call.call_id, now) <= now and call.app_id not in busy
        ][:limit]
        for call in due:
            self.next_at[call.call_id] = now + self.lease
            self.waiting[call.call_id] = replace(call, tries=call.tries + 1)
        return due

    async def postpone(self, call_id, *, until):
        self.next_at[call_id] = until

    async def end(self, call_id, ended):
        self.waiting[call_id] = replace(self.waiting[call_id], ended=ended)

    async def remove(self, call_id):
        self.waiting.pop(call_id, None)


@dataclass
class FakeEndpoint:
    answers: list = field(default_factory=list)
    made: list = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    running: int = 0
    most: int = 0

    async def call(self, call, *, deadline):
        self.made.append((call.call_id, deadline))
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await self.gate.wait()
        finally:
            self.running -= 1
        return self.answers.pop(0) if self.answers else Ended("succeeded")


class Desk:
    def __init__(self, *answers, **limits):
        self.calls = FakeCalls()
        self.endpoint = FakeEndpoint(list(answers))
        self.endpoint.gate.set()
        self.clock = FakeClock()
        self.told = []
        self.failing = []
        self.caller = Caller(
            self.calls,
            self.endpoint,
            self.submit,
            clock=self.clock,
            limits=Limits(**limits),
        )

    async def submit(self, record):
        if self.failing:
            raise self.failing.pop()
        self.told.append(record)
        return Done("ok")

    def add(self, *calls):
        for call in calls or [a_call()]:
            self.calls.waiting[call.call_id] = call

    async def work(self):
        await self.caller.fill()
        while self.caller._running:
            await asyncio.sleep(0)


async def test_a_call_is_made_told_and_forgotten():
    desk = Desk(Ended("succeeded", output=1))
    desk.add()

    await desk.work()

    (record,) = desk.told
    assert record.event.output == 1
    assert record.lane == "acme:c-42"
    assert desk.calls.waiting == {}


async def test_what_may_work_later_is_tried_within_the_actions_time():
    desk = Desk(Again("503 Away"), Again("503 Away"), Ended("succeeded"))
    desk.add()

    for seconds in (0, 0.3, 1.1):
        desk.clock.forward(seconds=seconds)
        await desk.work()

    assert [made for made, _ in desk.endpoint.made] == ["call-1"] * 3
    assert [each.event.status for each in desk.told] == ["succeeded"]


async def test_when_the_time_is_up_the_failure_is_told():
    desk = Desk(Again("503 Away", wait=timedelta(seconds=60)))
    desk.add()

    await desk.work()

    (record,) = desk.told
    assert record.event.status == "failed"
    assert record.event.error == "503 Away (called once)"


async def test_a_try_never_outlasts_the_action():
    desk = Desk(try_seconds=10)
    desk.add()
    desk.clock.at = NOON + timedelta(seconds=27)

    await desk.work()

    assert desk.endpoint.made == [("call-1", 3.0)]


async def test_a_call_past_its_time_is_not_made():
    desk = Desk()
    desk.add()
    desk.clock.at = NOON + timedelta(seconds=31)

    await desk.work()

    assert (desk.endpoint.made, desk.told, desk.calls.waiting) == ([], [], {})


async def test_news_that_cannot_be_told_is_told_later_without_another_call():
    desk = Desk(Ended("succeeded", output=1))
    desk.add()
    desk.failing = [Transient("kafka_unavailable")]
    await desk.work()
    desk.clock.forward(seconds=26)

    await desk.work()

    assert len(desk.endpoint.made) == 1
    assert [each.event.output for each in desk.told] == [1]
    assert desk.calls.waiting == {}


async def test_the_same_call_has_the_same_news():
    first, second = Desk(), Desk()
    for desk in (first, second):
        desk.add()
        await desk.work()

    assert first.told[0].source_id == second.told[0].source_id


async def test_one_slow_app_leaves_room_for_the_others():
    desk = Desk(total=10, per_app=2)
    desk.endpoint.gate.clear()
    desk.add(*(a_call(call_id=f"slow-{n}") for n in range(10)))
    await desk.caller.fill()
    await asyncio.sleep(0)
    desk.add(a_call(call_id="other", app_id="other"))
    await desk.caller.fill()
    await asyncio.sleep(0)

    made = [each for each, _ in desk.endpoint.made]

    assert made == ["slow-0", "slow-1", "other"]
    desk.endpoint.gate.set()
    while desk.caller._running:
        await asyncio.sleep(0)


async def test_the_caller_is_woken_by_a_decided_call_and_by_nothing_else():
    woken = []

    class Inner:
        reason = "recorded"

        async def work(self, lanes):
            return [LaneResult([Done(self.reason)])]

    inner = Inner()
    worker = WakingWorker(inner, lambda: woken.append(1))
    await worker.work([[]])
    inner.reason = "endpoint_called"
    await worker.work([[]])

    assert woken == [1]


def test_waits_grow_and_an_endpoint_may_ask_for_longer():
    waits = [wait_after(tries, Again("x")) for tries in range(1, 12)]

    assert waits == sorted(waits)
    assert wait_after(1, Again("x", timedelta(seconds=9))) == timedelta(seconds=9)
    assert wait_after(4, Again("x", timedelta(0))) == waits[3]


def test_a_long_output_keeps_what_is_said():
    body = orjson.dumps({"message": "Sent", "rows": ["x" * 100] * 200})

    assert read_answer(200, "OK", body, whole=True).output == {"message": "Sent"}
