"""Losses planted in a real database and a real broker are found and made good."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from shared import topics
from shared.mongo.connect import connect, database_of
from tests.escalator.test_integration import Outside, running

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400)]

EAGER = {
    "audit_seconds": 1.0,
    "audit_patience_seconds": 20.0,
    "proof_wait_seconds": 3600.0,
    "trigger_wait_seconds": 3600.0,
}
NEVER = {**EAGER, "audit_seconds": 3600.0}
NAMES = (
    "resting",
    "resolved",
    "quiet",
    "unlisted",
    "untold",
    "unpublished",
    "level",
    "promised",
)
LOST_TIMERS = (
    ("snooze_end", "resting"),
    ("trigger_wait", "waits"),
    ("proof_wait", "quiet"),
    ("level_due", "level"),
    ("promise_near", "promised"),
)
PLANTED = {
    *(("timer_missing", kind) for kind, _ in LOST_TIMERS),
    ("escalation_unlisted", "revision 1"),
    ("escalation_outdated", "revision 1"),
    ("escalation_outdated", "revision 2"),
    ("output_unpublished", "escalation.opened"),
    ("delivery_unanswered", "no_outcome"),
    ("request_undecided", "conversation.unresolved"),
}
WAITING = {"snooze_end", "trigger_wait", "promise_near", "level_due"}
Query = dict[str, Any]


@pytest.fixture
def database() -> str:
    return f"audit_{uuid.uuid4().hex[:8]}"


@pytest.fixture
async def stores(mongo_url: str, database: str) -> AsyncIterator[Any]:
    client = connect(mongo_url)
    yield database_of(client, database)
    await client.drop_database(database)
    client.close()


async def until(look: Callable[[], Awaitable[Any]], *, seconds: float = 150) -> Any:
    """Look until there is something."""
    async with asyncio.timeout(seconds):
        while not (found := await look()):
            await asyncio.sleep(0.5)
        return found


async def audited(outside: Outside) -> Query:
    answer = await outside.http.get("/v1/audit")
    assert answer.status_code == 200, answer.text
    found: Query = answer.json()
    return found


def named(finding: Query) -> tuple[str, str]:
    return finding["kind"], finding["reason"]


async def opened(outside: Outside, name: str) -> Query:
    """Open an escalation in the conversation of that name."""
    await outside.say(name, f"e-{name}", "Uploads over 10 MB fail")
    await outside.leave_unresolved(name, f"e-{name}")

    async def look() -> Any:
        await outside.look()
        packets = outside.on(topics.ESCALATION_OPENED)
        return [each for each in packets if each["conversation_id"] == name]

    (packet,) = await until(look)
    escalation: Query = packet
    return escalation


async def order(outside: Outside, packet: Query, verb: str, **body: Any) -> None:
    path = f"/v1/escalations/{packet['escalation_id']}/{verb}"
    answer = await outside.http.post(path, json={"actor": "Bo", **body})
    assert answer.status_code == 200, answer.text


async def skip(kafka: Any, stores: Any, app_id: str, name: str) -> None:
    """Have a request count as read and worked, though nobody ever saw it.

    The service does not run meanwhile.
    """
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap_servers)
    await producer.start()
    # Only what has an app, a producer and a clock is needed to send.
    sender = Outside(app_id=app_id, http=None, producer=producer, consumer=None)  # type: ignore[arg-type]
    await sender.leave_unresolved(name, f"e-{name}")
    await producer.stop()
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka.bootstrap_servers,
        group_id="escalator",
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        topic = topics.CONVERSATION_UNRESOLVED.name
        await consumer._client.add_topic(topic)
        places = [
            TopicPartition(topic, each) for each in consumer.partitions_for_topic(topic)
        ]
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        await consumer.commit(ends)
    finally:
        await consumer.stop()
    row = await stores.escalator_watermarks.find_one()
    cluster = row["_id"].split("/")[0]
    for place, end in ends.items():
        await stores.escalator_watermarks.update_one(
            {"_id": f"{cluster}/{place.topic}/{place.partition}"},
            {"$set": {"next": end}},
            upsert=True,
        )


async def rename_published(stores: Any, packet: Query) -> None:
    """Let a decision say that it published what no topic has."""
    entries = stores.escalator_ledger
    name = packet["escalation_id"].encode()
    async for entry in entries.find({"o.0": {"$exists": True}}):
        for output in entry["o"]:
            if output[0] == topics.ESCALATION_OPENED.name and name in output[3]:
                output[3] = bytes(output[3]).replace(name, b"l" * len(name))
                await entries.replace_one({"_id": entry["_id"]}, entry)


async def live(outside: Outside, stores: Any) -> dict[str, Query]:
    """Let eight requests come to people, one wait for its message, one user rest."""
    levels = {"within": "1h", "levels": [{"destinations": ["default"]}]}
    targets = [{"match": {}, "first_response": "2h"}]
    wanted = {"targets": targets, "acknowledgement": levels}
    answer = await outside.http.put("/v1/settings", json=wanted)
    assert answer.status_code == 200, answer.text
    packets = {name: await opened(outside, name) for name in NAMES}
    await outside.see(topics.NOTIFICATION_REQUESTED, len(NAMES))
    for request in outside.on(topics.NOTIFICATION_REQUESTED):
        if request["conversation_id"] != "quiet":
            await outside.accept(request)
    await outside.see(topics.CONVERSATION_REPLIES, len(NAMES) - 1)
    rest = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    await order(outside, packets["resting"], "snooze", until=rest)
    await order(outside, packets["resolved"], "resolve")
    await outside.leave_unresolved("waits", "e-waits")
    await outside.say("skipped", "e-skipped", "Nobody hears me")

    async def is_waiting() -> bool:
        kinds = set(await stores.escalator_timers.distinct("kind"))
        said = {"k": f"{outside.app_id}:skipped"}
        heard = await stores.escalator_ledger.count_documents(said)
        return bool(heard) and kinds >= WAITING

    await until(is_waiting)
    return packets


async def plant(outside: Outside, stores: Any, packets: dict[str, Query]) -> None:
    """Take ten things of as many kinds or places away."""
    for kind, name in LOST_TIMERS:
        lane = f"{outside.app_id}:{name}"
        gone = await stores.escalator_timers.delete_many({"lane": lane, "kind": kind})
        assert gone.deleted_count == 1, kind
    rows = stores.escalator_escalations
    ids = {name: packet["escalation_id"] for name, packet in packets.items()}
    await rows.delete_one({"_id": ids["unlisted"]})
    await rows.update_one({"_id": ids["untold"]}, {"$set": {"told": "none"}})
    behind = {"revision": 0, "status": "open"}
    await rows.update_one({"_id": ids["resolved"]}, {"$set": behind})
    await rename_published(stores, packets["unpublished"])


async def test_ten_planted_losses_are_made_good_and_nothing_else_is_found(
    kafka, mongo_url, database, stores
):
    async with running(kafka, mongo_url, database, **NEVER) as outside:
        packets = await live(outside, stores)
        await plant(outside, stores, packets)
        app_id = outside.app_id
    await skip(kafka, stores, app_id, "skipped")

    async with running(kafka, mongo_url, database, **EAGER) as outside:
        left = set(PLANTED)

        async def all_found() -> Query | None:
            found = await audited(outside)
            left.difference_update(map(named, found["repaired"]))
            return None if left or found["unaccounted"] else found

        try:
            found = await until(all_found)
        except TimeoutError:
            raise AssertionError(f"not found: {left}") from None
        again = await outside.see(topics.NOTIFICATION_REQUESTED, 2)
        await asyncio.sleep(5)
        settled = await audited(outside)

    repaired = settled["repaired"]
    # Of what was decided late nobody says either what became of its delivery.
    unasked = [each for each in repaired if each["kind"] != "delivery_unanswered"]
    assert set(map(named, found["repaired"])) == PLANTED
    assert [each["times"] for each in unasked] == [1] * (len(PLANTED) - 1)
    by_conversation = {each["conversation_id"]: each for each in again}
    assert set(by_conversation) == {"quiet", "skipped"}
    rows = {
        each["conversation_id"]: each
        async for each in stores.escalator_escalations.find()
    }
    assert rows["unlisted"]["number"] == packets["unlisted"]["number"]
    assert rows["untold"]["told"] == "delivered"
    assert rows["resolved"]["status"] == "resolved"
    # What other tests left in the topics is read too.
    assert {*NAMES, "skipped"} <= set(rows)
    for kind, name in LOST_TIMERS:
        lane = f"{app_id}:{name}"
        assert (
            await stores.escalator_timers.count_documents({"lane": lane, "kind": kind})
            == 1
        )


async def test_a_system_to_which_nothing_happened_has_no_findings(
    kafka, mongo_url, database, stores
):
    eager = {**EAGER, "audit_patience_seconds": 3600.0}
    async with running(kafka, mongo_url, database, **eager) as outside:
        await live(outside, stores)

        async def is_compared() -> bool:
            row = await stores.escalator_audits.find_one({"_id": "round"}) or {}
            at = row.get("decided_at")
            newest = await stores.escalator_ledger.find_one(sort=[("at", -1)])
            return at is not None and newest is not None and at >= newest["at"]

        await until(is_compared)
        found = await audited(outside)

    assert found["checked_at"] is not None
    assert (found["unaccounted"], found["repaired"]) == (0, [])
