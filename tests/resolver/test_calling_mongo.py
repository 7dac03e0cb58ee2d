"""Calls on a real database, to a real endpoint, dying on any line."""

import asyncio
import contextlib
import uuid
from datetime import timedelta

import httpx
import orjson
import pytest
from standardwebhooks.webhooks import Webhook

from services.resolver.calling.caller import Caller, Limits
from services.resolver.calling.endpoint import Endpoint
from services.resolver.domain.acting.endpoint import Ended
from services.resolver.handlers import Handlers
from services.resolver.repository.calls import MongoCalls
from services.resolver.repository.secrets import PURPOSE, MongoSecrets
from services.resolver.resolve.calls import COLLECTION
from services.resolver.resolve.resolver import Resolver
from services.resolver.resolve.states import ConversationStates
from shared.kafka.deciding.worker import DecisionWorker
from shared.mongo.connect import connect, database_of
from shared.mongo.ledger import MongoLedger
from shared.mongo.seal import Seal
from shared.web.outbound import Outbound
from tests.resolver.far_side import far_side, said
from tests.resolver.test_calling import LOOPBACK, SECRET
from tests.resolver.test_endpoints import CAREFUL, REFUND, replace
from tests.resolver.test_integration import Outside, outside, serving  # noqa: F401
from tests.resolver.world import RULES, FakeRanker, World, found
from tests.support.fakes import NOON
from tests.support.leases import age

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]
LEASE = timedelta(seconds=25)


@pytest.fixture
async def database(mongo_url):
    client = connect(mongo_url)
    name = f"resolver_{uuid.uuid4().hex[:8]}"
    yield database_of(client, name)
    await client.drop_database(name)
    client.close()


class DiedError(BaseException):
    """The process is gone on this line."""


class Dying:
    """Does as *inner* does; dies once, before or after the named step."""

    def __init__(self, inner, step, when):
        self._inner, self._step, self._when = inner, step, when

    def __getattr__(self, name):
        act = getattr(self._inner, name)
        if name != self._step:
            return act

        async def die(*args, **more):
            self._step = None
            if self._when == "before":
                raise DiedError
            await act(*args, **more)
            raise DiedError

        return die


class Service:
    """One process of ours: the deciding worker and the caller, on the real store."""

    def __init__(self, database, world):
        self.world = world
        ledger = MongoLedger(database, service="resolver")
        self.ledger = ledger
        self.worker = DecisionWorker(
            Handlers(
                Resolver(
                    ranker=world.ranker,
                    apps=world.apps,
                    clock=world.clock,
                    defaults=RULES,
                )
            ),
            states=ConversationStates(),
            ledger=ledger,
            clock=world.clock,
            on_unexpected=lambda _, error: world.unexpected.append(error),
        )
        self.calls = MongoCalls(database, lease=LEASE)
        self.secrets = MongoSecrets(database, Seal(["key"], purpose=PURPOSE))
        self.outbound = Outbound(allow=LOOPBACK)
        self.endpoint = Endpoint(self.outbound, self.secrets, world.clock)
        self.done = []

    async def prepare(self):
        await self.ledger.prepare()
        await self.calls.prepare()
        await self.secrets.put("acme", "refund_order", SECRET, now=NOON)

    async def work(self, record):
        (result,) = await self.worker.work([[record]])
        assert result.failed is None
        self.done += result.done
        return result.done[0]

    def caller(self, **parts):
        chosen = {"calls": self.calls, "endpoint": self.endpoint, "desk": self} | parts
        return Caller(
            chosen["calls"],
            chosen["endpoint"],
            chosen["desk"].work,
            clock=self.world.clock,
            limits=Limits(),
        )

    async def due(self):
        return await self.calls.claim(10, busy=(), now=self.world.clock.now())


def world_of(url):
    here = World(FakeRanker(found(actions={replace(REFUND, endpoint=url): 0.95})))
    here.clock.at = NOON
    return here


SAID = {
    "type": "message",
    "message": {"role": "user", "text": "refund order 17 please"},
    "user": {"id": "u-7"},
}


@pytest.mark.parametrize(
    ("part", "step", "when", "calls"),
    [
        ("endpoint", "call", "before", 1),
        ("endpoint", "call", "after", 2),
        ("calls", "end", "before", 2),
        ("calls", "end", "after", 1),
        ("desk", "work", "before", 1),
        ("desk", "work", "after", 1),
        ("calls", "remove", "before", 1),
        ("calls", "remove", "after", 1),
    ],
)
async def test_dying_on_any_line_repeats_the_call_with_its_key_and_tells_it_once(
    database, part, step, when, calls
):
    async with far_side() as side:
        here = world_of(side.url)
        service = Service(database, here)
        await service.prepare()
        await service.work(here.record(SAID))
        (call,) = await service.due()
        dying = service.caller(
            **{part: Dying(getattr(service, part, service), step, when)}
        )
        with pytest.raises(DiedError):
            await dying.make(call)
        too_early = await service.due()
        await age(database[COLLECTION], "next_at", LEASE)

        for again in await service.due():
            await service.caller().make(again)
        left = await database[COLLECTION].count_documents({})
        await service.outbound.close()

    keys = {each.headers["idempotency-key"] for each in side.asked}
    bodies = {each.body for each in side.asked}
    told = [done for done in service.done if done.reason == "action_succeeded"]
    assert too_early == []
    assert len(side.asked) == calls
    assert keys == {call.call_id}
    assert len(bodies) == 1
    assert len(told) == 1
    assert left == 0


async def test_two_processes_never_claim_the_same_call(database):
    here = world_of("http://127.0.0.1:1/")
    service, other = Service(database, here), Service(database, here)
    await service.prepare()
    for number in range(20):
        await service.work(here.record({**SAID, "conversation_id": f"c-{number}"}))

    claimed = await asyncio.gather(
        *(
            each.calls.claim(20, busy=(), now=NOON)
            for each in (service, other, service, other)
        )
    )

    ids = [call.call_id for calls in claimed for call in calls]
    assert len(ids) == 20
    assert len(set(ids)) == 20


async def test_a_busy_app_is_passed_over_and_an_end_is_kept(database):
    here = world_of("http://127.0.0.1:1/")
    service = Service(database, here)
    await service.prepare()
    await service.work(here.record(SAID))

    busy = await service.calls.claim(5, busy=["acme"], now=NOON)
    (call,) = await service.due()
    await service.calls.end(call.call_id, Ended("failed", error="no"))
    await service.calls.postpone(call.call_id, until=NOON)
    (again,) = await service.due()

    assert busy == []
    assert (call.tries, again.tries) == (0, 1)
    assert again.ended == Ended("failed", error="no")
    assert orjson.loads(again.body)["data"]["action"] == "refund_order"


async def test_a_secret_is_stored_sealed_and_forgotten_with_its_action(database):
    seal = Seal(["key"], purpose=PURPOSE)
    secrets = MongoSecrets(database, seal)
    await secrets.put("acme", "act", SECRET, now=NOON)

    raw = await database["resolver_action_secrets"].find_one({})
    other = MongoSecrets(database, Seal(["other"], purpose=PURPOSE))
    read = (await secrets.get("acme", "act"), await other.get("acme", "act"))
    await secrets.delete("acme", "act")

    assert SECRET.encode() not in bytes(raw["sealed"])
    assert read == (SECRET, "")
    assert await secrets.get("acme", "act") == ""


@contextlib.asynccontextmanager
async def managing(outside):  # noqa: F811
    settings = outside.settings.model_copy(
        update={"action_allow_networks": ["127.0.0.0/8"]}
    )
    async with (
        serving(settings) as address,
        httpx.AsyncClient(
            base_url=address, headers={"Authorization": f"Bearer {outside.key.key}"}
        ) as client,
    ):
        yield client


async def test_the_whole_service_calls_an_endpoint_after_the_users_yes(outside):  # noqa: F811
    async with far_side(said(503), said(200)) as side, managing(outside) as client:
        action = {
            "description": "Refund an order",
            "parameters": {
                "type": "object",
                "properties": {"order_id": {"type": "integer"}},
                "required": ["order_id"],
            },
            "examples": ["refund my order", "I want a refund for order 12"],
            "approvalRequired": True,
            "endpoint": side.url,
        }
        stored = await client.put(f"/v1/actions/{CAREFUL.name}", json=action)
        again = await client.put(f"/v1/actions/{CAREFUL.name}", json=action)
        shown = await client.get(f"/v1/actions/{CAREFUL.name}")
        for number, text in enumerate(["refund my order 17", "yes please"]):
            event = {
                "event_id": f"e-{number}",
                "type": "message",
                "conversation_id": "c-1",
                "message": {"role": "user", "text": text},
                "user": {"id": "u-7"},
            }
            sent = await client.post("/v1/events", json=event)
            assert sent.status_code == 202
            told = await outside.published(1 + 2 * number)

    secret = stored.json()["secret"]
    kinds = [(topic, body.get("type")) for topic, body in told]
    assert "secret" not in again.json()
    assert "secret" not in shown.json()
    assert len(side.asked) == 2
    assert len({each.headers["idempotency-key"] for each in side.asked}) == 1
    Webhook(secret).verify(side.asked[1].body, side.asked[1].headers)
    assert orjson.loads(side.asked[1].body)["data"]["arguments"] == {"order_id": 17}
    assert sorted(kinds, key=str) == [
        ("conversation.replies", "answer"),
        ("conversation.replies", "question"),
        ("conversation.resolved", None),
    ]
