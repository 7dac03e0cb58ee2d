"""What the auditor writes down, in a real database: one instance at a time does."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from services.escalator.audit.finding import Kind
from services.escalator.audit.ports import Finding, Mark, Progress
from services.escalator.repository.audit.log import MongoAuditLog
from shared.mongo.connect import Database, connect, database_of

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]
AT = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)
LONG = timedelta(hours=1)


@pytest.fixture
async def database(mongo_url: str) -> AsyncIterator[Database]:
    client = connect(mongo_url)
    name = f"audit_{uuid.uuid4().hex[:8]}"
    yield database_of(client, name)
    await client.drop_database(name)
    client.close()


async def nothing() -> None:
    """Repair nothing."""


def finding(app_id: str, name: str) -> Finding:
    return Finding(
        finding_id=f"{app_id}-{name}",
        kind=Kind.TIMER_MISSING,
        app_id=app_id,
        lane=f"{app_id}:c-1",
        escalation_id=name,
        reason="proof_wait",
        repair=nothing,
    )


async def test_one_instance_audits_until_it_gives_that_up_or_is_gone(database):
    first = MongoAuditLog(database, lease=LONG)
    second = MongoAuditLog(database, lease=LONG)
    named = MongoAuditLog(database, lease=timedelta(0), instance="pod-0")

    begun = [await first.hold(), await second.hold(), await first.hold()]
    await first.release()
    given = [await named.hold(), await second.hold(), await named.hold()]

    assert begun == [True, False, True]
    assert given == [True, True, False]


async def test_an_instance_of_the_same_name_goes_on_at_once(database):
    killed = MongoAuditLog(database, lease=LONG, instance="pod-0")
    restarted = MongoAuditLog(database, lease=LONG, instance="pod-0")

    assert await killed.hold()
    assert await restarted.hold()


async def test_what_is_open_counts_until_it_is_repaired_each_app_its_own(database):
    log = MongoAuditLog(database, lease=LONG)
    await log.prepare()
    await log.hold()
    found = [finding("acme", "e-1"), finding("other", "e-2")]
    await log.found(found, at=AT)
    unaccounted = await log.end(Progress(), at=AT)
    await log.repaired(["acme-e-1"], at=AT)
    left = await log.end(Progress(), at=AT)
    of_acme, of_all = await log.show("acme"), await log.show(None)

    assert (unaccounted, left) == (2, 1)
    assert of_acme["unaccounted"] == 0
    assert [each["escalation_id"] for each in of_acme["repaired"]] == ["e-1"]
    assert (of_all["unaccounted"], len(of_all["repaired"])) == (1, 1)
    assert [each.finding_id for each in await log.open(limit=9)] == ["other-e-2"]


async def test_what_is_found_again_is_one_finding_and_counted(database):
    log = MongoAuditLog(database, lease=LONG)
    for _ in range(3):
        await log.found([finding("acme", "e-1")], at=AT)
        await log.repaired(["acme-e-1"], at=AT)

    asked = await log.asked(["acme-e-1", "acme-e-2"])

    assert {name: each.times for name, each in asked.items()} == {"acme-e-1": 3}


async def test_a_round_goes_on_where_the_last_one_ended(database):
    log = MongoAuditLog(database, lease=LONG)
    await log.hold()
    await log.end(Progress(Mark(AT, 7), "acme:c-9", {"0": 5}), at=AT)

    assert await log.progress() == Progress(Mark(AT, 7), "acme:c-9", {"0": 5})
