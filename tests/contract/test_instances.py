"""An instance name is held by one process at a time, on a real database."""

import asyncio
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from motor.motor_asyncio import AsyncIOMotorClient

from shared.mongo import instances
from shared.mongo.connect import Database
from shared.mongo.instances import InstanceInUseError, MongoInstance

pytestmark = pytest.mark.integration

ELSEWHERE = {"host": "another-machine", "namespace": "pid:[1]", "pid": 7, "started": 1}


@pytest_asyncio.fixture
async def database(mongo_url: str) -> AsyncIterator[Database]:
    client: AsyncIOMotorClient = AsyncIOMotorClient(mongo_url)
    name = f"t-{uuid.uuid4().hex[:8]}"
    yield client[name]
    await client.drop_database(name)
    client.close()


@pytest.fixture
def instance(database, monkeypatch):
    monkeypatch.setattr(instances, "_POLL_SECONDS", 0.05)

    def make(name="resolver-0", *, process=None):
        made = MongoInstance(database, service="resolver", name=name)
        made._process = process or made._process
        return made

    return make


async def test_two_replicas_of_one_name_are_refused_and_told_what_to_do(instance):
    first, second = instance(), instance()
    await first.claim()

    claiming = asyncio.create_task(second.claim())
    await asyncio.sleep(0.2)
    await first.keep()

    with pytest.raises(InstanceInUseError, match="'resolver-0' is that of another"):
        await claiming


async def test_each_name_is_a_replica_of_its_own(instance):
    await instance("resolver-0").claim()
    await instance("resolver-1").claim()
    await instance("").claim()
    await instance("").claim()


async def test_a_name_given_back_is_taken_at_once(instance):
    first = instance(process=ELSEWHERE)
    await first.claim()
    await first.release()

    async with asyncio.timeout(2):
        await instance().claim()


async def test_the_name_of_a_process_killed_on_this_machine_is_taken_at_once(instance):
    killed = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = {
        **instances.this_process(),
        "pid": killed.pid,
        "started": instances._start_ticks(killed.pid),
    }
    await instance(process=process).claim()
    killed.kill()
    killed.communicate()

    async with asyncio.timeout(2):
        await instance().claim()


async def test_a_name_not_seen_elsewhere_for_its_time_is_taken(instance, monkeypatch):
    monkeypatch.setattr(instances, "HELD_SECONDS", 1)
    await instance(process=ELSEWHERE).claim()

    async with asyncio.timeout(10):
        await instance().claim()


async def test_who_lost_the_name_to_another_ends(instance, monkeypatch):
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    monkeypatch.setattr(instances, "HELD_SECONDS", 0)
    first = instance()
    await first.claim()
    await instance(process=ELSEWHERE).claim()
    monkeypatch.setattr(instances, "HELD_SECONDS", 60)

    await first.keep()

    async with asyncio.timeout(2):
        await ended.wait()
    asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
