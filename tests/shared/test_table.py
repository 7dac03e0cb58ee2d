"""The app table: whatever its reader meets, it is followed again, and says so."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CorruptRecordException, KafkaConnectionError
from prometheus_client import REGISTRY

from shared.errors import Transient
from shared.kafka.following.compacted import Patience
from shared.kafka.table import AppTable
from shared.settings import KafkaSettings
from tests.support.fakes import app

PARTITION = TopicPartition("app.settings", 0)
SOON = Patience(check=0.01, unready=0.05, renew=0.05, again=0.001)


@dataclass
class FakeLog:
    """`app.settings`, and what reading it meets: an error each, then nothing."""

    records: list[tuple[bytes, bytes | None]] = field(default_factory=list)
    failing: list[BaseException] = field(default_factory=list)
    away: bool = False
    """The broker is away: nothing is brought, and nothing is said."""
    made: int = 0

    def put(self, **facts: Any) -> None:
        settings = app(**facts)
        body = settings.model_dump_json(by_alias=True).encode()
        self.records.append((settings.app_id.encode(), body))

    def make(self) -> "FakeConsumer":
        self.made += 1
        return FakeConsumer(self)


@dataclass
class FakeConsumer:
    log: FakeLog
    at: int = 0

    async def start(self) -> None:
        if self.log.away:
            raise KafkaConnectionError("nobody answers")

    async def stop(self) -> None:
        """Nothing to close."""

    def assign(self, partitions: list[Any]) -> None:
        """There is one."""

    async def getmany(self, *, timeout_ms: int) -> dict[Any, list[Any]]:
        await asyncio.sleep(0.001)
        if self.log.failing:
            raise self.log.failing.pop(0)
        if self.log.away:
            return {}
        new = self.log.records[self.at :]
        self.at += len(new)
        return {
            PARTITION: [SimpleNamespace(key=key, value=value) for key, value in new]
        }

    async def end_offsets(self, partitions: list[Any]) -> dict[Any, int]:
        if self.log.away:
            raise KafkaConnectionError("nobody answers")
        return {PARTITION: len(self.log.records)}

    async def position(self, partition: Any) -> int:
        return self.at


@contextlib.asynccontextmanager
async def following(log: FakeLog):
    table = AppTable(
        KafkaSettings(),
        client_id="test",
        make=log.make,
        patience=SOON,
    )
    await table.start()
    try:
        yield table
    finally:
        await table.stop()


async def until(look) -> None:
    async with asyncio.timeout(5):
        while not look():
            await asyncio.sleep(0.002)


def counted(name: str) -> float:
    return REGISTRY.get_sample_value(name, {"topic": "app.settings"}) or 0.0


@pytest.mark.parametrize(
    "error",
    [KafkaConnectionError(), CorruptRecordException(), RuntimeError("bug"), OSError()],
    ids=lambda error: type(error).__name__,
)
async def test_whatever_ends_a_reader_another_one_goes_on(error):
    log = FakeLog()
    log.put(version=1)
    before = counted("handrail_table_restarts_total")
    async with following(log) as table:
        log.failing.append(error)
        await until(lambda: log.made == 2)
        log.put(version=2)
        await until(lambda: table.get("acme").version == 2)
        await until(lambda: not table.unready_reason)

    assert counted("handrail_table_restarts_total") == before + 1


async def test_a_reader_that_brings_nothing_makes_readiness_red_and_is_replaced():
    log = FakeLog()
    log.put(version=1)
    async with following(log) as table:
        log.away = True
        await until(lambda: table.unready_reason)
        during = table.unready_reason
        known = table.get("acme")
        with pytest.raises(Transient):
            await table.refresh()
        await until(lambda: log.made > 1)
        log.put(version=2)
        log.away = False
        await until(lambda: not table.unready_reason)
        after = table.get("acme")

    assert "not followed" in during
    assert "nobody answers" in during
    assert (known.version, after.version) == (1, 2)


async def test_a_table_that_was_never_read_says_why_it_is_not_ready():
    log = FakeLog(away=True)
    table = AppTable(KafkaSettings(), client_id="test", make=log.make, patience=SOON)
    starting = asyncio.create_task(table.start())
    await until(lambda: log.made > 1)
    reason = table.unready_reason
    log.away = False
    await starting
    await table.stop()

    assert "not read yet" in reason
    assert "nobody answers" in reason
    assert table.unready_reason == ""


@pytest.mark.parametrize(
    "garbage",
    [b"nonsense", b"{}", b"[1]", b"\xff\xfe", b"[" * 100_000, b'{"app_id": 7}'],
    ids=["text", "empty", "array", "bytes", "deep", "wrong"],
)
async def test_garbage_on_app_settings_is_counted_and_changes_nothing(garbage):
    log = FakeLog()
    log.put(version=1)
    log.records.append((b"acme", garbage))
    log.put(app_id="later")
    before = counted("handrail_table_unreadable_total")
    async with following(log) as table:
        pass

    assert counted("handrail_table_unreadable_total") == before + 1
    assert table.get("acme").version == 1
    assert table.get("later") is not None
    assert log.made == 1


async def test_a_refresh_waits_for_what_was_written_before_it():
    log = FakeLog()
    async with following(log) as table:
        log.put(version=3)
        await table.refresh()

    assert table.get("acme").version == 3
